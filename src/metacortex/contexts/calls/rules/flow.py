"""How a call goes on: one pure function from a call and a signal to the call as it is then and what to do about it.

Signals may come late, twice or out of order (events overtake answers, and a hang-up request may precede the first
dial event), so states only ever move forward, and nothing is decided by what came last. Doing the actions twice does
no harm, but for `Originate`, which is only ever returned with the change of a leg from planned to requested: whoever
has stored that change may ring, once.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from metacortex.contexts.calls.rules.outcomes import map_outcome
from metacortex.contexts.calls.types import (
    Action,
    Call,
    CallState,
    CloseBridge,
    DetectMachine,
    HangUp,
    Join,
    Leg,
    LegState,
    Mode,
    Originate,
    Outcome,
    Party,
    Play,
    Ringing,
    Signal,
    SignalKind,
    StartRecording,
    Verdict,
)

_LEG_ORDER = {state: place for place, state in enumerate(LegState)}
_CALL_ORDER = {state: place for place, state in enumerate(CallState)}
_UNREACHED = {Outcome.BUSY, Outcome.NO_ANSWER, Outcome.REJECTED, Outcome.CANCELLED, Outcome.INVALID_NUMBER}

Step = tuple[Call, tuple[Action, ...]]


def start(call: Call, at: datetime) -> Step:
    """Ring whom the call's mode rings first."""
    if call.mode is Mode.AGENT_FIRST:
        return _ring_agents(call, at)
    return _ring(call, _of(call, Party.LEAD), at)


def advance(call: Call, leg_id: UUID, signal: Signal) -> Step:
    """Take one signal about one leg of the call into account."""
    leg = find_leg(call, leg_id)
    if leg is None or leg.state is LegState.ENDED:
        return call, ()
    take = _TAKE.get(signal.kind)
    return take(call, leg, signal) if take else (call, ())


def hang_up(call: Call, at: datetime) -> Step:
    """End the call because a person asked to; legs not rung yet are never rung."""
    if call.state is CallState.ENDED:
        return call, ()
    open_legs = [leg for leg in call.legs if leg.is_open]
    call = _give_up_planned(call, at)
    if not open_legs:
        return _finish(call, at)
    return _end_legs(call, open_legs)


def recover(call: Call) -> tuple[Action, ...]:
    """Return what has to be done again after a restart of ours, in case it was decided and never done."""
    joined = [leg for leg in call.legs if leg.is_joined and leg.state is LegState.UP]
    return (
        *(Join(leg.id) for leg in joined),
        *(HangUp(leg.id) for leg in call.legs if leg.is_open and leg.is_hung_up_by_us),
        *((CloseBridge(),) if call.state is CallState.ENDED else ()),
    )


def find_leg(call: Call, leg_id: UUID) -> Leg | None:
    """Return the call's leg of that id."""
    return next((leg for leg in call.legs if leg.id == leg_id), None)


def add_leg(call: Call, leg: Leg, at: datetime) -> Step:
    """Ring somebody more: the target of a transfer, a supervisor, the agent chosen when the lead answered."""
    call = replace(call, legs=(*call.legs, leg))
    if leg.is_standing:
        return _answer(call, leg, at)
    return _ring(call, [leg], at)


# What each kind of signal does.


def _take_dial(call: Call, leg: Leg, signal: Signal) -> Step:
    state = LegState.RINGING if signal.text == "RINGING" else LegState.DIALLING
    leg = replace(_forward(leg, state, signal.at), dial_status=signal.text or leg.dial_status)
    return _show(_put(call, leg), signal.at), ()


def _take_ringing(call: Call, leg: Leg, signal: Signal) -> Step:
    return _show(_put(call, _forward(leg, LegState.DIALLING, signal.at)), signal.at), ()


def _take_up(call: Call, leg: Leg, signal: Signal) -> Step:
    return _show(_put(call, _forward(leg, LegState.UP, signal.at)), signal.at), ()


def _take_entered(call: Call, leg: Leg, signal: Signal) -> Step:
    if verdict := _read_verdict(signal):
        return _take_verdict(call, leg, verdict, signal.at)
    if leg.is_joined or leg.is_detecting:
        return call, ()
    leg = _forward(leg, LegState.UP, signal.at)
    return _answer(_show(_put(call, leg), signal.at), leg, signal.at)


def _take_destroyed(call: Call, leg: Leg, signal: Signal) -> Step:
    was_up = leg.answered_at is not None
    outcome = map_outcome(
        dial_status=leg.dial_status,
        cause=signal.cause or 0,
        was_up=was_up,
        hung_up_by_us=leg.is_hung_up_by_us,
        rang_seconds=(signal.at - leg.requested_at).total_seconds() if leg.requested_at else 0.0,
        timeout_seconds=leg.timeout_seconds,
    )
    return _end(call, leg, outcome, signal)


def _take_refused(call: Call, leg: Leg, signal: Signal) -> Step:
    return _end(call, leg, Outcome.FAILED, signal)


def _take_absent(call: Call, leg: Leg, signal: Signal) -> Step:
    """Asterisk has no such channel, and its last words were lost: an answered leg ended, any other is not known."""
    outcome = Outcome.ANSWERED if leg.answered_at else Outcome.CANCELLED if leg.is_hung_up_by_us else Outcome.LOST
    return _end(call, leg, outcome, signal)


def _take_hangup_asked(call: Call, leg: Leg, _: Signal) -> Step:
    return _put(call, replace(leg, is_hung_up_by_us=True)), ()


_TAKE: dict[SignalKind, Callable[[Call, Leg, Signal], Step]] = {
    SignalKind.DIAL: _take_dial,
    SignalKind.RINGING: _take_ringing,
    SignalKind.UP: _take_up,
    SignalKind.ENTERED: _take_entered,
    SignalKind.DESTROYED: _take_destroyed,
    SignalKind.REFUSED: _take_refused,
    SignalKind.ABSENT: _take_absent,
    SignalKind.HANGUP_ASKED: _take_hangup_asked,
}


# Answering.


def _answer(call: Call, leg: Leg, at: datetime) -> Step:
    """A leg is up and in our hands: decide whom to bring together."""
    if leg.is_hung_up_by_us or call.state is CallState.ENDED:
        return _end_legs(call, [leg])
    match leg.party:
        case Party.AGENT:
            return _answer_agent(call, leg, at)
        case Party.LEAD:
            return _answer_lead(call, leg, at)
        case _:
            return _join(call, leg, at)


def _answer_agent(call: Call, leg: Leg, at: datetime) -> Step:
    if _has_agent_joined(call):
        return _end_legs(call, [leg], "answered_elsewhere")
    rivals = [other for other in _of(call, Party.AGENT) if other.id != leg.id]
    call, ended = _end_legs(call, [other for other in rivals if other.is_open], "answered_elsewhere")
    call = _drop(call, [other for other in rivals if other.state is LegState.PLANNED], at)
    call, joined = _join(call, leg, at)
    if call.mode is not Mode.AGENT_FIRST:
        return call, (*ended, *joined)
    call, rung = _ring(call, [lead for lead in _of(call, Party.LEAD) if lead.state is LegState.PLANNED], at)
    return call, (*ended, *joined, *rung)


def _answer_lead(call: Call, leg: Leg, at: datetime) -> Step:
    if call.detects_machine and call.verdict is None:
        return _put(call, replace(leg, is_detecting=True)), (DetectMachine(leg.id),)
    call, joined = _join(call, leg, at)
    if call.mode is not Mode.LEAD_FIRST:
        return call, joined
    call, rung = _ring_agents(call, at)
    return call, (*joined, *rung)


def _take_verdict(call: Call, leg: Leg, verdict: Verdict, at: datetime) -> Step:
    if call.verdict is not None:
        return call, ()
    leg = replace(_forward(leg, LegState.UP, at), is_detecting=False)
    call = _put(replace(call, verdict=verdict), leg)
    if verdict is Verdict.MACHINE:
        return _end_legs(call, [other for other in call.legs if other.is_open])
    return _answer_lead(call, leg, at)


def _read_verdict(signal: Signal) -> Verdict | None:
    word = signal.args[-1].lower() if signal.args else ""
    return Verdict(word) if word in set(Verdict) else None


def _join(call: Call, leg: Leg, at: datetime) -> Step:
    call = _show(_put(call, replace(leg, is_joined=True)), at)
    actions: list[Action] = [Join(leg.id)]
    if call.state is CallState.CONNECTED and leg.party in {Party.AGENT, Party.LEAD}:
        if call.announcement:
            actions.append(Play(call.announcement))
        if call.is_recorded and not call.is_recording:
            call = replace(call, is_recording=True)
            actions.append(StartRecording())
    return call, tuple(actions)


# Ringing.


def _ring_agents(call: Call, at: datetime) -> Step:
    planned = [leg for leg in _of(call, Party.AGENT) if leg.state is LegState.PLANNED]
    return _ring(call, planned if call.ringing is Ringing.AT_ONCE else planned[:1], at)


def _ring(call: Call, legs: Iterable[Leg], at: datetime) -> Step:
    rung = [leg for leg in legs if leg.state is LegState.PLANNED]
    for leg in rung:
        call = _put(call, replace(leg, state=LegState.REQUESTED, requested_at=at))
    return _show(call, at), tuple(Originate(leg.id) for leg in rung)


# Ending.


def _end(call: Call, leg: Leg, outcome: Outcome, signal: Signal) -> Step:
    """A leg is over; go on with the others, or end the call."""
    leg = replace(leg, state=LegState.ENDED, outcome=outcome, cause=signal.cause, ended_at=signal.at)
    call = _put(call, leg)
    if leg.party is Party.AGENT and not _has_agent_joined(call):
        call, rung = _ring_next_agent(call, signal.at)
        if rung:
            return call, rung
    still_open = [other for other in call.legs if other.is_open]
    if not _is_over(call, leg):
        return call, ()
    call = _give_up_planned(call, signal.at)
    return _end_legs(call, still_open) if still_open else _finish(call, signal.at)


def _ring_next_agent(call: Call, at: datetime) -> Step:
    agents = _of(call, Party.AGENT)
    if any(leg.is_open for leg in agents) or any(leg.is_hung_up_by_us for leg in _of(call, Party.LEAD)):
        return call, ()
    return _ring(call, [leg for leg in agents if leg.state is LegState.PLANNED][:1], at)


def _is_over(call: Call, ended: Leg) -> bool:
    """Whether the call cannot go on without the leg that ended: it takes a lead and somebody to speak with."""
    if not any(leg.is_open for leg in call.legs):
        return True
    lead_is_gone = any(leg.state is LegState.ENDED for leg in _of(call, Party.LEAD))
    if lead_is_gone or call.mode is Mode.DIRECT:
        return lead_is_gone
    if ended.party is Party.SUPERVISOR:
        return False
    if _has_agent_joined(call):
        return not any(leg.is_open and (leg.is_joined or leg.party is Party.THIRD) for leg in _speakers(call))
    return not any(leg.is_open for leg in _speakers(call))


def _speakers(call: Call) -> list[Leg]:
    return [leg for leg in call.legs if leg.party in {Party.AGENT, Party.THIRD}]


def _end_legs(call: Call, legs: Iterable[Leg], reason: str = "normal") -> Step:
    actions: list[Action] = []
    for leg in legs:
        if not leg.is_hung_up_by_us:
            call = _put(call, replace(leg, is_hung_up_by_us=True))
            actions.append(HangUp(leg.id, reason))
    return call, tuple(actions)


def _give_up_planned(call: Call, at: datetime) -> Call:
    return _drop(call, [leg for leg in call.legs if leg.state is LegState.PLANNED], at)


def _drop(call: Call, legs: Iterable[Leg], at: datetime) -> Call:
    for leg in legs:
        call = _put(call, replace(leg, state=LegState.ENDED, ended_at=at))
    return call


def _finish(call: Call, at: datetime) -> Step:
    if call.state is CallState.ENDED:
        return call, ()
    call = replace(call, state=CallState.ENDED, ended_at=at, outcome=judge(call))
    return call, (CloseBridge(),)


def judge(call: Call) -> Outcome:
    """Say how a call of which every leg is over ended, from the lead's side."""
    if call.verdict is Verdict.MACHINE:
        return Outcome.MACHINE
    if call.connected_at:
        return Outcome.ANSWERED
    lead = next((leg for leg in _of(call, Party.LEAD) if leg.outcome), None)
    if lead is None:
        return _judge_agents(call)
    if lead.outcome is not Outcome.ANSWERED or call.mode is Mode.DIRECT:
        return lead.outcome or Outcome.LOST
    return Outcome.AGENT_LEFT if call.mode is Mode.AGENT_FIRST else Outcome.ABANDONED


def _judge_agents(call: Call) -> Outcome:
    """The lead was never rung: say why."""
    outcomes = {leg.outcome for leg in _of(call, Party.AGENT) if leg.outcome}
    if Outcome.ANSWERED in outcomes:
        return Outcome.AGENT_LEFT
    if Outcome.LOST in outcomes:
        return Outcome.LOST
    if outcomes == {Outcome.CANCELLED}:
        return Outcome.CANCELLED
    return Outcome.AGENT_UNREACHED if outcomes & _UNREACHED or not outcomes else Outcome.FAILED


# Bookkeeping.


def _forward(leg: Leg, state: LegState, at: datetime) -> Leg:
    """Move a leg on, never back, and note when it first got there."""
    if state is LegState.RINGING and leg.ringing_at is None:
        leg = replace(leg, ringing_at=at)
    if state is LegState.UP and leg.answered_at is None:
        leg = replace(leg, answered_at=at)
    return replace(leg, state=state) if _LEG_ORDER[state] > _LEG_ORDER[leg.state] else leg


def _show(call: Call, at: datetime) -> Call:
    """Bring the call's own state forward to what its legs say."""
    lead = [leg for leg in _of(call, Party.LEAD) if leg.is_open]
    agent = [leg for leg in _of(call, Party.AGENT) if leg.is_open]
    state = CallState.DIALLING
    if any(leg.state is LegState.RINGING for leg in (*lead, *agent)):
        state = CallState.RINGING
    if any(leg.state is LegState.UP for leg in lead):
        state = CallState.ANSWERED
        call = replace(call, answered_at=call.answered_at or at)
    talks = any(leg.is_joined for leg in lead) and (
        call.mode is Mode.DIRECT or any(leg.is_joined for leg in call.legs if leg.party in {Party.AGENT, Party.THIRD})
    )
    if talks:
        state = CallState.CONNECTED
        call = replace(call, connected_at=call.connected_at or at)
    return replace(call, state=state) if _CALL_ORDER[state] > _CALL_ORDER[call.state] else call


def _of(call: Call, party: Party) -> list[Leg]:
    return [leg for leg in call.legs if leg.party is party]


def _has_agent_joined(call: Call) -> bool:
    return any(leg.is_joined for leg in _of(call, Party.AGENT))


def _put(call: Call, leg: Leg) -> Call:
    return replace(call, legs=tuple(leg if known.id == leg.id else known for known in call.legs))
