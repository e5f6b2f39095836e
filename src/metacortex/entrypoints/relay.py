"""The relay: wakes when work is owed, hands it to Celery in a fair order, and again if it was not done in time."""

import asyncio
import signal
from contextlib import suppress
from uuid import UUID

import asyncpg
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from metacortex.platform.database import RELAY_ROLE, close_engines
from metacortex.platform.database.engine import asyncpg_dsn
from metacortex.platform.jobs.relay import hand_out_jobs, read_seconds_to_next
from metacortex.platform.jobs.settings import job_settings
from metacortex.platform.jobs.transport import count_waiting
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import configure_logs, log

POLL_SECONDS = 1.0
FULL_SECONDS = 0.005


async def relay() -> None:
    """Hand out jobs until cancelled."""
    wake = asyncio.Event()
    wake.set()
    listening = asyncio.create_task(_listen(wake))
    served_last: dict[int, UUID] = {}
    room_at_most = job_settings().in_flight * settings().worker_processes
    try:
        while True:
            await _wait(wake)
            try:
                await _hand_out_all(room_at_most, served_last)
            except (SQLAlchemyError, RedisError, OSError) as error:
                log.warning("relay.waits", error=repr(error))
                await asyncio.sleep(0.5)
                wake.set()
    finally:
        listening.cancel()
        await close_engines()


async def _wait(wake: asyncio.Event) -> None:
    """Sleep until somebody owes work, the next job is due, or the poll interval is over."""
    with suppress(SQLAlchemyError, OSError):
        due_in = None if wake.is_set() else await read_seconds_to_next()
        seconds = POLL_SECONDS if due_in is None else min(POLL_SECONDS, due_in)
        with suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), seconds)
    wake.clear()


async def _hand_out_all(room_at_most: int, served_last: dict[int, UUID]) -> None:
    while True:
        room = room_at_most - count_waiting()
        if room <= 0:
            await asyncio.sleep(FULL_SECONDS)  # Valkey tells nobody when a queue gets shorter
        elif not await hand_out_jobs(room, served_last):
            return


async def _listen(wake: asyncio.Event) -> None:
    """Set `wake` at every notification, and after each reconnection, since some may have been missed."""
    while True:
        try:
            connection = await asyncpg.connect(asyncpg_dsn(), server_settings={"role": RELAY_ROLE}, timeout=5)
            try:
                await connection.add_listener("jobs", lambda *_: wake.set())
                wake.set()
                await _until_closed(connection)
            finally:
                await connection.close(timeout=1)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("relay.disconnected", error=repr(error))
            await asyncio.sleep(0.5)


async def _until_closed(connection: asyncpg.Connection) -> None:
    closed = asyncio.Event()
    connection.add_termination_listener(lambda _: closed.set())
    if not connection.is_closed():
        await closed.wait()


async def _run() -> None:
    running = asyncio.create_task(relay())
    for stop in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop, running.cancel)
    with suppress(asyncio.CancelledError):
        await running


def main() -> None:
    """Hand out jobs until told to stop."""
    configure_logs(settings().log_level, role="relay")
    asyncio.run(_run())
