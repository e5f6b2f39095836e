"""Bringing every encrypted field under the newest wrapping key while the product runs, and removing unused keys.

Only the wrapped data key beside a value is replaced, never nonce and ciphertext. A row that somebody else is writing is
passed over and looked at again: nobody waits for more than one batch, and nothing written in between is lost.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, CursorResult, Table, func, literal, select, text, tuple_, update, values
from sqlalchemy import column as sql_column
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import registry

from metacortex.platform.database import Base, transaction
from metacortex.platform.database.engine import OWNER_ROLE
from metacortex.platform.security.encryption.column import SUFFIX, find_encrypted, sealed_column
from metacortex.platform.security.encryption.keys import (
    KEY_ID_BYTES,
    UnknownDataKey,
    add_data_key,
    folder_wraps,
    list_key_files,
    wrapping_key,
)
from metacortex.platform.security.encryption.sealing import KEY_ID_AT, CannotOpen, rewrap
from metacortex.platform.telemetry import log

_BATCH = 100
_PASSES = 5
_SETTLE_SECONDS = 3600.0
_WRITERS_SECONDS = 20.0
_POLL_SECONDS = 0.05
# Taking a transaction id gives one above those of all writers at work.
_NEXT_WRITER = text("SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)")
_OLDEST_WRITER = text("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)")
_SEALED_COLUMNS = text(
    """
    SELECT n.nspname AS schema_name, c.relname AS table_name, a.attname AS column_name
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT a.attisdropped
      AND a.atttypid = 'bytea'::regtype AND a.attname LIKE :ending
      AND n.nspname IN (SELECT coalesce(nullif(told, ''), current_schema()) FROM unnest(CAST(:schemas AS text[])) told)
    """
)
_CURRENT_SCHEMA = text("SELECT current_schema()")

SealedColumn = tuple[Table, Column[Any]]


class CannotPrune(RuntimeError):
    """Unused wrapping keys cannot be told from used ones right now."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the key that wraps now, how many values it brought there, how many it could not."""

    key_id: str
    rewrapped: int
    left: int


@dataclass(frozen=True, slots=True)
class Pruned:
    """The ids of the keys whose files are gone, and how many values each remaining key has."""

    removed: tuple[str, ...]
    values: dict[str, int]


async def rotate_data_keys(models: registry = Base.registry) -> Rotated:
    """Add a wrapping key to the folder and bring every value under it; killed midway, `rewrap_values` goes on.

    Where environment or key service wrap, no key is added: the one put in front there is what values are brought under.
    """
    if await asyncio.to_thread(folder_wraps):
        await asyncio.to_thread(add_data_key)
    return await rewrap_values(models)


async def rewrap_values(models: registry = Base.registry) -> Rotated:
    """Bring every value under the key that wraps now. Needs the database's owner; may be killed and begun again."""
    columns, rewrapped = find_sealed_columns(models), 0
    for turn in range(_PASSES):
        # Asked anew each time: another rotation may have added a key meanwhile.
        newest = (await asyncio.to_thread(wrapping_key)).key_id
        for table, column in columns:
            rewrapped += await _rewrap_column(table, column, newest)
        # Values sealed before the new key was there may still be on their way into the database.
        settled = await _outlast_writers(_WRITERS_SECONDS)
        left = sum(number for key_id, number in (await count_values(models)).items() if key_id != newest.hex())
        log.info("data_keys_rewrapped", turn=turn, rewrapped=rewrapped, left=left, key_id=newest.hex())
        if settled and not left:
            break
    return Rotated(newest.hex(), rewrapped, left)


async def prune_data_keys(models: registry = Base.registry, *, settle_seconds: float = _SETTLE_SECONDS) -> Pruned:
    """Remove the files of wrapping keys that no value is under, never the one that wraps.

    Raises CannotPrune while a key younger than `settle_seconds` wraps, since values sealed before it was made may not
    be written yet; while a writer does not end; and where the database has a sealed column that no model declares.
    """
    wrapping = (await asyncio.to_thread(wrapping_key)).key_id
    files = list_key_files()
    if folder_wraps():
        age_seconds = time.time() - next(iter(files)).stat().st_mtime
        if len(files) > 1 and age_seconds < settle_seconds:
            raise CannotPrune(
                "The newest data key is too young: older ones may still be in use. "
                f"Try again in {int(settle_seconds - age_seconds) // 60 + 1} minutes."
            )
    await _refuse_unknown_columns(models)
    if not await _outlast_writers(_WRITERS_SECONDS):
        raise CannotPrune("A transaction has been open for long and may yet write values. Try again when it has ended.")
    counts = await count_values(models)
    unused = {path: key for path, key in files.items() if key != wrapping and not counts.get(key.hex())}
    for path, key_id in unused.items():
        path.unlink(missing_ok=True)
        log.info("data_key_removed", key_id=key_id.hex())
    return Pruned(tuple(key.hex() for key in unused.values()), counts)


async def count_values(models: registry = Base.registry) -> dict[str, int]:
    """Return how many values are under each wrapping key, by its id in hexadecimal."""
    found: Counter[str] = Counter()
    async with _as_owner() as session:
        for _, column in find_sealed_columns(models):
            key_id = _key_id_of(column)
            rows = await session.execute(select(key_id, func.count()).where(column.is_not(None)).group_by(key_id))
            for name, number in rows.tuples():
                found[bytes(name).hex()] += number
    return dict(found)


def find_sealed_columns(models: registry = Base.registry) -> list[SealedColumn]:
    """Return every column that holds an encrypted field of a mapped model."""
    found: dict[tuple[str, str], SealedColumn] = {}
    for mapper in models.mappers:
        for encrypted in find_encrypted(mapper.class_):
            column = sealed_column(mapper, encrypted)
            found[str(column.table), column.name] = (column.table, column)
    return [found[name] for name in sorted(found)]


async def _rewrap_column(table: Table, column: Column[Any], newest: bytes) -> int:
    """Walk a column once by primary key; return how many values were brought under the newest key."""
    key, done = list(table.primary_key.columns), 0
    stale = (column.is_not(None), _key_id_of(column) != newest)
    page = select(*key, column).where(*stale).order_by(*key).limit(_BATCH)
    last: Sequence[Any] | None = None
    while True:
        query = page if last is None else page.where(tuple_(*key) > tuple_(*map(literal, last, (k.type for k in key))))
        async with _as_owner() as session:
            rows = [tuple(row) for row in (await session.execute(query)).all()]
        if not rows:
            return done
        # Outside any transaction: unwrapping may ask the key service.
        fresh = await asyncio.to_thread(_rewrap_rows, column, rows)
        done += await _replace(table, column, fresh)
        last = rows[-1][:-1]


def _rewrap_rows(column: Column[Any], rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return key, old and new value of the rows that need another; one that nobody can open must not stop the rest."""
    fresh = []
    for row in rows:
        try:
            value = rewrap(row[-1])
        except (CannotOpen, UnknownDataKey) as error:
            log.error(
                "sealed_value_unreadable", column=str(column), key=[str(part) for part in row[:-1]], why=str(error)
            )
            continue
        if value != row[-1]:
            fresh.append((*row, value))
    return fresh


async def _replace(table: Table, column: Column[Any], fresh: list[tuple[Any, ...]]) -> int:
    """Compare and swap one batch; rows in somebody's hands are passed over, so that this never waits for a lock."""
    if not fresh:
        return 0
    key = list(table.primary_key.columns)
    lock = (
        select(*key)
        .where(tuple_(*key).in_([row[:-2] for row in fresh]))
        .order_by(*key)
        .with_for_update(key_share=True, skip_locked=True)
    )
    async with _as_owner() as session:
        held = {tuple(row) for row in (await session.execute(lock)).all()}
        rows = [row for row in fresh if row[:-2] in held]
        if not rows:
            return 0
        names = [f"key_{at}" for at in range(len(key))]
        parts = (
            sql_column(name, part.type)
            for name, part in zip((*names, "old", "new"), (*key, column, column), strict=True)
        )
        new = values(*parts, name="fresh").data(rows)
        same = [part == new.c[name] for part, name in zip((*key, column), (*names, "old"), strict=True)]
        swapped = await session.execute(update(table).where(*same).values({column: new.c.new}))
    return cast(CursorResult[Any], swapped).rowcount


async def _outlast_writers(patience_seconds: float) -> bool:
    """Wait until every transaction that may have written by now has ended; tell whether that came in time."""
    async with _as_owner() as session:
        horizon = await session.scalar(_NEXT_WRITER)
    deadline = time.monotonic() + patience_seconds
    while True:
        async with _as_owner() as session:
            if await session.scalar(_OLDEST_WRITER) >= horizon:
                return True
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)


async def _refuse_unknown_columns(models: registry) -> None:
    """A column nobody declared would look like no values at all, and its keys like unused ones."""
    columns = find_sealed_columns(models)
    schemas = {table.schema or "" for table, _ in columns} or {""}
    async with _as_owner() as session:
        here = await session.scalar(_CURRENT_SCHEMA)
        rows = await session.execute(_SEALED_COLUMNS, {"ending": rf"%\{SUFFIX}", "schemas": sorted(schemas)})
        there = {(row.schema_name, row.table_name, row.column_name) for row in rows}
    known = {(table.schema or here, table.name, column.name) for table, column in columns}
    if unknown := sorted(there - known):
        names = ", ".join(".".join(parts) for parts in unknown)
        raise CannotPrune(f"The database has sealed columns that this version does not know: {names}.")


@asynccontextmanager
async def _as_owner() -> AsyncIterator[AsyncSession]:
    """A transaction that sees every organization, or fails: rows that were held back would be taken for absent."""
    async with transaction(None, role=OWNER_ROLE) as session:
        await session.execute(text("SET LOCAL row_security = off"))
        yield session


def _key_id_of(column: Column[Any]) -> Any:
    return func.substring(column, KEY_ID_AT, KEY_ID_BYTES)
