"""Who hears whom."""

from dataclasses import replace
from datetime import datetime

from metacortex.contexts.calls.rules.flow.legs import Step, of, put, show
from metacortex.contexts.calls.types import Action, Call, Join, Leave, Leg, LegState, Mute, Party, Play, StartRecording


def join(call: Call, leg: Leg, at: datetime) -> Step:
    """Put a leg into the bridge; the first time a lead and somebody are both there, announce and record."""
    was_connected = call.connected_at is not None
    call = show(put(call, replace(leg, is_joined=True)), at)
    actions: list[Action] = [Join(leg.id)]
    if call.connected_at and not was_connected:
        if call.announcement:
            actions.append(Play(call.announcement))
        if call.is_recorded:
            call = replace(call, is_recording=True)
            actions.append(StartRecording())
    return call, tuple(actions)


def hold(call: Call) -> Step:
    """Take the lead out of the conversation, to music."""
    held = [leg for leg in of(call, Party.LEAD) if leg.is_joined and leg.is_open]
    for leg in held:
        call = put(call, replace(leg, is_joined=False))
    return call, tuple(Leave(leg.id) for leg in held)


def resume(call: Call, at: datetime) -> Step:
    """Bring a lead on hold back into the conversation."""
    actions: tuple[Action, ...] = ()
    for leg in of(call, Party.LEAD):
        if leg.state is LegState.UP and not leg.is_joined and call.connected_at:
            call, (_, *others) = join(call, leg, at)
            actions += (Join(leg.id, may_hear_music=True), *others)
    return call, actions


def mute(call: Call, *, is_muted: bool) -> Step:
    """Close or open the agent's microphone."""
    agents = [leg for leg in of(call, Party.AGENT) if leg.state is LegState.UP and not leg.is_hung_up_by_us]
    for leg in agents:
        call = put(call, replace(leg, is_muted=is_muted))
    return call, tuple(Mute(leg.id, is_muted) for leg in agents)
