"""How a call goes on: one pure function from a call and a signal to the call as it is then and what to do about it.

Signals may come late, twice or out of order (events overtake answers, and a hang-up request may precede the first
dial event), so states only ever move forward, and nothing is decided by what came last. Doing the actions twice does
no harm, but for `Originate`, which is only ever returned with the change of a leg from planned to requested: whoever
has stored that change may ring, once.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from metacortex.contexts.calls.rules.flow.answering import add_leg, answer, change_monitoring, take_verdict
from metacortex.contexts.calls.rules.flow.ending import end, end_all, give_up_planned, judge
from metacortex.contexts.calls.rules.flow.joining import hold, mute, resume
from metacortex.contexts.calls.rules.flow.legs import Step, find_leg, forward, of, put, show
from metacortex.contexts.calls.rules.flow.ringing import end_legs, ring, ring_agents
from metacortex.contexts.calls.rules.flow.transferring import (
    cancel_transfer,
    complete_transfer,
    is_transferring,
    transfer,
)
from metacortex.contexts.calls.rules.flow.waiting import (
    abandon,
    find_deadline,
    is_greeting,
    leave_message,
    take_playback,
    take_silence,
    wants_agent,
)
from metacortex.contexts.calls.rules.outcomes import map_outcome
from metacortex.contexts.calls.types import (
    Action,
    AwaitSilence,
    Call,
    CallState,
    CloseBridge,
    DetectMachine,
    HangUp,
    Join,
    Leave,
    Leg,
    LegState,
    Mode,
    Mute,
    Outcome,
    Party,
    Signal,
    SignalKind,
    StartRecording,
    StopMonitoring,
    Verdict,
)

__all__ = [
    "Step",
    "abandon",
    "add_leg",
    "advance",
    "cancel_transfer",
    "change_monitoring",
    "complete_transfer",
    "end_legs",
    "find_deadline",
    "find_leg",
    "hang_up",
    "hold",
    "is_greeting",
    "is_transferring",
    "judge",
    "leave_message",
    "mute",
    "recover",
    "resume",
    "start",
    "stop_ringing",
    "transfer",
    "wants_agent",
]

SHUTDOWN = 4
"""The internal cause of a soft hang-up by which Asterisk ends its channels when it shuts down."""
_ALIVE = frozenset({SignalKind.UP, SignalKind.ENTERED})
"""What only a channel that is there can say; where its leg is over, somebody hears silence."""


def start(call: Call, at: datetime) -> Step:
    """Ring whom the call's mode rings first; an agent whose line is lent is there already."""
    lent = next((leg for leg in of(call, Party.AGENT) if leg.is_standing), None)
    if lent is not None:
        return answer(call, lent, at)
    if call.mode in {Mode.AGENT_FIRST, Mode.LINE}:
        return ring_agents(call, at)
    return ring(call, of(call, Party.LEAD), at)


def advance(call: Call, leg_id: UUID, signal: Signal) -> Step:
    """Take one signal about one leg of the call into account."""
    leg = find_leg(call, leg_id)
    if leg is None:
        return call, ()
    if leg.state is LegState.ENDED:
        return call, (HangUp(leg.id),) if signal.kind in _ALIVE else ()
    take = _TAKE.get(signal.kind)
    return take(call, leg, signal) if take else (call, ())


def hang_up(call: Call, at: datetime) -> Step:
    """End the call because a person asked to; legs not rung yet are never rung."""
    if call.state is CallState.ENDED:
        return call, ()
    open_legs = [leg for leg in call.legs if leg.is_open]
    call = give_up_planned(call, at)
    return end_all(call, open_legs, at)


def stop_ringing(call: Call, at: datetime) -> Step:
    """End a call that nobody has answered yet; one that was answered goes on."""
    return (call, ()) if call.answered_at else hang_up(call, at)


def recover(call: Call, undone: Collection[UUID], *, may_record: bool = False) -> tuple[Action, ...]:
    """Return what was decided for a call and not done: for these legs, and for its bridge once it is over.

    A process of ours was killed in between, or Asterisk could not be asked. A line that was lent is named by its own
    leg. `may_record`: what a look does not show too, the recording, a closed microphone, the wait for a greeting's end.
    """
    legs = [leg for leg in call.legs if leg.id in undone and leg.is_open]
    kept = [leg for leg in legs if not leg.is_hung_up_by_us]
    given_back = [leg for leg in call.legs if leg.is_standing and not leg.is_open and leg.line_leg_id in undone]
    left = [leg for leg in kept if leg.state is LegState.UP and not leg.is_joined and not leg.is_detecting]
    outside = [leg for leg in left if leg.party is not Party.SUPERVISOR]
    return (
        *(HangUp(leg.id) for leg in legs if leg.is_hung_up_by_us),
        *(Join(leg.id, may_hear_music=True) for leg in kept if leg.is_joined and leg.state is LegState.UP),
        *(StopMonitoring(leg.id) for leg in left if leg.party is Party.SUPERVISOR),
        *(Leave(leg.id) for leg in (*outside, *given_back)),
        *(DetectMachine(leg.id) for leg in kept if leg.is_detecting),
        *(_recover_unseen(call) if may_record else ()),
        *((CloseBridge(),) if call.state is CallState.ENDED else ()),
    )


def _recover_unseen(call: Call) -> tuple[Action, ...]:
    """Return what no look at Asterisk tells the want of; done twice, it does no harm."""
    if call.state is CallState.ENDED:
        return ()
    up = [leg for leg in call.legs if leg.state is LegState.UP]
    return (
        *((StartRecording(),) if call.is_recording else ()),
        *(Mute(leg.id, True) for leg in up if leg.is_muted),
        *(AwaitSilence(leg.id) for leg in up if leg.party is Party.LEAD and is_greeting(call)),
    )


def _take_dial(call: Call, leg: Leg, signal: Signal) -> Step:
    state = LegState.RINGING if signal.text == "RINGING" else LegState.DIALLING
    leg = replace(forward(leg, state, signal.at), dial_status=signal.text or leg.dial_status)
    # A hang-up that was asked for before there was a channel ended nothing.
    is_unheeded = leg.is_hung_up_by_us and signal.text in {"", "RINGING"}
    return show(put(call, leg), signal.at), (HangUp(leg.id),) if is_unheeded else ()


def _take_ringing(call: Call, leg: Leg, signal: Signal) -> Step:
    return show(put(call, forward(leg, LegState.DIALLING, signal.at)), signal.at), ()


def _take_up(call: Call, leg: Leg, signal: Signal) -> Step:
    return show(put(call, forward(leg, LegState.UP, signal.at)), signal.at), ()


def _take_entered(call: Call, leg: Leg, signal: Signal) -> Step:
    if verdict := _read_verdict(leg, signal):
        return take_verdict(call, leg, verdict, signal)
    waits = leg.party is Party.LEAD and call.waiting_at is not None
    if leg.is_joined or leg.is_detecting or waits or _is_on_hold(call, leg):
        return call, ()
    leg = forward(leg, LegState.UP, signal.at)
    return answer(show(put(call, leg), signal.at), leg, signal.at)


def _is_on_hold(call: Call, leg: Leg) -> bool:
    """Tell whether a lead that was talking hears music: another word that its channel is there does not end that."""
    return leg.party is Party.LEAD and call.connected_at is not None and not leg.is_joined


def _take_destroyed(call: Call, leg: Leg, signal: Signal) -> Step:
    was_up = leg.answered_at is not None
    outcome = map_outcome(
        dial_status=leg.dial_status,
        cause=signal.cause,
        was_up=was_up,
        hung_up_by_us=leg.is_hung_up_by_us,
        is_shut_down=leg.is_shut_down,
        rang_seconds=(signal.at - leg.requested_at).total_seconds() if leg.requested_at else None,
        timeout_seconds=leg.timeout_seconds,
    )
    return end(call, leg, outcome, signal)


def _take_refused(call: Call, leg: Leg, signal: Signal) -> Step:
    return end(call, leg, Outcome.FAILED, signal)


def _take_absent(call: Call, leg: Leg, signal: Signal) -> Step:
    """Asterisk has no such channel, and its last words were lost: an answered leg ended, any other is not known."""
    outcome = Outcome.ANSWERED if leg.answered_at else Outcome.CANCELLED if leg.is_hung_up_by_us else Outcome.LOST
    return end(call, leg, outcome, signal)


def _take_hangup_requested(call: Call, leg: Leg, signal: Signal) -> Step:
    """Asterisk says so of every leg when it shuts down: nobody hung up, and how it would have ended is not known."""
    if signal.text == "soft" and signal.cause == SHUTDOWN:
        return put(call, replace(leg, is_shut_down=True)), ()
    return call, ()


def _take_hangup_asked(call: Call, leg: Leg, _: Signal) -> Step:
    return put(call, replace(leg, is_hung_up_by_us=True)), ()


def _take_engaged(call: Call, leg: Leg, signal: Signal) -> Step:
    return end(call, leg, Outcome.BUSY, signal)


def _read_verdict(leg: Leg, signal: Signal) -> Verdict | None:
    """Return what was heard; a detection that failed comes back without a word, and counts as not sure."""
    said = {word.lower() for word in signal.args}
    if verdict := next((verdict for verdict in Verdict if verdict.value in said), None):
        return verdict
    is_back = leg.is_detecting and said and signal.args != (leg.party.value,) and "hangup" not in said
    return Verdict.NOTSURE if is_back else None


_TAKE: dict[SignalKind, Callable[[Call, Leg, Signal], Step]] = {
    SignalKind.DIAL: _take_dial,
    SignalKind.RINGING: _take_ringing,
    SignalKind.UP: _take_up,
    SignalKind.ENTERED: _take_entered,
    SignalKind.DESTROYED: _take_destroyed,
    SignalKind.REFUSED: _take_refused,
    SignalKind.ABSENT: _take_absent,
    SignalKind.PLAYBACK_FINISHED: take_playback,
    SignalKind.TALKING_FINISHED: take_silence,
    SignalKind.HANGUP_REQUESTED: _take_hangup_requested,
    SignalKind.HANGUP_ASKED: _take_hangup_asked,
    SignalKind.ENGAGED: _take_engaged,
}
