"""Writing many rows at once, beneath the ORM, which would keep an object for each."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database.tables import Base


def table_of(model: type[Base]) -> Table:
    """Return the table behind a model."""
    return cast(Table, model.__table__)


async def insert_rows(session: AsyncSession, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of one table; all name the same columns. No rows, no statement."""
    if rows:
        await session.execute(insert(table_of(model)), rows)
