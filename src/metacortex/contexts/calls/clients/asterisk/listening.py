"""Hears one Asterisk for as long as it is told to: reads its event socket, and opens it again when it breaks."""

import asyncio
import random
from contextlib import suppress
from typing import Any, Protocol

import aiohttp
import orjson

from metacortex.contexts.calls.clients.asterisk import metrics
from metacortex.contexts.calls.clients.asterisk.connection import Connection, SocketState, Status
from metacortex.contexts.calls.clients.asterisk.events import EVENT_TYPES, REPLACED, read_signal
from metacortex.contexts.calls.clients.asterisk.masking import mask_numbers
from metacortex.contexts.calls.types import AsteriskUnreachable, RequestRefused, Signal
from metacortex.platform.telemetry import log

Socket = aiohttp.ClientWebSocketResponse[Any]
_ROOM_SECONDS = 0.05
_REPLACED_LOOKS = 10
_KNOWN = frozenset(EVENT_TYPES)


class OnConnected(Protocol):
    """Compares what Asterisk has with what is believed; what was said while nobody listened is lost."""

    async def __call__(self, *, is_restarted: bool) -> None:
        """Be called after each opening of the socket; `is_restarted`: Asterisk started anew since the last one."""
        ...


class _SocketLost(Exception):
    """The event socket is of no use any more; the text is the reason, one word."""


async def listen(connection: Connection, heard: "asyncio.Queue[Signal]", on_connected: OnConnected) -> None:
    """Put what one Asterisk says about our calls into `heard`, until cancelled.

    Reading and working on signals are apart, for Asterisk closes the socket of a reader that keeps it waiting for
    100 ms. Nothing is dropped in silence: where `signals_waiting` are not yet worked on, the next one has the socket
    closed on purpose and, once half of them are done, opened again and compared anew. Signals arrive while
    `on_connected` still compares; the connection counts as connected when it has returned. When another program takes
    the application over, ours keeps away until the application is gone, or for ten pauses, so that two never fight.
    """
    await _Listener(connection, heard, on_connected).run()


class _Listener:
    """What has to be remembered from one socket to the next."""

    def __init__(self, connection: Connection, heard: "asyncio.Queue[Signal]", on_connected: OnConnected) -> None:
        self.connection = connection
        self.settings = connection.settings
        self.heard = heard
        self.on_connected = on_connected
        self.startup_time = ""
        self.failures = 0
        self.unsettled = ""

    async def run(self) -> None:
        """Follow one socket after the other."""
        try:
            while True:
                reason = await self._follow_once()
                metrics.reconnects.labels(self.connection.name, reason).inc()
                log.warning("asterisk.disconnected", server=self.connection.name, reason=reason)
                await self._pause(reason)
        finally:
            self._show(SocketState.CLOSED)

    async def _follow_once(self) -> str:
        """Open a socket and read it until it is lost; return why, in one word."""
        self._show(SocketState.CONNECTING)
        self.unsettled = ""
        opened_at = asyncio.get_running_loop().time()
        try:
            socket = await self.connection.open_socket()
        except aiohttp.WSServerHandshakeError as error:
            self.failures += 1
            return "refused" if error.status in {401, 403} else "unreachable"
        except (aiohttp.ClientError, TimeoutError, OSError):
            self.failures += 1
            return "unreachable"
        # An answer at last; requests need not wait for the breaker's pause.
        self.connection.rest.breaker.succeed()
        settling = asyncio.create_task(self._settle(socket))
        try:
            await self._read(socket)
        except _SocketLost as lost:
            return self.unsettled or str(lost)
        finally:
            settling.cancel()
            self._show(SocketState.CONNECTING)
            await asyncio.wait([settling])
            await socket.close()
            lasted = asyncio.get_running_loop().time() - opened_at
            self.failures = 0 if lasted > self.settings.reconnect_limit_seconds else self.failures + 1
        return "closed"

    async def _settle(self, socket: Socket) -> None:
        """Have only needed events sent, learn of a restart, let our side compare; close the socket if that fails."""
        try:
            status = await self._prepare()
            is_restarted = self.startup_time not in {"", status.startup_time}
            await self.on_connected(is_restarted=is_restarted)
        except Exception as error:
            log.warning("asterisk.not_compared", server=self.connection.name, error=mask_numbers(repr(error)))
            self.unsettled = "unsettled"
            await socket.close()
            return
        self.startup_time = status.startup_time
        if not socket.closed:
            self._show(SocketState.CONNECTED)
        log.info("asterisk.connected", server=self.connection.name, version=status.version, restarted=is_restarted)

    async def _prepare(self) -> Status:
        try:
            is_known = await self.connection.allow_events(EVENT_TYPES)
        except RequestRefused as error:
            is_known = True  # more events than needed do no harm
            log.warning("asterisk.unfiltered", server=self.connection.name, error=str(error))
        if not is_known:
            raise AsteriskUnreachable(f"Asterisk {self.connection.name} opened a socket for an application it lacks.")
        return await self.connection.read_status()

    async def _read(self, socket: Socket) -> None:
        """Hand over what comes; it only parses, for the socket must never wait. Always raises _SocketLost."""
        while True:
            message = await socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise _SocketLost("closed")
            signal = _parse(message.data)
            if signal is None:
                continue
            if self.heard.full() or self.heard.qsize() >= self.settings.signals_waiting:
                raise _SocketLost("overrun")
            self.heard.put_nowait(signal)

    async def _pause(self, reason: str) -> None:
        if reason == "replaced":
            await self._keep_away()
            return
        # A queue tells nobody that it has room again.
        while self.heard.qsize() > self.settings.signals_waiting // 2:  # noqa: ASYNC110
            await asyncio.sleep(_ROOM_SECONDS)
        longest = self.settings.reconnect_seconds * 2 ** min(self.failures, 20)
        await asyncio.sleep(min(longest, self.settings.reconnect_limit_seconds) * random.uniform(0.5, 1.0))

    async def _keep_away(self) -> None:
        self._show(SocketState.REPLACED)
        for _ in range(_REPLACED_LOOKS):
            await asyncio.sleep(self.settings.replaced_seconds * random.uniform(0.5, 1.0))
            with suppress(AsteriskUnreachable, RequestRefused):
                if not await self.connection.has_application():
                    return

    def _show(self, state: SocketState) -> None:
        self.connection.socket_state = state
        metrics.connected.labels(self.connection.name).set(state is SocketState.CONNECTED)


def _parse(text: str) -> Signal | None:
    """Return what an event says about our calls; raises _SocketLost if it says that the application is another's."""
    try:
        event = orjson.loads(text)
    except orjson.JSONDecodeError:
        event = None
    if not isinstance(event, dict):
        metrics.events.labels("malformed").inc()
        return None
    name = event.get("type")
    metrics.events.labels(name if name in _KNOWN else "other").inc()
    if name == REPLACED:
        raise _SocketLost("replaced")
    return read_signal(event)
