"""A channel in an application, and how it ends."""

import logging
from typing import Final

from metacortex.platform.emulators.asterisk import audio, bridging
from metacortex.platform.emulators.asterisk.causes import NORMAL, describe, dial_status_of
from metacortex.platform.emulators.asterisk.clock import timestamp
from metacortex.platform.emulators.asterisk.parts import Channel
from metacortex.platform.emulators.asterisk.switch import Switch

log = logging.getLogger(__name__)

OUR_HANGUP: Final = 32
"""The internal flag that a soft hang-up request shows as its cause."""

SIP_CODES: Final = {1: 404, 17: 486, 18: 408, 19: 480, 20: 480, 21: 603, 34: 503}


def press(switch: Switch, channel: Channel, digit: str) -> None:
    """The callee presses a key; heard only while an application listens."""
    if channel.in_stasis:
        switch.emit("ChannelDtmfReceived", channel, digit=digit, duration_ms=120)


def enter_stasis(switch: Switch, channel: Channel, name: str, args: str) -> None:
    """Hand the channel to an application; without one that listens it is hung up at once."""
    app = switch.apps.get(name)
    if app is None or app.socket is None:
        log.warning("Stasis app '%s' not active or missing; hanging up %s", name, channel.id)
        end(switch, channel, NORMAL, "asterisk")
        return
    channel.changed(running="Stasis", running_data=f"{name},{args}" if args else name, app=name, in_stasis=True)
    switch.watch(app, channel)
    switch.emit("StasisStart", channel, args=args.split(",") if args else [])


def leave_stasis(switch: Switch, channel: Channel) -> None:
    """Take the channel out of its application, which goes on watching it."""
    bridging.leave(switch, channel)
    switch.emit("StasisEnd", channel)
    channel.changed(in_stasis=False, running="", running_data="")


def hang_up_remotely(switch: Switch, channel: Channel) -> None:
    """The other side ends the call; during machine detection nothing but the end is seen."""
    if channel.running != "AMD":
        switch.emit("ChannelHangupRequest", channel, cause=NORMAL)
    end(switch, channel, NORMAL, "agent" if channel.behaviour.agent else "callee")


def hang_up_ourselves(switch: Switch, channel: Channel, cause: int) -> None:
    """What follows on a DELETE."""
    if channel.ended:
        return
    switch.emit("ChannelHangupRequest", channel, soft=True, cause=OUR_HANGUP)
    if channel.dialled and channel.state != "Up":
        switch.emit_dial(channel, dial_status_of(cause))
    end(switch, channel, cause, "us")


def end(switch: Switch, channel: Channel, cause: int, side: str) -> None:
    """The channel is gone; ChannelDestroyed is the only final event."""
    if channel.ended:
        return
    channel.ended = True
    for timer in channel.timers:
        timer.cancel()
    channel.timers.clear()
    audio.stop_all(switch, channel)
    bridging.leave(switch, channel)
    if channel.in_stasis:
        switch.emit("StasisEnd", channel)
    technical = {"tech_cause": SIP_CODES[cause]} if channel.name.startswith("PJSIP/") and cause in SIP_CODES else {}
    switch.emit("ChannelDestroyed", channel, cause=cause, cause_txt=describe(cause), **technical)
    if channel.entry is not None:
        switch.ledger.note(channel.entry, ended_at=timestamp(), hangup_side=side, cause=cause)
    remove(switch, channel)
    if channel.other_half is not None:
        end(switch, channel.other_half, cause, side)
    for other in [one for one in switch.snoops if one.snooped is channel]:
        end(switch, other, NORMAL, "asterisk")


def remove(switch: Switch, channel: Channel) -> None:
    """Forget a channel, and the applications that only it kept."""
    switch.channels.pop(channel.id.lower(), None)
    if channel in switch.snoops:
        switch.snoops.remove(channel)
    switch.endpoints.get(channel.endpoint, set()).discard(channel.id)
    for name in channel.watchers:
        if app := switch.apps.get(name):
            app.channels.discard(channel.id)
            switch.forget_if_idle(app)


def answer_here(switch: Switch, channel: Channel) -> None:
    """The application answers a channel that came to it."""
    if channel.state != "Up":
        channel.changed(state="Up")
        switch.emit("ChannelStateChange", channel)
