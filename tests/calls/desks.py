"""An agent at a desk: somebody with a telephone, and ways to have leads and calls."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from metacortex.platform.emulators.asterisk.server import Emulator
from tests.conftest import Owner


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
