"""Hearing every Asterisk in the process that also answers HTTP, and ending in order."""

import asyncio
from contextlib import suppress

from metacortex.contexts.calls.clients.asterisk import Connection, listen
from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.service.alone.office import Office
from metacortex.contexts.calls.service.comparing import compare
from metacortex.contexts.calls.service.memory import KeptCall
from metacortex.contexts.calls.types import AsteriskUnreachable, RequestRefused, Signal, locate, read_channel_id
from metacortex.platform.clock import utc_now
from metacortex.platform.telemetry import log

BATCH = 200
LOOK_SECONDS = 5.0
GOODBYE_SECONDS = 2.5


async def hear(office: Office) -> None:
    """Follow every server until cancelled."""
    async with asyncio.TaskGroup() as group:
        for server in office.engine.fleet.servers:
            heard: asyncio.Queue[Signal] = asyncio.Queue()
            group.create_task(_listen(office, server, heard))
            group.create_task(_take_signals(office, heard))
            group.create_task(_look_again(office, server, heard))


async def _listen(office: Office, server: Connection, heard: asyncio.Queue[Signal]) -> None:
    async def on_connected(*, is_restarted: bool) -> None:
        del is_restarted  # what is gone is found by looking
        await _look(office, server, heard)

    await listen(server, heard, on_connected)


async def _look_again(office: Office, server: Connection, heard: asyncio.Queue[Signal]) -> None:
    """Look from time to time whether anything went unheard."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if server.is_connected:
            with suppress(AsteriskUnreachable, RequestRefused):
                await _look(office, server, heard)


async def _look(office: Office, server: Connection, heard: asyncio.Queue[Signal]) -> None:
    """Compare a server's channels with our open legs.

    A channel of ours without an open leg is ended: the process that placed it is gone, and with it all that would.
    """
    channels = {str(channel["id"]): channel for channel in await server.list_channels()}
    for name in channels:
        found = read_channel_id(name)
        if found and found[0] == office.org_id and not office.store.is_leg_open(found[1]):
            log.warning("call.orphan", leg_id=str(found[1]))
            await server.hang_up(name, "normal")
    for said in compare(channels, office.store.list_open_legs(server.name), utc_now(), grace=server.settings.grace):
        heard.put_nowait(said)


async def _take_signals(office: Office, heard: asyncio.Queue[Signal]) -> None:
    """Take what was heard in batches, in order."""
    while True:
        batch = [await heard.get()]
        while len(batch) < BATCH and not heard.empty():
            batch.append(heard.get_nowait())
        found = [(place[1], said) for said in batch if (place := locate(said)) and place[0] == office.org_id]
        try:
            await office.engine.take(office.org_id, found)
        except Exception:
            log.exception("call.signals_failed", signals=len(found))


async def say_goodbye(office: Office) -> None:
    """End every call that is on, and wait a moment for it: when this process is gone, nobody could."""
    open_calls = office.store.list_open()
    with suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            await asyncio.gather(*(_end(office, kept) for kept in open_calls))
    for kept in office.store.list_open():
        log.warning("call.left_open", call_id=str(kept.call.id), server=kept.call.server)


async def _end(office: Office, kept: KeptCall) -> None:
    await office.engine.change(office.org_id, kept.call.id, lambda call: flow.hang_up(call, utc_now()))
    await office.store.wait(kept, lambda call: call.ended_at is not None, seconds=GOODBYE_SECONDS)
