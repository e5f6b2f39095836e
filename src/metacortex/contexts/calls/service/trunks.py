"""Limits of trunks, which every call of the installation shares: lines at once, and calls a second."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.queries import trunks as queries
from metacortex.contexts.calls.rules.trunks import count_lines
from metacortex.contexts.calls.service.refusals import TrunkBusy
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
    """What a trunk can take now; None is no limit."""

    lines: int | None = None
    rings: int | None = None


async def require_room(
    session: AsyncSession, server: Server, call: Call, before: Call | None = None, *, leaves_some: bool = False
) -> None:
    """See that a call about to be stored finds its lines, and keep them until it is; raises TrunkBusy.

    `before`: the call as it is stored, if it has lines already. `leaves_some`: the lines for people stay free.
    """
    wanted = count_lines(call) - (count_lines(before) if before else 0)
    if wanted <= 0:
        return
    if server.calls_per_second is not None:
        queue = await queries.read_queue_seconds(session, server.name)
        if queue > PATIENCE_SECONDS:
            raise _say_busy(f"The phone server may ring {server.calls_per_second:g} times a second", queue)
    if server.concurrent_calls is not None:
        used = await queries.count_trunk_lines(session, server.name, holds=True)
        if used + wanted > (count_for_campaigns(server.concurrent_calls) if leaves_some else server.concurrent_calls):
            raise _say_busy(f"All {server.concurrent_calls} lines of the phone server are in use", PATIENCE_SECONDS)


def _say_busy(sentence: str, seconds: float) -> TrunkBusy:
    message = f"{sentence}. Nobody was called; try again in a moment."
    return TrunkBusy(message, headers={"Retry-After": str(math.ceil(seconds))})


def count_for_campaigns(lines: int) -> int:
    """Return how many of a trunk's lines campaigns may fill: a tenth, and one of two, is left to people who click."""
    return max(1, lines - math.ceil(lines / 10))


async def read_room(session: AsyncSession, server: Server) -> Room:
    """Return what a campaign may place now, as an estimate: `require_room` decides."""
    lines = rings = None
    if server.concurrent_calls is not None:
        used = await queries.count_trunk_lines(session, server.name)
        lines = max(0, count_for_campaigns(server.concurrent_calls) - used)
    if server.calls_per_second is not None:
        ahead = AHEAD_SECONDS - await queries.read_queue_seconds(session, server.name)
        rings = math.floor(ahead * server.calls_per_second) + 1 if ahead > 0 else 0
    return Room(lines, rings)


async def wait_for_room(place: Callable[[], Awaitable[T]]) -> T:
    """Place a call as soon as its trunk has room; raises TrunkBusy if that takes longer than a person waits."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await place()
        except TrunkBusy:
            if time.monotonic() + _TRY_EVERY_SECONDS > until:
                raise
        await asyncio.sleep(_TRY_EVERY_SECONDS)
