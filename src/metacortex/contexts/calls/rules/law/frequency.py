"""Whether a number may be tried once more, after the attempts already made."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from metacortex.contexts.calls.rules.law.book import Limit, Per, Purpose, Rule, Source
from metacortex.contexts.calls.rules.law.verdict import (
    OWN_LIMIT,
    ZONE_UNKNOWN,
    Override,
    Verdict,
    override_used,
    require_aware,
    rules_reaching,
)
from metacortex.contexts.calls.rules.law.week import WHOLE_DAY, clock_of, intervals_of_day
from metacortex.contexts.calls.rules.zones import Zones

_ROLLING: dict[Per, timedelta] = {"24 hours": timedelta(hours=24), "7 days": timedelta(days=7)}


def own_limit(attempts: int, per: Per) -> Limit:
    """An organization's own limit: it counts beside those of the law and can only tighten."""
    return Limit(attempts, per, "sales", Source("The organization's own limit", "", "product"))


def judge_frequency(
    zones: Zones,
    attempts: Sequence[datetime],
    at: datetime,
    *,
    purpose: Purpose = "sales",
    limit_of_own: Limit | None = None,
    override: Override | None = None,
) -> Verdict:
    """Judge whether one more attempt at `at` keeps every limit; `attempts` are those made to this number, in any order.

    Days and weeks (from Monday) are the callee's, in each possible zone; an attempt just as old as a rolling window is
    outside it. A purpose for which a rule has no limit of its own is held to its limits for sales.
    """
    require_aware(at)
    for attempt in attempts:
        require_aware(attempt)
    if not zones.names:
        return Verdict(False, ZONE_UNKNOWN, "Where this person is cannot be told: add a country or a time zone first.")
    used = override_used(zones, override)
    refused: Verdict | None = None
    for code, name, limit, names in _limits(zones, purpose, limit_of_own, override):
        for zone in names:
            made, free_at = _count(limit, attempts, at, zone)
            if made >= limit.attempts and (refused is None or refused.opens_at is None or free_at > refused.opens_at):
                sentence = f"{name} allows {limit.attempts} calls to a number per {limit.per}; {made} were made."
                refused = Verdict(False, code, sentence, free_at, used)
    return refused or Verdict(True, override=used)


def _limits(
    zones: Zones, purpose: Purpose, limit_of_own: Limit | None, override: Override | None
) -> Iterator[tuple[str, str, Limit, tuple[str, ...]]]:
    for reach in rules_reaching(zones, "frequency", override):
        for limit in _limits_for(reach.rule, purpose):
            yield reach.rule.code, reach.rule.name, limit, reach.zones
    if limit_of_own is not None:
        yield OWN_LIMIT, "Your organization", limit_of_own, zones.names


def _limits_for(rule: Rule, purpose: Purpose) -> tuple[Limit, ...]:
    own = tuple(limit for limit in rule.limits if limit.purpose == purpose)
    return own or tuple(limit for limit in rule.limits if limit.purpose == "sales")


def _count(limit: Limit, attempts: Sequence[datetime], at: datetime, zone: str) -> tuple[int, datetime]:
    """How many attempts count against a limit now, and when one more would be free."""
    rolling = _ROLLING.get(limit.per)
    if rolling is not None:
        counted = sorted(attempt for attempt in attempts if attempt > at - rolling)
        freed = counted[-limit.attempts] if 0 < limit.attempts <= len(counted) else at
        return len(counted), (freed + rolling).astimezone(UTC)
    first, following = _period(limit.per, at, zone)
    made = sum(_local_date(attempt, zone) >= first for attempt in attempts)
    return made, _start_of_day(following, zone)


def _period(per: Per, at: datetime, zone: str) -> tuple[date, date]:
    today = _local_date(at, zone)
    if per == "day":
        return today, today + timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=7)


def _local_date(at: datetime, zone: str) -> date:
    return at.astimezone(clock_of(zone)).date()


def _start_of_day(day: date, zone: str) -> datetime:
    """When a local date begins in UTC, also where clocks skip its midnight or the whole date."""
    while not (intervals := intervals_of_day(WHOLE_DAY, zone, day)):
        day += timedelta(days=1)
    return intervals[0][0]
