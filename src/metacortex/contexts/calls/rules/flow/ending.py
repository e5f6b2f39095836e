"""A leg is over: go on with the others, or end the call, and say how it ended."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from metacortex.contexts.calls.rules.flow.legs import Step, drop, has_agent_joined, list_speakers, of, put
from metacortex.contexts.calls.rules.flow.ringing import end_legs, ring_next_agent
from metacortex.contexts.calls.rules.flow.transferring import cancel_transfer, take_over
from metacortex.contexts.calls.types import (
    Call,
    CallState,
    CloseBridge,
    Leg,
    LegState,
    Mode,
    Outcome,
    Party,
    Signal,
    Transfer,
    Verdict,
)

_UNREACHED = {Outcome.BUSY, Outcome.NO_ANSWER, Outcome.REJECTED, Outcome.CANCELLED, Outcome.INVALID_NUMBER}


def end(call: Call, leg: Leg, outcome: Outcome, signal: Signal) -> Step:
    """A leg is over; go on with the others, or end the call."""
    leg = replace(leg, state=LegState.ENDED, outcome=outcome, cause=signal.cause, ended_at=signal.at)
    call = put(call, leg)
    if leg.party is Party.AGENT and not has_agent_joined(call):
        call, rung = ring_next_agent(call, signal.at)
        if rung:
            return call, rung
    still_open = [other for other in call.legs if other.is_open]
    if not _is_over(call, leg):
        return _go_on(call, leg, signal.at)
    call = give_up_planned(call, signal.at)
    return end_all(call, still_open, signal.at)


def _go_on(call: Call, ended: Leg, at: datetime) -> Step:
    """Somebody left a call that goes on: a transfer may have come to nothing, or be done."""
    if ended.party is Party.THIRD and call.transfer:
        return cancel_transfer(call, at)
    if ended.party is Party.AGENT and call.transfer is Transfer.ATTENDED:
        return take_over(call, at)
    return call, ()


def _is_over(call: Call, ended: Leg) -> bool:
    """Whether the call cannot go on without the leg that ended: it takes a lead and somebody to speak with."""
    if not any(leg.is_open for leg in call.legs):
        return True
    lead_is_gone = any(leg.state is LegState.ENDED for leg in of(call, Party.LEAD))
    if lead_is_gone or call.mode is Mode.DIRECT:
        return lead_is_gone
    if ended.party is Party.SUPERVISOR:
        return False
    if has_agent_joined(call):
        return not any(leg.is_open and (leg.is_joined or leg.party is Party.THIRD) for leg in list_speakers(call))
    return not any(leg.is_open for leg in list_speakers(call))


def end_all(call: Call, legs: Iterable[Leg], at: datetime) -> Step:
    """End legs, and with the last one the call."""
    call, ended = end_legs(call, legs, at)
    if any(leg.is_open for leg in call.legs):
        return call, ended
    call, finished = finish(call, at)
    return call, (*ended, *finished)


def finish(call: Call, at: datetime) -> Step:
    """Every leg is over: the call is, with one outcome."""
    if call.state is CallState.ENDED:
        return call, ()
    call = replace(call, state=CallState.ENDED, ended_at=at, outcome=judge(call))
    return call, (CloseBridge(),)


def give_up_planned(call: Call, at: datetime) -> Call:
    """Let go of legs that were not rung yet."""
    return drop(call, [leg for leg in call.legs if leg.state is LegState.PLANNED], at)


def judge(call: Call) -> Outcome:
    """Say how a call of which every leg is over ended, from the lead's side."""
    if call.verdict is Verdict.MACHINE:
        return Outcome.MACHINE
    if call.connected_at:
        return Outcome.ANSWERED
    lead = next((leg for leg in of(call, Party.LEAD) if leg.outcome), None)
    if lead is None:
        return _judge_agents(call)
    if lead.outcome is not Outcome.ANSWERED or call.mode is Mode.DIRECT:
        return lead.outcome or Outcome.LOST
    return Outcome.AGENT_LEFT if call.mode is Mode.AGENT_FIRST else Outcome.ABANDONED


def _judge_agents(call: Call) -> Outcome:
    """The lead was never rung: say why."""
    outcomes = {leg.outcome for leg in of(call, Party.AGENT) if leg.outcome}
    if Outcome.ANSWERED in outcomes:
        return Outcome.ANSWERED if call.mode is Mode.LINE else Outcome.AGENT_LEFT
    if Outcome.LOST in outcomes:
        return Outcome.LOST
    if outcomes == {Outcome.CANCELLED}:
        return Outcome.CANCELLED
    return Outcome.AGENT_UNREACHED if outcomes & _UNREACHED or not outcomes else Outcome.FAILED
