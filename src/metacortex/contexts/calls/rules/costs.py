"""What a call costs: every minute begun, from the lead's answer to the end."""

from datetime import datetime

from metacortex.contexts.calls.types import Call, Party

_MINUTE_SECONDS = 60


def charge_call(call: Call, minute_cost_minor: int) -> int:
    """Return what a call that is over costs, in minor units of the currency its minutes are priced in."""
    return sum(
        count_minutes(leg.answered_at, leg.ended_at or call.ended_at) * minute_cost_minor
        for leg in call.legs
        if leg.party is Party.LEAD
    )


def count_minutes(answered_at: datetime | None, ended_at: datetime | None) -> int:
    """Return how many minutes were begun; whoever answered has begun one, whoever did not none."""
    if answered_at is None or ended_at is None:
        return 0
    return max(1, -int(-(ended_at - answered_at).total_seconds() // _MINUTE_SECONDS))
