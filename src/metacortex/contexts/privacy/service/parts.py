"""What is the same for every context that answers for its rows when a person asks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.privacy.events import PersonErasureRequested, PersonLocated, PersonLocatedForExport
from metacortex.contexts.privacy.service.requests import read_subject, record_part
from metacortex.contexts.privacy.types import Part, Subject
from metacortex.platform.database import transaction
from metacortex.platform.jobs import Work
from metacortex.platform.storage import store_object

Tables = dict[str, list[dict[str, Any]]]


async def erase_part(
    work: Work[PersonLocated] | Work[PersonErasureRequested],
    erase: Callable[[AsyncSession, UUID, Subject], Awaitable[None]],
) -> None:
    """Erase one context's rows about a person in one transaction with its report; `erase` does both."""
    async with work.finish() as session:
        for call in work.calls:
            subject = await read_subject(session, call.request_id)
            if subject is not None:
                await erase(session, call.request_id, subject)


async def export_part(
    work: Work[PersonLocatedForExport], part: Part, export: Callable[[AsyncSession, Subject], Awaitable[Tables]]
) -> None:
    """Gather one context's rows about a person, by table, and report them."""
    [call] = work.calls
    async with transaction(work.org_id) as session:
        subject = await read_subject(session, call.request_id)
        tables = await export(session, subject) if subject else {}
    row_ids = [UUID(row["id"]) for rows in tables.values() for row in rows]
    await keep_export(work, call.request_id, part, tables, row_ids)


async def keep_export(
    work: Work[PersonLocatedForExport], request_id: UUID, part: Part, tables: Tables, row_ids: Sequence[UUID] = ()
) -> None:
    """Store what was gathered for a person, and report it with the ids that other records may quote."""
    object_key = await store_object(work.org_id, orjson.dumps(tables))
    async with work.finish() as session:
        await record_part(
            session,
            request_id,
            part=part,
            counts={name: len(rows) for name, rows in tables.items()},
            row_ids=row_ids,
            object_key=object_key,
        )
