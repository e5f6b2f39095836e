"""The server: connections, credentials, dispatch, and the websocket of an application."""

import asyncio
import inspect
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from aiohttp import WSMsgType, web

from metacortex.platform.emulators.asterisk import audio, outages
from metacortex.platform.emulators.asterisk.apps import App, Socket
from metacortex.platform.emulators.asterisk.options import Options
from metacortex.platform.emulators.asterisk.requests import Call, Refusal, Routes, admit, read_parameters
from metacortex.platform.emulators.asterisk.routes import bridges, channels, control, conversation, media, system
from metacortex.platform.emulators.asterisk.switch import Switch, asterisk_id

log = logging.getLogger(__name__)

ARI: Final = Routes(channels.ROUTES, conversation.ROUTES, bridges.ROUTES, media.ROUTES, system.ROUTES)
CONTROL: Final = Routes(control.ROUTES)
JSON: Final = "application/json"


class Closed(asyncio.Protocol):
    """A connection that is accepted and closed without a byte, because there are too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close it."""
        transport.close()


def protocol_of(switch: Switch, server: web.Server) -> asyncio.Protocol:
    """What serves a new connection (`sessionlimit` counts websockets too)."""
    if len(server.connections) >= switch.options.session_limit:
        return Closed()
    return server()


async def serve_request(switch: Switch, request: web.BaseRequest) -> web.StreamResponse:
    """Answer one request."""
    root, _, path = request.rel_url.raw_path.lstrip("/").partition("/")
    try:
        if root == "emulator":
            switch.spared.add(request.protocol)
            return await dispatch(switch, CONTROL, path, request)
        switch.spared.discard(request.protocol)
        if switch.down:
            reset(request)
        if root != "ari" or switch.down:
            raise Refusal(404, "Resource not found")
        admit(request, switch.options)
        if path == "events":
            return await serve_events(switch, request)
        return await dispatch(switch, ARI, path, request)
    except Refusal as refusal:
        headers = {"WWW-Authenticate": 'Basic realm="Asterisk REST Interface"'} if refusal.status == 401 else None
        return web.Response(status=refusal.status, body=refusal.body, content_type=JSON, headers=headers)


def cut_connections(switch: Switch, server: web.Server) -> None:
    """Cut every connection, websockets included, but not those on which the side door was used last."""
    switch.spared &= set(server.connections)
    for connection in server.connections:
        if connection not in switch.spared and connection.transport is not None:
            connection.transport.abort()


async def dispatch(switch: Switch, routes: Routes, path: str, request: web.BaseRequest) -> web.StreamResponse:
    """Find the handler of a path, and put its answer into HTTP."""
    handler, ids = routes.find(request.method, path)
    params, body = await read_parameters(request)
    answer = handler(Call(switch, ids, params, body, partial(reset, request)))
    if inspect.isawaitable(answer):
        answer = await answer
    if answer is None:
        return web.Response(status=204)
    if isinstance(answer, web.StreamResponse):
        return answer
    return web.Response(status=answer[0], body=answer[1], content_type=JSON)


def reset(request: web.BaseRequest) -> None:
    """Cut the connection of a request before its answer."""
    if request.transport is not None:
        request.transport.abort()


async def serve_events(switch: Switch, request: web.BaseRequest) -> web.StreamResponse:
    """GET /events: register the applications, and send them their events until the socket closes."""
    names = [name for name in request.query.get("app", "").split(",") if name]
    if not names:
        raise Refusal(400, "Missing parameter app")
    websocket = web.WebSocketResponse(compress=False, protocols=("ari",))
    if not websocket.can_prepare(request).ok:
        raise Refusal(426, "Upgrade to WebSocket required")
    await websocket.prepare(request)
    transport = request.transport
    if transport is None:
        return websocket
    socket = Socket(transport, switch.options.write_timeout_seconds)
    switch.sockets.add(socket)
    everything = request.query.get("subscribeAll", "").lower() == "true"
    for name in names:
        register(switch, name, socket, everything=everything)
    try:
        async for message in websocket:
            if message.type is WSMsgType.ERROR:
                break
    finally:
        switch.sockets.discard(socket)
        for app in [app for app in switch.apps.values() if app.socket is socket]:
            app.socket = None
            switch.forget_if_idle(app)
    return websocket


def register(switch: Switch, name: str, socket: Socket, *, everything: bool) -> None:
    """Give an application to a socket; an older socket is told, and stays open and silent."""
    app = switch.apps.setdefault(name, App(name))
    if app.socket is not None:
        switch.emit_to(app, "ApplicationReplaced")
    app.socket = socket
    if everything and app not in switch.watching_all:
        app.every_channel = app.every_bridge = True
        switch.watching_all.append(app)


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator."""

    switch: Switch
    host: str
    port: int

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.host}:{self.port}"


@asynccontextmanager
async def emulated_asterisk(options: Options) -> AsyncIterator[Emulator]:
    """An emulator that listens while the block runs; port 0 takes a free one."""
    switch = Switch(options)
    audio.read_stored(switch)
    server = web.Server(partial(serve_request, switch), keepalive_timeout=options.idle_seconds, access_log=None)
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(partial(protocol_of, switch, server), options.host, options.port, backlog=1024)
    port = listener.sockets[0].getsockname()[1]
    switch.asterisk_id = asterisk_id(port)
    switch.cut_connections = partial(cut_connections, switch, server)
    outages.watch_chance(switch)
    try:
        yield Emulator(switch, options.host, port)
    finally:
        listener.close()
        switch.clock.clear()
        for socket in list(switch.sockets):
            socket.abort()
        await server.shutdown(1.0)
        switch.ledger.close()


async def serve(options: Options) -> None:
    """Run until the process is told to stop."""
    stopped = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopped.set)
    async with emulated_asterisk(options) as emulator:
        print(f"Emulated Asterisk at {emulator.url}/ari, control at {emulator.url}/emulator/calls", flush=True)
        await stopped.wait()


def main(options: Options) -> None:
    """Run on the fastest event loop that is there."""
    try:
        import uvloop
    except ImportError:  # Windows
        asyncio.run(serve(options))
    else:
        uvloop.run(serve(options))
