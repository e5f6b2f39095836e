"""Somebody answers: whom to bring together."""

from dataclasses import replace
from datetime import datetime

from metacortex.contexts.calls.rules.flow.joining import join, resume
from metacortex.contexts.calls.rules.flow.legs import (
    Step,
    drop,
    forward,
    hand_over,
    has_agent_joined,
    list_speakers,
    of,
    put,
)
from metacortex.contexts.calls.rules.flow.ringing import end_legs, ring, ring_agents
from metacortex.contexts.calls.rules.flow.waiting import await_greeting, find_greeting_end
from metacortex.contexts.calls.types import (
    Action,
    Call,
    CallState,
    DetectMachine,
    HangUp,
    Leg,
    LegState,
    Mode,
    Monitor,
    Monitoring,
    Party,
    Signal,
    StopMonitoring,
    Transfer,
    Verdict,
    Wait,
)


def answer(call: Call, leg: Leg, at: datetime) -> Step:
    """A leg is up and in our hands: decide whom to bring together."""
    if leg.is_hung_up_by_us:
        return call, (HangUp(leg.id),)  # the first one came before there was a channel
    if call.state is CallState.ENDED:
        return end_legs(call, [leg], at)
    match leg.party:
        case Party.AGENT:
            return _answer_agent(call, leg, at)
        case Party.LEAD:
            return _answer_lead(call, leg, at)
        case Party.THIRD:
            return _answer_third(call, leg, at)
        case Party.SUPERVISOR:
            return _answer_supervisor(call, leg, at)


def _answer_agent(call: Call, leg: Leg, at: datetime) -> Step:
    if call.mode is Mode.LINE:
        # Said again later, when the line may be lent: no music then.
        return (call, ()) if call.waiting_at else (replace(call, waiting_at=at), (Wait(leg.id),))
    if has_agent_joined(call):
        return end_legs(call, [leg], at, "answered_elsewhere")
    rivals = [other for other in of(call, Party.AGENT) if other.id != leg.id]
    call, ended = end_legs(call, [other for other in rivals if other.is_open], at, "answered_elsewhere")
    call = drop(call, [other for other in rivals if other.state is LegState.PLANNED], at)
    call, joined = join(call, leg, at)
    if call.campaign_id is not None:
        call, met = meet_lead(call, at)
        return call, (*ended, *joined, *met)
    if call.mode is not Mode.AGENT_FIRST:
        return call, (*ended, *joined)
    call, rung = ring(call, [lead for lead in of(call, Party.LEAD) if lead.state is LegState.PLANNED], at)
    return call, (*ended, *joined, *rung)


def _answer_lead(call: Call, leg: Leg, at: datetime) -> Step:
    if call.detects_machine and call.verdict is None:
        return put(call, replace(leg, is_detecting=True)), (DetectMachine(leg.id),)
    if call.campaign_id is not None:
        return replace(call, waiting_at=call.waiting_at or at), ()
    call, joined = join(call, leg, at)
    if call.mode is not Mode.LEAD_FIRST:
        return call, joined
    call, rung = ring_agents(call, at)
    return call, (*joined, *rung)


def _answer_third(call: Call, leg: Leg, at: datetime) -> Step:
    call, joined = join(call, leg, at)
    if call.transfer is not Transfer.BLIND:
        return call, joined
    call, resumed = resume(replace(call, transfer=None), at)
    call, ended = end_legs(call, [agent for agent in of(call, Party.AGENT) if agent.is_open], at)
    return hand_over(call), (*joined, *resumed, *ended)


def _answer_supervisor(call: Call, leg: Leg, at: datetime) -> Step:
    speakers = [other for other in list_speakers(call) if other.is_joined and other.is_open]
    agent = next((other for other in speakers if not other.is_hung_up_by_us), None)
    if agent is None:
        return end_legs(call, [leg], at)
    if leg.monitoring is Monitoring.BARGE:
        return join(call, leg, at)
    return call, (Monitor(leg.id, agent.id, whispers=leg.monitoring is Monitoring.WHISPER),)


def change_monitoring(call: Call, leg: Leg, how: Monitoring, at: datetime) -> Step:
    """Let a supervisor who takes part, or is rung for it, do so in another way."""
    if leg.monitoring is how or leg.is_hung_up_by_us:
        return call, ()
    leg = replace(leg, monitoring=how, is_joined=False)
    call = put(call, leg)
    if leg.state is not LegState.UP:
        return call, ()
    call, begun = _answer_supervisor(call, leg, at)
    return call, (StopMonitoring(leg.id), *begun)


def take_verdict(call: Call, leg: Leg, verdict: Verdict, signal: Signal) -> Step:
    """A leg was listened to: go on with a person; hang up on a machine, or wait until it takes a message."""
    if call.verdict is not None:
        return call, ()
    at = signal.at
    leg = replace(forward(leg, LegState.UP, at), is_detecting=False)
    call = put(replace(call, verdict=verdict), leg)
    if verdict is Verdict.MACHINE and call.voicemail_sound:
        return await_greeting(call, leg, at)
    if verdict is Verdict.MACHINE:
        return end_legs(call, [other for other in call.legs if other.is_open], at)
    if call.campaign_id is not None:
        call = replace(call, waiting_at=find_greeting_end(leg, signal))
    return _answer_lead(call, leg, at)


def meet_lead(call: Call, at: datetime) -> Step:
    """Bring the lead of a campaign's call, who waits outside the bridge, to the agent."""
    actions: tuple[Action, ...] = ()
    for lead in of(call, Party.LEAD):
        if lead.state is LegState.UP and not lead.is_joined:
            call, joined = join(call, lead, at)
            actions += joined
    return call, actions


def add_leg(call: Call, leg: Leg, at: datetime) -> Step:
    """Ring somebody more: the target of a transfer, a supervisor, the agent chosen when the lead answered."""
    call = replace(call, legs=(*call.legs, leg))
    if leg.is_standing:
        return answer(call, leg, at)
    return ring(call, [leg], at)
