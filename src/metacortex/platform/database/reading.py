"""Reading in other ways than row by row: whole rows as JSON, and large statements that are compiled once."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Text,
    TextualSelect,
    bindparam,
    column,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql.base import PGDialect
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


def freeze(statement: Select[Any]) -> TextualSelect:
    """Return a statement as the text it compiles to, with its parameters and columns typed as before.

    To find a large statement's compiled form again at each execution takes SQLAlchemy longer than PostgreSQL takes to
    answer it. Parameters are named by `bindparam`; lists are ARRAY parameters, for IN has another text for each length.
    """
    compiled = statement.compile(dialect=PGDialect(paramstyle="named"))  # type: ignore[no-untyped-call]
    types = {name: one.type for one, name in compiled.bind_names.items() if one.required}
    literal_of: Callable[[Any], str] = compiled.render_literal_bindparam
    constants = {
        name: literal_of(one).replace(":", "\\:") for one, name in compiled.bind_names.items() if not one.required
    }

    def write(found: re.Match[str]) -> str:
        return constants.get(found[1]) or f":{found[1]}"

    # A parameter is followed by its type here, which `bindparams` writes again.
    frozen = re.sub(r"(?<![:\w]):(\w+)(?:::\w+)?", write, str(compiled))
    given = [bindparam(name, type_=own) for name, own in types.items()]
    # A column that is an expression would bring its parameters along.
    shown = (one if isinstance(one, Column) else column(str(one.key), one.type) for one in statement.selected_columns)
    return text(frozen).bindparams(*given).columns(*shown)
