"""What Asterisk's events say about our channels and recordings.

Source: `rest-api/api-docs/events.json` of Asterisk 23.4. Events of channels that are not ours arrive too: the second
half of a Local pair, the inner legs of a dialplan's Dial().
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from metacortex.contexts.calls.types import Signal, SignalKind, read_channel_id, read_recording_name

REPLACED = "ApplicationReplaced"
Event = Mapping[str, Any]
LARGEST_CAUSE = 32_767
"""Asterisk passes on whatever number a hang-up named; what is larger fits no column, and means nothing."""


def read_signal(event: Event) -> Signal | None:
    """Return what an event says about a channel or recording of ours; None if it says nothing that matters."""
    read = _READERS.get(str(event.get("type")))
    return read(event) if read else None


def _part(event: Event, name: str) -> Event:
    found = event.get(name)
    return found if isinstance(found, dict) else {}


def _read_at(event: Event) -> datetime:
    try:
        at = datetime.fromisoformat(str(event.get("timestamp")))
    except ValueError:
        return datetime.now(UTC)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _read_cause(event: Event) -> int | None:
    cause = event.get("cause")
    is_cause = isinstance(cause, int) and not isinstance(cause, bool) and abs(cause) <= LARGEST_CAUSE
    return cause if is_cause else None


def _tell(
    kind: SignalKind,
    event: Event,
    channel: object,
    *,
    text: str = "",
    cause: int | None = None,
    args: tuple[str, ...] = (),
) -> Signal | None:
    name = str(channel or "")
    if read_channel_id(name) is None:
        return None
    return Signal(kind=kind, channel_id=name, at=_read_at(event), text=text, cause=cause, args=args)


def _read_dial(event: Event) -> Signal | None:
    return _tell(SignalKind.DIAL, event, _part(event, "peer").get("id"), text=str(event.get("dialstatus") or ""))


def _read_state(event: Event) -> Signal | None:
    channel = _part(event, "channel")
    kind = {"Ringing": SignalKind.RINGING, "Up": SignalKind.UP}.get(str(channel.get("state")))
    return _tell(kind, event, channel.get("id")) if kind else None


def _read_start(event: Event) -> Signal | None:
    found = event.get("args")
    args = tuple(map(str, found)) if isinstance(found, list) else ()
    return _tell(SignalKind.ENTERED, event, _part(event, "channel").get("id"), args=args)


def _read_hangup_request(event: Event) -> Signal | None:
    text = "soft" if event.get("soft") is True else ""
    return _tell(
        SignalKind.HANGUP_REQUESTED, event, _part(event, "channel").get("id"), text=text, cause=_read_cause(event)
    )


def _read_destroyed(event: Event) -> Signal | None:
    return _tell(SignalKind.DESTROYED, event, _part(event, "channel").get("id"), cause=_read_cause(event))


def _read_digit(event: Event) -> Signal | None:
    return _tell(SignalKind.DIGIT, event, _part(event, "channel").get("id"), text=str(event.get("digit") or ""))


def _read_playback(event: Event) -> Signal | None:
    playback = _part(event, "playback")
    place, _, target = str(playback.get("target_uri") or "").partition(":")
    if place != "channel":
        return None
    return _tell(SignalKind.PLAYBACK_FINISHED, event, target, text=str(playback.get("state") or ""))


def _reads_channel(kind: SignalKind) -> Callable[[Event], Signal | None]:
    return lambda event: _tell(kind, event, _part(event, "channel").get("id"))


def _reads_recording(kind: SignalKind) -> Callable[[Event], Signal | None]:
    def read(event: Event) -> Signal | None:
        name = str(_part(event, "recording").get("name") or "")
        if read_recording_name(name) is None:
            return None
        return Signal(kind=kind, channel_id=name, at=_read_at(event), text=name)

    return read


_READERS: dict[str, Callable[[Event], Signal | None]] = {
    "Dial": _read_dial,
    "ChannelStateChange": _read_state,
    "StasisStart": _read_start,
    "StasisEnd": _reads_channel(SignalKind.LEFT),
    "ChannelHangupRequest": _read_hangup_request,
    "ChannelDestroyed": _read_destroyed,
    "ChannelDtmfReceived": _read_digit,
    "ChannelHold": _reads_channel(SignalKind.HELD),
    "ChannelUnhold": _reads_channel(SignalKind.UNHELD),
    "RecordingStarted": _reads_recording(SignalKind.RECORDING_STARTED),
    "RecordingFinished": _reads_recording(SignalKind.RECORDING_FINISHED),
    "RecordingFailed": _reads_recording(SignalKind.RECORDING_FAILED),
    "PlaybackFinished": _read_playback,
    "ChannelTalkingFinished": _reads_channel(SignalKind.TALKING_FINISHED),
}
EVENT_TYPES = (*_READERS, REPLACED)
