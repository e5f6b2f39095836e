"""What a number and the law say about a call, of any organization, with a database or without."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from metacortex.contexts.calls.rules import law
from metacortex.contexts.calls.rules.numbers import BadNumber, Number, read_number
from metacortex.contexts.calls.rules.zones import Zones
from metacortex.contexts.calls.service.refusals import (
    CalledTooOften,
    CallerIdNotLocal,
    CallerIdUnknown,
    NumberInvalid,
    OutsideCallingHours,
)
from metacortex.contexts.calls.settings import calls_settings
from metacortex.contexts.calls.types import RecordingNote
from metacortex.platform.errors import Problem
from metacortex.platform.settings import settings

LOOK_BACK = timedelta(days=31)


class OwnRules(Protocol):
    """When and how often an organization calls at most, by its own wish: a row of its settings, or variables."""

    @property
    def opens_at(self) -> str | None:
        """When calling begins, as 09:30."""
        ...

    @property
    def closes_at(self) -> str | None:
        """When it ends."""
        ...

    @property
    def attempts_a_day(self) -> int | None:
        """How often one number is called."""
        ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a campaign narrows: its hours in the callee's zone, and which of our numbers it shows."""

    opens_at: str | None = None
    closes_at: str | None = None
    caller_ids: tuple[str, ...] = ()


NO_BOUNDS = Bounds()


def read_callee(raw: str, *, field: str = "to") -> Number:
    """Return a number as it is dialled; raises NumberInvalid with a sentence for whoever typed it."""
    try:
        return read_number(raw, settings().default_region)
    except BadNumber as error:
        errors = [{"field": field, "message": error.sentence}]
        raise NumberInvalid(error.sentence, errors=errors, reason=error.reason.value) from error


def judge_law(
    zones: Zones,
    attempts: Sequence[datetime],
    own: OwnRules | None,
    now: datetime,
    *,
    is_automated: bool,
    purpose: law.Purpose = "sales",
    bounds: Bounds = NO_BOUNDS,
) -> dict[str, Any]:
    """Return what the law and the organization's own rules say; raises OutsideCallingHours or CalledTooOften."""
    override = read_override()
    moment = law.judge_moment(
        zones,
        now,
        narrower=_narrow_hours(own, bounds),
        override=override,
        automated=is_automated,
        purpose=purpose,
    )
    _require(moment, OutsideCallingHours)
    limit = law.own_limit(own.attempts_a_day, "day") if own and own.attempts_a_day else None
    judged_often = law.judge_frequency(zones, attempts, now, purpose=purpose, limit_of_own=limit, override=override)
    _require(judged_often, CalledTooOften)
    judged = {"zones": list(zones.names), "zones_from": zones.source}
    return {**judged, "override": {"by": override.by, "why": override.why}} if moment.override and override else judged


def lengthen_ring(seconds: int, countries: Iterable[str], purpose: law.Purpose) -> int:
    """Return how many seconds a callee's phone rings: as long as was asked for, or longer if a law wants it."""
    return max(seconds, law.ring_least_seconds(countries, purpose=purpose, override=read_override()))


def read_override() -> law.Override | None:
    """Return the operator's decision that some rules do not bind; raises RuntimeError where it names none of ours."""
    said = calls_settings().law_override
    return _build_override(said.rules, said.by, said.why) if said else None


@lru_cache(maxsize=8)
def _build_override(rules: frozenset[str], by: str, why: str) -> law.Override:
    try:
        law.require_known(sorted(rules))
        return law.Override(rules, by, why)
    except ValueError as error:
        message = f"METACORTEX_CALLS_LAW_OVERRIDE: {error}"
        raise RuntimeError(message) from error


def _require(verdict: law.Verdict, otherwise: type[Problem]) -> None:
    if not verdict.allowed:
        opens_at = verdict.opens_at.isoformat() if verdict.opens_at else None
        raise otherwise(verdict.sentence, rule=verdict.rule, opens_at=opens_at)


@lru_cache(maxsize=1024)
def _read_hours(opens_at: str, closes_at: str) -> law.Week:
    hours = (f"{opens_at}-{closes_at}",)
    return law.read_week(dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), hours))


def _narrow_hours(own: OwnRules | None, bounds: Bounds) -> law.Week | None:
    """Return the hours that both the organization and the campaign allow."""
    said = [(one.opens_at, one.closes_at) for one in (own, bounds) if one and one.opens_at and one.closes_at]
    if not said:
        return None
    opens_at, closes_at = max(str(opens) for opens, _ in said), min(str(closes) for _, closes in said)
    return _read_hours(opens_at, closes_at) if opens_at < closes_at else law.read_week({})


def judge_recording(consent: str, *, is_told: bool) -> RecordingNote | None:
    """Return why a call may not be recorded: where one party's consent is not enough, all must be told."""
    return None if is_told or consent == "one_party" else RecordingNote.ANNOUNCEMENT_MISSING


def read_own_number(wanted: str, known: Collection[str]) -> str:
    """Return the number to show that was asked for; raises CallerIdUnknown if it is none of ours, or NumberInvalid."""
    shown = read_callee(wanted, field="from").e164
    if shown not in known:
        raise CallerIdUnknown(errors=[{"field": "from", "message": CallerIdUnknown.title}])
    return shown


def keep_fitting(number: Number, known: Collection[str]) -> list[str]:
    """Return which of our numbers a call to this one may show, where its law wants one of its country.

    Raises CallerIdNotLocal if there are numbers and none of them fits; where none is kept, the trunk shows its own.
    """
    if not wants_local_number(number):
        return list(known)
    fitting = [one for one in known if read_callee(one).country == number.country]
    if known and not fitting:
        raise CallerIdNotLocal(country=number.country, errors=[{"field": "from", "message": CallerIdNotLocal.title}])
    return fitting


def wants_local_number(number: Number) -> bool:
    """Tell whether the law of a number's country, unless it is overruled, wants calls to show a number of it."""
    said, override = law.law_of(number.country), read_override()
    return said.local_caller_id_only and not (override and override.lifts(said.country, "caller_id"))


def choose_caller_id(number: Number, known: Collection[str], used: Mapping[str, int]) -> str | None:
    """Return which of our numbers to show, the nearest and least used; `used`: how often each was today."""
    chosen = law.choose_caller_id(
        number,
        [law.CallerId(read_callee(one)) for one in known],
        {one: law.CallerIdUsage(today=count) for one, count in used.items()},
        local_only=wants_local_number(number),
    )
    return chosen.number.e164 if chosen else None
