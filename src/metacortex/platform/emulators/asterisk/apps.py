"""Stasis applications and their sockets: who gets which event, and what becomes of an application without a socket."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any, Final

log = logging.getLogger(__name__)


HIGH_WATER: Final = 65_536
"""So many bytes unsent mean that the reader does not keep up."""


class Socket:
    """One websocket. What is sent in one turn of the loop leaves in one write; a reader that blocks is cut off."""

    def __init__(self, transport: asyncio.Transport, write_timeout: float) -> None:
        self.transport = transport
        self.write_timeout = write_timeout
        self._outbox: list[bytes] = []
        self._loop = asyncio.get_running_loop()
        self._deadline: asyncio.TimerHandle | None = None

    def send(self, event: bytes) -> None:
        """Queue one event."""
        if not self._outbox:
            self._loop.call_soon(self._flush)
        self._outbox.append(event)

    def abort(self) -> None:
        """Close the connection without a word: the client sees 1006."""
        self.transport.abort()

    def _flush(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(b"".join([frame(event) for event in self._outbox]))
            if self._deadline is None and self.transport.get_write_buffer_size() > HIGH_WATER:
                self._deadline = self._loop.call_later(self.write_timeout, self._judge)
        self._outbox.clear()

    def _judge(self) -> None:
        self._deadline = None
        if not self.transport.is_closing() and self.transport.get_write_buffer_size() > HIGH_WATER:
            log.warning("A websocket is read too slowly; closing it")
            self.abort()


def frame(text: bytes) -> bytes:
    """A text message as one websocket frame of a server (RFC 6455, 5.2)."""
    if len(text) < 126:
        return bytes((0x81, len(text))) + text
    return b"\x81\x7e" + len(text).to_bytes(2, "big") + text if len(text) < 65_536 else _long_frame(text)


def _long_frame(text: bytes) -> bytes:
    return b"\x81\x7f" + len(text).to_bytes(8, "big") + text


@dataclass(slots=True, eq=False)
class App:
    """An application: without a socket it stays while it still watches a channel or a bridge."""

    name: str
    socket: Socket | None = None
    everything: bool = False
    channels: set[str] = field(default_factory=set)
    bridges: set[str] = field(default_factory=set)
    endpoints: set[str] = field(default_factory=set)
    devices: set[str] = field(default_factory=set)
    every_channel: bool = False
    every_bridge: bool = False
    allowed: list[dict[str, Any]] = field(default_factory=list)
    disallowed: list[dict[str, Any]] = field(default_factory=list)
    silenced: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()

    @property
    def idle(self) -> bool:
        """Whether nothing keeps it any more."""
        return self.socket is None and not self.channels and not self.bridges

    def wants(self, event_type: str) -> bool:
        """Whether its event filter lets this through; disallowed wins."""
        return event_type not in self.silenced and (not self.only or event_type in self.only)

    def shown(self) -> dict[str, Any]:
        """This application as JSON (model Application of applications.json)."""
        return {
            "name": self.name,
            "channel_ids": sorted(self.channels),
            "bridge_ids": sorted(self.bridges),
            "endpoint_ids": sorted(self.endpoints),
            "device_names": sorted(self.devices),
            "events_allowed": self.allowed,
            "events_disallowed": self.disallowed,
        }
