"""Handing a lead on."""

from dataclasses import replace
from datetime import datetime

from metacortex.contexts.calls.rules.flow.answering import add_leg
from metacortex.contexts.calls.rules.flow.joining import hold, resume
from metacortex.contexts.calls.rules.flow.legs import Step, hand_over, of
from metacortex.contexts.calls.rules.flow.ringing import end_legs
from metacortex.contexts.calls.types import Call, Leg, Party, Transfer


def is_transferring(call: Call) -> bool:
    """Tell whether the lead is being handed on: somebody is rung for that, or speaks with the agent first."""
    return call.transfer is not None


def transfer(call: Call, target: Leg, kind: Transfer, at: datetime) -> Step:
    """Ring somebody to hand the lead to; in an attended transfer the lead waits meanwhile."""
    call, held = hold(call) if kind is Transfer.ATTENDED else (call, ())
    call, rung = add_leg(replace(call, transfer=kind), target, at)
    return call, (*held, *rung)


def complete_transfer(call: Call, at: datetime) -> Step:
    """Leave the lead with whom the agent spoke first."""
    if not any(leg.is_joined and leg.is_open for leg in of(call, Party.THIRD)):
        return call, ()
    call, resumed = resume(replace(call, transfer=None), at)
    call, ended = end_legs(call, [leg for leg in of(call, Party.AGENT) if leg.is_open], at)
    return hand_over(call), (*resumed, *ended)


def take_over(call: Call, at: datetime) -> Step:
    """The agent left before handing the lead on: whom they asked gets the lead, now or when they answer."""
    if any(leg.is_open and leg.is_joined for leg in of(call, Party.AGENT)):
        return call, ()
    if any(leg.is_open and leg.is_joined for leg in of(call, Party.THIRD)):
        return resume(hand_over(replace(call, transfer=None)), at)
    return replace(call, transfer=Transfer.BLIND), ()


def cancel_transfer(call: Call, at: datetime) -> Step:
    """Go on with the lead; whoever was rung for the transfer is left."""
    call, ended = end_legs(call, [leg for leg in of(call, Party.THIRD) if leg.is_open], at)
    call, resumed = resume(replace(call, transfer=None), at)
    return call, (*ended, *resumed)
