"""Hours of a week in local wall time, and the exact UTC intervals they are on a given day in a given zone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_DAY = 1440
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_SAMPLE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of one day in minutes after local midnight: the opening minute is inside, the closing minute is not."""

    opens_minute: int
    closes_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens_minute < self.closes_minute <= MINUTES_OF_DAY:
            raise ValueError("A window opens before it closes, within one day.")

    def __str__(self) -> str:
        return f"{_clock(self.opens_minute)}-{_clock(self.closes_minute)}"


WHOLE_DAY = (Window(0, MINUTES_OF_DAY),)


@dataclass(frozen=True, slots=True)
class Week:
    """The windows of each weekday, Monday first."""

    days: tuple[tuple[Window, ...], ...]

    def __post_init__(self) -> None:
        if len(self.days) != len(DAYS):
            raise ValueError("A week has seven days.")

    def is_open(self, weekday: int, minute: int) -> bool:
        """Whether a minute after midnight of a weekday (Monday is 0) is inside a window."""
        return any(window.opens_minute <= minute < window.closes_minute for window in self.days[weekday])

    def __str__(self) -> str:
        parts: list[str] = []
        start = 0
        for day in range(1, len(DAYS) + 1):
            if day == len(DAYS) or self.days[day] != self.days[start]:
                names = DAYS[start] if day == start + 1 else f"{DAYS[start]}-{DAYS[day - 1]}"
                if self.days[start]:
                    parts.append(f"{names} {' '.join(map(str, self.days[start]))}")
                start = day
        return ", ".join(parts) or "never"


def read_week(hours: Mapping[str, Sequence[str]]) -> Week:
    """Read hours written as `{"mon-fri": ["08:00-21:00"], "sat": ["10:00-18:00"]}`; a day not named is closed.

    Raises ValueError where a day or a window is not understood, or a day is named twice.
    """
    days: dict[str, tuple[Window, ...]] = {}
    for named, written in hours.items():
        windows = tuple(_read_window(text) for text in written)
        for day in _days_of(named):
            if day in days:
                raise ValueError(f"{day} is named twice.")
            days[day] = windows
    return Week(tuple(days.get(day, ()) for day in DAYS))


def meet(some: tuple[Window, ...], others: tuple[Window, ...]) -> tuple[Window, ...]:
    """The windows that are inside both."""
    return tuple(
        Window(opens, closes)
        for one in some
        for other in others
        if (opens := max(one.opens_minute, other.opens_minute))
        < (closes := min(one.closes_minute, other.closes_minute))
    )


@lru_cache(maxsize=1024)
def clock_of(zone: str) -> ZoneInfo:
    """The clock of an IANA zone, kept: zoneinfo itself keeps eight and reads the others from disk at each use."""
    return ZoneInfo(zone)


@lru_cache(maxsize=16384)
def intervals_of_day(windows: tuple[Window, ...], zone: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The UTC intervals, end excluded, of windows on a local date, exact on days of a clock change too."""
    midnight = datetime.combine(day, time(), UTC)
    found = []
    for start, end, offset in _segments_of_day(zone, day):
        for window in windows:
            opens = max(start, midnight + timedelta(minutes=window.opens_minute) - offset)
            closes = min(end, midnight + timedelta(minutes=window.closes_minute) - offset)
            if opens < closes:
                found.append((opens, closes))
    return tuple(sorted(found))


@lru_cache(maxsize=16384)
def _segments_of_day(zone: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """Parts of the time around a local date in which the clock of the zone runs evenly, with its offset from UTC."""
    clock = clock_of(zone)
    start = datetime.combine(day, time(), UTC) - timedelta(hours=16)
    last = start + timedelta(hours=56)
    segments = []
    before = start
    while before < last:
        after = min(before + _SAMPLE, last)
        if _offset(clock, before) != _offset(clock, after):
            change = _find_change(clock, before, after)
            segments.append((start, change, _offset(clock, before)))
            start = change
        before = after
    segments.append((start, last, _offset(clock, last)))
    return tuple(segments)


def _find_change(clock: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = _offset(clock, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if _offset(clock, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(clock: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(clock).utcoffset() or timedelta()


def _read_window(text: str) -> Window:
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"Write hours as 08:00-21:00, not {text!r}.")
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, match.groups())
    return Window(opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute)


def _days_of(named: str) -> tuple[str, ...]:
    first, _, last = named.partition("-")
    if first not in DAYS or (last and last not in DAYS) or (last and DAYS.index(last) < DAYS.index(first)):
        raise ValueError(f"Name days as mon or mon-fri, not {named!r}.")
    return DAYS[DAYS.index(first) : DAYS.index(last or first) + 1]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
