"""Wait until transactions wait: what a test holds is let go only when those that want it stand behind it."""

import asyncio

from sqlalchemy import text

from metacortex.platform.database import transaction

_PATIENCE_SECONDS = 60
_WAITERS = text(
    "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


async def until_waiting(count: int) -> None:
    """Return when so many transactions wait for an advisory lock.

    Who waits for a row does not count: the dialer, which looks at every campaign, may do so at any time.
    """
    waiting = 0
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while waiting != count:
                async with transaction(None) as session:
                    waiting = await session.scalar(_WAITERS) or 0
                await asyncio.sleep(0.01)
    except TimeoutError as error:
        raise AssertionError(f"{waiting} transactions wait for an advisory lock, not {count}.") from error
