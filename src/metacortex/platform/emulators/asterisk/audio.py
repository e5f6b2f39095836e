"""Recordings and playbacks, and the sound of an emulated conversation."""

import array
import io
import json
import math
import time
import wave
from pathlib import Path
from typing import Final

from metacortex.platform.emulators.asterisk.parts import Bridge, Channel, Playback, Recording
from metacortex.platform.emulators.asterisk.switch import Switch

SAMPLE_RATE: Final = 8000
FORMATS: Final = frozenset({"wav", "gsm", "ulaw", "alaw", "sln", "wav16", "WAV", "g722"})
SCHEMES: Final = frozenset({"sound", "recording", "number", "digits", "characters", "tone"})
SOUND_SECONDS: Final = 2.0
ENDLESS: Final = 86_400.0


def wave_file(seconds: float) -> bytes:
    """A quiet tone of 440 Hz as a WAV file, 8 kHz, 16 bits, mono."""
    period = array.array("h", (int(600 * math.sin(2 * math.pi * 440 * at / SAMPLE_RATE)) for at in range(200)))
    samples = max(1, round(seconds * SAMPLE_RATE))
    tone = (period.tobytes() * (samples // len(period) + 1))[: samples * 2]
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(tone)
    return target.getvalue()


def start_recording(switch: Switch, recording: Recording) -> None:
    """Queue a recording; of one target one runs at a time."""
    switch.live[recording.name] = recording
    recording.target.recordings.append(recording)
    switch.clock.after(0.0, _record, switch, recording)


def _record(switch: Switch, recording: Recording) -> None:
    if recording.state != "queued" or recording.target.recordings[0] is not recording:
        return
    resume(switch, recording)
    switch.emit_about("RecordingStarted", recording.target, recording=recording.shown())


def resume(switch: Switch, recording: Recording) -> None:
    """Begin or go on hearing; paused time does not count towards the limit."""
    if recording.since is not None:
        return
    recording.state, recording.since = "recording", time.monotonic()
    if recording.max_seconds:
        left = recording.max_seconds - recording.heard_seconds
        recording.timer = switch.clock.after(left, finish_recording, switch, recording, "done")


def pause(recording: Recording) -> None:
    """Stop hearing for a while."""
    _count_heard(recording)
    if recording.state == "recording":
        recording.state = "paused"


def _count_heard(recording: Recording) -> None:
    if recording.since is not None:
        recording.heard_seconds += time.monotonic() - recording.since
        recording.since = None
    if recording.timer is not None:
        recording.timer.cancel()
        recording.timer = None


def finish_recording(switch: Switch, recording: Recording, state: str = "done", *, told: bool = True) -> None:
    """End a recording: `done` stores it, `canceled` throws it away, one that never began has failed."""
    if switch.live.pop(recording.name, None) is None:
        return
    _count_heard(recording)
    recording.state = "failed" if recording.state == "queued" and state == "done" else state
    target = recording.target
    target.recordings.remove(recording)
    if recording.state == "done":
        store(switch, recording)
    kind = "RecordingFailed" if recording.state == "failed" else "RecordingFinished"
    if told:
        switch.emit_about(kind, target, recording=recording.shown())
    if target.recordings and told:
        _record(switch, target.recordings[0])


def store(switch: Switch, recording: Recording) -> None:
    """Keep a recording; with a folder, over restarts of the emulator too."""
    switch.stored[recording.name] = recording
    if switch.options.recordings is not None:
        line = {"name": recording.name, "format": recording.format, "seconds": recording.heard_seconds}
        with _index(switch.options.recordings).open("a") as index:
            index.write(json.dumps(line) + "\n")


def forget_stored(switch: Switch, name: str) -> None:
    """Delete a stored recording."""
    del switch.stored[name]
    if switch.options.recordings is not None:
        with _index(switch.options.recordings).open("a") as index:
            index.write(json.dumps({"name": name, "deleted": True}) + "\n")


def read_stored(switch: Switch) -> None:
    """Find the recordings of earlier runs."""
    folder = switch.options.recordings
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    if not _index(folder).exists():
        return
    nowhere = Bridge("")
    for line in _index(folder).read_text().splitlines():
        found = json.loads(line)
        if found.get("deleted"):
            switch.stored.pop(found["name"], None)
        else:
            switch.stored[found["name"]] = Recording(
                found["name"], found["format"], nowhere, "done", heard_seconds=found["seconds"]
            )


def _index(folder: Path) -> Path:
    return folder / "recordings.jsonl"


def start_playback(switch: Switch, playback: Playback) -> None:
    """Queue a playback; of one target one runs at a time."""
    switch.playbacks[playback.id] = playback
    playback.target.playbacks.append(playback)
    switch.clock.after(0.0, _play, switch, playback)


def _play(switch: Switch, playback: Playback) -> None:
    if playback.state != "queued" or playback.target.playbacks[0] is not playback:
        return
    scheme, _, what = playback.media[0].partition(":")
    if scheme not in SCHEMES:  # a real Asterisk never finishes these
        return
    seconds = seconds_of(switch, scheme, what)
    if seconds is None:
        finish_playback(switch, playback, "failed")
        return
    playback.left_seconds = seconds
    resume_playback(switch, playback)
    switch.emit_about("PlaybackStarted", playback.target, playback=playback.shown())


def seconds_of(switch: Switch, scheme: str, what: str) -> float | None:
    """How long a sound is; nothing for one that is missing (a name with `missing` in it, an unknown recording)."""
    if scheme == "recording":
        return switch.stored[what].heard_seconds * switch.clock.speed if what in switch.stored else None
    if scheme == "tone":
        return ENDLESS
    if "missing" in what or not what:
        return None
    if what.startswith("silence/") and what[8:].isdigit():
        return float(what[8:])
    return SOUND_SECONDS


def resume_playback(switch: Switch, playback: Playback) -> None:
    """Begin or go on playing."""
    playback.state, playback.since = "playing", time.monotonic()
    playback.timer = switch.clock.after(playback.left_seconds, _play_next, switch, playback)


def pause_playback(switch: Switch, playback: Playback) -> None:
    """Stop playing for a while."""
    if playback.timer is not None:
        playback.timer.cancel()
    playback.left_seconds -= (time.monotonic() - playback.since) * switch.clock.speed
    playback.state = "paused"


def _play_next(switch: Switch, playback: Playback) -> None:
    if len(playback.media) == 1:
        finish_playback(switch, playback, "done")
        return
    playback.media.pop(0)
    playback.left_seconds = SOUND_SECONDS
    resume_playback(switch, playback)
    switch.emit_about("PlaybackContinuing", playback.target, playback=playback.shown())


def finish_playback(switch: Switch, playback: Playback, state: str) -> None:
    """End a playback: `done` when it was stopped or over, `failed` when its sound or its channel is gone."""
    if playback in playback.target.playbacks:
        playback.target.playbacks.remove(playback)
    if switch.playbacks.get(playback.id) is playback:
        del switch.playbacks[playback.id]
    if playback.timer is not None:
        playback.timer.cancel()
    playback.state = state
    switch.emit_about("PlaybackFinished", playback.target, playback=playback.shown())
    if playback.target.playbacks:
        _play(switch, playback.target.playbacks[0])


def stop_all(switch: Switch, target: Channel | Bridge) -> None:
    """What a hang-up does: running recordings are closed, playbacks fail."""
    for playback in reversed(target.playbacks.copy()):
        finish_playback(switch, playback, "failed")
    for recording in reversed(target.recordings.copy()):
        finish_recording(switch, recording, "done")
