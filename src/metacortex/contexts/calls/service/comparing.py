"""What a server's channels and bridges say about open legs that its events have not, with a database or without."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from metacortex.contexts.calls.clients.asterisk import Connection
from metacortex.contexts.calls.service.engine import RING_WITHIN
from metacortex.contexts.calls.types import LegState, OpenLeg, Signal, SignalKind
from metacortex.platform.clock import utc_now

MARGIN = timedelta(seconds=5)
"""How far the clocks of two machines may be apart."""
_BEFORE_RINGING = {LegState.REQUESTED, LegState.DIALLING}


@dataclass(frozen=True, slots=True)
class Look:
    """The open legs of one server, and what it had a moment later: its channels, and by bridge those that are in it."""

    legs: tuple[OpenLeg, ...]
    channels: Mapping[str, Mapping[str, Any]]
    bridges: Mapping[str, frozenset[str]]


async def read_server(server: Connection, legs: tuple[OpenLeg, ...]) -> Look:
    """Return what a server has beside its open legs, which were read before: one that it lacks is over."""
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
    own = (leg for leg in look.legs if leg.line_leg_id is None)
    return [signal for leg in own for signal in _compare(leg, look.channels, now, grace)]


def _compare(
    leg: OpenLeg, channels: Mapping[str, Mapping[str, Any]], now: datetime, grace: timedelta
) -> Iterable[Signal]:
    name = leg.channel_id
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
    if (args := _read_args(channel)) is not None and not (leg.is_joined or leg.is_settled):
        yield Signal(kind=SignalKind.ENTERED, channel_id=name, at=now, args=args)


def _read_args(channel: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return what an answered channel entered our application with; None if it is not in it."""
    dialplan = channel.get("dialplan") or {}
    if channel.get("state") != "Up" or dialplan.get("app_name") != "Stasis":
        return None
    _, *args = str(dialplan.get("app_data", "")).split(",")
    return tuple(args)


def find_undone(look: Look) -> list[OpenLeg]:
    """Return the legs whose channel is not where it should be; what brings it there may be done twice."""
    return [leg for leg in look.legs if _is_undone(leg, look)]


def _is_undone(leg: OpenLeg, look: Look) -> bool:
    """Tell whether a channel is not where its leg should be; doing that twice does no harm."""
    name = leg.channel_id
    channel = look.channels.get(name)
    if channel is None:
        return False
    if leg.is_hung_up_by_us:
        return True
    args = _read_args(channel)
    if args is None:
        return False
    is_there = name in look.bridges.get(leg.call_id.hex, ())
    if leg.is_joined or is_there:
        return leg.is_joined is not is_there
    return leg.is_detecting and args == (leg.party.value,)


def find_stayed(look: Look) -> list[tuple[OpenLeg, UUID]]:
    """Return lines whose channel is in the bridge of a call that they are not, or no more, lent to; and those calls."""
    lent = {(leg.line_leg_id, leg.call_id) for leg in look.legs}
    own = {leg.channel_id: leg for leg in look.legs if leg.line_leg_id is None}
    found = ((own.get(name), _read_id(bridge)) for bridge, names in look.bridges.items() for name in names)
    return [
        (leg, call_id)
        for leg, call_id in found
        if leg and call_id and call_id != leg.call_id and (leg.id, call_id) not in lent
    ]


def find_strange_bridges(look: Look) -> list[UUID]:
    """Return the ids that bridges bear, of calls that have no open leg here: perhaps of calls that are over."""
    on = {leg.call_id for leg in look.legs}
    return [call_id for name in look.bridges if (call_id := _read_id(name)) and call_id not in on]


def _read_id(name: str) -> UUID | None:
    try:
        return UUID(hex=name) if len(name) == 32 else None
    except ValueError:
        return None
