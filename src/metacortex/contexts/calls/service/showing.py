"""How much an organization's own numbers are shown, against its limits."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import CallingSettings
from metacortex.contexts.calls.queries import trunks
from metacortex.contexts.calls.service.refusals import NumbersUsedUp

_DAY = timedelta(days=1)


async def hold_numbers(session: AsyncSession, own: CallingSettings | None) -> None:
    """Let nobody else choose a number of the organization until the transaction ends, where they are limited."""
    if own is not None and (own.calls_per_number_a_day is not None or own.calls_per_number_at_once is not None):
        await trunks.hold_numbers(session)


async def require_day_left(session: AsyncSession, own: CallingSettings | None, number: str, now: datetime) -> None:
    """See that a call may show its number to one more; raises NumbersUsedUp. `hold_numbers` comes before."""
    if own is None or own.calls_per_number_a_day is None:
        return
    today = await queries.count_by_caller_id(session, [number], since=now - _DAY)
    if today.get(number, 0) >= own.calls_per_number_a_day:
        raise NumbersUsedUp(headers={"Retry-After": "60"})


async def find_free_numbers(
    session: AsyncSession, own: CallingSettings | None, known: list[str], now: datetime
) -> list[str]:
    """Return which of an organization's numbers may be shown once more; raises NumbersUsedUp if none of them may.

    Where there are limits, calls choose one after the other until their transactions end.
    """
    if own is None or not known:
        return known
    a_day, at_once = own.calls_per_number_a_day, own.calls_per_number_at_once
    if a_day is None and at_once is None:
        return known
    await trunks.hold_numbers(session)
    free = known
    if at_once is not None:
        live = await trunks.count_live_by_caller_id(session, free)
        free = [one for one in free if live.get(one, 0) < at_once]
    if a_day is not None and free:
        today = await queries.count_by_caller_id(session, free, since=now - _DAY)
        free = [one for one in free if today.get(one, 0) < a_day]
    if not free:
        raise NumbersUsedUp(headers={"Retry-After": "60"})
    return free
