"""Every statement of the intake."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.intake.models import Import, ImportRefusal, InboundMessage, Source
from metacortex.contexts.intake.types import FoundSource, ImportState, InboundState, SourceKind
from metacortex.platform.database import insert_rows, table_of

_INSERT_INBOUND = (
    insert(table_of(InboundMessage))
    .on_conflict_do_nothing(index_elements=["org_id", "dedupe_key"])
    .returning(table_of(InboundMessage).c.id)
)
_FIND_SOURCE = text("SELECT org_id, id, kind, active, name FROM find_source(:key)")


async def find_source_by_key(session: AsyncSession, key: str) -> FoundSource | None:
    """Return the source with this key, of whichever organization."""
    row = (await session.execute(_FIND_SOURCE, {"key": key})).first()
    if row is None:
        return None
    return FoundSource(org_id=row.org_id, id=row.id, kind=SourceKind(row.kind), active=row.active, name=row.name)


async def list_sources(session: AsyncSession) -> list[Source]:
    """Return the organization's sources, oldest first."""
    statement = select(Source).where(Source.org_id == session.info["org_id"]).order_by(Source.created_at, Source.id)
    return list(await session.scalars(statement))


async def find_source(session: AsyncSession, source_id: UUID) -> Source | None:
    """Return one source."""
    return await session.get(Source, (session.info["org_id"], source_id))


async def insert_sources_once(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Insert sources; those whose row exists already stay as they are."""
    statement = insert(Source).values([{"org_id": session.info["org_id"], **row} for row in rows])
    await session.execute(statement.on_conflict_do_nothing())


async def lock_sources(session: AsyncSession) -> None:
    """Let one transaction at a time create the organization's first sources."""
    key = f"sources:{session.info['org_id']}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def insert_inbound(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[UUID]:
    """Insert messages not seen before; return the ids of those that were new."""
    rows = [{"org_id": session.info["org_id"], **row} for row in rows]
    return list(await session.scalars(_INSERT_INBOUND, rows))


async def list_inbound(session: AsyncSession, ids: Sequence[UUID]) -> list[InboundMessage]:
    """Return these messages if they still wait to be read, oldest first."""
    return list(await session.scalars(_waiting(session, ids)))


async def lock_inbound(session: AsyncSession, ids: Sequence[UUID]) -> list[InboundMessage]:
    """Return these messages if they still wait to be read, and hold them until commit."""
    return list(await session.scalars(_waiting(session, ids).with_for_update()))


def _waiting(session: AsyncSession, ids: Sequence[UUID]) -> Any:
    return (
        select(InboundMessage)
        .where(
            InboundMessage.org_id == session.info["org_id"],
            InboundMessage.id.in_(ids),
            InboundMessage.state == InboundState.RECEIVED,
        )
        .order_by(InboundMessage.id)
    )


async def find_inbound(session: AsyncSession, inbound_id: UUID, *, lock: bool = False) -> InboundMessage | None:
    """Return one message."""
    return await session.get(InboundMessage, (session.info["org_id"], inbound_id), with_for_update=lock)


async def page_inbound(
    session: AsyncSession, *, state: InboundState | None, before: tuple[datetime, UUID] | None, limit: int
) -> list[InboundMessage]:
    """Return messages, newest first."""
    statement = select(InboundMessage).where(InboundMessage.org_id == session.info["org_id"])
    if state is not None:
        statement = statement.where(InboundMessage.state == state)
    if before is not None:
        statement = statement.where(tuple_(InboundMessage.received_at, InboundMessage.id) < before)
    statement = statement.order_by(InboundMessage.received_at.desc(), InboundMessage.id.desc()).limit(limit)
    return list(await session.scalars(statement))


async def source_names(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of these sources."""
    statement = select(Source.id, Source.name).where(Source.org_id == session.info["org_id"], Source.id.in_(ids))
    return {row.id: row.name for row in await session.execute(statement)}


async def find_import(session: AsyncSession, import_id: UUID, *, lock: bool = False) -> Import | None:
    """Return one import."""
    return await session.get(Import, (session.info["org_id"], import_id), with_for_update=lock)


async def page_imports(session: AsyncSession, *, before: tuple[datetime, UUID] | None, limit: int) -> list[Import]:
    """Return imports, newest first."""
    statement = select(Import).where(Import.org_id == session.info["org_id"])
    if before is not None:
        statement = statement.where(tuple_(Import.created_at, Import.id) < before)
    return list(await session.scalars(statement.order_by(Import.created_at.desc(), Import.id.desc()).limit(limit)))


async def insert_refusals(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Record rows that could not become leads."""
    await insert_rows(session, ImportRefusal, [{"org_id": session.info["org_id"], **row} for row in rows])


async def list_refusals(session: AsyncSession, import_id: UUID) -> list[ImportRefusal]:
    """Return the refused rows of an import in the file's order."""
    statement = (
        select(ImportRefusal)
        .where(ImportRefusal.org_id == session.info["org_id"], ImportRefusal.import_id == import_id)
        .order_by(ImportRefusal.row_number)
    )
    return list(await session.scalars(statement))


async def page_refusals(session: AsyncSession, import_id: UUID, *, after: int, limit: int) -> Sequence[ImportRefusal]:
    """Return the refused rows of an import behind a row number, in the file's order."""
    statement = (
        select(ImportRefusal)
        .where(
            ImportRefusal.org_id == session.info["org_id"],
            ImportRefusal.import_id == import_id,
            ImportRefusal.row_number > after,
        )
        .order_by(ImportRefusal.row_number)
        .limit(limit)
    )
    return (await session.scalars(statement)).all()


def is_finished(state: str) -> bool:
    """Tell whether an import in this state will not change any more."""
    return state in {ImportState.DONE, ImportState.FAILED}


async def list_person_inbound(
    session: AsyncSession, *, emails: Collection[str], lead_ids: Sequence[UUID], until: datetime
) -> Sequence[InboundMessage]:
    """Read messages up to a moment that are a person's, and all not yet read, which may be."""
    theirs = or_(
        InboundMessage.from_email.in_(emails),
        func.lower(InboundMessage.envelope_from).in_(emails),
        InboundMessage.lead_id.in_(lead_ids),
    )
    unread = and_(InboundMessage.state != InboundState.READ, InboundMessage.raw_key.is_not(None))
    found = select(InboundMessage).where(
        InboundMessage.org_id == session.info["org_id"], InboundMessage.received_at <= until, or_(theirs, unread)
    )
    return (await session.scalars(found.order_by(InboundMessage.id))).all()


async def lock_all_inbound(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[InboundMessage]:
    """Read these messages as they are now, and hold them until commit."""
    found = select(InboundMessage).where(InboundMessage.org_id == session.info["org_id"], InboundMessage.id.in_(ids))
    return (await session.scalars(found.order_by(InboundMessage.id).with_for_update())).all()


async def list_old_raws(session: AsyncSession, *, before: datetime, limit: int) -> Sequence[InboundMessage]:
    """Read messages that came before a moment, were read, and still have their raw bytes."""
    found = select(InboundMessage).where(
        InboundMessage.org_id == session.info["org_id"],
        InboundMessage.state != InboundState.RECEIVED,
        InboundMessage.received_at < before,
        InboundMessage.raw_key.is_not(None),
    )
    return (await session.scalars(found.order_by(InboundMessage.received_at).limit(limit))).all()


async def find_next_import(session: AsyncSession, after: UUID | None) -> Import | None:
    """Return the import that follows in id order and still has its rows."""
    found = select(Import).where(Import.org_id == session.info["org_id"], Import.raw_key != "")
    if after is not None:
        found = found.where(Import.id > after)
    return (await session.scalars(found.order_by(Import.id).limit(1))).first()


async def list_old_imports(session: AsyncSession, *, before: datetime, limit: int) -> Sequence[Import]:
    """Read imports uploaded before a moment that still have their rows."""
    found = select(Import).where(
        Import.org_id == session.info["org_id"], Import.raw_key != "", Import.created_at < before
    )
    return (await session.scalars(found.order_by(Import.created_at).limit(limit))).all()


async def list_used_keys(session: AsyncSession, *, but: Sequence[UUID]) -> set[str]:
    """Return the objects that imports other than these name: the same file uploaded twice is stored once."""
    found = select(Import.raw_key, Import.chunk_keys).where(
        Import.org_id == session.info["org_id"], Import.id.not_in(but)
    )
    return {key for row in await session.execute(found) for key in (row.raw_key, *row.chunk_keys)}


async def delete_refusals(session: AsyncSession, import_id: UUID) -> None:
    """Delete the refused rows of an import."""
    mine = (ImportRefusal.org_id == session.info["org_id"], ImportRefusal.import_id == import_id)
    await session.execute(delete(ImportRefusal).where(*mine))
