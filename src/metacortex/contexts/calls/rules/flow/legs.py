"""Looking at a call's legs, and moving them on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from metacortex.contexts.calls.types import Action, Call, CallState, Leg, LegState, Mode, Party

_LEG_ORDER = {state: place for place, state in enumerate(LegState)}
_CALL_ORDER = {state: place for place, state in enumerate(CallState)}

Step = tuple[Call, tuple[Action, ...]]
"""A call as it is then, and what to do about it."""


def find_leg(call: Call, leg_id: UUID) -> Leg | None:
    """Return the call's leg of that id."""
    return next((leg for leg in call.legs if leg.id == leg_id), None)


def of(call: Call, party: Party) -> list[Leg]:
    """Return the legs that reach a party."""
    return [leg for leg in call.legs if leg.party is party]


def list_speakers(call: Call) -> list[Leg]:
    """Return the legs that may speak with the lead."""
    return [leg for leg in call.legs if leg.party in {Party.AGENT, Party.THIRD}]


def has_agent_joined(call: Call) -> bool:
    """Tell whether an agent got the call, still there or not."""
    return any(leg.is_joined for leg in of(call, Party.AGENT))


def hand_over(call: Call) -> Call:
    """Make the member who was rung for a transfer, and is there, the call's agent."""
    for leg in of(call, Party.THIRD):
        if leg.member_id is not None and leg.is_open and leg.is_joined:
            call = put(call, replace(leg, party=Party.AGENT))
    return call


def put(call: Call, leg: Leg) -> Call:
    """Return the call with this leg as it is now."""
    return replace(call, legs=tuple(leg if known.id == leg.id else known for known in call.legs))


def drop(call: Call, legs: Iterable[Leg], at: datetime) -> Call:
    """End legs that never rang."""
    for leg in legs:
        call = put(call, replace(leg, state=LegState.ENDED, ended_at=at))
    return call


def forward(leg: Leg, state: LegState, at: datetime) -> Leg:
    """Move a leg on, never back, and note when it first got there."""
    if state is LegState.RINGING and leg.ringing_at is None:
        leg = replace(leg, ringing_at=at)
    if state is LegState.UP and leg.answered_at is None:
        leg = replace(leg, answered_at=at)
    return replace(leg, state=state) if _LEG_ORDER[state] > _LEG_ORDER[leg.state] else leg


def show(call: Call, at: datetime) -> Call:
    """Bring the call's own state forward to what its legs say."""
    lead = [leg for leg in of(call, Party.LEAD) if leg.is_open]
    agent = [leg for leg in of(call, Party.AGENT) if leg.is_open]
    state = CallState.DIALLING
    if any(leg.state is LegState.RINGING for leg in (*lead, *agent)):
        state = CallState.RINGING
    if any(leg.state is LegState.UP for leg in (agent if call.mode is Mode.LINE else lead)):
        state = CallState.ANSWERED
        call = replace(call, answered_at=call.answered_at or at)
    talks = any(leg.is_joined for leg in lead) and (
        call.mode is Mode.DIRECT or any(leg.is_joined for leg in call.legs if leg.party in {Party.AGENT, Party.THIRD})
    )
    if talks:
        state = CallState.CONNECTED
        call = replace(call, connected_at=call.connected_at or at)
    return replace(call, state=state) if _CALL_ORDER[state] > _CALL_ORDER[call.state] else call


def talked_seconds(call: Call) -> int:
    """Return for how long lead and agent, or in a direct call lead and product, were together."""
    if call.connected_at is None or call.ended_at is None:
        return 0
    return max(0, round((call.ended_at - call.connected_at).total_seconds()))


def is_on_hold(call: Call) -> bool:
    """Tell whether the lead hears music instead of the others."""
    waits = any(leg.state is LegState.UP and not leg.is_joined for leg in of(call, Party.LEAD))
    return waits and call.connected_at is not None


def is_muted(call: Call) -> bool:
    """Tell whether the agent's microphone is closed."""
    return any(leg.state is LegState.UP and leg.is_muted for leg in of(call, Party.AGENT))


def had_bridge(call: Call) -> bool:
    """Tell whether any two were, or were to be, joined: a call that failed before has no bridge to close."""
    return call.connected_at is not None or any(leg.is_joined for leg in call.legs)
