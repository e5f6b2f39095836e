"""Transactions: bound and locked as they begin, their last rows written together; statements that are compiled once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Text, Uuid, any_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.leads.models import Stage
from metacortex.platform.database import Lock, Rows, freeze, last_rows, new_id, take_lock, transaction, write_rows
from metacortex.platform.ids import first_id_at
from tests.conftest import MakeOwner, Owner

SEED = 4_123_456_789
WORDS = ["plain", "'); DROP TABLE leads; --", "back\\slash and é and \n", "$1 :name ::uuid", ""]


async def read_bound(session: AsyncSession) -> str | None:
    found: str | None = await session.scalar(text("SELECT nullif(current_setting('app.org_id', true), '')"))
    return found


async def count_locks(session: AsyncSession) -> int:
    own = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
    return int(await session.scalar(own) or 0)


async def test_a_transaction_is_bound_from_its_first_statement_to_its_end(app: Any) -> None:
    first, second = uuid4(), uuid4()
    for org_id in (first, None, second, None):
        async with transaction(org_id) as session:
            assert await read_bound(session) == (str(org_id) if org_id else None)
            async with session.begin_nested():
                assert await read_bound(session) == (str(org_id) if org_id else None)
            assert await read_bound(session) == (str(org_id) if org_id else None)


async def test_two_transactions_within_each_other_are_bound_apart(app: Any) -> None:
    first, second = uuid4(), uuid4()
    async with transaction(first) as outer, transaction(second) as inner:
        assert (await read_bound(inner), await read_bound(outer)) == (str(second), str(first))


async def test_what_failed_leaves_nothing_to_the_next(app: Any) -> None:
    with pytest.raises(DBAPIError):
        async with transaction(uuid4(), locks=[Lock("one", SEED)]) as session:
            await session.execute(text("SELECT 1 / 0"))
    async with transaction(uuid4()):
        pass  # asked for nothing, so it never began
    async with transaction(None) as session:
        assert (await read_bound(session), await count_locks(session)) == (None, 0)


@pytest.mark.parametrize("words", WORDS)
async def test_a_lock_is_the_same_however_it_is_taken(app: Any, words: str) -> None:
    lock = Lock(words, SEED)
    async with transaction(None, locks=[lock]) as session:
        assert await count_locks(session) == 1
        await take_lock(session, lock)
        assert await count_locks(session) == 1
        with pytest.raises(DBAPIError, match="lock timeout"):
            async with transaction(None) as other:
                await other.execute(text("SET LOCAL lock_timeout = '20ms'"))
                await take_lock(other, lock)


async def test_shared_locks_keep_out_others_alone(app: Any) -> None:
    shared = Lock("one", SEED, is_shared=True)
    async with transaction(None, locks=[shared]), transaction(None, locks=[shared]) as second:
        assert await count_locks(second) == 1
        waiting = asyncio.create_task(hold(Lock("one", SEED)))
        await asyncio.wait({waiting}, timeout=0.2)
        assert waiting.done() is False
    await waiting


async def hold(lock: Lock) -> None:
    async with transaction(None, locks=[lock]) as session:
        await session.execute(text("SELECT 1"))


def write_stage(owner: Owner, name: str, **values: Any) -> dict[str, Any]:
    return {"org_id": owner.org_id, "id": new_id(), "name": name, "kind": "open", "position": 50, **values}


async def read_names(owner: Owner, *ids: UUID) -> list[str]:
    async with transaction(owner.org_id) as session:
        found = await session.scalars(select(Stage.name).where(Stage.id.in_(ids)).order_by(Stage.name))
        return list(found)


@pytest.mark.parametrize("words", WORDS[:-1])
async def test_last_rows_are_written_with_whatever_they_hold(owner: Owner, words: str) -> None:
    old, new = write_stage(owner, "old"), write_stage(owner, words, position=51)
    async with transaction(owner.org_id) as session:
        last_rows(session).insert(Stage, old)
    async with transaction(owner.org_id) as session:
        last_rows(session).insert(Stage, new)
        last_rows(session).update(Stage, {"org_id": owner.org_id, "id": old["id"], "name": "changed"})
        assert await read_names(owner, old["id"], new["id"]) == ["old"]
    assert await read_names(owner, old["id"], new["id"]) == sorted(["changed", words])


async def test_a_transaction_that_fails_writes_no_last_rows(owner: Owner) -> None:
    row = write_stage(owner, "never")
    with pytest.raises(ZeroDivisionError):
        async with transaction(owner.org_id) as session:
            last_rows(session).insert(Stage, row)
            raise ZeroDivisionError
    assert await read_names(owner, row["id"]) == []


async def test_rows_of_another_organization_are_neither_written_nor_changed(make_owner: MakeOwner) -> None:
    ours, theirs = await make_owner(), await make_owner()
    row = write_stage(theirs, "theirs")
    async with transaction(theirs.org_id) as session:
        last_rows(session).insert(Stage, row)
    async with transaction(ours.org_id) as session:
        last_rows(session).update(Stage, {"org_id": theirs.org_id, "id": row["id"], "name": "ours"})
    assert await read_names(theirs, row["id"]) == ["theirs"]
    with pytest.raises(DBAPIError, match="row-level security"):
        async with transaction(ours.org_id) as session:
            rows = Rows()
            rows.insert(Stage, write_stage(theirs, "smuggled"))
            await write_rows(session, rows)


async def test_rows_of_two_shapes_or_one_row_twice_are_a_mistake(owner: Owner) -> None:
    rows, one, other = Rows(), write_stage(owner, "one"), write_stage(owner, "other", outcome="won")
    rows.update(Stage, one, other)
    twice = Rows()
    twice.update(Stage, one, one)
    async with transaction(owner.org_id) as session:
        with pytest.raises(ValueError, match="different columns"):
            await write_rows(session, rows)
        with pytest.raises(ValueError, match="twice"):
            await write_rows(session, twice)


async def test_a_frozen_statement_keeps_constants_parameters_and_types(owner: Owner) -> None:
    ids = bindparam("ids", type_=ARRAY(Uuid()))
    statement = (
        select(Stage.id, func.concat(Stage.name, " :name ", bindparam("said", type_=Text())).label("shown"))
        .where(Stage.org_id == bindparam("org_id", type_=Uuid()), Stage.id == any_(ids), Stage.kind == "open")
        .order_by(Stage.position)
        .limit(1)
    )
    kept = [write_stage(owner, "it's"), write_stage(owner, "second", position=51)]
    async with transaction(owner.org_id) as session:
        last_rows(session).insert(Stage, *kept)
    frozen = freeze(statement)
    async with transaction(owner.org_id) as session:
        for wanted in (kept, kept[1:], []):
            values = {"org_id": owner.org_id, "ids": [row["id"] for row in wanted], "said": "a::b :c"}
            found = (await session.execute(frozen, values)).all()
            assert [tuple(row) for row in found] == [(row["id"], f"{row['name']} :name a::b :c") for row in wanted[:1]]


def test_the_first_id_of_a_moment_is_below_all_that_follow() -> None:
    from metacortex.platform.database import utc_now

    before = utc_now()
    assert first_id_at(before) <= new_id()
    assert first_id_at(utc_now()) > UUID(int=0)
