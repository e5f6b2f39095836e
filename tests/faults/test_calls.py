"""Calls under faults of the phone server and kills of everything: each ends once, and nobody's phone rings twice."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import pytest

from metacortex.contexts.calls.types import read_channel_id
from tests.faults.calling import Load, add_team, choose_numbers
from tests.stand import Stand

CALLS = int(os.environ.get("METACORTEX_FAULT_CALLS", "400"))
pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(300 + CALLS)]
SPEED = 20.0
CLIENTS = 24
AGENTS = 16
VICTIMS = ("dialer", "api", "emulator", "worker", "dialer", "postgres", "api", "relay", "emulator", "dialer")
CALLS_PER_KILL = max(40, CALLS // 100)
FAULTS = {
    "seed": 7,
    "lost_event": 0.005,
    "duplicate_event": 0.02,
    "early_hangup_request": 0.3,
    "lost_response": 0.02,
    "slow_response": 0.01,
    "slow_response_seconds": 3 * SPEED,
    "allocation_failed": 0.01,
    "close_sockets_per_second": 0.01,
    "lose_events_per_second": 0.004,
    "lose_events_seconds": 1.0 * SPEED,
    "restart_per_second": 0.002,
    "restart_seconds": 0.5 * SPEED,
}
SPOKEN = {"answered", "machine", "abandoned", "agent-left", "lost", "failed", "cancelled"}
"""What may be said of a call whose lead picked up; the last three where the fault hid it."""


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    settings = {
        "METACORTEX_CALLS_REQUEST_SECONDS": "2",
        "METACORTEX_CALLS_LAW_OVERRIDE": '{"rules": ["IN"], "by": "the tests", "why": "they call an emulator"}',
        "METACORTEX_CALLS_RECONNECT_LIMIT_SECONDS": "0.5",
        "METACORTEX_LIMITS": "off",
    }
    running = Stand(tmp_path, calls=True, call_speed=SPEED, **settings)
    try:
        await asyncio.to_thread(running.start)
        yield running
    finally:
        await asyncio.to_thread(running.stop)


async def set_faults(stand: Stand, faults: dict[str, Any] | None) -> dict[str, int]:
    """Let things go wrong at these rates, or nothing any more; return what went wrong so far."""
    async with aiohttp.ClientSession(f"{stand.asterisk_url}") as session:
        for _ in range(200):
            try:
                ask = session.delete if faults is None else session.post
                async with ask("/emulator/faults", json=faults) as answer:
                    assert answer.status in {200, 204}
                async with session.get("/emulator/faults") as answer:
                    return dict((await answer.json())["injected"])
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    message = "the emulator does not answer"
    raise TimeoutError(message)


async def kill_parts(stand: Stand, load: Load, killed: Counter[str]) -> None:
    """Kill one part after the other, as calls are placed."""
    for turn in range(CALLS // CALLS_PER_KILL):
        while load.done < (turn + 0.5) * CALLS_PER_KILL:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        for role, process in list(stand.roles.items()):
            if process.poll() is not None:
                killed[f"{role} ended by itself"] += 1
                stand.start_role(role)
        chosen = VICTIMS[turn % len(VICTIMS)]
        if chosen == "postgres" and killed["postgres"]:
            continue
        await asyncio.to_thread(stand.kill, chosen)
        killed[chosen] += 1
        if chosen == "emulator":
            await set_faults(stand, {**FAULTS, "seed": turn})


async def read_asterisk(stand: Stand) -> tuple[list[Any], list[Any], list[dict[str, Any]]]:
    """Return the channels and bridges that are left, and the book of who was called."""
    login = {"Authorization": aiohttp.encode_basic_auth("metacortex", "metacortex")}
    async with aiohttp.ClientSession(stand.asterisk_url) as session:
        found = []
        for path in ("/ari/channels", "/ari/bridges", "/emulator/calls"):
            async with session.get(path, headers=login) as answer:
                found.append(await answer.json())
    return found[0], found[1], found[2]["calls"]


async def wait_for_rest(stand: Stand, database: asyncpg.Connection) -> float:
    """Wait until no call is on, here and in Asterisk; return after how many seconds."""
    begun = time.monotonic()
    while True:
        still_on = await database.fetchval("SELECT count(*) FROM calls WHERE state <> 'ended'")
        channels, bridges, _ = await read_asterisk(stand)
        if not still_on and not channels and not bridges:
            return time.monotonic() - begun
        if time.monotonic() - begun > 90:
            rows = await database.fetch(
                "SELECT calls.id, mode, calls.state, call_legs.id AS leg_id, party, call_legs.state AS leg_state, "
                "is_hung_up_by_us, is_joined, is_detecting, endpoint, now() - call_legs.requested_at AS age "
                "FROM calls JOIN call_legs ON call_id = calls.id WHERE calls.state <> 'ended' LIMIT 20"
            )
            message = f"not at rest: {still_on} calls, {channels[:3]} {bridges[:3]} " + "\n".join(map(str, rows))
            raise TimeoutError(message)
        await asyncio.sleep(0.5)


async def test_every_call_ends_once_and_no_phone_rings_twice(stand: Stand) -> None:
    numbers = choose_numbers(CALLS, random.Random(3))
    team = await add_team(stand, numbers, agents=AGENTS)
    load, killed = Load(stand.url, team, numbers), Counter[str]()
    await set_faults(stand, FAULTS)
    begun = time.monotonic()
    killing = asyncio.create_task(kill_parts(stand, load, killed))
    await load.run(CLIENTS)
    await killing
    placed = time.monotonic() - begun
    injected = await set_faults(stand, None)
    database = await asyncpg.connect(stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", ""))
    try:
        rested = await wait_for_rest(stand, database)
        calls = await database.fetch("SELECT id, to_number, mode, state, outcome, idempotency_key FROM calls")
        legs = await database.fetch("SELECT id, call_id, number, state FROM call_legs")
        ends = await database.fetch("SELECT data->>'call_id' AS call_id FROM events WHERE type = 'CallEnded'")
    finally:
        await database.close()
    _, _, book = await read_asterisk(stand)
    outcomes = Counter(str(call["outcome"]) for call in calls)
    print(f"\n{len(calls)} calls in {placed:.0f} s, at rest {rested:.0f} s later; {len(book)} phones rang")
    print(f"killed {dict(killed)}; faults {injected}\nanswers {dict(load.said)}\noutcomes {dict(outcomes)}")

    assert len(load.accepted) > CALLS * 0.8
    require_one_end(load, calls, ends)
    require_one_ring(legs, book)
    require_truth(calls, legs, book)


def require_one_end(load: Load, calls: list[Any], ends: list[Any]) -> None:
    """Every accepted call has one row, and every row one outcome, told once."""
    by_id = {str(call["id"]): call for call in calls}
    assert [call_id for call_id in load.accepted.values() if call_id not in by_id] == []
    assert [number for number, times in Counter(call["to_number"] for call in calls).items() if times > 1] == []
    assert {call["state"] for call in calls} == {"ended"}
    assert [call for call in calls if call["outcome"] is None] == []
    assert Counter(end["call_id"] for end in ends) == Counter(list(by_id))


def require_one_ring(legs: list[Any], book: list[dict[str, Any]]) -> None:
    """No lead was dialled twice, and nobody without a leg of ours."""
    rung = Counter(entry["number"] for entry in book if entry["kind"] == "callee")
    assert [number for number, times in rung.items() if times > 1] == []
    dialled = Counter(read_leg_id(entry) for entry in book)
    assert [leg for leg, times in dialled.items() if times > 1] == []
    assert set(dialled) <= {leg["id"] for leg in legs}
    assert {leg["state"] for leg in legs} == {"ended"}


def require_truth(calls: list[Any], legs: list[Any], book: list[dict[str, Any]]) -> None:
    """Who picked up is never said to have been busy, away or invalid, and nobody is said to have who did not."""
    outcome_of = {call["id"]: call["outcome"] for call in calls}
    call_of = {leg["id"]: leg["call_id"] for leg in legs}
    picked_up = {call_of[read_leg_id(one)] for one in book if one["kind"] == "callee" and one["answered_at"]}
    assert [(call_id, outcome_of[call_id]) for call_id in picked_up if outcome_of[call_id] not in SPOKEN] == []
    talked = {call_id for call_id, outcome in outcome_of.items() if outcome == "answered"}
    assert talked - picked_up == set()


def read_leg_id(entry: dict[str, Any]) -> UUID:
    """Return the leg that a line of the emulator's book is about."""
    found = read_channel_id(entry["channel_id"])
    assert found is not None, entry
    return found[1]
