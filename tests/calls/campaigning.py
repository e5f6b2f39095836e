"""A team on a campaign: agents with lines, a list of people, and ways to look at both."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from tests.calls.desks import Desk
from tests.conftest import RunJobs

QUICK = {"wrap_up_seconds": 0, "calls_per_second": 50, "ring_seconds": 20}
CODES = (
    {"code": "interested", "label": "Interested", "effect": "done", "stage_kind": "won"},
    {"code": "later", "label": "Call again", "effect": "again", "again_after_seconds": 600},
    {"code": "callback", "label": "Call back", "effect": "callback"},
    {"code": "never", "label": "Do not call", "effect": "do-not-call"},
)


@dataclass(frozen=True)
class Agent:
    """A member with a telephone."""

    client: httpx.AsyncClient
    member_id: UUID
    account: str

    async def state(self) -> dict[str, Any]:
        return dict((await self.client.get("/api/v1/calling/agents/me")).json()["data"] or {"state": "none"})

    async def until(self, *wanted: str) -> dict[str, Any]:
        """Return the agent's state when it is one of these."""
        async with asyncio.timeout(30):
            while True:
                state = await self.state()
                if state["state"] in wanted:
                    return state
                await asyncio.sleep(0.02)

    async def sign_in(self, campaign_id: str) -> None:
        """Sign in, and wait until the telephone was picked up."""
        answer = await self.client.post("/api/v1/calling/agents/me/sign-in", json={"campaign_id": campaign_id})
        assert answer.status_code == 200, answer.text
        await self.until("ready", "reserved", "on_call")


@dataclass(frozen=True)
class Team:
    """An organization that runs campaigns."""

    desk: Desk
    agents: list[Agent]
    run_jobs: RunJobs

    @property
    def client(self) -> httpx.AsyncClient:
        return self.desk.client

    async def make(self, numbers: list[str], *, mode: str = "progressive", **settings: Any) -> str:
        """Make a campaign whose list has these numbers, each of somebody who got in touch."""
        body = {"name": "Spring", "mode": mode, "settings": {**QUICK, **settings}}
        answer = await self.client.post("/api/v1/dial-campaigns", json=body)
        assert answer.status_code == 201, answer.text
        campaign_id = str(answer.json()["data"]["id"])
        for number in numbers:
            await self.desk.add_lead(number)
        rows = "".join(f"{number},Ravi {number[-4:]}\n" for number in numbers)
        filled = await self.client.post(
            f"/api/v1/dial-campaigns/{campaign_id}/fills/table", json={"text": f"phone,name\n{rows}"}
        )
        assert filled.status_code == 202, filled.text
        await self.run_jobs(self.desk.owner.org_id)
        return campaign_id

    async def leave(self) -> None:
        """End what is on, so that the dialer has nothing to look after any more."""
        for campaign in (await self.client.get("/api/v1/dial-campaigns")).json()["data"]:
            await self.move(campaign["id"], "stop")
        for call in (await self.client.get("/api/v1/calls", params={"still": "on"})).json()["data"]:
            await self.client.post(f"/api/v1/calls/{call['id']}/hang-up")
        for agent in self.agents:
            await agent.until("offline", "ready", "paused", "wrap_up", "none")
            await agent.client.post("/api/v1/calling/agents/me/sign-out")

    async def move(self, campaign_id: str, move: str) -> httpx.Response:
        return await self.client.post(f"/api/v1/dial-campaigns/{campaign_id}/{move}")

    async def read(self, campaign_id: str) -> dict[str, Any]:
        return dict((await self.client.get(f"/api/v1/dial-campaigns/{campaign_id}")).json()["data"])

    async def live(self, campaign_id: str) -> dict[str, Any]:
        answer = await self.client.get(f"/api/v1/dial-campaigns/{campaign_id}/live")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["data"])

    async def targets(self, campaign_id: str) -> list[dict[str, Any]]:
        answer = await self.client.get(f"/api/v1/dial-campaigns/{campaign_id}/targets", params={"limit": 200})
        return list(answer.json()["data"])

    async def calls(self, campaign_id: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/api/v1/calls", params={"campaign_id": campaign_id, "limit": 200})
        return list(answer.json()["data"])

    async def until(self, campaign_id: str, wanted: Callable[[dict[str, Any]], bool], seconds: float = 60) -> Any:
        """Return the campaign as it runs when it is as wanted."""
        live: dict[str, Any] = {}
        try:
            async with asyncio.timeout(seconds):
                while True:
                    live = await self.live(campaign_id)
                    if wanted(live):
                        return live
                    await asyncio.sleep(0.1)
        except TimeoutError as error:
            raise AssertionError(f"The campaign stands otherwise: {live}") from error


MakeTeam = Callable[[int], Awaitable[Team]]
