"""Recordings and playbacks (recordings.json, playbacks.json)."""

from typing import Final

from aiohttp import web

from metacortex.platform.emulators.asterisk import audio
from metacortex.platform.emulators.asterisk.parts import Playback, Recording
from metacortex.platform.emulators.asterisk.requests import Call, Handler, Refusal, Reply, reply


def stored(call: Call) -> Recording:
    """The stored recording that the path names."""
    if (recording := call.switch.stored.get(call.ids[0])) is None:
        raise Refusal(404, "Recording not found")
    return recording


def live(call: Call) -> Recording:
    """The live recording that the path names."""
    if (recording := call.switch.live.get(call.ids[0])) is None:
        raise Refusal(404, "Recording not found")
    return recording


def list_stored(call: Call) -> Reply:
    """GET /recordings/stored."""
    return reply([{"name": one.name, "format": one.format} for one in call.switch.stored.values()])


def get_stored(call: Call) -> Reply:
    """GET /recordings/stored/{name}."""
    recording = stored(call)
    return reply({"name": recording.name, "format": recording.format})


def get_file(call: Call) -> Reply:
    """GET /recordings/stored/{name}/file: always a WAV, as long as what was recorded."""
    return web.Response(body=audio.wave_file(stored(call).heard_seconds), content_type="audio/wav")


def delete_stored(call: Call) -> Reply:
    """DELETE /recordings/stored/{name}."""
    audio.forget_stored(call.switch, stored(call).name)
    return None


def get_live(call: Call) -> Reply:
    """GET /recordings/live/{name}."""
    return reply(live(call).shown())


def cancel(call: Call) -> Reply:
    """DELETE /recordings/live/{name}: nothing is stored."""
    audio.finish_recording(call.switch, live(call), "canceled")
    return None


def stop(call: Call) -> Reply:
    """POST /recordings/live/{name}/stop."""
    audio.finish_recording(call.switch, live(call))
    return None


def pause(call: Call) -> Reply:
    """POST /recordings/live/{name}/pause."""
    recording = live(call)
    if recording.state == "queued":
        raise Refusal(409, "Recording not in session")
    audio.pause(recording)
    return None


def unpause(call: Call) -> Reply:
    """DELETE /recordings/live/{name}/pause."""
    recording = live(call)
    if recording.state == "queued":
        raise Refusal(409, "Recording not in session")
    audio.resume(call.switch, recording)
    return None


def mute(call: Call) -> Reply:
    """POST and DELETE /recordings/live/{name}/mute: silence is recorded."""
    if live(call).state == "queued":
        raise Refusal(409, "Recording not in session")
    return None


def playback_of(call: Call) -> Playback:
    """The playback that the path names."""
    if (playback := call.switch.playbacks.get(call.ids[0])) is None:
        raise Refusal(404, "Playback not found")
    return playback


def get_playback(call: Call) -> Reply:
    """GET /playbacks/{id}."""
    return reply(playback_of(call).shown())


def stop_playback(call: Call) -> Reply:
    """DELETE /playbacks/{id}."""
    audio.finish_playback(call.switch, playback_of(call), "done")
    return None


def control_playback(call: Call) -> Reply:
    """POST /playbacks/{id}/control."""
    playback, operation = playback_of(call), call.need("operation")
    if operation not in {"restart", "pause", "unpause", "reverse", "forward"}:
        raise Refusal(400, "Invalid operation")
    if playback.state == "queued":
        raise Refusal(409, "Playback not active")
    if operation == "pause" and playback.state == "playing":
        audio.pause_playback(call.switch, playback)
    elif operation == "unpause" and playback.state == "paused":
        audio.resume_playback(call.switch, playback)
    return None


ROUTES: Final[dict[str, Handler]] = {
    "GET recordings/stored": list_stored,
    "GET recordings/stored/*": get_stored,
    "GET recordings/stored/*/file": get_file,
    "DELETE recordings/stored/*": delete_stored,
    "GET recordings/live/*": get_live,
    "DELETE recordings/live/*": cancel,
    "POST recordings/live/*/stop": stop,
    "POST recordings/live/*/pause": pause,
    "DELETE recordings/live/*/pause": unpause,
    "POST recordings/live/*/mute": mute,
    "DELETE recordings/live/*/mute": mute,
    "GET playbacks/*": get_playback,
    "DELETE playbacks/*": stop_playback,
    "POST playbacks/*/control": control_playback,
}
