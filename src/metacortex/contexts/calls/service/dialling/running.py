"""Looking after every organization's campaigns: one task for each, woken when something happened to it."""

import asyncio
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.service.dialling.looking import look
from metacortex.contexts.calls.service.dialling.pace import Pace, Rate
from metacortex.contexts.calls.service.engine import Engine
from metacortex.platform.database import RELAY_ROLE, transaction
from metacortex.platform.telemetry import log

POLL_SECONDS = 1.0
LOOK_SECONDS = 0.5
SOON_SECONDS = 0.1
SHORTEST_SECONDS = 0.02
"""Between two looks, however often something happens."""

Key = tuple[UUID, UUID]


async def run_campaigns(engine: Engine, woken: "asyncio.Queue[str]") -> None:
    """Dial for every campaign until cancelled; `woken` says of which organizations something happened."""
    tasks: dict[Key, asyncio.Task[None]] = {}
    wakes: dict[Key, asyncio.Event] = {}
    active: set[Key] = set()
    trunk_rates: dict[str, Rate] = {}
    async with asyncio.TaskGroup() as group:
        while True:
            found = await _list_dialling()
            active.clear()
            active.update(found)
            for key in found:
                known = tasks.get(key)
                if known is None or known.done():
                    wakes[key] = asyncio.Event()
                    tasks[key] = group.create_task(_run(engine, key, wakes[key], active, Pace(trunk_rates)))
            for key in [key for key, task in tasks.items() if task.done()]:
                del tasks[key], wakes[key]
            for org_id in await _wait(woken):
                for key, wake in wakes.items():
                    if str(key[0]) == org_id:
                        wake.set()


async def _wait(woken: "asyncio.Queue[str]") -> set[str]:
    """Return the organizations that something happened to, after at most the poll interval."""
    try:
        found = {await asyncio.wait_for(woken.get(), POLL_SECONDS)}
    except TimeoutError:
        return set()
    while not woken.empty():
        found.add(woken.get_nowait())
    return found


async def _list_dialling() -> set[Key]:
    try:
        async with transaction(None, role=RELAY_ROLE) as session:
            return set(await queries.list_dialling(session))
    except (SQLAlchemyError, OSError) as error:
        log.warning("campaigns.wait", error=repr(error))
        await asyncio.sleep(0.5)
        return set()


async def _run(engine: Engine, key: Key, wake: asyncio.Event, active: set[Key], pace: Pace) -> None:
    """Look at one campaign again and again while there is something to do; one that fails is begun anew later."""
    try:
        while key in active:
            wake.clear()
            is_soon = await _look(engine, key, pace)
            await asyncio.sleep(SHORTEST_SECONDS)
            try:
                await asyncio.wait_for(wake.wait(), SOON_SECONDS if is_soon else LOOK_SECONDS)
            except TimeoutError:
                continue
    except Exception:  # One campaign's fault must not end the others' calls.
        log.exception("campaign.failed", campaign_id=str(key[1]))
        await asyncio.sleep(POLL_SECONDS)


async def _look(engine: Engine, key: Key, pace: Pace) -> bool:
    try:
        return await look(engine, *key, pace)
    except (SQLAlchemyError, OSError) as error:
        log.warning("campaign.waits", campaign_id=str(key[1]), error=repr(error))
        await asyncio.sleep(0.5)
        return True
