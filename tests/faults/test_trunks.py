"""A trunk's limits while parts are killed: never passed, and no line stays taken by a call that is no more."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from tests.calls.test_trunks import count_most_at
from tests.faults.calling import Team, add_team
from tests.faults.test_calls import read_asterisk, wait_for_rest
from tests.stand import Stand

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(300)]
LINES, A_SECOND = 4, 20
VICTIMS = ("dialer", "api", "postgres", "dialer", "api")
EACH = 12
SETTINGS = {
    "METACORTEX_CALLS_REQUEST_SECONDS": "2",
    "METACORTEX_CALLS_LAW_OVERRIDE": '{"rules": ["IN"], "by": "the tests", "why": "they call an emulator"}',
    "METACORTEX_LIMITS": "off",
}


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    running = Stand(tmp_path, calls=True, call_speed=10, **SETTINGS)
    running.environment["METACORTEX_CALLS_ASTERISK_CONCURRENT_CALLS"] = str(LINES)
    running.environment["METACORTEX_CALLS_ASTERISK_CALLS_PER_SECOND"] = str(A_SECOND)
    try:
        await asyncio.to_thread(running.start)
        yield running
    finally:
        await asyncio.to_thread(running.stop)


async def insist(stand: Stand, team: Team, number: str) -> bool:
    """Call a number, again while nobody was rung for want of a line; tell whether the call was taken."""
    headers = {"Authorization": f"Bearer {team.token}"}
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(stand.url, headers=headers, timeout=timeout) as session:
        for _ in range(100):
            try:
                async with session.post("/api/v1/calls", json={"to": number, "mode": "direct"}) as answer:
                    said = await answer.json(content_type=None)
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.1)
                continue
            except (aiohttp.ClientError, TimeoutError, ValueError):
                return False
            if answer.status == 201:
                return True
            if said.get("code") not in {"trunk_busy", "calls_unavailable"}:
                return False
            await asyncio.sleep(0.1)
    return False


async def test_lines_are_free_again_and_were_never_too_many(stand: Stand) -> None:
    numbers = [f"+919850{place:02d}9011" for place in range(EACH * len(VICTIMS) + LINES)]
    team = await add_team(stand, numbers, agents=1)
    taken = 0
    for turn, victim in enumerate(VICTIMS):
        clicks = [
            asyncio.create_task(insist(stand, team, number)) for number in numbers[turn * EACH : (turn + 1) * EACH]
        ]
        await asyncio.sleep(0.5)
        await asyncio.to_thread(stand.kill, victim)
        taken += sum(await asyncio.gather(*clicks))
    database = await asyncpg.connect(stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", ""))
    try:
        rested = await wait_for_rest(stand, database)
        assert await database.fetchval("SELECT count_trunk_lines('emulator', false)") == 0
        last = await asyncio.gather(*(insist(stand, team, number) for number in numbers[-LINES:]))
        assert last == [True] * LINES, "every line can be had"
        await wait_for_rest(stand, database)
    finally:
        await database.close()
    _, _, book = await read_asterisk(stand)
    at = sorted(datetime.fromisoformat(entry["dialled_at"]) for entry in book)
    tightest = min((later - earlier).total_seconds() for earlier, later in zip(at, at[A_SECOND:], strict=False))
    most = count_most_at([(entry["dialled_at"], entry["ended_at"]) for entry in book])
    clicked = EACH * len(VICTIMS)
    print(f"\n{taken} of {clicked} taken, {len(book)} rung, at rest {rested:.0f} s later; {most} lines at most")
    assert taken > clicked * 0.3
    assert len({entry["number"] for entry in book}) == len(book)
    assert most <= LINES
    assert tightest > 0.7
