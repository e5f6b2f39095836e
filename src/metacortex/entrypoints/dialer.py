"""The dialer: the one process that hears what Asterisk says, and lets each call go on accordingly."""

import asyncio
import signal
from collections import defaultdict
from contextlib import AsyncExitStack, suppress
from uuid import UUID

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from metacortex import flows
from metacortex.contexts.calls.public import (
    CAMPAIGNS,
    AsteriskUnreachable,
    Connection,
    Engine,
    Fleet,
    PostgresCalls,
    Signal,
    calls_settings,
    listen,
    locate,
    reconcile,
    record_presence,
    recover,
    run_campaigns,
)
from metacortex.platform.database import close_engines
from metacortex.platform.database.engine import asyncpg_dsn
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import configure_logs, log

assert flows
LOCK = 7_203_144_520
BATCH = 200
RECONCILE_SECONDS = 10.0
PRESENCE_SECONDS = 1.0


class Ownership:
    """The right to hear for this installation, held by one dialer at a time: two would silence each other's events."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()
        self._connection: asyncpg.Connection | None = None

    async def acquire(self) -> None:
        """Wait until no other dialer has it."""
        self._connection = await asyncpg.connect(asyncpg_dsn(), timeout=5)
        self._connection.add_termination_listener(lambda _: self.lost.set())
        waited = False
        while not await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            if not waited:
                log.info("dialer.standing_by")
                waited = True
            await asyncio.sleep(1)

    async def release(self) -> None:
        """Let another dialer have it."""
        if self._connection and not self._connection.is_closed():
            await self._connection.close(timeout=1)


async def dial(fleet: Fleet) -> None:
    """Follow every Asterisk server until cancelled, or until another dialer may have taken over."""
    ownership = Ownership()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(ownership.release)
        await ownership.acquire()
        engine = Engine(PostgresCalls(), fleet)
        stack.push_async_callback(engine.settle)
        async with asyncio.TaskGroup() as group:
            for server in fleet.servers:
                group.create_task(_follow(engine, server))
            group.create_task(_tell_presence(fleet))
            woken: asyncio.Queue[str] = asyncio.Queue()
            group.create_task(_hear_of_campaigns(woken))
            group.create_task(run_campaigns(engine, woken))
            await ownership.lost.wait()
            message = "The connection that made this the one dialer is lost."
            raise ConnectionError(message)


async def _follow(engine: Engine, server: Connection) -> None:
    """Hear one server, and look from time to time whether anything went unheard."""
    heard: asyncio.Queue[Signal] = asyncio.Queue()

    async def look() -> None:
        for said in await reconcile(server):
            heard.put_nowait(said)

    async def on_connected(*, is_restarted: bool) -> None:
        log.info("dialer.connected", server=server.name, restarted=is_restarted)
        await look()
        await recover(engine, server.name)

    async with asyncio.TaskGroup() as group:
        group.create_task(listen(server, heard, on_connected))
        group.create_task(_take_signals(engine, heard))
        while True:
            await asyncio.sleep(RECONCILE_SECONDS)
            with suppress(AsteriskUnreachable, SQLAlchemyError, OSError):
                await look()


async def _take_signals(engine: Engine, heard: asyncio.Queue[Signal]) -> None:
    """Take what was heard in batches, in order; while the database is away, wait: nothing heard is dropped."""
    while True:
        batch = [await heard.get()]
        while len(batch) < BATCH and not heard.empty():
            batch.append(heard.get_nowait())
        by_org: dict[UUID, list[tuple[UUID, Signal]]] = defaultdict(list)
        for said in batch:
            if found := locate(said):
                by_org[found[0]].append((found[1], said))
        for org_id, signals in by_org.items():
            await _take_until_kept(engine, org_id, signals)


async def _take_until_kept(engine: Engine, org_id: UUID, signals: list[tuple[UUID, Signal]]) -> None:
    while True:
        try:
            await engine.take(org_id, signals)
        except (SQLAlchemyError, OSError) as error:
            log.warning("dialer.waits", error=repr(error))
            await asyncio.sleep(0.5)
        else:
            return


async def _tell_presence(fleet: Fleet) -> None:
    """Tell the web servers every second which servers we hear: a call answered while nobody hears is dropped."""
    while True:
        with suppress(SQLAlchemyError, OSError):
            await record_presence({server.name for server in fleet.servers if server.is_connected})
        await asyncio.sleep(PRESENCE_SECONDS)


async def _hear_of_campaigns(woken: asyncio.Queue[str]) -> None:
    """Pass on of which organizations' campaigns something is told; what is missed is seen by looking."""
    while True:
        try:
            connection = await asyncpg.connect(asyncpg_dsn(), timeout=5)
            closed = asyncio.Event()
            connection.add_termination_listener(lambda _, closed=closed: closed.set())
            try:
                await connection.add_listener(CAMPAIGNS, lambda *told: woken.put_nowait(str(told[-1])))
                await closed.wait()
            finally:
                await connection.close(timeout=1)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("dialer.campaigns_unheard", error=repr(error))
            await asyncio.sleep(0.5)


async def _run() -> None:
    async with Fleet.open(calls_settings()) as fleet:
        await _dial_until_stopped(fleet)
    await close_engines()


async def _dial_until_stopped(fleet: Fleet) -> None:
    running = asyncio.create_task(dial(fleet))
    for stop in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop, running.cancel)
    with suppress(asyncio.CancelledError):
        await running


def main() -> None:
    """Follow Asterisk until told to stop."""
    configure_logs(settings().log_level, role="dialer")
    asyncio.run(_run())
