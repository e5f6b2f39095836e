"""An emulated Asterisk, the dialer that hears it, and an agent with a telephone and a lead."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from metacortex.platform.emulators.asterisk.options import Options
from metacortex.platform.emulators.asterisk.server import Emulator, emulated_asterisk
from tests.conftest import ASTERISK_PORT, ASTERISK_SOCKET, MakeOwner, Owner

SPEED = 20.0


@pytest.fixture(scope="session")
async def asterisk() -> AsyncIterator[Emulator]:
    """An emulated Asterisk where everything takes a twentieth of its time."""
    ASTERISK_SOCKET.close()
    async with emulated_asterisk(Options(port=ASTERISK_PORT, speed=SPEED)) as emulator:
        yield emulator


@pytest.fixture(scope="session")
async def dialer(app: Any, asterisk: Emulator) -> AsyncIterator[None]:
    """The dialer, in this process, hearing the emulated Asterisk."""
    from metacortex.contexts.calls.service.presence import read_heard
    from metacortex.entrypoints.dialer import dial

    running = asyncio.create_task(dial(app.state.fleet))
    while "asterisk" not in await read_heard():
        assert not running.done(), running.result()
        await asyncio.sleep(0.05)
    yield
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


@dataclass(frozen=True)
class Desk:
    """An owner with a telephone, and a way to have leads."""

    owner: Owner
    asterisk: Emulator

    @property
    def client(self) -> httpx.AsyncClient:
        return self.owner.client

    async def add_lead(self, phone: str, **values: Any) -> str:
        """Let somebody with this number get in touch; return their lead."""
        body = {"name": "Ravi Kumar", "phone": phone, "message": "Please call me about the flat.", **values}
        answer = await self.client.post("/api/v1/leads", json=body)
        assert answer.status_code in {201, 202}, answer.text
        return str(answer.json()["data"]["id"])

    async def call(self, **body: Any) -> dict[str, Any]:
        """Place a call and return how it ended."""
        answer = await self.client.post("/api/v1/calls", json=body, params={"wait": "ended"}, timeout=60)
        assert answer.status_code == 201, answer.text
        return dict(answer.json()["data"])

    async def read(self, call_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"/api/v1/calls/{call_id}")
        return dict(answer.json()["data"])

    async def until(self, call_id: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the call when it is as wanted."""
        async with asyncio.timeout(30):
            while True:
                call = await self.read(call_id)
                if wanted(call):
                    return call
                await asyncio.sleep(0.02)

    def rung(self, number: str) -> int:
        """Say how often Asterisk rang a number, by its own book."""
        return sum(entry.number == number for entry in self.asterisk.switch.ledger.entries)


MakeDesk = Callable[[], Awaitable[Desk]]


@pytest.fixture
async def desk(dialer: None, asterisk: Emulator, make_owner: MakeOwner) -> Desk:
    """An owner whose telephone is the account `asha`."""
    owner = await make_owner()
    answer = await owner.client.put("/api/v1/calling/phones/me", json={"account": "asha"})
    assert answer.status_code == 200, answer.text
    return Desk(owner, asterisk)
