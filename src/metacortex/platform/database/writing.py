"""Writing many rows at once, beneath the ORM, which would keep an object for each."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, cast

import orjson
from sqlalchemy import Table, TextClause, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database.tables import Base, TenantTable

_Shape = tuple[str, tuple[str, ...]]
_Shapes = tuple[_Shape, ...]


def table_of(model: type[Base]) -> Table:
    """Return the table behind a model."""
    return cast(Table, model.__table__)


async def insert_rows(session: AsyncSession, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of one table; all name the same columns. No rows, no statement."""
    if rows:
        await session.execute(insert(table_of(model)), rows)


@dataclass(slots=True)
class Rows:
    """Rows of several tables that are written by one statement; those of one table all name the same columns."""

    new: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)
    changed: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)

    def insert(self, model: type[Base], *rows: dict[str, Any]) -> None:
        """Add new rows; what they leave out is as its column's default says."""
        self.new.setdefault(model, []).extend(_complete(model, row) for row in rows)

    def update(self, model: type[TenantTable], *rows: dict[str, Any]) -> None:
        """Change rows by their keys, which they name together with all that is new, each row once."""
        self.changed.setdefault(cast(type[Base], model), []).extend(rows)


async def write_rows(session: AsyncSession, rows: Rows, notices: Collection[tuple[str, str]] = ()) -> None:
    """Write rows and send notices by one statement.

    All travels as JSON, which PostgreSQL reads by the types of the columns; there are no columns of bytes.
    """
    inserts = tuple(_read_shape(model, own) for model, own in rows.new.items() if own)
    updates = tuple(_read_shape(model, own) for model, own in rows.changed.items() if own)
    values = {f"new_{model.__tablename__}": _to_json(own) for model, own in rows.new.items() if own}
    values |= {f"changed_{model.__tablename__}": _to_json(own) for model, own in rows.changed.items() if own}
    if notices:
        values["notices"] = _to_json(sorted(notices))
    if values:
        await session.execute(_write_statement(inserts, updates, notifies=bool(notices)), values)


def _read_shape(model: type[Base], rows: Sequence[dict[str, Any]]) -> _Shape:
    """Return a table's name and the columns that its rows name; raises ValueError where one would be lost unsaid."""
    named = rows[0].keys()
    if any(row.keys() != named for row in rows):
        message = f"Rows of {model.__tablename__} name different columns."
        raise ValueError(message)
    if len({row["id"] for row in rows}) != len(rows):
        message = f"A row of {model.__tablename__} is written twice by one statement."
        raise ValueError(message)
    return model.__tablename__, tuple(named)


def _complete(model: type[Base], row: dict[str, Any]) -> dict[str, Any]:
    return {**{name: default() for name, default in _defaults_of(model) if name not in row}, **row}


@lru_cache(maxsize=256)
def _defaults_of(model: type[Base]) -> tuple[tuple[str, Callable[[], Any]], ...]:
    return tuple(
        (column.name, _read_default(column.default)) for column in table_of(model).c if column.default is not None
    )


def _read_default(default: Any) -> Callable[[], Any]:
    return partial(default.arg, None) if default.is_callable else lambda: default.arg


def _to_json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


@lru_cache(maxsize=256)
def _write_statement(inserts: _Shapes, updates: _Shapes, *, notifies: bool) -> TextClause:
    parts = [
        *(_write_insert(table, names) for table, names in inserts),
        *(_write_update(table, names) for table, names in updates),
    ]
    told = "pg_notify(notice ->> 0, notice ->> 1) FROM jsonb_array_elements(CAST(:notices AS jsonb)) AS notice"
    return text(f"{'WITH ' * bool(parts)}{', '.join(parts)} SELECT {told if notifies else ''}")


def _write_insert(table: str, names: Sequence[str]) -> str:
    listed = ", ".join(names)
    source = f"jsonb_populate_recordset(NULL::{table}, CAST(:new_{table} AS jsonb))"
    return f"new_{table} AS (INSERT INTO {table} ({listed}) SELECT {listed} FROM {source})"


def _write_update(table: str, names: Sequence[str]) -> str:
    """Write an update; the ids alone, apart from the rows, have PostgreSQL search by them however young its counts."""
    sets = ", ".join(f"{name} = new.{name}" for name in names if name not in {"org_id", "id"})
    given = f"CAST(:changed_{table} AS jsonb)"
    ids = f"ARRAY(SELECT CAST(one ->> 'id' AS uuid) FROM jsonb_array_elements({given}) AS one)"
    return (
        f"changed_{table} AS (UPDATE {table} SET {sets} FROM jsonb_populate_recordset(NULL::{table}, {given}) AS new"
        f" WHERE {table}.org_id = new.org_id AND {table}.id = new.id AND {table}.id = ANY({ids}))"
    )
