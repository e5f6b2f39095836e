"""How a call is set up: dialled, ringing, answered or refused. Every function moves one channel on."""

import time
from typing import Final

from metacortex.platform.emulators.asterisk import dialplan
from metacortex.platform.emulators.asterisk.behaviour import (
    Behaviour,
    behaviour_of_agent,
    behaviour_of_number,
    is_agent,
    number_in,
)
from metacortex.platform.emulators.asterisk.clock import timestamp
from metacortex.platform.emulators.asterisk.parts import Channel
from metacortex.platform.emulators.asterisk.stasis import end, enter_stasis, hang_up_remotely, press
from metacortex.platform.emulators.asterisk.switch import Switch

RACE_WHEN_BUSY: Final = 0.6
RACE_WHEN_CALM: Final = 0.04
BUSY_GAP_SECONDS: Final = 0.005
HANGUP_BEFORE_DIAL: Final = 0.29
STATUS_BEFORE_DIAL: Final = 0.4
"""How often a real Asterisk was seen to do these (measured; see the guide)."""

LOCAL: Final = "Local/"


def choose_behaviour(switch: Switch, channel: Channel) -> tuple[Behaviour, str]:
    """Who is at the other end of this channel, and the number that reaches them."""
    resource = channel.endpoint.partition("/")[2]
    local = channel.endpoint.startswith(LOCAL)
    number, trunk = number_in(resource.partition("/")[0] if local else resource)
    if local and trunk in dialplan.MISSING_CONTEXTS:
        return Behaviour(dials=False, cause=0, dial_status=None), number
    if is_agent(number, trunk):
        return behaviour_of_agent(number, switch.options), number
    return behaviour_of_number(number, switch.ledger.attempts(number), switch.options), number


def dial(switch: Switch, channel: Channel, behaviour: Behaviour, number: str, timeout: float) -> bool:
    """Begin the attempt; says whether its events are already out, so that the response must come after them."""
    channel.behaviour = behaviour
    channel.dialled = True
    if timeout > 0:
        channel.timers.append(switch.clock.after(timeout, give_up, switch, channel))
    instant = behaviour.decides_after == 0 and not behaviour.answers
    overtakes = behaviour.overtakes or (
        instant and switch.options.races and switch.chance.random() < _race_rate(switch)
    )
    if overtakes:
        attempt(switch, channel, number)
    else:
        channel.timers.append(switch.clock.after(0.0, attempt, switch, channel, number))
    return overtakes


def _race_rate(switch: Switch) -> float:
    now = time.monotonic()
    gap, switch.last_originate = now - switch.last_originate, now
    return RACE_WHEN_BUSY if gap < BUSY_GAP_SECONDS else RACE_WHEN_CALM


def attempt(switch: Switch, channel: Channel, number: str) -> None:
    """Reach for the callee."""
    behaviour = channel.behaviour
    if channel.ended:
        return
    if not behaviour.dials:
        end(switch, channel, behaviour.cause, "asterisk")
        return
    kind = "agent" if behaviour.agent else "callee"
    channel.entry = switch.ledger.dial(kind, number, channel.endpoint, channel.id)
    if channel.other_half is not None:
        dialplan.show_inner_leg(switch, channel.other_half)
    if behaviour.decides_after == 0 and not behaviour.answers:
        fail_at_once(switch, channel)
        return
    switch.emit_dial(channel, "")
    if channel.endpoint.startswith("IAX2/") and behaviour.decides_after:
        channel.changed(state="Ringing")
        switch.emit("ChannelStateChange", channel)
    if behaviour.rings_after is not None and behaviour.decides_after != 0:
        channel.timers.append(switch.clock.after(behaviour.rings_after, ring, switch, channel))
    if behaviour.decides_after == 0:
        answer(switch, channel)
    elif behaviour.decides_after is not None:
        step = answer if behaviour.answers else fail
        channel.timers.append(switch.clock.after(behaviour.decides_after, step, switch, channel))


def ring(switch: Switch, channel: Channel) -> None:
    """The far end rings."""
    if channel.entry is not None:
        switch.ledger.note(channel.entry, rang_at=timestamp())
    already_shown = channel.state == "Ringing"
    channel.changed(state="Ringing")
    switch.emit_dial(channel, "RINGING")
    if not already_shown:
        switch.emit("ChannelStateChange", channel)


def final_cause(channel: Channel) -> int:
    """The cause to show: busy and congestion of a Local channel come without one."""
    behaviour = channel.behaviour
    local = channel.endpoint.startswith(LOCAL) and behaviour.dial_status in {"BUSY", "CONGESTION"}
    return 0 if local else behaviour.cause


def fail_at_once(switch: Switch, channel: Channel) -> None:
    """A refusal so quick that its events may be out of order."""
    cause, status, races = final_cause(channel), channel.behaviour.dial_status or "NOANSWER", switch.options.races
    hangup_first = switch.faults.strikes("early_hangup_request") or (
        races and switch.chance.random() < HANGUP_BEFORE_DIAL
    )
    status_first = races and channel.in_stasis and switch.chance.random() < STATUS_BEFORE_DIAL
    if hangup_first:
        switch.emit("ChannelHangupRequest", channel, cause=cause)
    for shown in (status, "") if status_first else ("", status):
        switch.emit_dial(channel, shown)
    if not hangup_first:
        switch.emit("ChannelHangupRequest", channel, cause=cause)
    end(switch, channel, cause, "network")


def fail(switch: Switch, channel: Channel) -> None:
    """The far end or the network refuses after a while."""
    cause = final_cause(channel)
    switch.emit("ChannelHangupRequest", channel, cause=cause)
    switch.emit_dial(channel, channel.behaviour.dial_status or "NOANSWER")
    end(switch, channel, cause, "network")


def give_up(switch: Switch, channel: Channel) -> None:
    """The time to ring is over. Before 23.2 the cause was left unset."""
    cause = 0 if switch.faults.old_timeout_cause else channel.behaviour.timeout_cause
    end(switch, channel, cause, "timeout")


def answer(switch: Switch, channel: Channel) -> None:
    """The callee picks up."""
    if channel.entry is not None:
        switch.ledger.note(channel.entry, answered_at=timestamp())
    for timer in channel.timers:
        timer.cancel()
    channel.timers.clear()
    channel.changed(state="Up")
    channel.answered_at = time.monotonic()
    switch.emit("ChannelStateChange", channel)
    switch.emit_dial(channel, "ANSWER")
    if channel.behaviour.talks is not None:
        channel.timers.append(switch.clock.after(channel.behaviour.talks, hang_up_remotely, switch, channel))
    for place, digit in enumerate(channel.behaviour.digits):
        channel.timers.append(switch.clock.after(1.0 + 0.4 * place, press, switch, channel, digit))
    if channel.in_stasis:
        return
    if channel.app:
        enter_stasis(switch, channel, channel.app, channel.app_args)
    else:
        dialplan.run(switch, channel, channel.context, channel.to_extension)
