"""What Asterisk has beside what we believe: events are lost when a socket breaks or a process of ours is killed.

A leg that Asterisk does not have (and should have by now) is over; how it ended is not known, and nobody is rung again
for it. A channel that we took for over is hung up. A channel that is further than we know is caught up with. What was
decided and is not so in Asterisk is done again.
"""

from uuid import UUID

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.clients.asterisk import Connection
from metacortex.contexts.calls.service.comparing import (
    MARGIN,
    Look,
    find_stayed,
    find_strange_bridges,
    find_undone,
    read_server,
)
from metacortex.contexts.calls.service.engine import RING_WITHIN, Engine
from metacortex.contexts.calls.types import OpenLeg, Signal, SignalKind, name_ear, read_channel_id, read_ear
from metacortex.platform.database import RELAY_ROLE, transaction, utc_now
from metacortex.platform.telemetry import log

STRANDED_AFTER = RING_WITHIN + MARGIN


async def read_open_legs() -> list[OpenLeg]:
    """Return the open legs of every organization."""
    async with transaction(None, role=RELAY_ROLE) as session:
        return await queries.list_open_legs(session)


async def look_at(server: Connection) -> Look:
    """Return what we believe of a server, then what it has: in this order a leg that it lacks is over."""
    legs = tuple(leg for leg in await read_open_legs() if leg.server == server.name)
    return await read_server(server, legs)


async def end_stranded(engine: Engine) -> None:
    """End legs on servers that are no longer in the settings: nobody hears how they go on, or that they are over."""
    known = {server.name for server in engine.fleet.servers}
    now = utc_now()
    for leg in await read_open_legs():
        if leg.server not in known and leg.line_leg_id is None and now - leg.requested_at > STRANDED_AFTER:
            log.warning("call.stranded", leg_id=str(leg.id), server=leg.server)
            said = Signal(kind=SignalKind.ABSENT, channel_id=leg.channel_id, at=now)
            await engine.take(leg.org_id, [(leg.id, said)])


async def repair(engine: Engine, server: Connection, look: Look, *, is_new: bool) -> None:
    """Do what was decided and is not so in Asterisk; `is_new`: nobody heard this server until now."""
    await _hang_up_orphans(server, look)
    undone = {leg.id: leg for leg in find_undone(look)}
    calls = {(leg.org_id, leg.call_id) for leg in (look.legs if is_new else undone.values())}
    for line, call_id in find_stayed(look):
        undone[line.id] = line
        calls.add((line.org_id, call_id))
    by_org: dict[UUID, set[UUID]] = {}
    for org_id, call_id in calls | set(await _find_left_bridges(look)):
        by_org.setdefault(org_id, set()).add(call_id)
    for org_id, call_ids in by_org.items():
        await engine.redo(org_id, call_ids, undone, may_record=is_new)


async def _find_left_bridges(look: Look) -> list[tuple[UUID, UUID]]:
    """Return the calls that are over and whose bridge is still there."""
    left = find_strange_bridges(look)
    if not left:
        return []
    async with transaction(None, role=RELAY_ROLE) as session:
        return await queries.find_ended_calls(session, left)


async def _hang_up_orphans(server: Connection, look: Look) -> None:
    """End channels whose legs are over; those of no leg of ours belong to somebody else."""
    on = {leg.id for leg in look.legs}
    by_org: dict[UUID, dict[UUID, str]] = {}
    for name in (*look.channels, *look.bridges):
        found = read_channel_id(read_ear(name))
        if found and found[1] not in on:
            by_org.setdefault(found[0], {})[found[1]] = read_ear(name)
    for org_id, names in by_org.items():
        async with transaction(org_id) as session:
            over = await queries.find_ended_legs(session, names)
        for leg_id in over:
            log.warning("call.orphan", leg_id=str(leg_id))
            await _end(server, names[leg_id], look)


async def _end(server: Connection, name: str, look: Look) -> None:
    """Hang up a channel; a supervisor's also has a channel that hears, and a bridge of its name."""
    for one in {name, *(name_ear(name, whispers=whispers) for whispers in (False, True))} & set(look.channels):
        await server.hang_up(one, "normal")
    if name in look.bridges:
        await server.delete_bridge(name)
