"""Wrapping keys are replaced while the product writes: no read fails, no write is lost, a kill changes nothing."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Column, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase

from metacortex.platform.database import APP_ROLE, engine, new_id, transaction
from metacortex.platform.security.encryption import (
    CannotPrune,
    UnknownDataKey,
    prune_data_keys,
    rewrap_values,
    rotate_data_keys,
    rotation,
)
from metacortex.platform.security.encryption.keys import add_data_key, list_key_files, wrapping_key
from metacortex.platform.security.encryption.rotation import count_values, find_sealed_columns
from metacortex.platform.security.encryption.sealing import parse
from tests.conftest import Product
from tests.platform.encryption_keys import forget_keys, reuse_generated_keys, use_folder
from tests.platform.sealed_notes import SCHEMA, Note, NotesBase, Site, create_tables, drop_tables, write_and_read

pytestmark = pytest.mark.slow

MODELS = NotesBase.registry


@pytest.fixture(autouse=True)
async def tables(product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    reuse_generated_keys(monkeypatch)
    use_folder(monkeypatch, tmp_path)
    await create_tables()
    yield
    await drop_tables()


async def keep_notes(number: int) -> UUID:
    """Keep notes of a new organization; return the organization."""
    org_id = new_id()
    async with transaction(org_id) as session:
        for at in range(number):
            session.add(Note(org_id=org_id, secret=f"secret {at}", hint=f"hint {at}" if at % 2 else None))
    return org_id


async def read_notes(org_id: UUID) -> list[str]:
    async with transaction(org_id) as session:
        return [note.secret for note in await session.scalars(select(Note).order_by(Note.id))]


async def test_rotation_brings_every_value_of_every_organization_under_the_new_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rotation, "_BATCH", 7)
    first, second = await keep_notes(20), await keep_notes(3)
    async with transaction(None, role=rotation.OWNER_ROLE) as session:
        session.add(Site(secret="of nobody"))
    old = wrapping_key().key_id.hex()
    assert await count_values(MODELS) == {old: 20 + 10 + 3 + 1 + 1}
    done = await rotate_data_keys(MODELS)
    assert (done.rewrapped, done.left) == (35, 0)
    assert done.key_id == wrapping_key().key_id.hex() != old
    assert await count_values(MODELS) == {done.key_id: 35}
    again = await rewrap_values(MODELS)
    assert (again.rewrapped, again.left, again.key_id) == (0, 0, done.key_id)
    forget_keys(monkeypatch)
    assert await read_notes(first) == [f"secret {at}" for at in range(20)]
    assert await read_notes(second) == ["secret 0", "secret 1", "secret 2"]


async def test_rotation_of_nothing_adds_a_key() -> None:
    done = await rotate_data_keys(MODELS)
    assert (done.rewrapped, done.left) == (0, 0)
    assert len(list_key_files()) == 2


async def test_values_that_share_a_data_key_share_it_afterwards() -> None:
    org_id = await keep_notes(5)
    await rotate_data_keys(MODELS)
    async with transaction(org_id) as session:
        values = await session.scalars(select(Note.secret_sealed))
        assert len({parse(value).wrapped_key for value in values}) == 1


async def test_write_between_reading_and_swapping_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    org_id = await keep_notes(3)
    swap = rotation._replace

    async def write_first(table: Table, column: Column[bytes], fresh: list[tuple[object, ...]]) -> int:
        if column.name == "secret_sealed":
            assert len(fresh) == 3
            async with transaction(org_id) as session:
                for note in await session.scalars(select(Note)):
                    note.secret = "written in between"
        return await swap(table, column, fresh)

    monkeypatch.setattr(rotation, "_replace", write_first)
    done = await rotate_data_keys(MODELS)
    # The one hint was swapped; the secrets were written anew, under the new key, before their swap.
    assert (done.rewrapped, done.left) == (1, 0)
    assert await read_notes(org_id) == ["written in between"] * 3


async def test_row_in_somebodys_hands_is_passed_over_and_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    org_id = await keep_notes(4)
    monkeypatch.setattr(rotation, "_WRITERS_SECONDS", 0.1)
    async with transaction(org_id) as session:
        held = (await session.scalars(select(Note).order_by(Note.id).limit(1).with_for_update())).one()
        blocked = await rotate_data_keys(MODELS)
        assert (blocked.rewrapped, blocked.left) == (5, 1)
        held.secret = "mine"
    finished = await rewrap_values(MODELS)
    assert finished.left == 0
    assert await read_notes(org_id) == ["mine", "secret 1", "secret 2", "secret 3"]


async def test_value_that_nobody_can_open_does_not_keep_the_others_from_the_new_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    org_id = await keep_notes(3)
    async with transaction(org_id) as session:
        garbage = {"org_id": org_id, "count": 0, "secret_sealed": b"garbage"}
        await session.execute(insert(Note).values(id=new_id(), **garbage))
    use_folder(monkeypatch, tmp_path / "elsewhere")
    lost = await keep_notes(1)
    use_folder(monkeypatch, tmp_path)
    done = await rotate_data_keys(MODELS)
    assert (done.rewrapped, done.left) == (4, 2)
    with pytest.raises(UnknownDataKey):
        await read_notes(lost)
    async with transaction(org_id) as session:
        notes = (await session.scalars(select(Note).order_by(Note.id))).all()
        assert [note.secret for note in notes[:3]] == ["secret 0", "secret 1", "secret 2"]


async def test_value_on_its_way_into_the_database_is_waited_for() -> None:
    org_id = new_id()
    async with transaction(org_id) as session:
        session.add(Note(org_id=org_id, secret="on its way"))
        await session.flush()
        await asyncio.to_thread(add_data_key)
        work = asyncio.create_task(rewrap_values(MODELS))
        ended, _ = await asyncio.wait({work}, timeout=0.5)
        assert not ended
    assert (await work).rewrapped == 1
    assert await count_values(MODELS) == {wrapping_key().key_id.hex(): 1}
    assert await read_notes(org_id) == ["on its way"]


@pytest.mark.slow
async def test_rotation_under_load_fails_no_read_and_loses_no_write(tmp_path: Path) -> None:
    ours, theirs = [await keep_notes(12) for _ in range(4)], await keep_notes(12)
    other = await start_process(tmp_path, "-m", "tests.platform.sealed_notes", str(theirs))
    assert other.stdout is not None
    assert await other.stdout.readline() == b"ready\n"
    running = True
    writers = [asyncio.create_task(write_and_read(org_id, lambda: running)) for org_id in ours]
    keys = []
    try:
        for _ in range(3):
            done = await rotate_data_keys(MODELS)
            keys.append(done.key_id)
            assert done.left == 0
            assert done.rewrapped > 0
    finally:
        running = False
    expected = [await writer for writer in writers]
    told, _ = await asyncio.wait_for(other.communicate(b"stop\n"), 60)
    assert other.returncode == 0, told
    assert await count_values(MODELS) == {keys[-1]: 5 * (12 + 6)}
    assert len(set(keys)) == 3
    for org_id, wanted in zip(ours, expected, strict=True):
        assert await read_by_id(org_id) == wanted
        assert any(secret.endswith(tuple("123456789")) for secret in wanted.values())
    lines = (line.split("=", 1) for line in told.decode().splitlines())
    assert await read_by_id(theirs) == {UUID(name): secret for name, secret in lines}


async def read_by_id(org_id: UUID) -> dict[UUID, str]:
    async with transaction(org_id) as session:
        return {note.id: note.secret for note in await session.scalars(select(Note))}


async def start_process(data_dir: Path, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={**os.environ, "METACORTEX_DATA_DIR": str(data_dir)},
        cwd=Path(__file__).parents[2],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


KILLED = """
import asyncio
from metacortex.platform.security.encryption import rotation
from tests.platform.sealed_notes import NotesBase
rotation._BATCH = 2
asyncio.run(rotation.rotate_data_keys(NotesBase.registry))
"""


@pytest.mark.slow
async def test_rotation_that_is_killed_can_be_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    org_id = await keep_notes(300)
    old = wrapping_key().key_id.hex()
    process = await start_process(tmp_path, "-c", KILLED)
    while (await count_values(MODELS))[old] > 400:
        assert process.returncode is None, "It ended before it could be killed."
        await asyncio.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert await process.wait() == -signal.SIGKILL
    halfway = await count_values(MODELS)
    assert halfway[old] > 0
    assert len(halfway) == 2
    forget_keys(monkeypatch)
    assert await read_notes(org_id) == [f"secret {at}" for at in range(300)]
    finished = await rewrap_values(MODELS)
    assert finished.left == 0
    assert finished.rewrapped == halfway[old]
    assert await read_notes(org_id) == [f"secret {at}" for at in range(300)]
    assert len(list_key_files()) == 2


async def test_unused_key_is_removed_and_a_used_one_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    org_id = await keep_notes(2)
    used = wrapping_key().key_id.hex()
    unused, newest = (await asyncio.to_thread(add_data_key)).hex(), (await asyncio.to_thread(add_data_key)).hex()
    pruned = await prune_data_keys(MODELS, settle_seconds=0)
    assert pruned.removed == (unused,)
    assert pruned.values == {used: 3}
    assert {key.hex() for key in list_key_files().values()} == {used, newest}
    await rewrap_values(MODELS)
    assert (await prune_data_keys(MODELS, settle_seconds=0)).removed == (used,)
    assert (await prune_data_keys(MODELS, settle_seconds=0)).removed == ()
    forget_keys(monkeypatch)
    assert await read_notes(org_id) == ["secret 0", "secret 1"]


async def test_young_key_keeps_older_ones_from_being_removed() -> None:
    await asyncio.to_thread(add_data_key)
    with pytest.raises(CannotPrune, match="Try again in 60 minutes"):
        await prune_data_keys(MODELS)
    assert len(list_key_files()) == 2


async def test_writer_that_has_not_committed_keeps_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "_WRITERS_SECONDS", 0.1)
    org_id = new_id()
    async with transaction(org_id) as session:
        session.add(Note(org_id=org_id, secret="not committed"))
        await session.flush()
        await asyncio.to_thread(add_data_key)
        with pytest.raises(CannotPrune, match="transaction has been open"):
            await prune_data_keys(MODELS, settle_seconds=0)
    assert len((await prune_data_keys(MODELS, settle_seconds=0)).values) == 1
    assert len(list_key_files()) == 2
    assert await read_notes(org_id) == ["not committed"]


async def test_sealed_column_that_no_model_declares_keeps_every_key() -> None:
    await asyncio.to_thread(add_data_key)
    async with transaction(None, role=rotation.OWNER_ROLE) as session:
        await session.execute(text(f"CREATE TABLE {SCHEMA}.later (id int PRIMARY KEY, token_sealed bytea)"))
    with pytest.raises(CannotPrune, match=r"later\.token_sealed"):
        await prune_data_keys(MODELS, settle_seconds=0)
    assert len(list_key_files()) == 2


async def test_role_that_row_level_security_holds_back_is_refused_rather_than_shown_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await keep_notes(1)
    monkeypatch.setattr(rotation, "OWNER_ROLE", APP_ROLE)
    for work in (count_values, prune_data_keys, rewrap_values, rotate_data_keys):
        with pytest.raises(DBAPIError, match="row-level security"):
            await work(MODELS)
    async with engine(APP_ROLE).connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(Note)) == 0


def test_every_encrypted_field_is_found_once() -> None:
    found = [f"{table.name}.{column.name}" for table, column in find_sealed_columns(MODELS)]
    assert found == ["copies.secret_sealed", "notes.hint_sealed", "notes.secret_sealed", "sites.secret_sealed"]

    class Empty(DeclarativeBase):
        metadata = MetaData()

    assert find_sealed_columns(Empty.registry) == []


async def test_two_rotations_at_once_end_under_one_key() -> None:
    org_id = await keep_notes(30)
    first, second = await asyncio.gather(rotate_data_keys(MODELS), rotate_data_keys(MODELS))
    await rewrap_values(MODELS)
    assert (await count_values(MODELS)) == {wrapping_key().key_id.hex(): 45}
    assert first.left == second.left == 0
    assert await read_notes(org_id) == [f"secret {at}" for at in range(30)]
