"""Limits of servers and their trunks, which every call shares: channels and lines at once, and calls a second."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.queries import trunks as queries
from metacortex.contexts.calls.rules.trunks import count_channels, count_lines
from metacortex.contexts.calls.service.refusals import AgentLeaving, TrunkBusy
from metacortex.contexts.calls.settings import Server
from metacortex.contexts.calls.types import Call

T = TypeVar("T")
PATIENCE_SECONDS = 2.0
"""How long somebody who clicked waits for room before they are told that there is none."""
_TRY_EVERY_SECONDS = 0.2
AHEAD_SECONDS = 0.5
"""So far ahead campaigns use up a trunk's calls a second: whoever clicks meanwhile waits no longer than that."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a server and its trunk can take now; None is no limit."""

    lines: int | None = None
    rings: int | None = None


async def require_room(
    session: AsyncSession,
    server: Server,
    call: Call,
    before: Call | None = None,
    *,
    beside: Collection[Server] = (),
    leaves_some: bool = False,
) -> None:
    """See that a call about to be stored finds its lines and channels, and keep them until it is; raises TrunkBusy.

    `before`: the call as it is stored, if it has some already. `beside`: servers on which this transaction may place
    further calls. `leaves_some`: those kept for people stay free.
    """
    lines = count_lines(call) - (count_lines(before) if before else 0)
    channels = count_channels(call) - (count_channels(before) if before else 0)
    limited = {one.name for one in (server, *beside) if one.concurrent_calls or one.max_concurrent}
    if len(limited) > 1:
        await queries.hold_trunks(session, limited)
    if server.calls_per_second is not None and lines > 0:
        queue = await queries.read_queue_seconds(session, server.name)
        if queue > PATIENCE_SECONDS:
            raise _say_busy(f"The phone server may ring {server.calls_per_second:g} times a second", queue)
    if server.concurrent_calls is not None and lines > 0:
        used = await queries.count_trunk_lines(session, server.name, holds=True)
        if used + lines > _bound(server.concurrent_calls, leaves_some=leaves_some):
            raise _say_busy(f"All {server.concurrent_calls} lines of the phone server are in use", PATIENCE_SECONDS)
    if server.max_concurrent is not None and channels > 0:
        used = await queries.count_server_channels(session, server.name, holds=True)
        if used + channels > _bound(server.max_concurrent, leaves_some=leaves_some):
            sentence = f"The phone server carries {server.max_concurrent} phones at once, and has no room for more"
            raise _say_busy(sentence, PATIENCE_SECONDS)


def _bound(limit: int, *, leaves_some: bool) -> int:
    return count_for_campaigns(limit) if leaves_some else limit


def _say_busy(sentence: str, seconds: float) -> TrunkBusy:
    message = f"{sentence}. Nobody was called; try again in a moment."
    return TrunkBusy(message, headers={"Retry-After": str(math.ceil(seconds))})


def count_for_campaigns(lines: int) -> int:
    """Return how many of so many lines campaigns may fill: a tenth, and one of two, is left to people who click."""
    return max(1, lines - math.ceil(lines / 10))


async def read_room(session: AsyncSession, server: Server) -> Room:
    """Return what a campaign may place now, as an estimate: `require_room` decides."""
    lines = rings = None
    if server.concurrent_calls is not None:
        used = await queries.count_trunk_lines(session, server.name)
        lines = max(0, count_for_campaigns(server.concurrent_calls) - used)
    if server.max_concurrent is not None:
        used = await queries.count_server_channels(session, server.name)
        channels = max(0, count_for_campaigns(server.max_concurrent) - used)
        lines = channels if lines is None else min(lines, channels)
    if server.calls_per_second is not None:
        ahead = AHEAD_SECONDS - await queries.read_queue_seconds(session, server.name)
        rings = math.floor(ahead * server.calls_per_second) + 1 if ahead > 0 else 0
    return Room(lines, rings)


async def wait_for_room(place: Callable[[], Awaitable[T]]) -> T:
    """Place a call as soon as its trunk has room, and its agent's last call is over.

    Raises TrunkBusy or AgentLeaving if that takes longer than a person waits.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await place()
        except (TrunkBusy, AgentLeaving):
            if time.monotonic() + _TRY_EVERY_SECONDS > until:
                raise
        await asyncio.sleep(_TRY_EVERY_SECONDS)
