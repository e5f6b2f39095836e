"""What the emulated Asterisk consists of: channels, bridges, recordings and playbacks, as its interface shows them."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from metacortex.platform.emulators.asterisk.behaviour import Behaviour
from metacortex.platform.emulators.asterisk.clock import Timer, timestamp
from metacortex.platform.emulators.asterisk.ledger import Entry


@dataclass(slots=True, eq=False)
class Channel:
    """One leg of a call. `shown` caches its JSON until something in it changes."""

    id: str
    name: str
    endpoint: str
    caller_name: str = ""
    caller_number: str = ""
    connected_number: str = ""
    state: str = "Down"
    context: str = "default"
    extension: str = "s"
    priority: int = 1
    running: str = "AppDial2"
    running_data: str = "(Outgoing Line)"
    created_at: str = field(default_factory=timestamp)
    app: str = ""
    app_args: str = ""
    to_extension: str = ""
    answered_at: float | None = None
    in_stasis: bool = False
    hears_music: bool = False
    is_talking: bool = False
    dialled: bool = False
    ended: bool = False
    behaviour: Behaviour = field(default_factory=Behaviour)
    entry: Entry | None = None
    bridge: "Bridge | None" = None
    other_half: "Channel | None" = None
    snooped: "Channel | None" = None
    spy: str = "none"
    whisper: str = "none"
    watchers: set[str] = field(default_factory=set)
    timers: list[Timer] = field(default_factory=list)
    talk_timers: list[Timer] = field(default_factory=list)
    muted: set[str] = field(default_factory=set)
    variables: dict[str, str] = field(default_factory=dict)
    reported: dict[str, str] = field(default_factory=dict)
    recordings: list["Recording"] = field(default_factory=list)
    playbacks: list["Playback"] = field(default_factory=list)
    shown: bytes = b""

    def changed(self, **values: Any) -> None:
        """Set fields and forget the cached JSON."""
        for name, value in values.items():
            setattr(self, name, value)
        self.shown = b""

    def snapshot(self) -> bytes:
        """This channel as JSON (model Channel of channels.json)."""
        if not self.shown:
            self.shown = orjson.dumps(self._fields())
        return self.shown

    def _fields(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "protocol_id": "" if self.endpoint.startswith("Local/") else f"{self.id}@emulator",
            "caller": {"name": self.caller_name, "number": self.caller_number},
            "connected": {"name": "", "number": self.connected_number},
            "accountcode": "",
            "dialplan": {
                "context": self.context,
                "exten": self.extension,
                "priority": self.priority,
                "app_name": self.running,
                "app_data": self.running_data,
            },
            "creationtime": self.created_at,
            "language": "en",
        }
        if self.reported:
            shown["channelvars"] = self.reported
        return shown


@dataclass(slots=True, eq=False)
class Bridge:
    """Where channels hear one another."""

    id: str
    name: str = ""
    kind: str = "mixing"
    created_at: str = field(default_factory=timestamp)
    channels: list[Channel] = field(default_factory=list)
    watchers: set[str] = field(default_factory=set)
    recordings: list["Recording"] = field(default_factory=list)
    playbacks: list["Playback"] = field(default_factory=list)

    def snapshot(self) -> bytes:
        """This bridge as JSON (model Bridge of bridges.json)."""
        technology = "holding_bridge" if self.kind == "holding" else "simple_bridge"
        return orjson.dumps(
            {
                "id": self.id,
                "technology": technology if len(self.channels) <= 2 else "softmix",
                "bridge_type": self.kind,
                "bridge_class": "stasis",
                "creator": "Stasis",
                "name": self.name,
                "channels": [channel.id for channel in self.channels],
                "creationtime": self.created_at,
                "video_mode": "none",
            }
        )


@dataclass(slots=True, eq=False)
class Recording:
    """A recording, live until it is stored; `heard_seconds` counts only what was not paused."""

    name: str
    format: str
    target: Channel | Bridge
    state: str = "queued"
    heard_seconds: float = 0.0
    since: float | None = None
    max_seconds: int = 0
    timer: Timer | None = None

    @property
    def target_uri(self) -> str:
        """What is recorded, as the interface names it."""
        return f"{'channel' if isinstance(self.target, Channel) else 'bridge'}:{self.target.id}"

    def shown(self) -> dict[str, Any]:
        """This recording as JSON (model LiveRecording of recordings.json)."""
        shown: dict[str, Any] = {
            "name": self.name,
            "format": self.format,
            "state": self.state,
            "target_uri": self.target_uri,
        }
        if self.state == "done":
            shown["duration"] = round(self.heard_seconds)
        return shown


@dataclass(slots=True, eq=False)
class Playback:
    """A sound that is being played."""

    id: str
    media: list[str]
    target: Channel | Bridge
    language: str = "en"
    state: str = "queued"
    left_seconds: float = 0.0
    since: float = 0.0
    timer: Timer | None = None

    def shown(self) -> dict[str, Any]:
        """This playback as JSON (model Playback of playbacks.json)."""
        kind = "channel" if isinstance(self.target, Channel) else "bridge"
        shown = {
            "id": self.id,
            "media_uri": self.media[0],
            "target_uri": f"{kind}:{self.target.id}",
            "language": self.language,
            "state": self.state,
        }
        if len(self.media) > 1:
            shown["next_media_uri"] = self.media[1]
        return shown
