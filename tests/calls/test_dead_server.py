"""One Asterisk of two is dead, and nobody has noticed yet: who clicks is served by the other, and rings once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from metacortex.contexts.calls.clients.asterisk import Fleet
from metacortex.contexts.calls.models import CallRow
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.moving import Mover
from metacortex.contexts.calls.service.placing import Order, place_call
from metacortex.contexts.calls.service.presence import read_heard, record_presence
from metacortex.contexts.calls.service.refusals import CallRefused
from metacortex.contexts.calls.service.store import PostgresCalls
from metacortex.contexts.calls.settings import Server
from metacortex.contexts.calls.types import Call, Leg, Mode, Party
from metacortex.platform.database import transaction
from metacortex.platform.emulators.asterisk.options import Options
from metacortex.platform.emulators.asterisk.server import emulated_asterisk
from tests.calls.desks import Desk
from tests.calls.hearing import settings_for

NUMBERS = [f"+919820{place}59002" for place in range(6)]


@pytest.fixture
async def dead_url() -> str:
    """Where an Asterisk was."""
    async with emulated_asterisk(Options(port=0, speed=100)) as killed:
        return killed.url


async def open_engine(desk: Desk, dead_url: str) -> Engine:
    """Return an engine of a dead server that still counts as heard, and gets every call, and one that is well."""
    login = {"username": "metacortex", "password": "metacortex"}
    first = Server(name="dead", url=dead_url, weight=1000, **login)
    settings = settings_for(desk.asterisk.url, asterisk_servers=(first,))
    await record_presence({"dead"})
    async with asyncio.timeout(20):
        while "dead" not in await read_heard():
            await asyncio.sleep(0.05)
            await record_presence({"dead"})
    return Engine(PostgresCalls(), Fleet(settings))


@pytest.fixture
async def engine(desk: Desk, dead_url: str) -> AsyncIterator[Engine]:
    made = await open_engine(desk, dead_url)
    yield made
    await made.settle()
    await made.fleet.close()


def list_rung(desk: Desk, since: int) -> list[str]:
    return [entry.number for entry in desk.asterisk.switch.ledger.entries[since:]]


async def end(desk: Desk, call_id: Any) -> None:
    await desk.client.post(f"/api/v1/calls/{call_id}/hang-up")
    await desk.until(str(call_id), lambda call: call["state"] == "ended")


async def test_calls_go_to_the_other_server_each_as_the_one_call_it_is(desk: Desk, engine: Engine) -> None:
    before = len(desk.asterisk.switch.ledger.entries)
    for number in NUMBERS:
        await desk.add_lead(number)
    orders = [Order(to=number, mode=Mode.DIRECT, key=f"click {number}") for number in NUMBERS]
    placed = await asyncio.gather(*(place_call(engine, desk.owner.org_id, order) for order in orders * 2))
    ids = {one.id for one in placed}
    assert len(ids) == len(NUMBERS), "the same key, the same call"
    for call_id in ids:
        call = await desk.until(str(call_id), lambda call: call["answered_at"] is not None)
        assert len(call["legs"]) == 1
    assert sorted(list_rung(desk, before)) == NUMBERS
    listed = (await desk.client.get("/api/v1/calls")).json()["data"]
    assert {UUID(call["id"]) for call in listed} == ids
    async with transaction(desk.owner.org_id) as session:
        rows = [await session.get(CallRow, (desk.owner.org_id, call_id)) for call_id in ids]
    assert {row.server for row in rows if row} == {"asterisk"}
    for call_id in ids:
        await end(desk, call_id)


@pytest.mark.parametrize("mode", [Mode.AGENT_FIRST, Mode.LEAD_FIRST])
async def test_agent_and_lead_meet_on_the_other_server(desk: Desk, engine: Engine, mode: Mode) -> None:
    before = len(desk.asterisk.switch.ledger.entries)
    await desk.add_lead(NUMBERS[0])
    order = Order(to=NUMBERS[0], mode=mode, agent_ids=(desk.owner.member_id,))
    placed = await place_call(engine, desk.owner.org_id, order)
    await desk.until(str(placed.id), lambda call: call["state"] == "connected")
    assert sorted(list_rung(desk, before)) == sorted(["asha", NUMBERS[0]])
    await end(desk, placed.id)


async def test_where_no_server_is_left_nobody_is_rung_and_the_call_says_so(desk: Desk, dead_url: str) -> None:
    await desk.add_lead(NUMBERS[0])
    before = len(desk.asterisk.switch.ledger.entries)
    engine = await open_engine(desk, dead_url)
    engine.fleet.servers = tuple(one for one in engine.fleet.servers if one.name == "dead")
    with pytest.raises(CallRefused) as refused:
        await place_call(engine, desk.owner.org_id, Order(to=NUMBERS[0], mode=Mode.DIRECT))
    await engine.settle()
    await engine.fleet.close()
    assert list_rung(desk, before) == []
    call = await desk.read(refused.value.extra["call_id"])
    assert (call["state"], call["outcome"]) == ("ended", "failed")


async def test_a_call_that_changed_meanwhile_is_not_moved(desk: Desk, engine: Engine) -> None:
    await desk.add_lead(NUMBERS[0])
    answer = await desk.client.post("/api/v1/calls", json={"to": NUMBERS[0], "mode": "direct"})
    call_id = answer.json()["data"]["id"]
    await desk.until(call_id, lambda call: call["answered_at"] is not None)
    leg = Leg(id=uuid4(), party=Party.LEAD, endpoint="PJSIP/x@trunk")
    call = Call(org_id=desk.owner.org_id, id=UUID(call_id), mode=Mode.DIRECT, legs=(leg,), server="dead")
    assert await Mover(engine.fleet).move(call) is None, "it is on another server already"
    assert await Mover(engine.fleet).move(replace(call, server="asterisk")) is None, "it was rung"
    await end(desk, call_id)
