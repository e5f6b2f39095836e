"""Whom to ring, and whom to stop ringing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from metacortex.contexts.calls.rules.flow.legs import Step, of, put, show
from metacortex.contexts.calls.types import (
    Action,
    Call,
    HangUp,
    Leave,
    Leg,
    LegState,
    Mute,
    Originate,
    Outcome,
    Party,
    Ringing,
)


def ring_agents(call: Call, at: datetime) -> Step:
    """Ring the first agent, or all, as the call says."""
    planned = [leg for leg in of(call, Party.AGENT) if leg.state is LegState.PLANNED]
    return ring(call, planned if call.ringing is Ringing.AT_ONCE else planned[:1], at)


def ring(call: Call, legs: Iterable[Leg], at: datetime) -> Step:
    """Ask for legs that were only planned."""
    rung = [leg for leg in legs if leg.state is LegState.PLANNED]
    for leg in rung:
        call = put(call, replace(leg, state=LegState.REQUESTED, requested_at=at))
    return show(call, at), tuple(Originate(leg.id) for leg in rung)


def ring_next_agent(call: Call, at: datetime) -> Step:
    """Ring the next agent in turn, if none rings and the lead still waits."""
    agents = of(call, Party.AGENT)
    if any(leg.is_open for leg in agents) or any(leg.is_hung_up_by_us for leg in of(call, Party.LEAD)):
        return call, ()
    return ring(call, [leg for leg in agents if leg.state is LegState.PLANNED][:1], at)


def end_legs(call: Call, legs: Iterable[Leg], at: datetime, reason: str = "normal") -> Step:
    """Hang up legs, each once; an agent's line is let go to music, not muted, and is out of the call at once."""
    actions: list[Action] = []
    for leg in legs:
        if leg.is_standing:
            gone = replace(leg, state=LegState.ENDED, outcome=Outcome.ANSWERED, ended_at=at, is_muted=False)
            call = put(call, gone)
            actions += (Leave(leg.id), Mute(leg.id, False)) if leg.is_muted else (Leave(leg.id),)
        elif not leg.is_hung_up_by_us:
            call = put(call, replace(leg, is_hung_up_by_us=True))
            actions.append(HangUp(leg.id, reason))
    return call, tuple(actions)
