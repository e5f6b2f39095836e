"""When they want it: spoken dates and urgency, resolved against the day the message was sent."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice

from metacortex.contexts.qualification.rules.fields.amounts import NUMBER_WORDS
from metacortex.contexts.qualification.rules.fields.spoken_days import (
    DOUBTFUL_NAMES,
    MONTHS,
    WEEKDAYS,
    add_months,
    end_month,
    next_weekday,
    place_in_year,
    start_next_week,
)
from metacortex.contexts.qualification.rules.text import Text, quote
from metacortex.contexts.qualification.types import Field, FieldName

LONGEST_MENTION = 80
Resolve = Callable[["re.Match[str]", date, str], date | None]
_LETTERS = r"[^\W\d_]"
_DAYS = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_MONTHS = "|".join(sorted(MONTHS, key=len, reverse=True))
_LEAD_IN = (
    r"(?:(?:by|before|on|in|until|till|from|for|within|bis|am|ab|vor|im|zum|para|antes del?|hasta|el|"
    r"en|a partir del?|within the) (?:the )?)?"
)
_SMALL = (
    r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|couple of|few|ek|do|teen|char|"
    r"das|eine[rmn]?|zwei|drei|vier|sechs|una?|dos|tres|cuatro|seis|एक|दो|तीन)"
)
_DAY_UNITS = "days? business days? tage?n? werktagen? días? dias? din दिन"
_UNITS = {
    **dict.fromkeys(["day", "days", "tag", "tage", "tagen", "día", "días", "dia", "dias", "din", "दिन"], 1),
    **dict.fromkeys(["week", "weeks", "woche", "wochen", "semana", "semanas", "hafte", "hafta", "हफ्ते", "सप्ताह"], 7),
    **dict.fromkeys(["month", "months", "monat", "monate", "monaten", "mes", "meses", "mahine", "mahina", "महीने"], 30),
    **dict.fromkeys(["hour", "hours", "hrs", "stunden", "horas", "ghante"], 0),
    **dict.fromkeys(["year", "years", "jahr", "jahre", "jahren", "año", "años", "saal"], 365),
}


def _shift(days: int) -> Resolve:
    return lambda _match, day, _region: day + timedelta(days=days)


def _at(compute: Callable[[date], date]) -> Resolve:
    return lambda _match, day, _region: compute(day)


def _span(match: re.Match[str], day: date, _region: str) -> date | None:
    written = match.group("n")
    count = (
        int(written)
        if written.isdigit()
        else int(
            {"couple of": 2, "few": 3, "an": 1, "einer": 1, "einem": 1, "einen": 1}.get(
                written, NUMBER_WORDS.get(written, 0)
            )
        )
    )
    count = {"vier": 4, "sechs": 6, "cuatro": 4, "seis": 6}.get(written, count)
    unit = _UNITS[match.group("unit")]
    if not 0 < count <= 400:
        return None
    return (
        add_months(day, count * (unit // 30 if unit < 365 else 12))
        if unit >= 30
        else day + timedelta(days=count * unit)
    )


def _weekday(match: re.Match[str], day: date, _region: str) -> date | None:
    weekday = WEEKDAYS[match.group("day")]
    which = match.groupdict().get("which") or ""
    if which.startswith(("next", "nächst", "naechst", "próximo", "proximo", "agl", "अगल")):
        if which.startswith(("next", "agl", "अगल")):
            return start_next_week(day) + timedelta(days=weekday)
        return next_weekday(day, weekday, today_counts=False)
    return next_weekday(day, weekday, today_counts=bool(which))


def _day_month(match: re.Match[str], day: date, _region: str) -> date | None:
    year = match.groupdict().get("year")
    return place_in_year(day, MONTHS[match.group("month")], int(match.group("num")), int(year) if year else None)


def _month(match: re.Match[str], day: date, _region: str) -> date | None:
    year = match.groupdict().get("year")
    month, part = MONTHS[match.group("month")], match.groupdict().get("part") or ""
    number = int(year) if year else day.year + (month < day.month)
    first = date(number, month, 1)
    if part.startswith(("end", "fin", "late")):
        return end_month(first)
    return first.replace(day=15) if part.startswith(("mid", "mitte", "medi")) else max(first, day)


def _numeric(match: re.Match[str], day: date, region: str) -> date | None:
    first, second, year = int(match.group("a")), int(match.group("b")), match.group("year")
    if year and len(year) == 2:
        year = "20" + year
    month_first = (region == "US" and match.group("sep") == "/" and first <= 12) or second > 12
    number, month = (second, first) if month_first else (first, second)
    return place_in_year(day, month, number, int(year) if year else None) if 1 <= month <= 12 else None


def _week(match: re.Match[str], day: date, _region: str) -> date | None:
    try:
        monday = date.fromisocalendar(day.isocalendar().year, int(match.group("week")), 1)
        return (
            monday
            if monday + timedelta(days=6) >= day
            else date.fromisocalendar(day.isocalendar().year + 1, int(match.group("week")), 1)
        )
    except ValueError:
        return None


def _iso(match: re.Match[str], _day: date, _region: str) -> date | None:
    try:
        return date.fromisoformat(match.group("iso"))
    except ValueError:
        return None


def _quarter(match: re.Match[str], day: date, _region: str) -> date | None:
    start = date(int(match.group("year") or day.year), int(match.group("q")) * 3 - 2, 1)
    if not match.group("year") and add_months(start, 3) <= day:
        start = start.replace(year=start.year + 1)
    return end_month(add_months(start, 2)) if match.group("part") else start


def _rule(
    triggers: str, pattern: str, resolve: Resolve, weight: float
) -> tuple[frozenset[str], "re.Pattern[str]", Resolve, float]:
    return frozenset(triggers.split()), re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])"), resolve, weight


_NEXT = r"next|coming|upcoming|nächste[rnms]?|naechste[rnms]?|kommende[rnms]?|próxim[oa]|proxim[oa]|agle|agla|agli|अगले"
_THIS = r"this|diese[rnms]?|este|esta|is|iss|isi|इस"
_WEEK, _MONTH = r"week|woche|semana|hafte|hafta|week mein|हफ्ते|सप्ताह", r"month|monats?|mes|mahine|mahina|महीने"
_THIS_WORDS = "this diese dieser diesem diesen dieses este esta is iss isi इस"
_NEXT_WORDS = (
    "next coming upcoming nächste nächsten nächster nächstes naechste naechsten kommende kommenden "
    "kommender próxima próximo proxima proximo agle agla agli अगले que"
)
RULES = (
    _rule("after", r"day after tomorrow", _shift(2), 2.0),
    _rule(
        "übermorgen uebermorgen pasado परसों parso parson",
        r"übermorgen|uebermorgen|pasado mañana|parson?|परसों",
        _shift(2),
        2.0,
    ),
    _rule(
        "tomorrow tmrw tmr",
        r"(?<!after )(?:tomorrow|tmrw|tmr)(?: (?:morning|afternoon|evening|night))?",
        _shift(1),
        2.0,
    ),
    _rule("kal कल demain amanhã domani", r"kal(?: (?:subah|shaam|dopahar))?|कल|demain|amanhã|domani", _shift(1), 1.6),
    _rule("mañana", r"(?<!la )(?<!esta )(?<!pasado )mañana(?: por la (?:mañana|tarde))?", _shift(1), 1.8),
    _rule(
        "morgen",
        r"(?<!guten )(?<!heute )(?<!schönen )(?<!am )morgen(?: (?:früh|vormittag|nachmittag|abend))?",
        _shift(1),
        1.8,
    ),
    _rule(
        "today tonight heute hoy aaj आज eod", r"(?:by )?(?:today|tonight|heute|hoy|aaj(?: hi)?|आज|eod)", _shift(0), 1.0
    ),
    _rule(
        (
            "asap immediately immediate urgent urgently jaldi turant abhi sofort dringend schnellstmöglich "
            "eilig urgente urgentemente antes cuanto possible möglich जल्दी तुरंत soonest inmediato "
            "inmediatamente earliest"
        ),
        r"as soon as possible|asap|immediate(?:ly)?|(?:very )?urgent(?:ly)?|at the earliest|(?:bahut "
        r")?jaldi(?: se jaldi)?|turant|abhi|sofort|dringend|schnellstmöglich|"
        r"so (?:schnell|bald) wie möglich|urgente(?:mente)?|lo antes posible|cuanto antes|de inmediato|"
        r"inmediatamente|जल्दी|तुरंत|right away|eilig",
        _shift(0),
        1.4,
    ),
    _rule(
        _NEXT_WORDS,
        rf"{_LEAD_IN}(?:(?:la|el|den|die|der|im) )?(?:{_NEXT}) (?:{_WEEK})|la semana que viene",
        _at(start_next_week),
        1.9,
    ),
    _rule(
        _NEXT_WORDS,
        rf"{_LEAD_IN}(?:(?:la|el|den|die|der|im) )?(?:{_NEXT}) (?:{_MONTH})|el mes que viene",
        _at(lambda day: add_months(day.replace(day=1), 1)),
        1.7,
    ),
    _rule(
        "next nächstes próximo agle",
        rf"{_LEAD_IN}(?:next|nächstes|el próximo|agle) (?:year|jahr|año|saal)",
        _at(lambda day: date(day.year + 1, 1, 1)),
        1.0,
    ),
    _rule(
        "next",
        rf"{_LEAD_IN}next quarter",
        _at(lambda day: add_months(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3)),
        1.3,
    ),
    _rule(
        _THIS_WORDS,
        rf"{_LEAD_IN}(?:later |noch |(?:by|before) (?:the )?end of )?(?:{_THIS}) (?:{_WEEK})|noch diese woche",
        _at(lambda day: max(day, start_next_week(day) - timedelta(days=3))),
        1.9,
    ),
    _rule(_THIS_WORDS, rf"{_LEAD_IN}(?:{_THIS}) (?:{_MONTH})", _at(end_month), 1.6),
    _rule(
        "weekend wochenende",
        rf"{_LEAD_IN}(?:(?P<which>{_NEXT}|{_THIS}|the) )?(?:weekend|wochenende)|(?:este |el |próximo )?fin de semana",
        _at(lambda day: next_weekday(day, 5, today_counts=True)),
        1.7,
    ),
    _rule(
        "fin", r"(?:este|el|el próximo) fin de semana", _at(lambda day: next_weekday(day, 5, today_counts=True)), 1.7
    ),
    _rule(
        "end ende monatsende fin finales final eom mahine",
        (
            rf"(?:(?:by|before|until|till|bis|a|antes de|para) (?:the )?)?(?:(?:end of(?: (?:the|this))?|ende "
            rf"(?:des|dieses)|(?:fin|finales|final) de(?:l| este)?) (?:{_MONTH})|zum monatsende|eom)"
        ),
        _at(end_month),
        1.8,
    ),
    _rule(
        "end ende week woche",
        r"(?:(?:by|before|until|till|bis) (?:the )?)?(?:end of(?: the)? week|ende der woche)",
        _at(lambda day: max(day, start_next_week(day) - timedelta(days=3))),
        1.8,
    ),
    _rule(
        "year eoy jahresende año",
        (
            r"(?:(?:by|before|bis|until|a|para) (?:the )?)?(?:end of(?: the| this)? year|year[- ]end|eoy|"
            r"ende des jahres|(?:zum )?jahresende|(?:fin|finales) de año)"
        ),
        _at(lambda day: date(day.year, 12, 31)),
        1.4,
    ),
    _rule(
        " ".join(_UNITS),
        (
            rf"(?:within|in|innerhalb von|binnen|dentro de|en|in the next|within the next|in den nächsten|"
            rf"over the next|en los próximos)(?: (?:about|etwa|unos))? (?P<n>{_SMALL}) (?:business |working "
            rf")?(?P<unit>{'|'.join(_UNITS)})(?! (?:ago|vor))"
        ),
        _span,
        1.6,
    ),
    _rule(
        "din hafte mahine ghante दिन हफ्ते महीने",
        (
            rf"(?:agle )?(?P<n>{_SMALL}) (?P<unit>din|hafte|mahine|ghante|दिन|हफ्ते|महीने) (?:mein|me|main|ke "
            rf"andar|में|tak)"
        ),
        _span,
        1.6,
    ),
    _rule(
        " ".join(WEEKDAYS),
        (
            rf"(?:(?:by|on|before|until|till|bis|am|ab|para|antes del?|hasta|el) )?(?:(?P<which>{_NEXT}|"
            rf"{_THIS}) )?(?P<day>{_DAYS})(?: (?:morning|afternoon|evening|tak|ko|vormittag|nachmittag))?"
        ),
        _weekday,
        1.7,
    ),
    _rule(
        " ".join(MONTHS),
        (
            rf"{_LEAD_IN}(?P<num>\d{{1,2}})(?:st|nd|rd|th|\.|º)?(?: of| de)? ?(?P<month>{_MONTHS})\.?(?:,? "
            rf"(?:de |del )?(?P<year>20\d\d))?(?: tak)?"
        ),
        _day_month,
        2.1,
    ),
    _rule(
        " ".join(MONTHS),
        rf"{_LEAD_IN}(?P<month>{_MONTHS})\.? (?P<num>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>20\d\d))?",
        _day_month,
        2.1,
    ),
    _rule(
        " ".join(MONTHS),
        (
            rf"{_LEAD_IN}(?:(?P<part>(?:the )?end of|ende|finales de|fin de|early|mid|mitte|mediados de|late|"
            rf"anfang|principios de)[ -]?)?(?P<month>{_MONTHS})(?:,? (?:de )?(?P<year>20\d\d))?(?: (?:mein|"
            rf"tak))?"
        ),
        _month,
        1.3,
    ),
    _rule("kw", r"(?:bis |in |ab )?kw ?(?P<week>\d{1,2})", _week, 1.7),
    _rule(
        "christmas weihnachten navidad",
        r"(?:(?:by|before|vor|bis|antes de) )?(?:christmas|weihnachten|navidad)",
        _at(lambda day: date(day.year + ((day.month, day.day) > (12, 25)), 12, 25)),
        1.5,
    ),
    _rule(
        "diwali holi eid ramadan",
        r"(?:before |by )?(?:diwali|holi|eid|ramadan)(?: (?:se pehle|tak|ke baad))?",
        lambda _match, _day, _region: None,
        1.4,
    ),
    _rule(
        "q1 q2 q3 q4", rf"{_LEAD_IN}(?P<part>end of |ende )?q(?P<q>[1-4])(?: (?:of )?(?P<year>20\d\d))?", _quarter, 1.5
    ),
)
_NUMERIC = re.compile(
    rf"(?<![\w./-]){_LEAD_IN}(?P<a>\d{{1,2}})(?P<sep>[./-])(?P<b>\d{{1,2}})(?:(?P=sep)(?P<year>20\d\d|"
    rf"\d\d)|(?=\.?(?:\s|$|,)))(?![\w/-])"
)
_DIGITS_APART = re.compile(r"\d[./-]\d")
_ISO = re.compile(rf"(?<![\w./-]){_LEAD_IN}(?P<iso>20\d\d-\d\d-\d\d)(?![\w-])")
_WANT = re.compile(
    r"need|want|visit|view|call|move|start|deliver|meet|demo|book|buy|schedule|possible|deadline|"
    r"available|free|ready|by |before|brauch|termin|besicht|bis |liefer|necesit|visita|llam|reuni|"
    r"entrega|chahiye|dekh|mil|karna|install|go live|launch|decid|möchte|rückruf|shift|aana|timeline"
)
_PAST = re.compile(
    r"saw|seen|called|received|ordered|bought|visited|spoke|yesterday|since|last|ago|gesehen|"
    r"erhalten|bestellt|gekauft|seit|vi (?:su|el|la)|compr[eé]|recib|pedí|\b(?:tha|thi|dekha|kiya|"
    r"aaya|bheja|liya|mila)\b|was |were |delivered|stopped|broke|crashed|failed|happy|nice|great|"
    r"good|wonderful|schönes?|buen"
)
_CLAUSE = re.compile(r"[.!?;\n\x00]")


def find_timeline(text: Text, sent_on: date, region: str) -> list[Field]:
    """Extract when something is wanted, as a quote and as the date it stands for."""
    best: tuple[float, int, int, date | None] | None = None
    for start, end, resolved, weight in _find_mentions(text, sent_on, region):
        left = text.low[max(0, start - 60) : start]
        breaks = [match.end() for match in _CLAUSE.finditer(left)]
        around = (left[breaks[-1] :] if breaks else left), re.split(_CLAUSE, text.low[end : end + 40], maxsplit=1)[0]
        said = text.low[start:end]
        score = weight + (
            0.8 if _WANT.search(around[0]) or _WANT.search(said) else 0.3 if _WANT.search(around[1]) else 0.0
        )
        score -= (
            2.0
            if _PAST.search(around[0][-40:]) or re.search(r"\b(?:tha|thi|kiya|aaya|ago|dekha)\b", around[1])
            else 0.0
        )
        if resolved and resolved < sent_on:
            score -= 2.0
        if best is None or score > best[0] + 0.01:
            best = (score, start, end, resolved)
    if best is None or best[0] < 0.9:
        return []
    score, start, end, resolved = best
    end -= text.low[end - 1] == "."
    evidence = quote(text.raw, start, end)
    confidence = round(min(0.95, 0.4 + score / 5), 2)
    fields = [Field(FieldName.TIMELINE, evidence.quote, evidence, confidence)]
    if resolved:
        fields.append(Field(FieldName.TIMELINE_ON, resolved.isoformat(), evidence, confidence))
    return fields


def _find_mentions(text: Text, sent_on: date, region: str) -> list[tuple[int, int, date | None, float]]:
    mentions: list[tuple[int, int, date | None, float]] = []
    for triggers, pattern, resolve, weight in RULES:
        spans = text.neighbourhoods(triggers, LONGEST_MENTION)
        matches = islice((match for span in spans for match in pattern.finditer(text.low, *span)), 6)
        mentions += [
            (*match.span(), resolve(match, sent_on, region), weight) for match in matches if not _is_doubtful(match)
        ]
    if _DIGITS_APART.search(text.low):
        mentions += [(*match.span(), _iso(match, sent_on, region), 2.0) for match in list(_ISO.finditer(text.low))[:6]]
        for match in list(_NUMERIC.finditer(text.low))[:6]:
            if resolved := _numeric(match, sent_on, region):
                mentions.append(
                    (*match.span(), resolved, 1.9 if match.group("year") or match.group().strip()[0].isalpha() else 0.4)
                )
    mentions.sort(key=lambda mention: (mention[0], -mention[1]))
    kept: list[tuple[int, int, date | None, float]] = []
    for mention in mentions:
        if not kept or mention[0] >= kept[-1][1]:
            kept.append(mention)
    return kept


def _is_doubtful(match: "re.Match[str]") -> bool:
    """A bare "may", "sun" or "mar" is a date only with a word such as "by" or "next" before it."""
    groups = match.groupdict()
    name = groups.get("day") or groups.get("month") or ""
    return name in DOUBTFUL_NAMES and match.group().strip() == name
