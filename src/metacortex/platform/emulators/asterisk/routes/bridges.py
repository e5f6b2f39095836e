"""Bridges (bridges.json)."""

from typing import Final

from metacortex.platform.emulators.asterisk import bridging
from metacortex.platform.emulators.asterisk.parts import Bridge, Channel
from metacortex.platform.emulators.asterisk.requests import Call, Handler, Refusal, Reply
from metacortex.platform.emulators.asterisk.routes.conversation import play_on, record_on

TYPES: Final = frozenset({"mixing", "holding", "dtmf_events", "proxy_media", "video_sfu", "video_single", "sdp_label"})


def list_bridges(call: Call) -> Reply:
    """GET /bridges."""
    return 200, b"[" + b",".join(bridge.snapshot() for bridge in call.switch.bridges.values()) + b"]"


def create(call: Call) -> Reply:
    """POST /bridges and /bridges/{id}: with the id of a bridge that is there, only its name changes."""
    kinds = call.words("type")
    if set(kinds) - TYPES:
        raise Refusal(400, "Invalid bridge type")
    bridge_id = call.ids[0] if call.ids else call.get("bridgeId") or call.switch.new_unique_id()
    if (known := call.switch.bridges.get(bridge_id.lower())) is not None:
        if not call.ids:
            raise Refusal(409, f"Bridge with id '{bridge_id}' already exists")
        known.name = call.get("name")
        return 200, known.snapshot()
    bridge = Bridge(bridge_id, call.get("name"), "holding" if "holding" in kinds else "mixing")
    call.switch.bridges[bridge_id.lower()] = bridge
    call.switch.emit_bridge("BridgeCreated", bridge)
    return 200, bridge.snapshot()


def get_bridge(call: Call) -> Reply:
    """GET /bridges/{id}."""
    return 200, call.bridge().snapshot()


def destroy(call: Call) -> Reply:
    """DELETE /bridges/{id}: a recording of it is stored, but nobody is told."""
    bridging.destroy(call.switch, call.bridge())
    return None


def channels_in(call: Call) -> list[Channel]:
    """The channels that a request names."""
    names = call.words("channel")
    if not names:
        raise Refusal(400, "Missing parameter channel")
    found = [call.switch.channel(name) for name in names]
    if None in found:
        raise Refusal(400, "Channel not found")
    return [channel for channel in found if channel is not None]


def add_channel(call: Call) -> Reply:
    """POST /bridges/{id}/addChannel."""
    bridge, channels = call.bridge(), channels_in(call)
    if any(not channel.in_stasis for channel in channels):
        raise Refusal(422, "Channel not in Stasis application")
    if any(channel.recordings for channel in channels):
        raise Refusal(409, "Channel currently recording")
    for channel in channels:
        call.switch.clock.after(0.0, _enter, call, bridge, channel)
    return None


def _enter(call: Call, bridge: Bridge, channel: Channel) -> None:
    if channel.in_stasis and not channel.ended and bridge.id.lower() in call.switch.bridges:
        bridging.enter(call.switch, bridge, channel)


def remove_channel(call: Call) -> Reply:
    """POST /bridges/{id}/removeChannel."""
    bridge, channels = call.bridge(), channels_in(call)
    if any(channel.bridge is not bridge for channel in channels):
        raise Refusal(422, "Channel not in this bridge")
    for channel in channels:
        bridging.leave(call.switch, channel)
    return None


def accept(call: Call) -> Reply:
    """Music for a bridge: taken, and heard by nobody here."""
    call.bridge()
    return None


def play(call: Call) -> Reply:
    """POST /bridges/{id}/play."""
    return play_on(call, call.bridge())


def record(call: Call) -> Reply:
    """POST /bridges/{id}/record: both sides."""
    return record_on(call, call.bridge())


ROUTES: Final[dict[str, Handler]] = {
    "GET bridges": list_bridges,
    "POST bridges": create,
    "POST bridges/*": create,
    "GET bridges/*": get_bridge,
    "DELETE bridges/*": destroy,
    "POST bridges/*/addChannel": add_channel,
    "POST bridges/*/removeChannel": remove_channel,
    "POST bridges/*/moh": accept,
    "DELETE bridges/*/moh": accept,
    "POST bridges/*/play": play,
    "POST bridges/*/play/*": play,
    "POST bridges/*/record": record,
}
