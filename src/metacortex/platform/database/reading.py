"""Reading whole rows as JSON, for a person who asks for everything that is kept about them."""

from typing import Any

from sqlalchemy import ColumnElement, Text, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database.tables import Base
from metacortex.platform.database.writing import table_of

_NOT_FOR_PEOPLE = "search"


async def read_as_json(session: AsyncSession, model: type[Base], *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Return rows of the bound organization with every column, as PostgreSQL writes them in JSON, in id order."""
    table = table_of(model)
    own = table.c.org_id == session.info["org_id"]
    row = func.to_jsonb(table.table_valued()).op("-")(literal(_NOT_FOR_PEOPLE, Text))
    return list(await session.scalars(select(row).where(own, *where).order_by(table.c.id)))
