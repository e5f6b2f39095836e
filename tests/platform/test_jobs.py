"""Jobs: owed with the change, done exactly once, given up with their error, handed out fairly."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from kombu.message import Message
from kombu.simple import SimpleQueue
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.jobs import PermanentFailure, Work, enqueue, job
from metacortex.platform.jobs.models import DeadLetter, JobRow
from metacortex.platform.jobs.outbox import replay_job
from metacortex.platform.jobs.registry import QUEUES, jobs
from metacortex.platform.jobs.relay import Due, choose_batches, hand_out_jobs
from metacortex.platform.jobs.runner import run_jobs
from metacortex.platform.jobs.transport import celery_app, count_waiting
from tests.conftest import Product

runs: list[tuple[str, int]] = []
sick = {"is_sick": True}


@dataclass(frozen=True)
class Count:
    number: int


@job(queue="default", batch=10, max_attempts=3)
async def count_numbers(work: Work[Count]) -> None:
    async with work.finish() as session:
        for call in work.calls:
            if call.number < 0 and sick["is_sick"]:
                raise ValueError(f"cannot count {call.number}")
            await session.execute(text("SELECT pg_sleep(0)"))
            runs.append(("counted", call.number))


@job(queue="urgent")
async def count_never(work: Work[Count]) -> None:
    raise PermanentFailure("numbers are not for counting")


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    runs.clear()
    sick["is_sick"] = True
    yield


async def owe(org_id: UUID, *numbers: int, name: str = "count_numbers") -> list[UUID]:
    async with transaction(org_id) as session:
        for number in numbers:
            enqueue(session, jobs[name], Count(number))
    return await owed(org_id)


async def owed(org_id: UUID) -> list[UUID]:
    async with transaction(org_id) as session:
        return list(await session.scalars(select(JobRow.id).order_by(JobRow.id)))


async def test_a_rolled_back_change_owes_nothing(product: Product) -> None:
    org_id = uuid4()
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with transaction(org_id) as session:
            enqueue(session, count_numbers, Count(1))
            raise RuntimeError("changed my mind")
    assert await owed(org_id) == []


async def test_a_batch_runs_once_however_often_it_is_delivered(product: Product) -> None:
    org_id = uuid4()
    ids = await owe(org_id, 1, 2, 3)
    await run_jobs(org_id, "count_numbers", ids)
    await run_jobs(org_id, "count_numbers", ids)
    assert runs == [("counted", 1), ("counted", 2), ("counted", 3)]
    assert await owed(org_id) == []


async def test_one_bad_call_stops_no_other_and_ends_as_a_dead_letter_that_can_be_replayed(product: Product) -> None:
    org_id = uuid4()
    ids = await owe(org_id, 1, -5, 2)
    for _ in range(3):
        await run_jobs(org_id, "count_numbers", ids)

    assert {number for _, number in runs} == {1, 2}
    assert await owed(org_id) == []
    async with transaction(org_id) as session:
        letter = (await session.scalars(select(DeadLetter))).one()
        assert (letter.name, letter.args, letter.attempts) == ("count_numbers", {"number": -5}, 3)
        assert letter.error == "ValueError: cannot count -5"
        replay_job(session, letter)

    sick["is_sick"] = False
    await run_jobs(org_id, "count_numbers", await owed(org_id))
    assert runs[-1] == ("counted", -5)


async def test_a_permanent_failure_is_not_tried_again(product: Product) -> None:
    org_id = uuid4()
    await run_jobs(org_id, "count_never", await owe(org_id, 1, name="count_never"))
    async with transaction(org_id) as session:
        letter = (await session.scalars(select(DeadLetter))).one()
    assert (letter.attempts, letter.error) == (1, "PermanentFailure: numbers are not for counting")


async def test_a_job_of_another_version_is_kept_with_its_reason(product: Product) -> None:
    org_id = uuid4()
    async with transaction(org_id) as session:
        row = {"org_id": org_id, "id": new_id(), "name": "fly_to_moon", "args": {}, "priority": 1}
        session.add(JobRow(**row))
    await run_jobs(org_id, "fly_to_moon", [row["id"]])
    async with transaction(org_id) as session:
        assert "knows no job named fly_to_moon" in (await session.scalars(select(DeadLetter.error))).one()


async def test_one_organization_sees_no_job_of_another(product: Product) -> None:
    mine, theirs = uuid4(), uuid4()
    ids = await owe(theirs, 1)
    assert await owed(mine) == []
    await run_jobs(mine, "count_numbers", ids)
    assert (runs, await owed(theirs)) == ([], ids)


def test_urgent_goes_first_and_organizations_take_turns() -> None:
    big, small = UUID(int=1), UUID(int=2)
    due = [Due(1, big, "count_numbers", 10, new_id()) for _ in range(40)]
    due += [Due(1, small, "count_numbers", 10, new_id()), Due(0, small, "count_never", 1, new_id())]
    chosen = choose_batches(due, 3, {})
    assert [(batch.priority, batch.org_id, len(batch.job_ids)) for batch in chosen] == [
        (0, small, 1),
        (1, big, 10),
        (1, small, 1),
    ]
    assert [batch.org_id for batch in choose_batches(due, 2, {1: big})] == [small, small]
    assert [batch.org_id for batch in choose_batches(due, 2, {1: small})] == [small, big]


async def test_the_relay_hands_out_due_jobs_once_and_again_when_their_lease_is_over(product: Product) -> None:
    org_id = uuid4()
    celery_app().control.purge()
    async with transaction(None, role="metacortex_relay") as session:
        await session.execute(text("UPDATE jobs SET due_at = now() + interval '1 day'"))
    await owe(org_id, *range(25))

    assert (await hand_out_jobs(2, {}), count_waiting()) == (True, 2)
    assert (await hand_out_jobs(10, {}), count_waiting()) == (False, 3)
    assert (await hand_out_jobs(10, {}), count_waiting()) == (False, 3)

    async with transaction(org_id) as session:
        await session.execute(text("UPDATE jobs SET due_at = :past"), {"past": utc_now()})
    assert (await hand_out_jobs(10, {}), count_waiting()) == (False, 6)
    celery_app().control.purge()


def take_first(queues: list[SimpleQueue]) -> Message:
    """Take what a worker would: the first message of the most urgent queue that has one."""
    for queue in queues:
        with suppress(queue.Empty):
            return queue.get(block=False)
    raise LookupError("nothing was handed out")


@pytest.mark.parametrize("flood_comes_first", [True, False])
async def test_neither_a_flood_nor_bulk_work_keeps_others_waiting(product: Product, flood_comes_first: bool) -> None:
    flood, small = sorted((uuid4(), uuid4()), reverse=not flood_comes_first)
    served_last: dict[int, UUID] = {}
    celery_app().control.purge()
    async with transaction(None, role="metacortex_relay") as session:
        await session.execute(text("UPDATE jobs SET due_at = now() + interval '1 day'"))
    await owe(flood, *range(100))
    handed_out: list[tuple[UUID, str]] = []
    with celery_app().connection_for_read() as connection:
        queues = [connection.SimpleQueue(queue) for queue in QUEUES]
        for turn in range(8):
            if turn == 2:
                await owe(small, 1, 2)
            if turn == 5:
                await owe(small, 1, name="count_never")
            await owe(flood, *range(10))
            await hand_out_jobs(1, served_last)
            message = take_first(queues)
            org_id, name, job_ids = message.payload[0]
            await run_jobs(UUID(org_id), name, [UUID(one) for one in job_ids])
            message.ack()
            handed_out.append((UUID(org_id), name))
    assert (small, "count_numbers") in handed_out[2:4]
    assert handed_out[5] == (small, "count_never")
    assert handed_out.count((flood, "count_numbers")) == 6


async def test_a_job_that_is_given_up_says_so_and_the_dead_letter_is_kept_even_if_saying_it_fails(
    product: Product,
) -> None:
    org_id = uuid4()
    told: list[int] = []

    async def tell(session: AsyncSession, call: Count) -> None:
        told.append(call.number)
        await session.execute(text("SELECT 1 / :number"), {"number": call.number})

    quiet = jobs["count_never"]
    jobs["count_never"] = replace(quiet, gave_up=tell)
    try:
        for number in (1, 0):
            await run_jobs(org_id, "count_never", await owe(org_id, number, name="count_never"))
    finally:
        jobs["count_never"] = quiet
    async with transaction(org_id) as session:
        letters = (await session.scalars(select(DeadLetter).order_by(DeadLetter.id))).all()
    assert (told, [letter.args for letter in letters]) == ([1, 0], [{"number": 1}, {"number": 0}])
