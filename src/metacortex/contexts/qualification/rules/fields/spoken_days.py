"""Names of days and months in the languages leads write in, and the arithmetic of spoken dates."""

import calendar
from datetime import date, timedelta

WEEKDAYS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "monday mon montag lunes somvar somwar सोमवार lundi lunedì segunda-feira",
        "tuesday tue tues dienstag martes mangalvar mangalwar मंगलवार mardi martedì",
        "wednesday wed mittwoch miércoles miercoles budhvar budhwar बुधवार mercredi mercoledì",
        "thursday thu thur thurs donnerstag jueves guruvar guruwar गुरुवार jeudi giovedì",
        "friday fri freitag viernes shukravar shukrawar शुक्रवार vendredi venerdì",
        "saturday sat samstag sonnabend sábado sabado shanivar shaniwar शनिवार samedi sabato",
        "sunday sun sonntag domingo ravivar raviwar itwar इतवार रविवार dimanche domenica",
    )
):
    WEEKDAYS.update(dict.fromkeys(_names.split(), _number))
MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "january jan januar jänner enero janvier gennaio janeiro जनवरी",
        "february feb februar febrero février febbraio fevereiro फरवरी",
        "march mar märz maerz marzo mars मार्च",
        "april apr abril avril aprile अप्रैल",
        "may mai mayo maggio मई",
        "june jun juni junio juin giugno जून",
        "july jul juli julio juillet luglio जुलाई",
        "august aug agosto août अगस्त",
        "september sep sept septiembre septembre settembre सितंबर",
        "october oct oktober okt octubre octobre ottobre अक्टूबर",
        "november nov noviembre novembre नवंबर",
        "december dec dezember dez diciembre décembre dicembre दिसंबर",
    ),
    start=1,
):
    MONTHS.update(dict.fromkeys(_names.split(), _number))
# Words that mean something else more often: taken only beside a day number or after a word such as "in".
DOUBTFUL_NAMES = frozenset(
    [
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "may",
        "march",
        "mar",
        "jan",
        "dec",
        "sept",
        "sep",
        "mai",
        "mars",
        "jun",
        "marzo",
        "martes",
        "lunes",
    ]
)


def add_months(day: date, months: int) -> date:
    """Move by whole months, keeping within the shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_month(day: date) -> date:
    """Return the last day of a date's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def next_weekday(day: date, weekday: int, *, today_counts: bool) -> date:
    """Return the next such weekday."""
    ahead = (weekday - day.weekday()) % 7
    return day + timedelta(days=ahead if ahead or today_counts else 7)


def start_next_week(day: date) -> date:
    """Return the coming Monday."""
    return day + timedelta(days=7 - day.weekday())


def place_in_year(day: date, month: int, number: int, year: int | None) -> date | None:
    """Build a date from its parts; without a year it is the next one that is not past."""
    try:
        if year is not None:
            return date(year, month, number)
        chosen = date(day.year, month, number)
        return chosen if chosen >= day else date(day.year + 1, month, number)
    except ValueError:
        return None
