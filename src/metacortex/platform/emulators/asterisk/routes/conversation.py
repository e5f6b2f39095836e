"""What can be done with a channel during a call (channels.json)."""

from typing import Final

from metacortex.platform.emulators.asterisk import audio, dialplan, talking
from metacortex.platform.emulators.asterisk.parts import Bridge, Channel, Playback, Recording
from metacortex.platform.emulators.asterisk.requests import Call, Handler, Refusal, Reply, read_variables, reply
from metacortex.platform.emulators.asterisk.stasis import answer_here, enter_stasis, leave_stasis

BLOCKED_FUNCTIONS: Final = ("SHELL(", "FILE(", "DB(", "DB_DELETE(", "CURL(", "AST_CONFIG(", "ENV(")
"""Functions that the interface may not set: it answers 204 and does nothing."""

DIRECTIONS: Final = frozenset({"both", "in", "out"})


def answer(call: Call) -> Reply:
    """POST /channels/{id}/answer."""
    answer_here(call.switch, call.stasis_channel())
    return None


def accept(call: Call) -> Reply:
    """Hold, ring, silence: taken, and heard by nobody here."""
    call.stasis_channel()
    return None


def start_music(call: Call) -> Reply:
    """POST /channels/{id}/moh: it goes on until it is stopped, in a bridge too."""
    call.stasis_channel().hears_music = True
    return None


def stop_music(call: Call) -> Reply:
    """DELETE /channels/{id}/moh."""
    call.stasis_channel().hears_music = False
    return None


def read_directions(call: Call) -> set[str]:
    """The directions that a mute is about."""
    said = call.get("direction", "both")
    if said not in DIRECTIONS:
        raise Refusal(400, "Invalid direction specified")
    return {"in", "out"} if said == "both" else {said}


def mute(call: Call) -> Reply:
    """POST /channels/{id}/mute."""
    call.stasis_channel().muted |= read_directions(call)
    return None


def unmute(call: Call) -> Reply:
    """DELETE /channels/{id}/mute."""
    call.stasis_channel().muted -= read_directions(call)
    return None


def send_dtmf(call: Call) -> Reply:
    """POST /channels/{id}/dtmf."""
    call.stasis_channel()
    if not call.get("dtmf"):
        raise Refusal(400, "DTMF is required")
    return None


def go_on(call: Call) -> Reply:
    """POST /channels/{id}/continue: StasisEnd, then the dialplan."""
    channel = call.stasis_channel()
    context, extension = call.get("context") or channel.context, call.get("extension") or channel.extension
    call.switch.clock.after(0.0, _go_on, call, channel, context, extension)
    return None


def _go_on(call: Call, channel: Channel, context: str, extension: str) -> None:
    if channel.in_stasis and not channel.ended:
        leave_stasis(call.switch, channel)
        dialplan.run(call.switch, channel, context, extension)


def move(call: Call) -> Reply:
    """POST /channels/{id}/move: an unknown application is told only by ApplicationMoveFailed."""
    channel = call.stasis_channel()
    call.switch.clock.after(0.0, _move, call, channel, call.need("app"), call.get("appArgs"))
    return None


def _move(call: Call, channel: Channel, name: str, args: str) -> None:
    if channel.ended:
        return
    app = call.switch.apps.get(name)
    if app is None or app.socket is None:
        call.switch.emit("ApplicationMoveFailed", channel, destination=name, args=args.split(",") if args else [])
        return
    leave_stasis(call.switch, channel)
    enter_stasis(call.switch, channel, name, args)


def get_variable(call: Call) -> Reply:
    """GET /channels/{id}/variable."""
    channel, name = call.channel(), call.need("variable")
    if name == "CHANNEL(state)":
        return reply({"value": channel.state})
    if name not in channel.variables:
        raise Refusal(404, "Provided variable was not found")
    return reply({"value": channel.variables[name]})


def get_variables(call: Call) -> Reply:
    """GET /channels/{id}/variables: 404 when one of several is missing."""
    channel, names = call.channel(), call.need("variables").split(",")
    if any(name not in channel.variables for name in names):
        raise Refusal(404, "Provided variable was not found")
    return reply({"variables": {name: channel.variables[name] for name in names}})


def set_variable(call: Call) -> Reply:
    """POST /channels/{id}/variable."""
    channel = call.stasis_channel()
    _set(call, channel, {call.need("variable"): call.get("value")}, reported=call.get("report_events") == "true")
    return None


def set_variables(call: Call) -> Reply:
    """POST /channels/{id}/variables: several at once, as the body of originate has them."""
    channel = call.stasis_channel()
    plain, reported = read_variables(call.body)
    _set(call, channel, reported, reported=True)
    _set(call, channel, {name: value for name, value in plain.items() if name not in reported}, reported=False)
    return None


def _set(call: Call, channel: Channel, values: dict[str, str], *, reported: bool) -> None:
    for name, value in values.items():
        if name.upper().startswith(BLOCKED_FUNCTIONS):
            continue
        if name.upper() in {talking.SET, talking.REMOVE}:
            talking.write(call.switch, channel, name, value)
            continue
        channel.variables[name] = value
        if reported or name in channel.reported:
            channel.changed(reported=channel.reported | {name: value})
        if not name.endswith(")"):  # of functions nobody is told
            call.switch.emit("ChannelVarset", channel, variable=name, value=value)


def play_on(call: Call, target: Channel | Bridge) -> Reply:
    """201 means queued; ids may repeat."""
    media = call.words("media")
    if not media:
        raise Refusal(400, "Missing parameter media")
    playback_id = call.ids[1] if len(call.ids) > 1 else call.get("playbackId") or call.switch.new_unique_id()
    playback = Playback(playback_id, media, target, call.get("lang") or "en")
    audio.start_playback(call.switch, playback)
    return reply(playback.shown(), 201)


def record_on(call: Call, target: Channel | Bridge) -> Reply:
    """201 means queued; a name that exists is refused unless `ifExists` says otherwise."""
    name, form = call.need("name"), call.need("format")
    limit, silence = call.whole("maxDurationSeconds"), call.whole("maxSilenceSeconds")
    if limit < 0 or silence < 0:
        raise Refusal(400, "maxDurationSeconds and maxSilenceSeconds must be at least 0")
    if call.get("terminateOn", "none") not in {"none", "any", "*", "#"}:
        raise Refusal(400, "terminateOn invalid")
    if call.get("ifExists", "fail") not in {"fail", "overwrite", "append"}:
        raise Refusal(400, "ifExists invalid")
    if form not in audio.FORMATS:
        raise Refusal(422, "Format not found")
    if ".." in name.split("/"):
        raise Refusal(500, "Internal Server Error", "error")
    exists = name in call.switch.stored
    if name in call.switch.live or (exists and call.get("ifExists", "fail") == "fail"):
        raise Refusal(409, f"Recording '{name}' already exists and can not be overwritten")
    recording = Recording(name, form, target, max_seconds=limit)
    if exists and call.get("ifExists") == "append":
        recording.heard_seconds = call.switch.stored[name].heard_seconds
    audio.start_recording(call.switch, recording)
    return reply(recording.shown(), 201)


def play(call: Call) -> Reply:
    """POST /channels/{id}/play."""
    return play_on(call, call.stasis_channel())


def record(call: Call) -> Reply:
    """POST /channels/{id}/record: only what is heard from this channel; not while it is bridged."""
    channel = call.stasis_channel()
    if channel.bridge is not None:
        raise Refusal(409, "Channel is currently in a bridge")
    return record_on(call, channel)


ROUTES: Final[dict[str, Handler]] = {
    "POST channels/*/answer": answer,
    "POST channels/*/ring": accept,
    "DELETE channels/*/ring": accept,
    "POST channels/*/hold": accept,
    "DELETE channels/*/hold": accept,
    "POST channels/*/moh": start_music,
    "DELETE channels/*/moh": stop_music,
    "POST channels/*/silence": accept,
    "DELETE channels/*/silence": accept,
    "POST channels/*/progress": accept,
    "POST channels/*/mute": mute,
    "DELETE channels/*/mute": unmute,
    "POST channels/*/dtmf": send_dtmf,
    "POST channels/*/continue": go_on,
    "POST channels/*/move": move,
    "GET channels/*/variable": get_variable,
    "POST channels/*/variable": set_variable,
    "GET channels/*/variables": get_variables,
    "POST channels/*/variables": set_variables,
    "POST channels/*/play": play,
    "POST channels/*/play/*": play,
    "POST channels/*/record": record,
}
