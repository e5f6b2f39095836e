"""A server that answers ARI requests byte by byte as a test says: for faults that no web framework would commit."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Respond = Callable[[asyncio.StreamReader, asyncio.StreamWriter, "Request"], Awaitable[None]]
_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class AriServer:
    """What was asked, in order."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)

    def count(self, method: str, path: str) -> int:
        """How often something was asked."""
        return sum(one.method == method and one.path.split("?")[0] == path for one in self.requests)


@asynccontextmanager
async def run_ari_server(respond: Respond) -> AsyncIterator[AriServer]:
    """Serve on a free port until the block ends; `respond` writes what it likes, then the connection is closed."""
    state, writers = AriServer(), set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        try:
            while (request := await _read_request(reader)) is not None:
                state.requests.append(request)
                await respond(reader, writer, request)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writers.discard(writer)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    state.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield state
    finally:
        server.close()
        for writer in list(writers):
            writer.transport.abort()


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return Request(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))


def write_answer(writer: asyncio.StreamWriter, status: int, body: bytes = b"", *, promised: int | None = None) -> None:
    """Answer; a promised length beyond the body's leaves the client waiting for the rest."""
    length = len(body) if promised is None else promised
    writer.write(f"HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\n\r\n".encode() + body)


def write_upgrade(writer: asyncio.StreamWriter, request: Request) -> None:
    """Open the websocket (RFC 6455 section 4.2.2)."""
    digest = hashlib.sha1(request.headers["sec-websocket-key"].encode() + _MAGIC.encode()).digest()
    accept = base64.b64encode(digest).decode()
    head = "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    writer.write(f"{head}Sec-WebSocket-Accept: {accept}\r\n\r\n".encode())


def write_event(writer: asyncio.StreamWriter, text: bytes) -> None:
    """Send one text message of less than 64 KiB (RFC 6455 section 5.2)."""
    size = bytes([len(text)]) if len(text) < 126 else bytes([126]) + len(text).to_bytes(2, "big")
    writer.write(b"\x81" + size + text)
