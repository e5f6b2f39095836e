"""The state of one emulated Asterisk, and the one place from which events leave."""

import random
import secrets
import time
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import orjson

from metacortex.platform.emulators.asterisk.apps import App, Socket
from metacortex.platform.emulators.asterisk.clock import Clock, timestamp
from metacortex.platform.emulators.asterisk.faults import Faults
from metacortex.platform.emulators.asterisk.ledger import Ledger
from metacortex.platform.emulators.asterisk.options import Options
from metacortex.platform.emulators.asterisk.parts import Bridge, Channel, Playback, Recording


class Switch:
    """Channels, bridges and applications by their ids; ids are compared without case."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.asterisk_id = asterisk_id(options.port)
        self.clock = Clock(options.speed)
        self.ledger = Ledger(options.ledger)
        self.faults = Faults(seed=options.seed)
        self.chance = random.Random(options.seed)
        self.stored: dict[str, Recording] = {}
        self.sockets: set[Socket] = set()
        self.spared: set[object] = set()
        self.cut_connections: Callable[[], None] = lambda: None
        self.variables: dict[str, str] = {}
        self.devices: dict[str, str] = {}
        self.endpoints: dict[str, set[str]] = {}
        self.numbers = count(1)
        self.last_originate = 0.0
        self.busy_until = 0.0
        self.down = False
        self.shutting_down = False
        self.losing_events = False
        self.begin()

    def begin(self) -> None:
        """Start empty, as after a restart: only stored recordings and the ledger remain."""
        self.channels: dict[str, Channel] = {}
        self.bridges: dict[str, Bridge] = {}
        self.apps: dict[str, App] = {}
        self.live: dict[str, Recording] = {}
        self.playbacks: dict[str, Playback] = {}
        self.snoops: list[Channel] = []
        self.watching_all: list[App] = []
        self.started_at = timestamp()

    def new_id(self) -> str:
        """An id as Asterisk makes them: seconds, a dot, a number."""
        return f"{int(time.time())}.{next(self.numbers)}"

    def new_unique_id(self) -> str:
        """An id as Asterisk makes them for bridges and playbacks."""
        return f"{secrets.token_hex(4)}-{secrets.token_hex(2)}-{secrets.token_hex(6)}"

    def channel(self, channel_id: str) -> Channel | None:
        """A live channel."""
        return self.channels.get(channel_id.lower())

    def watch(self, app: App, channel: Channel) -> None:
        """Let an application have the events of a channel."""
        app.channels.add(channel.id)
        channel.watchers.add(app.name)

    def watch_bridge(self, app: App, bridge: Bridge) -> None:
        """Let an application have the events of a bridge."""
        app.bridges.add(bridge.id)
        bridge.watchers.add(app.name)

    def unwatch_bridge(self, name: str, bridge: Bridge) -> None:
        """Take the events of a bridge from an application."""
        bridge.watchers.discard(name)
        if app := self.apps.get(name):
            app.bridges.discard(bridge.id)
            self.forget_if_idle(app)

    def forget_if_idle(self, app: App) -> None:
        """Unregister an application that has neither a socket nor anything to watch."""
        if app.idle and self.apps.get(app.name) is app:
            del self.apps[app.name]
            if app in self.watching_all:
                self.watching_all.remove(app)

    def emit(self, kind: str, channel: Channel, **extra: Any) -> None:
        """Send an event about a channel, with its snapshot, to all who watch it."""
        if not channel.watchers and not self.watching_all:
            return
        event = {"type": kind, "timestamp": timestamp(), **extra, "channel": orjson.Fragment(channel.snapshot())}
        self._deliver(kind, event, [*channel.watchers, *(app.name for app in self.watching_all if app.every_channel)])

    def emit_dial(self, peer: Channel, status: str, caller: Channel | None = None) -> None:
        """Send a Dial event; that of an originate has no caller."""
        event = {
            "type": "Dial",
            "timestamp": timestamp(),
            "dialstatus": status,
            "forward": "",
            "dialstring": peer.endpoint.partition("/")[2],
            "peer": orjson.Fragment(peer.snapshot()),
        }
        watchers = set(peer.watchers)
        if caller is not None:
            event["caller"] = orjson.Fragment(caller.snapshot())
            watchers |= caller.watchers
        self._deliver("Dial", event, [*watchers, *(app.name for app in self.watching_all if app.every_channel)])

    def emit_bridge(self, kind: str, bridge: Bridge, channel: Channel | None = None) -> None:
        """Send an event about a bridge, and the channel that entered or left it."""
        event = {"type": kind, "timestamp": timestamp(), "bridge": orjson.Fragment(bridge.snapshot())}
        watchers = set(bridge.watchers)
        if channel is not None:
            event["channel"] = orjson.Fragment(channel.snapshot())
            watchers |= channel.watchers
        self._deliver(kind, event, [*watchers, *(app.name for app in self.watching_all if app.every_bridge)])

    def emit_about(self, kind: str, target: Channel | Bridge, **extra: Any) -> None:
        """Send an event that carries neither snapshot (recordings, playbacks) to those who watch the target."""
        self._deliver(kind, {"type": kind, "timestamp": timestamp(), **extra}, target.watchers)

    def emit_to(self, app: App, kind: str, **extra: Any) -> None:
        """Send an event to one application."""
        self._deliver(kind, {"type": kind, "timestamp": timestamp(), **extra}, [app.name])

    def _deliver(self, kind: str, event: dict[str, Any], names: Iterable[str]) -> None:
        if self.losing_events:
            self.faults.injected["events lost in a gap"] += 1
            return
        for name in dict.fromkeys(names):
            app = self.apps.get(name)
            if app is None or app.socket is None or not app.wants(kind) or self.faults.strikes("lost_event"):
                continue
            text = orjson.dumps({**event, "asterisk_id": self.asterisk_id, "application": name})
            app.socket.send(text)
            if self.faults.strikes("duplicate_event"):
                app.socket.send(text)


def asterisk_id(port: int) -> str:
    """The name of the server on this port; a real one shows a hardware address."""
    return f"02:00:00:00:{port >> 8:02x}:{port & 255:02x}"
