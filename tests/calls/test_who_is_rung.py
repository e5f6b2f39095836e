"""Whom Asterisk really rang, by its own book: nobody twice, nobody else, and nobody who is left behind."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from metacortex.contexts.calls.clients.asterisk import Fleet
from metacortex.contexts.calls.queries import agents
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.placing import Order, place_call
from metacortex.contexts.calls.service.store import PostgresCalls
from metacortex.contexts.calls.types import Mode, Signal, SignalKind, channel_id
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.emulators.asterisk.ledger import Entry
from tests.calls.conftest import Dialer
from tests.calls.desks import Desk
from tests.calls.hearing import settings_for, until
from tests.waiting import until_waiting

TALKS_ON, THIRD = "+919820719002", "+919820729002"
NEVER_ANSWERED_TO_US = "+919820719123"


@dataclass(frozen=True)
class Book:
    """What is written in Asterisk's book from now on."""

    desk: Desk
    read: int

    def list_new(self, number: str) -> list[Entry]:
        return [entry for entry in self.desk.asterisk.switch.ledger.entries[self.read :] if entry.number == number]


@pytest.fixture
def book(desk: Desk) -> Book:
    return Book(desk, len(desk.asterisk.switch.ledger.entries))


async def talk(desk: Desk, **body: Any) -> dict[str, Any]:
    await desk.add_lead(TALKS_ON)
    answer = await desk.client.post("/api/v1/calls", json={"to": TALKS_ON, **body})
    assert answer.status_code == 201, answer.text
    return await desk.until(answer.json()["data"]["id"], lambda call: call["state"] == "connected")


async def end(desk: Desk, call_id: str) -> None:
    await desk.client.post(f"/api/v1/calls/{call_id}/hang-up")
    await desk.until(call_id, lambda call: call["state"] == "ended")


def name_of(desk: Desk, call: dict[str, Any], party: str) -> str:
    """Return the name of the channel of a call's party."""
    [leg] = [leg for leg in call["legs"] if leg["party"] == party]
    return channel_id(desk.owner.org_id, UUID(leg["id"]))


async def test_who_may_ring_though_no_answer_came_is_rung_once_and_heard_under_the_same_name(
    desk: Desk, book: Book
) -> None:
    await desk.add_lead(NEVER_ANSWERED_TO_US)
    order = Order(to=NEVER_ANSWERED_TO_US, mode=Mode.DIRECT)
    async with Fleet.open(settings_for(desk.asterisk.url, request_seconds=0.2)) as fleet:
        engine = Engine(PostgresCalls(), fleet)
        placed = await place_call(engine, desk.owner.org_id, order)
        await engine.settle()
    call = await desk.until(str(placed.id), lambda call: call["state"] == "ended")
    assert call["outcome"] == "answered"
    assert [entry.channel_id for entry in book.list_new(NEVER_ANSWERED_TO_US)] == [name_of(desk, call, "lead")]
    events = (await desk.client.get(f"/api/v1/calls/{placed.id}/events")).json()["data"]
    assert {event["leg_id"] for event in events if event["kind"] == "up"} == {call["legs"][0]["id"]}


async def test_who_is_left_in_asterisk_after_their_call_is_hung_up_by_a_dialer_that_begins(
    desk: Desk, book: Book, dialer: Dialer, app: Any
) -> None:
    engine: Engine = app.state.calls
    call = await talk(desk)
    [lead] = [leg for leg in call["legs"] if leg["party"] == "lead"]
    left, foreign = name_of(desk, call, "lead"), channel_id(desk.owner.org_id, uuid4())
    [server] = engine.fleet.servers
    await server.originate(foreign, server.server.build_endpoint(THIRD))
    # Whoever answers while nobody listens is dropped by Asterisk itself.
    await until(lambda: desk.asterisk.switch.channels[foreign].in_stasis)
    await dialer.stop()
    try:
        gone = Signal(kind=SignalKind.ABSENT, channel_id=left, at=utc_now())
        await engine.take(desk.owner.org_id, [(UUID(lead["id"]), gone)])
        await engine.settle()
        assert [leg["state"] for leg in (await desk.read(call["id"]))["legs"]] == ["up", "ended"]
        assert {left, foreign} <= set(desk.asterisk.switch.channels)
    finally:
        await dialer.start()
    await until(lambda: left not in desk.asterisk.switch.channels)
    assert [entry.hangup_side for entry in book.list_new(TALKS_ON)] == ["us"]
    assert foreign in desk.asterisk.switch.channels, "what no call of ours knows is somebody else's"
    await server.hang_up(foreign)


@pytest.mark.parametrize("kind", ["blind", "attended"])
async def test_a_transfer_rings_the_number_that_was_asked_for(desk: Desk, book: Book, kind: str) -> None:
    await desk.add_lead(THIRD)
    call = await talk(desk)
    answer = await desk.client.post(f"/api/v1/calls/{call['id']}/transfer", json={"to": THIRD, "kind": kind})
    assert answer.status_code == 200, answer.text
    after = await desk.until(call["id"], lambda call: "up" in [leg["state"] for leg in call["legs"][2:]])
    assert [entry.channel_id for entry in book.list_new(THIRD)] == [name_of(desk, after, "third")]
    rung = [entry.number for entry in desk.asterisk.switch.ledger.entries[book.read :]]
    assert sorted(rung) == sorted([TALKS_ON, THIRD, "asha"])
    await end(desk, call["id"])


async def test_of_orders_with_one_key_for_different_numbers_at_the_same_time_one_rings(desk: Desk, book: Book) -> None:
    for number in (TALKS_ON, THIRD):
        await desk.add_lead(number)
    key = {"Idempotency-Key": str(uuid4())}
    async with transaction(desk.owner.org_id) as session, asyncio.TaskGroup() as group:
        await agents.hold_phones(session)  # so both have read what is known before one of them is stored
        posts = [
            group.create_task(desk.client.post("/api/v1/calls", json={"to": number}, headers=key))
            for number in (TALKS_ON, THIRD)
        ]
        await until_waiting(len(posts))
        await session.commit()
    answers = [post.result() for post in posts]
    assert sorted((answer.status_code, answer.json().get("code")) for answer in answers) == [
        (201, None),
        (422, "idempotency_key_reused"),
    ]
    [call_id] = [answer.json()["data"]["id"] for answer in answers if answer.status_code == 201]
    call = await desk.until(call_id, lambda call: call["state"] == "connected")
    rung = [entry.number for entry in desk.asterisk.switch.ledger.entries[book.read :]]
    assert sorted(rung) == sorted(["asha", call["to"]])
    await end(desk, call_id)
