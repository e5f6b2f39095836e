"""The dialer: the one process that hears what Asterisk says, and lets each call go on accordingly."""

import asyncio
import signal
from collections import defaultdict
from collections.abc import Iterable
from contextlib import AsyncExitStack, suppress
from itertools import count
from uuid import UUID

import asyncpg
import uvloop
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from metacortex import flows
from metacortex.contexts.calls.public import (
    CAMPAIGNS,
    AsteriskUnreachable,
    Connection,
    Engine,
    Fleet,
    PostgresCalls,
    RequestRefused,
    Signal,
    SignalKind,
    calls_settings,
    compare,
    end_stranded,
    listen,
    locate,
    look_at,
    read_override,
    record_presence,
    repair,
    run_campaigns,
)
from metacortex.platform.database import close_engines, transaction
from metacortex.platform.database.engine import asyncpg_dsn, name_process
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import configure_logs, log

assert flows
LOCK = 7_203_144_520
BATCH = 200
COMPANY_SECONDS = 0.01
"""How long the first of a batch waits for others: what follows within moments costs no transaction of its own."""
RECONCILE_SECONDS = 5.0
PRESENCE_SECONDS = 1.0
STRANDED_SECONDS = 30.0
ON_THE_WAY_SECONDS = 0.5
"""How long the last words about a channel may take to be heard after it is gone from Asterisk's list."""
TRIES = 3
DRAIN_SECONDS = 5.0
BEAT_SECONDS = 1.0
SILENT_SECONDS = 10.0
"""After how long a dialer that says nothing is frozen, and another takes over."""
END_SILENT = """
SELECT count(pg_terminate_backend(every.pid))
FROM pg_locks JOIN pg_stat_activity AS holder ON holder.pid = pg_locks.pid
JOIN pg_stat_activity AS every ON every.application_name = holder.application_name
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND holder.datname = current_database()
    AND every.pid <> pg_backend_pid() AND (classid::bigint << 32 | objid::bigint) = $1
    AND holder.state_change < clock_timestamp() - make_interval(secs => $2)
"""
_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Ownership:
    """The right to hear for this installation, held by one dialer at a time: two would silence each other's events.

    It is a lock of one database connection, which says every second that its process lives. While the database is
    away nobody can take it over, and whoever comes first afterwards has it.
    """

    def __init__(self) -> None:
        self._connection: asyncpg.Connection | None = None

    async def acquire(self) -> None:
        """Wait until no other dialer has it, or the one that has is frozen."""
        waited = False
        while not await self._try():
            if not waited:
                log.info("dialer.standing_by")
                waited = True
            await asyncio.sleep(BEAT_SECONDS)

    async def keep(self) -> None:
        """Return when another dialer has it."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            if not await self._try():
                return

    async def _try(self) -> bool:
        """Take it, or say that it is still ours; wait while the database is away."""
        while True:
            try:
                if self._connection is not None and not self._connection.is_closed():
                    await self._connection.fetchval("SELECT 1", timeout=BEAT_SECONDS * 5)
                    return True
                self._connection = await self._lock()
            except _AWAY as error:
                log.warning("dialer.waits", error=repr(error))
                await self.release()
                await asyncio.sleep(0.2)
            else:
                return self._connection is not None

    async def _lock(self) -> asyncpg.Connection | None:
        """Return a connection that has the lock, or None if another has it; one that says nothing is ended."""
        named = {"application_name": name_process()}
        connection = await asyncpg.connect(asyncpg_dsn(), timeout=5, server_settings=named)
        try:
            if await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
                taken, connection = connection, None
                return taken
            if await connection.fetchval(END_SILENT, LOCK, SILENT_SECONDS):
                log.warning("dialer.ended_silent")
        finally:
            if connection is not None:
                await connection.close(timeout=1)
        return None

    async def release(self) -> None:
        """Let another dialer have it."""
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            with suppress(*_AWAY):
                await connection.close(timeout=1)


async def dial(fleet: Fleet) -> None:
    """Follow every Asterisk server until cancelled; stand by while another dialer does."""
    async with AsyncExitStack() as stack:
        ownership = Ownership()
        stack.push_async_callback(ownership.release)
        while True:
            await ownership.acquire()
            log.info("dialer.owns")
            await _dial_while_owner(fleet, ownership)
            log.warning("dialer.displaced")


async def _dial_while_owner(fleet: Fleet, ownership: Ownership) -> None:
    async with AsyncExitStack() as stack:
        engine = Engine(PostgresCalls(), fleet)
        stack.push_async_callback(engine.settle)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_follow(engine, server)) for server in fleet.servers]
            tasks.append(group.create_task(_tell_presence(fleet)))
            tasks.append(group.create_task(_end_stranded(engine)))
            woken: asyncio.Queue[str] = asyncio.Queue()
            tasks.append(group.create_task(_hear_of_campaigns(woken)))
            tasks.append(group.create_task(run_campaigns(engine, woken)))
            await ownership.keep()
            for task in tasks:
                task.cancel()


async def _follow(engine: Engine, server: Connection) -> None:
    """Hear one server, and look from time to time whether anything went unheard or undone."""
    heard: asyncio.Queue[Signal] = asyncio.Queue()

    async def look(*, is_new: bool) -> None:
        found = await look_at(server)
        signals = compare(found, server.settings.request_seconds)
        _put(heard, (said for said in signals if said.kind is not SignalKind.ABSENT))
        await repair(engine, server, found, is_new=is_new)
        if absent := [said for said in signals if said.kind is SignalKind.ABSENT]:
            await asyncio.sleep(ON_THE_WAY_SECONDS)
            _put(heard, absent)

    async def on_connected(*, is_restarted: bool) -> None:
        log.info("dialer.connected", server=server.name, restarted=is_restarted)
        await look(is_new=True)

    taking = asyncio.create_task(_take_signals(engine, heard))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(listen(server, heard, on_connected))
            while True:
                await asyncio.sleep(RECONCILE_SECONDS)
                with suppress(AsteriskUnreachable, RequestRefused, SQLAlchemyError, OSError):
                    await look(is_new=False)
    finally:
        # What was heard is true, whoever is the dialer now.
        with suppress(TimeoutError):
            await asyncio.wait_for(heard.join(), DRAIN_SECONDS)
        taking.cancel()
        await asyncio.wait([taking])


def _put(heard: "asyncio.Queue[Signal]", signals: Iterable[Signal]) -> None:
    for said in signals:
        heard.put_nowait(said)


async def _take_signals(engine: Engine, heard: "asyncio.Queue[Signal]") -> None:
    """Take what was heard in batches, in order; while the database is away, wait: nothing heard is dropped."""
    while True:
        batch = [await heard.get()]
        await asyncio.sleep(COMPANY_SECONDS)
        while len(batch) < BATCH and not heard.empty():
            batch.append(heard.get_nowait())
        by_org: dict[UUID, list[tuple[UUID, Signal]]] = defaultdict(list)
        for said in batch:
            if found := locate(said):
                by_org[found[0]].append((found[1], said))
        for org_id, signals in by_org.items():
            await _take_until_kept(engine, org_id, signals)
        for _ in batch:
            heard.task_done()


async def _take_until_kept(engine: Engine, org_id: UUID, signals: list[tuple[UUID, Signal]]) -> None:
    """Take signals, again while that fails; one that alone cannot be taken by a database that answers is let go."""
    for turn in count(1):
        try:
            await engine.take(org_id, signals)
        except Exception as error:  # one bad signal must not keep the good ones behind it
            log.warning("dialer.waits", error=repr(error))
        else:
            return
        if turn >= TRIES and await _database_answers():
            break
        await asyncio.sleep(0.5)
    if len(signals) == 1:
        log.error("dialer.dropped", leg_id=str(signals[0][0]), kind=signals[0][1].kind.value)
        return
    for one in signals:
        await _take_until_kept(engine, org_id, [one])


async def _database_answers() -> bool:
    try:
        async with transaction(None) as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return False
    return True


async def _tell_presence(fleet: Fleet) -> None:
    """Tell the web servers every second which servers we hear: a call answered while nobody hears is dropped."""
    while True:
        with suppress(SQLAlchemyError, OSError):
            await record_presence({server.name for server in fleet.servers if server.is_connected})
        await asyncio.sleep(PRESENCE_SECONDS)


async def _end_stranded(engine: Engine) -> None:
    """Look from time to time for calls on servers that were taken out of the settings."""
    while True:
        with suppress(SQLAlchemyError, OSError):
            await end_stranded(engine)
        await asyncio.sleep(STRANDED_SECONDS)


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
    read_override()  # refuses what cannot be used before anybody is called
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
    uvloop.run(_run())
