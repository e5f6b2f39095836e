"""Live updates: in order, only one's own, and nothing missed while away."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text
from structlog.testing import capture_logs

from metacortex.platform.database import transaction
from metacortex.platform.database.engine import asyncpg_dsn
from metacortex.platform.events import Event, publish
from metacortex.platform.events.live import Listener, LiveHub, read_events, read_position, read_token, write_token
from tests.conftest import Product


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    number: int


async def ring(org_id: UUID, number: int) -> None:
    async with transaction(org_id) as session:
        publish(session, BellRang(number=number))


async def receive(listener: Listener, count: int) -> list[int]:
    heard: list[int] = []
    while len(heard) < count:
        message = await asyncio.wait_for(listener.queue.get(), 20)
        if message["type"] == "BellRang":
            heard.append(message["data"]["number"])
    return heard


async def test_events_arrive_in_order_and_only_at_their_own_organization(product: Product) -> None:
    mine, theirs = uuid4(), uuid4()
    hub = LiveHub()
    running = asyncio.create_task(hub.run())
    async with hub.listen(mine, None) as listener, hub.listen(theirs, None) as other:
        for number in range(20):
            await ring(mine, number)
        await ring(theirs, 99)
        assert await receive(listener, 20) == list(range(20))
        assert await receive(other, 1) == [99]
    running.cancel()


async def test_two_browsers_that_connect_at_once_both_hear(product: Product) -> None:
    org_id = uuid4()
    hub = LiveHub()
    running = asyncio.create_task(hub.run())
    async with AsyncExitStack() as stack:
        both = [hub.listen(org_id, None) for _ in range(2)]
        first, second = await asyncio.gather(*(stack.enter_async_context(one) for one in both))
        await ring(org_id, 1)
        assert await receive(first, 1) == await receive(second, 1) == [1]
    running.cancel()


async def test_who_leaves_in_mid_reading_does_not_silence_the_others(product: Product) -> None:
    stays, leaves = uuid4(), [uuid4() for _ in range(30)]
    hub = LiveHub()
    running = asyncio.create_task(hub.run())
    async with hub.listen(stays, None) as listener:
        for number in range(3):
            async with AsyncExitStack() as stack:
                for org_id in leaves:
                    await stack.enter_async_context(hub.listen(org_id, None))
                await asyncio.gather(*(ring(org_id, number) for org_id in leaves))
            await ring(stays, number)
        assert await receive(listener, 3) == [0, 1, 2]
    assert not running.done()
    running.cancel()


async def test_an_error_of_any_kind_does_not_end_live_updates(product: Product) -> None:
    org_id = uuid4()
    hub = LiveHub()
    running = asyncio.create_task(hub.run())
    database = await asyncpg.connect(asyncpg_dsn())
    async with hub.listen(org_id, None) as listener:
        await database.execute("ALTER TABLE events RENAME TO events_away")
        try:
            with capture_logs() as said:
                while not any(line["event"] == "live.disconnected" for line in said):
                    await database.execute("SELECT pg_notify('events', $1)", str(org_id))
                    await asyncio.sleep(0.05)
        finally:
            await database.execute("ALTER TABLE events_away RENAME TO events")
        await ring(org_id, 1)
        assert await receive(listener, 1) == [1]
    await database.close()
    running.cancel()


async def test_after_a_reconnect_nothing_is_missed(product: Product) -> None:
    org_id = uuid4()
    hub = LiveHub()
    await ring(org_id, 1)
    away_since = await read_position(org_id)
    await ring(org_id, 2)
    await ring(org_id, 3)
    async with hub.listen(org_id, away_since) as listener:
        assert await receive(listener, 2) == [2, 3]


async def test_a_browser_that_was_away_too_long_loads_everything_anew(product: Product) -> None:
    org_id = uuid4()
    await ring(org_id, 1)
    async with LiveHub().listen(org_id, (5, 5)) as listener:
        kinds = [listener.queue.get_nowait()["type"] for _ in range(2)]
    assert kinds == ["ready", "reset"]


async def test_an_event_is_not_shown_before_an_older_transaction_has_ended(product: Product) -> None:
    org_id = uuid4()
    start = await read_position(org_id)
    async with transaction(org_id) as slow:
        await slow.execute(text("SELECT pg_current_xact_id()"))
        await ring(org_id, 2)
        messages, position, has_more = await read_events(org_id, start)
        assert (messages, position, has_more) == ([], start, True)
        publish(slow, BellRang(number=1))
    messages, _, has_more = await read_events(org_id, start)
    assert ([one["data"]["number"] for one in messages], has_more) == ([1, 2], False)


def test_only_our_own_tokens_are_read() -> None:
    assert read_token(write_token((7, 9))) == (7, 9)
    for bad in ("", "7", "a-b", "-1-2", "7-9-1", "٣-٤", "1" * 50 + "-1"):
        assert read_token(bad) is None
