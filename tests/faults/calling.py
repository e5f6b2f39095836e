"""A product that can call, with a team and people to call, and clients that place calls without care."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg

from tests.stand import Stand

LAST_DIGITS = {
    "9011": 30,
    "9001": 12,
    "9002": 8,
    "9004": 8,
    "9005": 4,
    "9010": 4,
    "9101": 8,
    "9102": 4,
    "9103": 4,
    "9105": 3,
    "9106": 4,
    "9107": 3,
    "9113": 2,
    "9120": 3,
    "9121": 5,
    "9122": 2,
    "9123": 3,
    "9124": 3,
}
"""Who is called, by the last digits that make the emulator behave so, and how often."""
LOST, UNSENT = 0, -1
ADD_USERS = """
INSERT INTO users SELECT (jsonb_populate_record(one, jsonb_build_object(
    'id', gen_random_uuid(), 'email', 'agent.' || n || '@example.com'))).*
FROM users AS one, generate_series(1, $1) AS n WHERE one.email = 'owner@example.com'
"""
ADD_MEMBERS = """
INSERT INTO members (org_id, id, user_id, role, created_at)
SELECT $1, gen_random_uuid(), id, 'agent', now() FROM users WHERE email LIKE 'agent.%'
RETURNING id
"""
ADD_PHONES = """
INSERT INTO agent_phones (org_id, id, member_id, account, updated_at)
SELECT $1, gen_random_uuid(), id, 'agent-' || row_number() OVER (ORDER BY id), now()
FROM members WHERE org_id = $1 AND role = 'agent'
"""
ADD_CONTACTS = """
INSERT INTO contacts (org_id, id, phone, created_at) SELECT $1, gen_random_uuid(), unnest($2::text[]), now()
"""
ADD_LEADS = """
INSERT INTO leads (
    org_id, id, contact_id, stage_id, title, source, channel, received_at, updated_at, search, score_state)
SELECT contacts.org_id, gen_random_uuid(), contacts.id,
    (SELECT id FROM stages WHERE org_id = $1 ORDER BY position LIMIT 1),
    phone, 'web', 'form', now(), now(), '', 'scored'
FROM contacts WHERE org_id = $1 AND phone = ANY ($2)
"""


def choose_numbers(count: int, chance: random.Random) -> list[str]:
    """Return Indian mobile numbers, no two alike, whose last digits say how they answer."""
    endings = chance.choices(list(LAST_DIGITS), list(LAST_DIGITS.values()), k=count)
    return [f"+91{98 - place // 10_000}{place % 10_000:04d}{ending}" for place, ending in enumerate(endings)]


@dataclass(frozen=True)
class Team:
    """An organization whose agents have telephones, and whose leads have the numbers."""

    org_id: UUID
    token: str
    agents: list[UUID]


async def add_team(stand: Stand, numbers: list[str], *, agents: int) -> Team:
    """Sign somebody up, with agents who have telephones and leads who left their numbers."""
    signed_in = stand.sign_up()
    with stand.open_client(signed_in["access_token"]) as client:
        client.post("/api/v1/leads", json={"name": "The first", "phone": "+919820012345"}).raise_for_status()
    database = await asyncpg.connect(stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", ""))
    try:
        org_id = await database.fetchval("SELECT id FROM organizations")
        await database.execute(ADD_USERS, agents)
        members = [row["id"] for row in await database.fetch(ADD_MEMBERS, org_id)]
        await database.execute(ADD_PHONES, org_id)
        await database.execute(ADD_CONTACTS, org_id, numbers)
        await database.execute(ADD_LEADS, org_id, numbers)
        await database.execute("ANALYZE")
    finally:
        await database.close()
    return Team(org_id, signed_in["access_token"], members)


@dataclass
class Load:
    """Concurrent clients who place calls; those who send a key repeat without thinking, the others never do."""

    url: str
    team: Team
    numbers: list[str]
    seed: int = 1
    accepted: dict[str, str] = field(default_factory=dict)
    said: Counter[str] = field(default_factory=Counter)
    done: int = 0

    async def run(self, clients: int) -> None:
        """Call every number, `clients` at a time."""
        agents: asyncio.Queue[UUID] = asyncio.Queue()
        for agent in self.team.agents:
            agents.put_nowait(agent)
        waiting = list(enumerate(self.numbers))[::-1]
        headers = {"Authorization": f"Bearer {self.team.token}"}
        timeout = aiohttp.ClientTimeout(total=8)
        async with (
            aiohttp.ClientSession(self.url, headers=headers, timeout=timeout) as session,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(clients):
                group.create_task(self._serve(session, waiting, agents))

    async def _serve(
        self, session: aiohttp.ClientSession, waiting: list[tuple[int, str]], agents: "asyncio.Queue[UUID]"
    ) -> None:
        while waiting:
            place, number = waiting.pop()
            chance = random.Random(f"{self.seed}:{place}")
            mode = ("direct", "agent-first", "lead-first")[place % 3]
            body: dict[str, Any] = {"to": number, "mode": mode, "timeout_seconds": chance.choice([10, 20, 30])}
            if number.endswith("9005") and mode == "direct":
                body["amd"] = True
            if mode == "direct":
                await self._call(session, body, chance, number)
            else:
                agent = await agents.get()
                await self._call(session, {**body, "agent_ids": [str(agent)]}, chance, number)
                agents.put_nowait(agent)
            self.done += 1

    async def _call(
        self, session: aiohttp.ClientSession, body: dict[str, Any], chance: random.Random, number: str
    ) -> None:
        key = str(uuid4()) if chance.random() < 0.5 else None
        call_id = await self._place(session, body, key, chance)
        if call_id is None:
            return
        self.accepted[number] = call_id
        if number.endswith("9002") or chance.random() < 0.05:
            await asyncio.sleep(chance.uniform(0.0, 1.5))
            await self._hang_up(session, call_id)
        elif body["mode"] != "direct":
            await self._until_over(session, call_id)

    async def _place(
        self, session: aiohttp.ClientSession, body: dict[str, Any], key: str | None, chance: random.Random
    ) -> str | None:
        headers = {"Idempotency-Key": key} if key else {}
        for _ in range(200):
            # In a hurry, somebody clicks twice.
            clicks = 2 if key and chance.random() < 0.1 else 1
            answers = await asyncio.gather(*(self._post(session, body, headers) for _ in range(clicks)))
            if found := {str(data["id"]) for status, data in answers if status == 201}:
                assert len(found) == 1, f"two calls under one key: {found}"
                return found.pop()
            status, data = answers[0]
            code = str(data.get("code"))
            # The answer says that nobody was called, or nothing was sent; a key makes repeating safe after anything.
            is_safe = code in {"calls_unavailable", "agent_busy"} or status == UNSENT
            if not is_safe and not (key and (status == LOST or status >= 500) and code != "call_refused"):
                return None
            await asyncio.sleep(0.2)
        return None

    async def _post(
        self, session: aiohttp.ClientSession, body: dict[str, Any], headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        """Return status and body; LOST where no answer came, UNSENT where nobody was reached."""
        try:
            async with session.post("/api/v1/calls", json=body, headers=headers) as answer:
                said = await answer.json(content_type=None)
        except aiohttp.ClientConnectorError:
            return UNSENT, {}
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self.said[type(error).__name__] += 1
            return LOST, {}
        self.said[f"{answer.status} {said.get('code', '')}"] += 1
        return answer.status, dict(said.get("data") or said)

    async def _hang_up(self, session: aiohttp.ClientSession, call_id: str) -> None:
        for _ in range(200):
            try:
                async with session.post(f"/api/v1/calls/{call_id}/hang-up") as answer:
                    self.said[f"hang-up {answer.status}"] += 1
                    if answer.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError):
                self.said["hang-up without answer"] += 1
            await asyncio.sleep(0.2)

    async def _until_over(self, session: aiohttp.ClientSession, call_id: str) -> None:
        for _ in range(600):
            try:
                async with session.get(f"/api/v1/calls/{call_id}") as answer:
                    if answer.status == 200 and (await answer.json())["data"]["state"] == "ended":
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.15)
