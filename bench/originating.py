"""What both benchmarks of calls measure with: the bare loop on the emulated Asterisk, and a client of our API.

What the product gives is a call whose outcome is known. The floor is the loop that a developer would write for that, and
no more: aiohttp, a channel id of one's own, the application's event socket read and its JSON parsed.

The number is busy half an emulated second later. One that fails at once would slow the floor, not us: the emulator holds
back an answer that events overtake by 3 ms, as a busy Asterisk does, and takes any loop that asks 200 times a second for
a sign of that (440/s one at a time, where a busy number gave 3,300).

The emulator answers in a fraction of the millisecond that a real Asterisk 23 is busy with an originate. So there is a
second floor: an emulator that is busy for so long with each, one after the other, as the real one was (on two shared cores
that it shared with its client: 870 to 1,310 originations a second one at a time and 710 to 1,550 at 16 for numbers that
fail, 440 to 650 and 670 to 810 for those that answer; 1 ms for each when asked one at a time, 9 to 23 ms at 16).
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self
from uuid import uuid4

import aiohttp
import orjson
from aiohttp import web

BUSY, TALKS_ON = "9101", "9002"
"""Last digits of numbers that are busy, and of such whose owners never hang up."""
SPEED = 100.0
ORIGINATE_SECONDS = 0.001
CONNECTIONS = 64
JSON = {"Content-Type": "application/json"}
Call = Callable[[], Awaitable[None]]
_numbers = itertools.count()


def next_number(ending: str = BUSY) -> str:
    """Return another number that ends so, for none is called more often than people are."""
    place = next(_numbers)
    return f"+91{98 - place // 10_000 % 39}{place % 10_000:04}{ending}"  # mobile numbers begin with 60 to 99


class Bare:
    """Originations with nothing between, used as `async with`."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/ari"
        self.session = aiohttp.ClientSession(
            headers={"Authorization": aiohttp.encode_basic_auth("metacortex", "metacortex")},
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
        )

    async def __aenter__(self) -> Self:
        """Open the event socket, without which the application is unknown."""
        socket = await self.session.ws_connect(f"{self.url}/events?app=bare")
        self.reading = asyncio.create_task(self._read(socket))
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Close everything."""
        self.reading.cancel()
        with suppress(asyncio.CancelledError):
            await self.reading
        await self.session.close()

    async def _read(self, socket: "aiohttp.ClientWebSocketResponse[bool]") -> None:
        async for message in socket:
            orjson.loads(message.data)

    async def call(self, number: str | None = None) -> None:
        """Ring a number."""
        body = {
            "channelId": f"bare-{uuid4().hex}",
            "endpoint": f"PJSIP/{number or next_number()}@trunk",
            "app": "bare",
            "timeout": 30,
        }
        async with self.session.post(f"{self.url}/channels", data=orjson.dumps(body), headers=JSON) as answer:
            await answer.read()
            if answer.status != 200:
                raise RuntimeError(f"status {answer.status}")


class Caller:
    """One lasting connection to our API that places one call after the other, with little work of its own."""

    def __init__(self, port: int, token: str) -> None:
        body = b'{"to":"%s","mode":"direct"}'
        self.port = port
        self.request = (
            f"POST /api/v1/calls HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body) - 2 + len(next_number())}\r\n\r\n"
        ).encode() + body

    async def open(self) -> None:
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def call(self, number: str | None = None) -> None:
        """Place a call."""
        self.writer.write(self.request % (number or next_number()).encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        body = await self.reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
        if not head.startswith(b"http/1.1 201"):
            raise RuntimeError(body.decode())


async def open_callers(port: int, token: str, count: int) -> list[Caller]:
    """Return so many connected clients."""
    callers = [Caller(port, token) for _ in range(count)]
    for caller in callers:
        await caller.open()
    return callers


async def be_busy(asterisk_url: str, seconds: float) -> None:
    """Let the emulator be busy with each originate for so long from now on; 0: as short as it can."""
    body = {"originate_seconds": seconds * SPEED}
    async with aiohttp.ClientSession() as session, session.post(f"{asterisk_url}/emulator/faults", json=body) as answer:
        answer.raise_for_status()


class Least:
    """The least web server that rings: it reads a number, does what it must before, originates, and answers.

    It runs in the benchmark's own process, knows no callers, rules or events, and shows what part of the distance
    between the bare loop and us is a web request's and, with PostgreSQL, that of an attempt which outlives a crash.
    """

    def __init__(self, bare: Bare, before: Callable[[str], Awaitable[None]] | None = None) -> None:
        self.bare = bare
        self._before = before

    async def __aenter__(self) -> Self:
        """Listen on a free port of loopback."""
        app = web.Application()
        app.router.add_post("/api/v1/calls", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port: int = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        number = orjson.loads(await request.read())["to"]
        if self._before is not None:
            await self._before(number)
        await self.bare.call(number)
        return web.Response(status=201, body=b'{"data":{}}', content_type="application/json")
