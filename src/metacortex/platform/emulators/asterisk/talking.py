"""Who is heard talking: the dialplan function TALK_DETECT, which tells when a channel begins and ends to talk."""

import time
from typing import Final

from metacortex.platform.emulators.asterisk.parts import Channel
from metacortex.platform.emulators.asterisk.switch import Switch

SET: Final = "TALK_DETECT(SET)"
REMOVE: Final = "TALK_DETECT(REMOVE)"
DEFAULT_SILENCE_MS: Final = 2500

Burst = tuple[float, float | None]
"""From when to when somebody talks, in seconds after they picked up; None: without an end."""


def write(switch: Switch, channel: Channel, name: str, value: str) -> None:
    """Set or remove the function; what cannot be read as milliseconds changes nothing."""
    if name.upper() == REMOVE:
        _stop(channel)
        channel.is_talking = False
        return
    said = value.split(",", maxsplit=1)[0] or str(DEFAULT_SILENCE_MS)
    if said.isdigit() and int(said) > 0 and channel.answered_at is not None:
        _stop(channel)
        _listen(switch, channel, int(said) / 1000)


def _stop(channel: Channel) -> None:
    for timer in channel.talk_timers:
        timer.cancel()
    channel.talk_timers.clear()


def _listen(switch: Switch, channel: Channel, silence: float) -> None:
    """Tell of every burst that is not over yet; its end is known only when the silence has lasted."""
    assert channel.answered_at is not None
    now = (time.monotonic() - channel.answered_at) * switch.clock.speed
    for start, end in merge(channel.behaviour.speaks, silence):
        if end is not None and end + silence <= now:
            continue
        after = switch.clock.after
        channel.talk_timers.append(after(start - now, _begin, switch, channel))
        if end is not None:
            duration = max(0, round((end - max(start, now)) * 1000))
            channel.talk_timers.append(after(end + silence - now, _finish, switch, channel, duration))
    channel.timers += channel.talk_timers


def _begin(switch: Switch, channel: Channel) -> None:
    if not channel.is_talking:
        channel.is_talking = True
        switch.emit("ChannelTalkingStarted", channel)


def _finish(switch: Switch, channel: Channel, duration: int) -> None:
    channel.is_talking = False
    switch.emit("ChannelTalkingFinished", channel, duration=duration)


def merge(bursts: tuple[Burst, ...], silence: float) -> list[Burst]:
    """Join bursts between which there is less silence than makes an end."""
    merged: list[Burst] = []
    for start, end in bursts:
        if merged and (merged[-1][1] is None or start - merged[-1][1] < silence):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged
