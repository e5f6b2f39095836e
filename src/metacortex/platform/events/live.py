"""Live updates: follows the event table for the organizations that have a browser connected here.

A resume token is a position (xid, seq). A reader sees only rows below the oldest running transaction, so nothing can
later appear before a position it has passed. Source of the technique: PostgreSQL manual, pg_current_snapshot().
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import text

from metacortex.platform.database import APP_ROLE, transaction
from metacortex.platform.database.engine import asyncpg_dsn
from metacortex.platform.telemetry import log, metrics

_NOW = text(
    "SELECT xid::text::bigint AS xid, seq FROM events WHERE org_id = :org_id"
    " AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY events.xid DESC, seq DESC LIMIT 1"
)
_READ = text(
    "SELECT xid::text::bigint AS number, seq, type, data, xid < pg_snapshot_xmin(pg_current_snapshot()) AS settled"
    " FROM events WHERE org_id = :org_id AND (events.xid, seq) > (CAST(CAST(:xid AS text) AS xid8), :seq)"
    " ORDER BY events.xid, seq LIMIT 500"
)
_IS_KEPT = text(
    "SELECT EXISTS (SELECT 1 FROM events WHERE org_id = :org_id"
    " AND xid = CAST(CAST(:xid AS text) AS xid8) AND seq = :seq)"
)
QUEUE_LENGTH = 2_000
POLL_SECONDS = 2.0
UNSETTLED_SECONDS = 0.01
START = (0, 0)

Position = tuple[int, int]


@dataclass(eq=False)
class Listener:
    """One connected browser. When it lags too far behind it is told to load everything anew."""

    queue: asyncio.Queue[dict[str, Any]] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))
    is_lagging: bool = False

    def offer(self, message: dict[str, Any]) -> None:
        """Hand over a message, or note that this browser cannot keep up."""
        if self.queue.full():
            self.is_lagging = True
            while not self.queue.empty():
                self.queue.get_nowait()
        self.queue.put_nowait({"type": "reset", "token": message["token"]} if self.is_lagging else message)
        self.is_lagging = False


@dataclass(eq=False)
class Audience:
    """The connected browsers of one organization, and how far they have heard."""

    position: Position
    listeners: set[Listener] = field(default_factory=set)


class LiveHub:
    """Reads new events once per organization and hands them to every browser connected to this process."""

    def __init__(self) -> None:
        self._audiences: dict[UUID, Audience] = {}
        self._stirred: set[UUID] = set()
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Follow notifications until cancelled; whatever goes wrong, begin again: nobody else would."""
        while True:
            try:
                await self._follow()
            except Exception as error:
                log.warning("live.disconnected", error=repr(error))
                await asyncio.sleep(0.5)

    async def _follow(self) -> None:
        connection = await asyncpg.connect(asyncpg_dsn(), server_settings={"role": APP_ROLE}, timeout=5)
        try:
            await connection.add_listener("events", self._on_notification)
            self._stirred.update(self._audiences)
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
                self._wake.clear()
                if connection.is_closed():
                    message = "the listening connection was closed"
                    raise OSError(message)
                stirred, self._stirred = self._stirred or set(self._audiences), set()
                for org_id in stirred:
                    if audience := self._audiences.get(org_id):
                        await self._forward(org_id, audience)
        finally:
            await connection.close(timeout=1)

    def _on_notification(self, _: Any, __: int, ___: str, payload: object) -> None:
        org_id = UUID(str(payload))
        if org_id in self._audiences:
            self._stir(org_id)

    async def _forward(self, org_id: UUID, audience: Audience) -> None:
        messages, audience.position, has_more = await read_events(org_id, audience.position)
        for message in messages:
            for listener in audience.listeners:
                listener.offer(message)
        if has_more:
            asyncio.get_running_loop().call_later(UNSETTLED_SECONDS, self._stir, org_id)

    def _stir(self, org_id: UUID) -> None:
        self._stirred.add(org_id)
        self._wake.set()

    @asynccontextmanager
    async def listen(self, org_id: UUID, since: Position | None) -> AsyncIterator[Listener]:
        """Connect a browser: first what it missed since its position, then what happens."""
        listener = Listener()
        if org_id not in self._audiences:
            position = await read_position(org_id)
            self._audiences.setdefault(org_id, Audience(position))
        audience = self._audiences[org_id]
        audience.listeners.add(listener)
        metrics.live_browsers.inc()
        try:
            await self._catch_up(org_id, listener, since, until=audience.position)
            yield listener
        finally:
            metrics.live_browsers.dec()
            audience.listeners.discard(listener)
            if not audience.listeners:
                del self._audiences[org_id]

    async def _catch_up(self, org_id: UUID, listener: Listener, since: Position | None, *, until: Position) -> None:
        listener.offer({"type": "ready", "token": write_token(until)})
        if since is None or since >= until:
            return
        if not await is_kept(org_id, since):
            listener.offer({"type": "reset", "token": write_token(until)})
            return
        position, has_more = since, True
        while has_more and position < until:
            messages, position, has_more = await read_events(org_id, position)
            for message in messages:
                listener.offer(message)


async def read_events(org_id: UUID, after: Position) -> tuple[list[dict[str, Any]], Position, bool]:
    """Read settled events after a position; the flag says that there are more, or some not settled yet."""
    async with transaction(org_id) as session:
        rows = (await session.execute(_READ, {"org_id": org_id, "xid": str(after[0]), "seq": after[1]})).all()
    messages: list[dict[str, Any]] = []
    position = after
    for row in rows:
        if not row.settled:
            return messages, position, True
        position = (row.number, row.seq)
        messages.append({"type": row.type, "data": row.data, "token": write_token(position)})
    return messages, position, len(rows) == 500


async def read_position(org_id: UUID) -> Position:
    """Return the position of the newest settled event."""
    async with transaction(org_id) as session:
        row = (await session.execute(_NOW, {"org_id": org_id})).first()
    return (row.xid, row.seq) if row else START


async def is_kept(org_id: UUID, position: Position) -> bool:
    """Say whether events have been kept since this position."""
    if position == START:
        return True
    async with transaction(org_id) as session:
        values = {"org_id": org_id, "xid": str(position[0]), "seq": position[1]}
        return bool(await session.scalar(_IS_KEPT, values))


def write_token(position: Position) -> str:
    """Encode a position for a browser."""
    return f"{position[0]}-{position[1]}"


def read_token(token: str) -> Position | None:
    """Decode a browser's position; None if it is not one."""
    left, _, right = token.partition("-")
    if not (left.isascii() and right.isascii() and left.isdigit() and right.isdigit() and len(token) < 42):
        return None
    return int(left), int(right)
