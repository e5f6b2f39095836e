"""What becomes of somebody on a campaign's list after an attempt to call them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from metacortex.contexts.calls.types import Outcome
from metacortex.contexts.calls.types.campaigns import Recycling, TargetState

NEVER = Recycling(again_after_seconds=0, attempts=0)
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

DEFAULTS: Mapping[Outcome, Recycling] = {
    Outcome.ANSWERED: NEVER,
    Outcome.BUSY: Recycling(again_after_seconds=10 * _MINUTE, attempts=5),
    Outcome.NO_ANSWER: Recycling(again_after_seconds=4 * _HOUR, attempts=4, other_time_of_day=True),
    Outcome.INVALID_NUMBER: Recycling(again_after_seconds=0, attempts=0, other_number=True),
    Outcome.REJECTED: Recycling(again_after_seconds=_DAY, attempts=1, other_time_of_day=True),
    Outcome.CONGESTION: Recycling(again_after_seconds=5 * _MINUTE, attempts=6),
    Outcome.FAILED: Recycling(again_after_seconds=30 * _MINUTE, attempts=2, other_number=True),
    Outcome.CANCELLED: Recycling(again_after_seconds=_HOUR, attempts=2),
    Outcome.LOST: Recycling(again_after_seconds=_HOUR, attempts=2),
    Outcome.MACHINE: Recycling(again_after_seconds=4 * _HOUR, attempts=3, other_time_of_day=True),
    Outcome.ABANDONED: Recycling(again_after_seconds=3 * _DAY, attempts=1),
    Outcome.AGENT_UNREACHED: Recycling(again_after_seconds=10 * _MINUTE, attempts=5),
    Outcome.AGENT_LEFT: Recycling(again_after_seconds=10 * _MINUTE, attempts=3),
}
"""What an outcome leads to where a campaign does not say; nobody who spoke with an agent is called again unasked."""

PARTS_OF_DAY = ((8, 12), (12, 17), (17, 21))
"""Hours in which people are alike to reach, or not."""


@dataclass(frozen=True, slots=True)
class Next:
    """Where a target stands then; `takes_other_number` says that another number of theirs is tried."""

    state: TargetState
    next_at: datetime
    takes_other_number: bool = False


def recycle(
    outcome: Outcome,
    rule: Recycling,
    *,
    seen: int,
    attempts: int,
    most_attempts: int,
    has_other_number: bool,
    ended_at: datetime,
    zone: tzinfo,
) -> Next:
    """Return what becomes of a target whose last attempt had this outcome, the `seen`-th time."""
    if attempts >= most_attempts:
        return Next(TargetState.DONE, ended_at)
    takes_other = rule.other_number and has_other_number
    if seen > rule.attempts and not takes_other:
        return Next(TargetState.DONE, ended_at)
    next_at = ended_at + timedelta(seconds=rule.again_after_seconds)
    if rule.other_time_of_day and outcome is not Outcome.ANSWERED:
        next_at = find_other_part_of_day(ended_at, next_at, zone)
    return Next(TargetState.WAITING, next_at, takes_other)


def find_other_part_of_day(last: datetime, earliest: datetime, zone: tzinfo) -> datetime:
    """Return the first moment from `earliest` on that lies in another part of the day than `last` did."""
    was = _part(last.astimezone(zone))
    moment = earliest.astimezone(zone)
    for _ in range(3 * len(PARTS_OF_DAY)):
        part = _part(moment)
        if part is not None and part != was:
            break
        moment = _next_part(moment)
    return moment.astimezone(earliest.tzinfo)


def _part(moment: datetime) -> int | None:
    return next((place for place, (start, end) in enumerate(PARTS_OF_DAY) if start <= moment.hour < end), None)


def _next_part(moment: datetime) -> datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    later = [whole.replace(hour=start) for start, _ in PARTS_OF_DAY if start > moment.hour]
    return later[0] if later else (whole + timedelta(days=1)).replace(hour=PARTS_OF_DAY[0][0])
