"""A campaign's lead answered: wait for an agent, then, if none comes, say so and hang up."""

from dataclasses import replace
from datetime import datetime, timedelta

from metacortex.contexts.calls.rules.flow.legs import Step, has_agent_joined, of
from metacortex.contexts.calls.rules.flow.ringing import end_legs
from metacortex.contexts.calls.types import Call, CallState, Leg, LegState, Party, Play, Signal, Verdict


def wants_agent(call: Call) -> bool:
    """Tell whether the lead of a campaign's call is on the phone and has no agent yet."""
    if call.waiting_at is None or call.abandoned_at or call.state is CallState.ENDED or has_agent_joined(call):
        return False
    return any(leg.state is LegState.UP and not leg.is_hung_up_by_us for leg in of(call, Party.LEAD))


def find_deadline(call: Call) -> datetime:
    """Return until when a lead who waits may be kept without an agent."""
    assert call.waiting_at is not None
    return call.waiting_at + timedelta(seconds=call.hold_seconds or 0)


def abandon(call: Call, at: datetime) -> Step:
    """No agent came in time: let the lead hear the campaign's message, then hang up."""
    if not wants_agent(call):
        return call, ()
    call = replace(call, abandoned_at=at)
    [lead] = of(call, Party.LEAD)
    if call.abandonment_sound:
        return call, (Play(call.abandonment_sound, lead.id),)
    return end_legs(call, [lead], at)


def take_playback(call: Call, leg: Leg, signal: Signal) -> Step:
    """The last thing a lead or a machine was to hear is over."""
    if leg.party is Party.LEAD and (call.abandoned_at or call.verdict is Verdict.MACHINE):
        return end_legs(call, [leg], signal.at)
    return call, ()
