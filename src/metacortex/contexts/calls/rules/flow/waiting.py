"""Waiting with whom nobody speaks: for an agent, for a machine to take a message, for the last words to be over."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from metacortex.contexts.calls.rules.flow.legs import Step, has_agent_joined, of
from metacortex.contexts.calls.rules.flow.ringing import end_legs
from metacortex.contexts.calls.types import AwaitSilence, Call, CallState, Leg, LegState, Party, Play, Signal

_SILENT_FOR = re.compile(r"HUMAN-(\d{1,6})-\d+", re.IGNORECASE)
GREETING_LIMIT = timedelta(seconds=30)
"""How long a machine's greeting is waited for; then the message begins, for a part of it is more than nothing."""


def wants_agent(call: Call) -> bool:
    """Tell whether the lead of a campaign's call is on the phone and has no agent yet."""
    if call.waiting_at is None or call.abandoned_at or call.state is CallState.ENDED or has_agent_joined(call):
        return False
    return any(leg.state is LegState.UP and not leg.is_hung_up_by_us for leg in of(call, Party.LEAD))


def find_deadline(call: Call) -> datetime:
    """Return until when a lead who waits may be kept without an agent, or a machine's greeting is waited for."""
    if is_greeting(call):
        assert call.greeting_until_at is not None
        return call.greeting_until_at
    assert call.waiting_at is not None
    return call.waiting_at + timedelta(seconds=call.hold_seconds or 0)


def find_greeting_end(leg: Leg, signal: Signal) -> datetime:
    """Return since when a person has waited for whom detection has a word: since they had said who they are.

    Asterisk is sure of a person once they have been silent for a while, and AMDCAUSE says for how long:
    `HUMAN-<silence>-<silence wanted>`, in milliseconds. Where that is not said, or it was not sure, nobody knows when
    the greeting was over, and all the time since they picked up counts (47 CFR 64.1200(a)(7)(i): two seconds after it).
    """
    picked_up_at = leg.answered_at or signal.at
    found = next(filter(None, map(_SILENT_FOR.fullmatch, signal.args)), None)
    return max(picked_up_at, signal.at - timedelta(milliseconds=int(found[1]))) if found else picked_up_at


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
    if leg.party is Party.LEAD and (call.abandoned_at or call.message_at):
        return end_legs(call, [leg], signal.at)
    return call, ()


def await_greeting(call: Call, leg: Leg, at: datetime) -> Step:
    """A machine answered that is to be left a message: let it say first what it says."""
    return replace(call, greeting_until_at=at + GREETING_LIMIT), (AwaitSilence(leg.id),)


def is_greeting(call: Call) -> bool:
    """Tell whether a machine's greeting is waited for."""
    return call.greeting_until_at is not None and call.message_at is None and call.state is not CallState.ENDED


def leave_message(call: Call, at: datetime) -> Step:
    """The greeting is over, or took too long: leave the message."""
    lead = next((leg for leg in of(call, Party.LEAD) if leg.state is LegState.UP and not leg.is_hung_up_by_us), None)
    if not is_greeting(call) or lead is None or call.voicemail_sound is None:
        return call, ()
    return replace(call, message_at=at), (Play(call.voicemail_sound, lead.id),)


def take_silence(call: Call, leg: Leg, signal: Signal) -> Step:
    """A leg has said nothing for a while."""
    return leave_message(call, signal.at) if leg.party is Party.LEAD else (call, ())
