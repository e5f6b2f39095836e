"""Calls in PostgreSQL and in memory keep the same promises; and what memory alone must: to forget, and to wake."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from metacortex.contexts.calls.clients.asterisk import Fleet
from metacortex.contexts.calls.service.engine import CallStore, Engine
from metacortex.contexts.calls.service.memory import MemoryCalls, Particulars
from metacortex.contexts.calls.service.refusals import TrunkBusy
from metacortex.contexts.calls.settings import Server, calls_settings
from metacortex.contexts.calls.types import (
    Call,
    CallState,
    Change,
    Leg,
    LegState,
    Mode,
    Outcome,
    Party,
    Signal,
    SignalKind,
    Verdict,
    channel_id,
)
from metacortex.platform.clock import utc_now
from metacortex.platform.ids import new_id
from tests.conftest import Owner

NUMBER = "+919820019001"


@dataclass(frozen=True)
class Shelf:
    """A store, and how a call comes to be in it."""

    org_id: UUID
    store: CallStore
    add: Callable[[Call], Awaitable[None]]

    async def new_call(self) -> Call:
        call = make_call(self.org_id)
        await self.add(call)
        return call

    async def read(self, call_id: UUID) -> Call | None:
        async with self.store.open(self.org_id, call_ids={call_id}) as opened:
            return opened.find(call_id=call_id)


def make_call(org_id: UUID, **values: Any) -> Call:
    now = utc_now()
    leg = Leg(
        id=new_id(),
        party=Party.LEAD,
        endpoint="PJSIP/x@trunk",
        number=NUMBER,
        state=LegState.REQUESTED,
        requested_at=now,
    )
    made: dict[str, Any] = {"org_id": org_id, "id": new_id(), "mode": Mode.DIRECT, "legs": (leg,), "requested_at": now}
    return Call(**{**made, "state": CallState.DIALLING, "server": "asterisk", **values})


async def insert_call(call: Call) -> None:
    """Write a call as placing one does."""
    from metacortex.contexts.calls.models import CallRow, LegRow
    from metacortex.contexts.calls.service.store import write_leg
    from metacortex.platform.database import insert_rows, transaction

    row = {
        "org_id": call.org_id,
        "id": call.id,
        "mode": call.mode.value,
        "ringing": call.ringing.value,
        "purpose": "sales",
        "state": call.state.value,
        "server": call.server,
        "to_number": NUMBER,
        "country": "IN",
        "is_recorded": False,
        "detects_machine": False,
        "variables": {},
        "permission": {},
        "requested_at": call.requested_at,
    }
    async with transaction(call.org_id) as session:
        await insert_rows(session, CallRow, [row])
        await insert_rows(session, LegRow, [write_leg(call, position) for position in range(len(call.legs))])


@pytest.fixture(params=["postgres", "memory"])
async def shelf(request: pytest.FixtureRequest, owner: Owner) -> Shelf:
    if request.param == "postgres":
        from metacortex.contexts.calls.service.store import PostgresCalls

        return Shelf(owner.org_id, PostgresCalls(), insert_call)
    memory = MemoryCalls()

    async def add(call: Call) -> None:
        memory.add(call, Particulars(to=NUMBER))

    return Shelf(owner.org_id, memory, add)


async def test_a_change_is_found_by_call_and_by_leg(shelf: Shelf) -> None:
    call = await shelf.new_call()
    async with shelf.store.open(shelf.org_id, leg_ids={call.legs[0].id}) as opened:
        known = opened.find(leg_id=call.legs[0].id)
        assert known == call
        opened.put(Change(before=known, after=replace(known, verdict=Verdict.HUMAN)))
        assert opened.find(call_id=call.id) == replace(call, verdict=Verdict.HUMAN)
    assert await shelf.read(call.id) == replace(call, verdict=Verdict.HUMAN)


async def test_what_a_block_changed_before_it_raised_is_not_kept(shelf: Shelf) -> None:
    call = await shelf.new_call()
    with pytest.raises(ZeroDivisionError):
        async with shelf.store.open(shelf.org_id, call_ids={call.id}) as opened:
            opened.put(Change(before=call, after=replace(call, verdict=Verdict.HUMAN)))
            raise ZeroDivisionError
    assert await shelf.read(call.id) == call
    async with shelf.store.open(shelf.org_id, call_ids={call.id}) as opened:
        opened.put(Change(before=call, after=replace(call, verdict=Verdict.NOTSURE)))
    assert await shelf.read(call.id) == replace(call, verdict=Verdict.NOTSURE)


async def test_of_two_tasks_that_change_one_call_neither_undoes_the_others_change(shelf: Shelf) -> None:
    call = await shelf.new_call()
    is_inside, may_leave = asyncio.Event(), asyncio.Event()

    async def be_slow() -> None:
        async with shelf.store.open(shelf.org_id, call_ids={call.id}) as opened:
            known = opened.find(call_id=call.id)
            assert known is not None
            is_inside.set()
            await may_leave.wait()
            opened.put(Change(before=known, after=replace(known, verdict=Verdict.HUMAN)))

    async def be_fast() -> None:
        await is_inside.wait()
        async with shelf.store.open(shelf.org_id, leg_ids={call.legs[0].id}) as opened:
            known = opened.find(call_id=call.id)
            assert known is not None
            opened.put(Change(before=known, after=replace(known, answered_at=call.requested_at)))

    async def let_go() -> None:
        await is_inside.wait()
        for _ in range(20):  # the fast one comes as far as it can
            await asyncio.sleep(0)
        may_leave.set()

    await asyncio.gather(be_slow(), be_fast(), let_go())
    assert await shelf.read(call.id) == replace(call, verdict=Verdict.HUMAN, answered_at=call.requested_at)


async def test_two_tasks_that_open_two_calls_in_opposite_order_both_come_through(shelf: Shelf) -> None:
    calls = [await shelf.new_call(), await shelf.new_call()]

    async def change(ids: list[UUID]) -> None:
        for _ in range(10):
            async with shelf.store.open(shelf.org_id, call_ids=ids) as opened:
                await asyncio.sleep(0)
                assert all(opened.find(call_id=one) for one in ids)

    ids = [call.id for call in calls]
    async with asyncio.timeout(60):
        await asyncio.gather(change(ids), change(ids[::-1]))


async def test_nobody_finds_calls_of_others_or_calls_that_were_not_opened(shelf: Shelf) -> None:
    call, other = await shelf.new_call(), await shelf.new_call()
    async with shelf.store.open(new_id(), call_ids={call.id}, leg_ids={call.legs[0].id}) as opened:
        assert opened.find(call_id=call.id) is None
        assert opened.find(leg_id=call.legs[0].id) is None
    async with shelf.store.open(shelf.org_id, call_ids={call.id}) as opened:
        assert opened.find(call_id=call.id) == call
        assert opened.find(call_id=other.id) is None
    async with shelf.store.open(shelf.org_id, call_ids={new_id()}, leg_ids={new_id()}) as opened:
        assert opened.find(call_id=new_id()) is None


async def test_a_leg_that_is_added_is_found_by_its_id_from_then_on(shelf: Shelf) -> None:
    call = await shelf.new_call()
    third = Leg(id=new_id(), party=Party.THIRD, endpoint="PJSIP/y@trunk", number="+919820019002")
    async with shelf.store.open(shelf.org_id, call_ids={call.id}) as opened:
        opened.put(Change(before=call, after=replace(call, legs=(*call.legs, third))))
        assert opened.find(leg_id=third.id) == replace(call, legs=(*call.legs, third))
    async with shelf.store.open(shelf.org_id, leg_ids={third.id}) as opened:
        assert opened.find(leg_id=third.id) == replace(call, legs=(*call.legs, third))


async def test_the_engine_brings_a_call_to_its_end_in_either(shelf: Shelf) -> None:
    call = await shelf.new_call()
    leg = call.legs[0]
    engine, channel = Engine(shelf.store, Fleet(calls_settings())), channel_id(shelf.org_id, leg.id)
    said = [
        Signal(kind=SignalKind.DIAL, channel_id=channel, at=utc_now(), text="RINGING"),
        Signal(kind=SignalKind.DIAL, channel_id=channel, at=utc_now(), text="BUSY"),
        Signal(kind=SignalKind.DESTROYED, channel_id=channel, at=utc_now(), cause=17),
    ]
    await engine.take(shelf.org_id, [(leg.id, signal) for signal in said])
    await engine.settle()
    ended = await shelf.read(call.id)
    assert ended is not None
    assert (ended.state, ended.outcome, ended.legs[0].cause) == (CallState.ENDED, Outcome.BUSY, 17)
    await engine.take(shelf.org_id, [(leg.id, said[0])])
    assert await shelf.read(call.id) == ended


async def end(memory: MemoryCalls, call: Call) -> None:
    async with memory.open(call.org_id, call_ids={call.id}) as opened:
        legs = tuple(replace(leg, state=LegState.ENDED) for leg in call.legs)
        opened.put(Change(before=call, after=replace(call, state=CallState.ENDED, legs=legs)))


async def test_memory_forgets_the_calls_that_ended_first_and_never_one_that_is_on() -> None:
    org_id, told = new_id(), []
    memory = MemoryCalls(2, lambda kept: told.append(kept.call.id))
    calls = [make_call(org_id) for _ in range(5)]
    for place, call in enumerate(calls):
        memory.add(call, Particulars(to=NUMBER, key=(org_id, str(place))))
    for call in (calls[3], calls[1], calls[4]):
        await end(memory, call)
    assert told == [calls[3].id, calls[1].id, calls[4].id]
    assert [kept.call.id for kept in memory.list_newest()] == [calls[place].id for place in (4, 2, 1, 0)]
    assert [kept.call.id for kept in memory.list_open()] == [calls[0].id, calls[2].id]
    assert memory.find(calls[3].id) is None
    assert memory.find_by_key((org_id, "3")) is None
    assert memory.find_by_key((org_id, "1")) is memory.find(calls[1].id)
    async with memory.open(org_id, leg_ids={calls[3].legs[0].id}) as opened:
        assert opened.find(leg_id=calls[3].legs[0].id) is None
    assert memory.channels["asterisk"] == 2
    assert [leg.call_id for leg in memory.list_open_legs("asterisk")] == [calls[0].id, calls[2].id]
    assert memory.list_open_legs("another") == []
    assert memory.is_leg_open(calls[0].legs[0].id)
    assert not memory.is_leg_open(calls[1].legs[0].id)


async def test_whoever_waits_is_woken_by_the_change_and_by_nothing_else() -> None:
    org_id = new_id()
    memory, call, other = MemoryCalls(), make_call(org_id), make_call(org_id)
    kept = memory.add(call, Particulars(to=NUMBER))
    memory.add(other, Particulars(to=NUMBER))
    looked: list[CallState] = []

    def is_over(now: Call) -> bool:
        looked.append(now.state)
        return now.state is CallState.ENDED

    waiting = [asyncio.create_task(memory.wait(kept, is_over, seconds=60)) for _ in range(3)]
    await asyncio.sleep(0)
    await end(memory, other)
    await asyncio.sleep(0)
    assert looked == [CallState.DIALLING] * 3
    await end(memory, call)
    async with asyncio.timeout(10):
        await asyncio.gather(*waiting)
    assert looked == [CallState.DIALLING] * 3 + [CallState.ENDED] * 3
    await memory.wait(kept, lambda now: False, seconds=0)


async def test_a_trunk_has_so_many_lines_and_turns_in_memory() -> None:
    store = MemoryCalls()
    server = Server(name="s", url="http://127.0.0.1:1/ari", username="u", password=SecretStr("p"))
    first, second = make_call(new_id()), make_call(new_id())
    limited = server.model_copy(update={"name": first.server, "concurrent_calls": 2, "calls_per_second": 0.01})
    for call in (first, second):
        store.require_room(limited, 1, channels=1)
        store.add(call, Particulars(to=NUMBER))
    with pytest.raises(TrunkBusy):
        store.require_room(limited, 1, channels=1)
    store.require_room(server, 1, channels=1)
    async with store.open(first.org_id, call_ids={first.id}) as opened:
        ended = replace(first, state=CallState.ENDED, legs=(replace(first.legs[0], state=LegState.ENDED),))
        opened.put(Change(before=first, after=ended))
    store.require_room(limited, 1, channels=1)
    third = replace(second.legs[0], id=new_id(), party=Party.THIRD)
    async with store.open(second.org_id, call_ids={second.id}) as opened:
        await opened.require_room(limited, replace(second, legs=(*second.legs, third)), second)
        with pytest.raises(TrunkBusy):
            await opened.require_room(limited, replace(second, legs=(*second.legs, third, third)), second)
    turns = [await store.take_turn(limited, within_seconds=150) for _ in range(3)]
    assert [turn is None for turn in turns] == [False, False, True]
    assert turns[0] == 0
    assert 99 < float(turns[1] or 0) <= 100


async def test_a_server_carries_so_many_phones_in_memory() -> None:
    store, call = MemoryCalls(), make_call(new_id())
    server = Server(name=call.server, url="http://127.0.0.1:1/ari", username="u", password=SecretStr("p"))
    limited = server.model_copy(update={"max_concurrent": 2})
    store.require_room(limited, 1, channels=2)
    with pytest.raises(TrunkBusy):
        store.require_room(limited, 1, channels=3)
    agent = replace(call.legs[0], id=new_id(), party=Party.AGENT, number=None)
    planned = replace(call.legs[0], id=new_id(), state=LegState.PLANNED)
    both = replace(call, legs=(agent, planned))
    store.add(both, Particulars(to=NUMBER))
    assert store.channels == {call.server: 2}, "a phone that rings later has its channel already"
    store.require_room(server, 1, channels=1)
    async with store.open(call.org_id, call_ids={call.id}) as opened:
        third = replace(planned, id=new_id(), party=Party.THIRD)
        with pytest.raises(TrunkBusy):
            await opened.require_room(limited, replace(both, legs=(*both.legs, third)), both)
        gone = replace(planned, state=LegState.ENDED)
        opened.put(Change(before=both, after=replace(both, legs=(agent, gone))))
    store.require_room(limited, 1, channels=1)
