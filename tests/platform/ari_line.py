"""A plain client of an emulated Asterisk: what the tests need of ARI and no more."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from metacortex.platform.emulators.asterisk.options import Options
from metacortex.platform.emulators.asterisk.server import Emulator, emulated_asterisk

Event = dict[str, Any]


def credentials(name: str = "metacortex", password: str = "metacortex") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


class Events:
    """The events of one websocket, in the order of their arrival."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.websocket = websocket
        self.all: list[Event] = []
        self.closed = False
        self._news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.websocket:
            async with self._news:
                self.all.append(json.loads(message.data))
                self._news.notify_all()
        async with self._news:
            self.closed = True
            self._news.notify_all()

    async def until(self, found: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(found)

    async def first(self, kind: str, channel_id: str = "") -> Event:
        def matching() -> list[Event]:
            return [one for one in self.all if one["type"] == kind and channel_id in {"", subject(one)}]

        await self.until(lambda: bool(matching()))
        return matching()[0]

    async def end_of(self, channel_id: str) -> Event:
        return await self.first("ChannelDestroyed", channel_id)

    async def until_closed(self) -> None:
        await self.until(lambda: self.closed)

    def of(self, channel_id: str) -> list[Event]:
        return [one for one in self.all if subject(one) == channel_id]

    def kinds(self, channel_id: str) -> list[str]:
        return [
            f"Dial {one['dialstatus']}".strip() if one["type"] == "Dial" else one["type"] for one in self.of(channel_id)
        ]

    async def close(self) -> None:
        await self.websocket.close()
        await self._reader


def subject(event: Event) -> str:
    about: Event = event.get("peer") or event.get("channel") or {}
    return str(about.get("id", ""))


class Line:
    """A session with an emulator."""

    def __init__(self, emulator: Emulator, session: aiohttp.ClientSession) -> None:
        self.emulator = emulator
        self.session = session

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        root = "" if path.startswith("/") else "/ari/"
        async with self.session.request(method, f"{self.emulator.url}{root}{path}", **more) as response:
            raw = await response.read()
            return response.status, json.loads(raw) if response.content_type == "application/json" else raw

    async def originate(self, number: str, channel_id: str = "one", **more: Any) -> tuple[int, Any]:
        endpoint = number if "/" in number else f"PJSIP/{number}@trunk"
        order = {"endpoint": endpoint, "app": "crm", "channelId": channel_id} | more
        return await self.ask("POST", "channels", json={k: v for k, v in order.items() if v is not None})

    async def connect(self, app: str = "crm", **query: str) -> Events:
        return Events(await self.session.ws_connect(f"{self.emulator.url}/ari/events", params={"app": app, **query}))

    async def ledger(self, **query: str) -> list[Event]:
        status, found = await self.ask("GET", "/emulator/calls", params=query)
        assert status == 200
        return list(found["calls"])

    async def ended_entry(self, channel_id: str) -> Event:
        """The ledger's entry of a call that has ended."""
        async with asyncio.timeout(20):
            while not (found := await self.ledger(channel=channel_id)) or not found[0]["ended_at"]:
                pass
        return found[0]

    async def faults(self, **body: Any) -> Any:
        status, shown = await self.ask("POST", "/emulator/faults", json=body)
        assert status == 200, shown
        return shown


@asynccontextmanager
async def open_line(**options: Any) -> AsyncIterator[Line]:
    chosen = {"port": 0, "speed": 100.0, "races": False} | options
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        emulated_asterisk(Options(**chosen)) as emulator,
        aiohttp.ClientSession(headers=credentials(), connector=connector) as session,
    ):
        yield Line(emulator, session)
