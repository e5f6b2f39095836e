"""Public holidays from short rules: fixed dates, weekdays of a month, days around Easter."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

Observed = Literal["none", "nearest", "monday", "next"]
_FIXED = re.compile(r"(\d\d)-(\d\d)")
_FROM = re.compile(r"(\d\d)-(\d\d) (mon|tue|wed|thu|fri|sat|sun)")
_NTH = re.compile(r"(\d\d) (mon|tue|wed|thu|fri|sat|sun) ([1-5]|last)(?: ([+-]\d+))?")
_EASTER = re.compile(r"easter([+-]\d+)?")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SATURDAY, _SUNDAY = 5, 6


@lru_cache(maxsize=512)
def holidays_of_year(rules: tuple[str, ...], observed: Observed, year: int) -> frozenset[date]:
    """The holidays that begin in a year by rules such as `12-25`, `11 thu 4`, `11 thu 4 +1`, `05 mon last`, `easter-2`.

    `11-16 wed` is the first Wednesday from 16 November on. A holiday on a weekend is kept also on the nearest weekday
    (`nearest`), from Sunday on Monday (`monday`), or on the next weekday that is free of holidays (`next`): both days
    count, the day itself and the day kept for it. Raises ValueError for a rule that is not understood.
    """
    found = {_day_of(rule, year) for rule in rules}
    for day in sorted(found):
        found.add(_kept_for(day, observed, found))
    return frozenset(found)


def is_holiday(rules: tuple[str, ...], observed: Observed, day: date) -> bool:
    """Whether a local date is one of the holidays, or kept for one of the next year."""
    if not rules:
        return False
    return any(day in holidays_of_year(rules, observed, year) for year in (day.year, day.year + 1))


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Nature, 20 April 1876; Meeus, chapter 8)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _kept_for(day: date, observed: Observed, taken: set[date]) -> date:
    weekday = day.weekday()
    if weekday < _SATURDAY or observed == "none":
        return day
    if observed == "next":
        while day.weekday() >= _SATURDAY or day in taken:
            day += timedelta(days=1)
        return day
    if weekday == _SUNDAY:
        return day + timedelta(days=1)
    return day - timedelta(days=1) if observed == "nearest" else day


def _day_of(rule: str, year: int) -> date:
    if match := _FIXED.fullmatch(rule):
        return date(year, int(match[1]), int(match[2]))
    if match := _FROM.fullmatch(rule):
        first = date(year, int(match[1]), int(match[2]))
        return first + timedelta(days=(_WEEKDAYS.index(match[3]) - first.weekday()) % 7)
    if match := _EASTER.fullmatch(rule):
        return easter(year) + timedelta(days=int(match[1] or 0))
    if match := _NTH.fullmatch(rule):
        return _nth_weekday(year, int(match[1]), _WEEKDAYS.index(match[2]), match[3]) + timedelta(
            days=int(match[4] or 0)
        )
    raise ValueError(f"No rule of a holiday: {rule!r}.")


def _nth_weekday(year: int, month: int, weekday: int, which: str) -> date:
    if which == "last":
        following = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return following - timedelta(days=(following.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (int(which) - 1))
