"""What Asterisk has beside what we believe: events are lost when a socket breaks or a process of ours is killed.

A leg that Asterisk does not have (and should have by now) is over; how it ended is not known, and nobody is rung again
for it. A channel that we took for over is hung up. A channel that is further than we know is caught up with. What was
decided and is not so in Asterisk is done again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.clients.asterisk import Connection
from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.service.engine import RING_WITHIN, Engine
from metacortex.contexts.calls.types import LegState, OpenLeg, Signal, SignalKind, channel_id, read_channel_id
from metacortex.platform.database import RELAY_ROLE, transaction, utc_now
from metacortex.platform.telemetry import log

MARGIN = timedelta(seconds=5)
"""How far the clocks of two machines may be apart."""
_BEFORE_RINGING = {LegState.REQUESTED, LegState.DIALLING}
_EAR = "-ear"


@dataclass(frozen=True, slots=True)
class Look:
    """The open legs of one server, and what it had a moment later: its channels, and by bridge those that are in it."""

    legs: tuple[OpenLeg, ...]
    channels: Mapping[str, Mapping[str, Any]]
    bridges: Mapping[str, frozenset[str]]


async def read_open_legs() -> list[OpenLeg]:
    """Return the open legs of every organization."""
    async with transaction(None, role=RELAY_ROLE) as session:
        return await queries.list_open_legs(session)


async def look_at(server: Connection) -> Look:
    """Return what we believe of a server, then what it has: in this order a leg that it lacks is over."""
    legs = tuple(leg for leg in await read_open_legs() if leg.server == server.name)
    channels = {str(channel["id"]): channel for channel in await server.list_channels()}
    bridges = {str(bridge["id"]): frozenset(map(str, bridge["channels"])) for bridge in await server.list_bridges()}
    return Look(legs, channels, bridges)


def compare(look: Look, request_seconds: float, now: datetime | None = None) -> list[Signal]:
    """Return what a server's channels say that its events have not.

    A leg that Asterisk spoke of once is over as soon as it is absent. One that was never heard of may still be on its
    way: it is given the time in which it may be rung, and that of the request.
    """
    now = now or utc_now()
    grace = RING_WITHIN + timedelta(seconds=request_seconds) + MARGIN
    return [signal for leg in look.legs for signal in _compare(leg, look.channels, now, grace)]


def _compare(
    leg: OpenLeg, channels: Mapping[str, Mapping[str, Any]], now: datetime, grace: timedelta
) -> Iterable[Signal]:
    name = channel_id(leg.org_id, leg.id)
    channel = channels.get(name)
    if channel is None:
        if leg.state is not LegState.REQUESTED or now - leg.requested_at > grace:
            yield Signal(kind=SignalKind.ABSENT, channel_id=name, at=now)
        return
    state = channel.get("state")
    if state in {"Ring", "Ringing"} and leg.state in _BEFORE_RINGING:
        yield Signal(kind=SignalKind.DIAL, channel_id=name, at=now, text="RINGING")
    elif state == "Up" and leg.state is not LegState.UP:
        yield Signal(kind=SignalKind.UP, channel_id=name, at=now)
    elif leg.state is LegState.REQUESTED:
        yield Signal(kind=SignalKind.DIAL, channel_id=name, at=now)
    if (args := _read_args(channel)) is not None and not leg.is_joined:
        yield Signal(kind=SignalKind.ENTERED, channel_id=name, at=now, args=args)


def _read_args(channel: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return what an answered channel entered our application with; None if it is not in it."""
    dialplan = channel.get("dialplan") or {}
    if channel.get("state") != "Up" or dialplan.get("app_name") != "Stasis":
        return None
    _, *args = str(dialplan.get("app_data", "")).split(",")
    return tuple(args)


async def repair(engine: Engine, server: Connection, look: Look, *, is_new: bool) -> None:
    """Do what was decided and is not so in Asterisk; `is_new`: nobody heard this server until now."""
    await _hang_up_orphans(server, look)
    undone = {leg.id: leg for leg in look.legs if _is_undone(leg, look)}
    calls = {(leg.org_id, leg.call_id) for leg in (look.legs if is_new else undone.values())}
    by_org: dict[UUID, set[UUID]] = {}
    for org_id, call_id in calls | set(await _find_left_bridges(look)):
        by_org.setdefault(org_id, set()).add(call_id)
    for org_id, call_ids in by_org.items():
        async with engine.store.open(org_id, call_ids=call_ids) as opened:
            found = [call for call_id in call_ids if (call := opened.find(call_id=call_id))]
        engine.begin((call, action) for call in found for action in flow.recover(call, undone, may_record=is_new))


def _is_undone(leg: OpenLeg, look: Look) -> bool:
    """Tell whether a channel is not where its leg should be; doing that twice does no harm."""
    name = channel_id(leg.org_id, leg.id)
    channel = look.channels.get(name)
    if channel is None:
        return False
    if leg.is_hung_up_by_us:
        return True
    args = _read_args(channel)
    if args is None:
        return False
    if leg.is_joined:
        return name not in look.bridges.get(leg.call_id.hex, ())
    return leg.is_detecting and args == (leg.party.value,)


async def _find_left_bridges(look: Look) -> list[tuple[UUID, UUID]]:
    """Return the calls that are over and whose bridge is still there."""
    on = {leg.call_id for leg in look.legs}
    left = [call_id for name in look.bridges if (call_id := _read_id(name)) and call_id not in on]
    if not left:
        return []
    async with transaction(None, role=RELAY_ROLE) as session:
        return await queries.find_ended_calls(session, left)


def _read_id(name: str) -> UUID | None:
    try:
        return UUID(hex=name) if len(name) == 32 else None
    except ValueError:
        return None


async def _hang_up_orphans(server: Connection, look: Look) -> None:
    """End channels whose legs are over; those of no leg of ours belong to somebody else."""
    on = {leg.id for leg in look.legs}
    by_org: dict[UUID, dict[UUID, str]] = {}
    for name in (*look.channels, *look.bridges):
        found = read_channel_id(name.removesuffix(_EAR))
        if found and found[1] not in on:
            by_org.setdefault(found[0], {})[found[1]] = name.removesuffix(_EAR)
    for org_id, names in by_org.items():
        async with transaction(org_id) as session:
            over = await queries.find_ended_legs(session, names)
        for leg_id in over:
            log.warning("call.orphan", leg_id=str(leg_id))
            await _end(server, names[leg_id], look)


async def _end(server: Connection, name: str, look: Look) -> None:
    """Hang up a channel; a supervisor's also has a channel that hears, and a bridge of its name."""
    for one in {name, name + _EAR} & set(look.channels):
        await server.hang_up(one, "normal")
    if name in look.bridges:
        await server.delete_bridge(name)
