"""Channels go into bridges and out of them; one leg that ends never ends another."""

from metacortex.platform.emulators.asterisk import audio
from metacortex.platform.emulators.asterisk.parts import Bridge, Channel
from metacortex.platform.emulators.asterisk.switch import Switch


def enter(switch: Switch, bridge: Bridge, channel: Channel) -> None:
    """Put a channel into a bridge, out of the one where it was; its application then watches the bridge."""
    if channel.bridge is bridge:
        return
    leave(switch, channel)
    channel.bridge = bridge
    bridge.channels.append(channel)
    if app := switch.apps.get(channel.app):
        switch.watch_bridge(app, bridge)
    switch.emit_bridge("ChannelEnteredBridge", bridge, channel)


def leave(switch: Switch, channel: Channel) -> None:
    """Take a channel out of its bridge, if it is in one."""
    bridge = channel.bridge
    if bridge is None:
        return
    bridge.channels.remove(channel)
    channel.bridge = None
    switch.emit_bridge("ChannelLeftBridge", bridge, channel)
    if all(other.app != channel.app for other in bridge.channels) and not bridge.recordings:
        switch.unwatch_bridge(channel.app, bridge)


def destroy(switch: Switch, bridge: Bridge) -> None:
    """Shut a bridge down; its channels stay up."""
    for recording in bridge.recordings.copy():
        audio.finish_recording(switch, recording, told=False)
    for playback in reversed(bridge.playbacks.copy()):
        audio.finish_playback(switch, playback, "failed")
    switch.emit_bridge("BridgeDestroyed", bridge)
    for channel in list(bridge.channels):
        leave(switch, channel)
    switch.bridges.pop(bridge.id.lower(), None)
    for name in list(bridge.watchers):
        switch.unwatch_bridge(name, bridge)
