"""Whether a call may be made at a moment, and when it next may: open in every zone and by every rule at once."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from metacortex.contexts.calls.rules.law.book import Purpose
from metacortex.contexts.calls.rules.law.holidays import Observed, is_holiday
from metacortex.contexts.calls.rules.law.verdict import (
    OWN_HOURS,
    ZONE_UNKNOWN,
    Override,
    Verdict,
    override_used,
    require_aware,
    rules_reaching,
)
from metacortex.contexts.calls.rules.law.week import WHOLE_DAY, Week, Window, clock_of, intervals_of_day, meet
from metacortex.contexts.calls.rules.zones import Zones

SEARCH_DAYS = 14


@dataclass(frozen=True, slots=True)
class _Check:
    code: str
    name: str
    week: Week
    holidays: tuple[str, ...]
    observed: Observed

    def windows_on(self, day: date) -> tuple[Window, ...]:
        return () if is_holiday(self.holidays, self.observed, day) else self.week.days[day.weekday()]


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """The checks of each zone; compared by identity, so that what is computed from it is found fast."""

    checks: dict[str, tuple[_Check, ...]]


def judge_moment(
    zones: Zones,
    at: datetime,
    *,
    narrower: Week | None = None,
    override: Override | None = None,
    automated: bool = True,
    purpose: Purpose = "sales",
) -> Verdict:
    """Judge whether the callee may be rung at `at`: only if every possible zone and every rule is open.

    The opening minute is inside, the closing minute is not. `narrower` are the organization's own hours, which only
    tighten. Say `automated=False` only where a person dialled. A callee whose zone is unknown is never rung, whatever
    is overruled.
    """
    require_aware(at)
    if not zones.names:
        return Verdict(False, ZONE_UNKNOWN, "Where this person is cannot be told: add a country or a time zone first.")
    used = override_used(zones, override)
    plan = _plan(zones, narrower, override, automated, purpose)
    for zone in plan.checks:
        local = at.astimezone(clock_of(zone))
        minute = local.hour * 60 + local.minute
        if not any(each.opens_minute <= minute < each.closes_minute for each in _windows_on(plan, zone, local.date())):
            opens_at = next_opening(
                zones, at, narrower=narrower, override=override, automated=automated, purpose=purpose
            )
            code, sentence = _explain(plan.checks[zone], zone, local)
            return Verdict(False, code, sentence, opens_at, used)
    return Verdict(True, override=used)


def next_opening(
    zones: Zones,
    at: datetime,
    *,
    narrower: Week | None = None,
    override: Override | None = None,
    automated: bool = True,
    purpose: Purpose = "sales",
) -> datetime | None:
    """The first moment (UTC) not before `at` when the callee may be rung; None if there is none in 14 days."""
    require_aware(at)
    if not zones.names:
        return None
    plan = _plan(zones, narrower, override, automated, purpose)
    moment = at.astimezone(UTC)
    last = moment + timedelta(days=SEARCH_DAYS)
    while True:
        latest = moment
        for zone in plan.checks:
            opening = _opening_of(plan, zone, latest, last)
            if opening is None:
                return None
            latest = opening
        if latest == moment:
            return moment
        moment = latest


@lru_cache(maxsize=4096)
def _plan(
    zones: Zones,
    narrower: Week | None,
    override: Override | None,
    automated: bool,  # noqa: FBT001
    purpose: Purpose,
) -> _Plan:
    checks: dict[str, list[_Check]] = {zone: [] for zone in zones.names}
    for reach in rules_reaching(zones, "hours", override):
        for hours in reach.rule.hours:
            if (automated or not hours.automated_only) and hours.purpose in (None, purpose):
                for zone in reach.zones:
                    check = _Check(reach.rule.code, reach.rule.name, hours.week, hours.holidays, hours.observed)
                    checks[zone].append(check)
    if narrower is not None:
        for each in checks.values():
            each.append(_Check(OWN_HOURS, "Your organization", narrower, (), "none"))
    return _Plan({zone: tuple(each) for zone, each in checks.items()})


@lru_cache(maxsize=16384)
def _windows_on(plan: _Plan, zone: str, day: date) -> tuple[Window, ...]:
    """The hours of a local date that every check of the zone leaves open."""
    windows: tuple[Window, ...] = WHOLE_DAY
    for check in plan.checks[zone]:
        windows = meet(windows, check.windows_on(day))
    return windows


@lru_cache(maxsize=16384)
def _intervals_on(plan: _Plan, zone: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
    return intervals_of_day(_windows_on(plan, zone, day), zone, day)


def _opening_of(plan: _Plan, zone: str, after: datetime, last: datetime) -> datetime | None:
    """The first moment in [after, last] when the checks of one zone are open, by the local days around it."""
    day = after.astimezone(clock_of(zone)).date() - timedelta(days=1)
    while day <= last.date() + timedelta(days=1):
        for opens, closes in _intervals_on(plan, zone, day):
            if closes > after:
                return max(opens, after) if opens <= last else None
        day += timedelta(days=1)
    return None


def _explain(checks: tuple[_Check, ...], zone: str, local: datetime) -> tuple[str, str]:
    """The first rule that is shut at a local time, and a sentence that says so."""
    minute = local.hour * 60 + local.minute
    for check in checks:
        if is_holiday(check.holidays, check.observed, local.date()):
            return check.code, f"{check.name} allows no calls on {local:%d %B %Y}, a public holiday there."
        if not check.week.is_open(local.weekday(), minute):
            return check.code, f"{check.name} allows calls {check.week}; it is {local:%A %H:%M} in {zone}."
    raise AssertionError("A closed zone has a closed rule.")
