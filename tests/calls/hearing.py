"""An emulated Asterisk on loopback, our connection to it, and what is heard."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from metacortex.contexts.calls.clients.asterisk import Connection, listen
from metacortex.contexts.calls.settings import CallsSettings
from metacortex.contexts.calls.types import Signal, SignalKind, channel_id
from metacortex.platform.emulators.asterisk.options import Options
from metacortex.platform.emulators.asterisk.server import emulated_asterisk

ORG = UUID("0197c0de-0000-7000-8000-000000000001")
PATIENCE_SECONDS = 20


def new_channel_id() -> str:
    """Return the name of a new leg's channel."""
    return channel_id(ORG, uuid4())


def settings_for(url: str, **changed: Any) -> CallsSettings:
    """Return settings of one Asterisk, as impatient as tests are."""
    given = {
        "asterisk_url": url,
        "asterisk_username": "metacortex",
        "asterisk_password": "metacortex",
        "asterisk_amd_context": "amd",
        "reconnect_seconds": 0.01,
        "reconnect_limit_seconds": 0.05,
    }
    return CallsSettings(_env_file=None, **(given | changed))


@asynccontextmanager
async def connected_to(url: str, **changed: Any) -> AsyncIterator[Connection]:
    """Yield a connection, of which no socket is open."""
    settings = settings_for(url, **changed)
    connection = Connection(settings.servers[0], settings)
    try:
        yield connection
    finally:
        await connection.close()


@dataclass
class Hearing:
    """What was heard so far, and each opening of the socket with whether a restart came before it."""

    connection: Connection
    queue: asyncio.Queue[Signal] = field(default_factory=asyncio.Queue)
    signals: list[Signal] = field(default_factory=list)
    openings: list[bool] = field(default_factory=list)
    on_opening: Callable[[], Any] | None = None

    async def on_connected(self, *, is_restarted: bool) -> None:
        """Note an opening."""
        self.openings.append(is_restarted)
        if self.on_opening:
            self.on_opening()

    async def wait_for(self, kind: SignalKind, channel: str | None = None) -> Signal:
        """Return the first signal of a kind, waiting for it if need be."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for signal in self.signals:
                    if signal.kind is kind and channel in {None, signal.channel_id}:
                        return signal
                self.signals.append(await self.queue.get())

    def of(self, channel: str) -> list[Signal]:
        """Return what was said about a channel."""
        return [signal for signal in self.signals if signal.channel_id == channel]


@asynccontextmanager
async def heard(connection: Connection) -> AsyncIterator[Hearing]:
    """Listen until the block ends; it begins before the socket is open."""
    hearing = Hearing(connection)
    listening = asyncio.create_task(listen(connection, hearing.queue, hearing.on_connected))
    try:
        yield hearing
    finally:
        listening.cancel()
        await asyncio.wait([listening])


async def until(condition: Callable[[], Any]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


@dataclass
class Line:
    """An emulated Asterisk, and our connection to it."""

    url: str
    connection: Connection
    hearing: Hearing

    async def strike(self, **faults: Any) -> None:
        """Let something go wrong."""
        async with aiohttp.ClientSession() as session, session.post(f"{self.url}/emulator/faults", json=faults) as said:
            assert said.status == 200, await said.text()

    async def read_ledger(self) -> list[dict[str, Any]]:
        """Return every phone that rang, as the emulator knows it."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/emulator/calls") as said:
            found = await said.json()
        return found["calls"] if isinstance(found, dict) else found

    async def dial(self, number: str, **options: Any) -> str:
        """Ring a number; return the channel's id."""
        channel = new_channel_id()
        endpoint = self.connection.server.build_endpoint(number)
        await self.connection.originate(channel, endpoint, **({"app_args": ("lead",)} | options))
        return channel


@asynccontextmanager
async def open_line(
    *, speed: float = 100, emulate: dict[str, Any] | None = None, **changed: Any
) -> AsyncIterator[Line]:
    """Yield an emulated Asterisk that is listened to, its time running `speed` times faster."""
    options = Options(port=0, speed=speed, **(emulate or {}))
    async with (
        emulated_asterisk(options) as emulator,
        connected_to(emulator.url, **changed) as connection,
        heard(connection) as hearing,
    ):
        await until(lambda: connection.is_connected)
        yield Line(emulator.url, connection, hearing)
