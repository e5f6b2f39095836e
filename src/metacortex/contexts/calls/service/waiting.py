"""Waiting for a call to get somewhere, for those who ask and want the answer in one request."""

import asyncio
import time
from uuid import UUID

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import CallRow
from metacortex.contexts.calls.service.refusals import CallNotFound
from metacortex.contexts.calls.types import CallState
from metacortex.platform.database import transaction

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.4


def _is_there(row: CallRow, wanted: CallState) -> bool:
    return row.state == CallState.ENDED.value or (
        wanted is CallState.ANSWERED and row.state in {CallState.ANSWERED.value, CallState.CONNECTED.value}
    )


async def wait_for_call(org_id: UUID, call_id: UUID, wanted: CallState, *, seconds: float) -> None:
    """Return when the call was answered, or ended, or `seconds` are over; raises CallNotFound if there is none."""
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE_SECONDS
    while True:
        async with transaction(org_id) as session:
            row = await queries.find_call(session, call_id)
        if row is None:
            raise CallNotFound
        if _is_there(row, wanted) or time.monotonic() >= deadline:
            return
        await asyncio.sleep(min(pause, max(0.0, deadline - time.monotonic())))
        pause = min(LONGEST_PAUSE_SECONDS, pause * 1.5)
