"""Stasis applications and their sockets: who gets which event, and what becomes of an application without a socket."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web


class Socket:
    """One websocket. Events wait in `outbox`; a reader that blocks it for too long is cut off."""

    def __init__(self, websocket: web.WebSocketResponse, request: web.BaseRequest, write_timeout: float) -> None:
        self.websocket = websocket
        self.request = request
        self.outbox: deque[bytes] = deque()
        self.write_timeout = write_timeout
        self._filled = asyncio.Event()

    def send(self, event: bytes) -> None:
        """Queue one event."""
        self.outbox.append(event)
        self._filled.set()

    def abort(self) -> None:
        """Close the connection without a word: the client sees 1006."""
        if self.request.transport is not None:
            self.request.transport.abort()

    async def write_events(self) -> None:
        """Send what is queued until the socket closes, or its reader is too slow (websocket_write_timeout)."""
        while not self.websocket.closed:
            await self._filled.wait()
            self._filled.clear()
            try:
                async with asyncio.timeout(self.write_timeout):
                    await self._flush()
            except TimeoutError:
                self.abort()
                return
            except ConnectionError:
                return

    async def _flush(self) -> None:
        while self.outbox:
            await self.websocket.send_frame(self.outbox.popleft(), WSMsgType.TEXT)


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
