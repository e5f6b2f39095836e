"""Which Asterisk servers the dialer hears right now: a call that is answered while nobody hears is dropped at once."""

import time
from collections.abc import Collection
from datetime import timedelta

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.settings import calls_settings
from metacortex.platform.database import transaction, utc_now

REMEMBERED_SECONDS = 1.0
_heard: tuple[float, frozenset[str]] = (0.0, frozenset())


async def record_presence(names: Collection[str]) -> None:
    """Note that the dialer hears these servers."""
    if names:
        async with transaction(None) as session:
            await queries.write_heard(session, names, utc_now())


async def read_heard() -> frozenset[str]:
    """Return the servers that are heard, as of at most a second ago."""
    global _heard
    if time.monotonic() - _heard[0] > REMEMBERED_SECONDS:
        within = timedelta(seconds=calls_settings().heard_within_seconds)
        async with transaction(None) as session:
            found = await queries.list_heard(session, since=utc_now() - within)
        _heard = (time.monotonic(), frozenset(found))
    return _heard[1]
