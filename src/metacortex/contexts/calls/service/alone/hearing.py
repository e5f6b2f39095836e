"""Hearing every Asterisk in the process that also answers HTTP, and ending in order."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from metacortex.contexts.calls.clients.asterisk import Connection, listen
from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.service.alone.office import Office
from metacortex.contexts.calls.service.comparing import Look, compare, find_strange_bridges, find_undone, read_server
from metacortex.contexts.calls.service.memory import KeptCall
from metacortex.contexts.calls.types import (
    AsteriskUnreachable,
    CallState,
    RequestRefused,
    Signal,
    SignalKind,
    locate,
    read_channel_id,
)
from metacortex.platform.clock import utc_now
from metacortex.platform.telemetry import log

BATCH = 200
LOOK_SECONDS = 5.0
ON_THE_WAY_SECONDS = 0.5
"""How long the last words about a channel may take to be heard after it is gone from Asterisk's list."""
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
        await _look(office, server, heard, is_new=True)

    await listen(server, heard, on_connected)


async def _look_again(office: Office, server: Connection, heard: asyncio.Queue[Signal]) -> None:
    """Look from time to time whether anything went unheard."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if server.is_connected:
            with suppress(AsteriskUnreachable, RequestRefused):
                await _look(office, server, heard, is_new=False)


async def _look(office: Office, server: Connection, heard: asyncio.Queue[Signal], *, is_new: bool) -> None:
    """Compare what a server has with our open legs, and do what was decided and is not so; `is_new`: just connected."""
    look = await read_server(server, tuple(office.store.list_open_legs(server.name)))
    signals = compare(look, server.settings.request_seconds)
    _put(heard, (said for said in signals if said.kind is not SignalKind.ABSENT))
    await _hang_up_orphans(office, server, look)
    undone = {leg.id: leg for leg in find_undone(look)}
    calls = {leg.call_id for leg in (look.legs if is_new else undone.values())} | _find_ended(office, look)
    await office.engine.redo(office.org_id, calls, undone, may_record=is_new)
    if absent := [said for said in signals if said.kind is SignalKind.ABSENT]:
        await asyncio.sleep(ON_THE_WAY_SECONDS)
        _put(heard, absent)


def _put(heard: asyncio.Queue[Signal], signals: Iterable[Signal]) -> None:
    for said in signals:
        heard.put_nowait(said)


def _find_ended(office: Office, look: Look) -> set[UUID]:
    """Return the calls that are over and whose bridge is still there."""
    known = (office.store.find(call_id) for call_id in find_strange_bridges(look))
    return {kept.call.id for kept in known if kept is not None and kept.call.state is CallState.ENDED}


async def _hang_up_orphans(office: Office, server: Connection, look: Look) -> None:
    """End channels of ours without an open leg: the process that placed them is gone, and with it all that would."""
    for name in look.channels:
        found = read_channel_id(name)
        if found and found[0] == office.org_id and not office.store.is_leg_open(found[1]):
            log.warning("call.orphan", leg_id=str(found[1]))
            await server.hang_up(name, "normal")


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
