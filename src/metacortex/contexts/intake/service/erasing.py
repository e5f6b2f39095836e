"""What a person asks of what came in: all of it handed out, or emptied, down to the stored bytes."""

import asyncio
import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.identity import public as identity
from metacortex.contexts.intake import queries
from metacortex.contexts.intake.models import Import, ImportRefusal, InboundMessage
from metacortex.contexts.intake.rules.persons import names_person
from metacortex.contexts.intake.rules.text import write_csv
from metacortex.contexts.intake.service.imports import ROWS_PER_CHUNK
from metacortex.contexts.intake.service.reading import find_sender
from metacortex.contexts.intake.types import InboundState
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import read_as_json, transaction, utc_now
from metacortex.platform.security.pseudonyms import pseudonym
from metacortex.platform.settings import settings
from metacortex.platform.storage import delete_object, read_object, store_object

_READS_AT_ONCE = 16
REFUSALS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class CleanedImport:
    """An import whose rows about a person were emptied: what it is kept under now, and what is to be deleted."""

    import_id: UUID
    raw_key: str
    chunk_keys: list[str]
    rows: list[int]
    unused_keys: list[str]


async def find_mails(org_id: UUID, subject: privacy.Subject) -> list[InboundMessage]:
    """Return the messages of a person up to the erasure: those read, and those of them that wait to be read."""
    async with transaction(org_id) as session:
        found = await leads.find_person(session, subject)
        rows = await queries.list_person_inbound(
            session, emails=subject.emails, lead_ids=found.lead_ids, until=subject.until or utc_now()
        )
        colleagues = frozenset(one.email for one in await identity.list_members(session))
    gate = asyncio.Semaphore(_READS_AT_ONCE)

    async def is_theirs(row: InboundMessage) -> bool:
        if row.raw_key is None or row.state == InboundState.READ:
            return True
        async with gate:
            raw = await read_object(row.raw_key)
        return await asyncio.to_thread(_wrote, raw, row.envelope_from, subject.emails, colleagues)

    mine = await asyncio.gather(*(is_theirs(row) for row in rows))
    return [row for row, is_mine in zip(rows, mine, strict=True) if is_mine]


def _wrote(raw: bytes, envelope_from: str, emails: Collection[str], colleagues: frozenset[str]) -> bool:
    """Tell whether a mail nobody has read yet is from this person; one that cannot be parsed is, if it names them."""
    if not any(email.encode() in raw.lower() for email in emails) and envelope_from.casefold() not in emails:
        return False
    try:
        return find_sender(conversations.parse_mail(raw), envelope_from, colleagues).email in emails
    except Exception:
        return True


async def export_mails(org_id: UUID, subject: privacy.Subject) -> dict[str, list[dict[str, Any]]]:
    """Return a person's messages as they arrived, with their raw bytes, and their rows in uploaded tables."""
    mails = await find_mails(org_id, subject)
    async with transaction(org_id) as session:
        rows = await read_as_json(session, InboundMessage, InboundMessage.id.in_([one.id for one in mails]))
    raws = [
        {"id": str(one.id), "content": base64.b64encode(await read_object(one.raw_key)).decode()}
        for one in mails
        if one.raw_key
    ]
    return {"inbound_messages": rows, "raw_mails": raws}


async def delete_raws(mails: Sequence[InboundMessage]) -> None:
    """Delete the stored bytes of messages; before their rows are emptied, so that nothing is left without a name."""
    for one in mails:
        if one.raw_key:
            await delete_object(one.raw_key)


async def blank_mails(session: AsyncSession, request_id: UUID, mails: Sequence[InboundMessage]) -> None:
    """Empty what is kept of messages; of the key that lets each in once a keyed hash remains."""
    rows = await queries.lock_all_inbound(session, [one.id for one in mails])
    for row in rows:
        row.envelope_from = row.envelope_to = row.tag = ""
        row.subject = row.from_email = row.raw_key = row.error = None
        row.state = InboundState.READ.value
        row.read_at = row.read_at or utc_now()
        if not row.dedupe_key.startswith("erased:"):
            row.dedupe_key = erased_key(row.org_id, row.dedupe_key)
    await session.flush()
    await privacy.record_part(
        session,
        request_id,
        part=privacy.Part.INTAKE,
        counts={"inbound_messages": len(rows), "raw_mails": sum(1 for one in mails if one.raw_key)},
        row_ids=[row.id for row in rows],
    )


def erased_key(org_id: UUID, dedupe_key: str) -> str:
    """Return what stands for the key of an erased message."""
    return f"erased:{pseudonym(org_id, 'dedupe', dedupe_key)}"


async def find_next_import(session: AsyncSession, after: UUID | None) -> Import | None:
    """Return the import that follows in id order and still has its rows."""
    return await queries.find_next_import(session, after)


async def find_rows(subject: privacy.Subject, row: Import) -> list[list[list[str]]]:
    """Return the chunks of an import in which a person stands; an empty list stands for a chunk without them."""
    gate = asyncio.Semaphore(_READS_AT_ONCE)

    async def search(key: str) -> list[list[str]]:
        async with gate:
            content = await read_object(key)
        return await asyncio.to_thread(_keep_named, content, subject)

    return list(await asyncio.gather(*(search(key) for key in row.chunk_keys)))


def _keep_named(content: bytes, subject: privacy.Subject) -> list[list[str]]:
    rows: list[list[str]] = orjson.loads(content)
    return rows if any(_is_named(cells, subject) for cells in rows) else []


def _is_named(cells: Sequence[str], subject: privacy.Subject) -> bool:
    return names_person(
        cells,
        emails=subject.emails,
        phones=subject.phones,
        by_phone_only=subject.by_phone_only,
        region=settings().default_region,
    )


async def export_import(row: Import, subject: privacy.Subject) -> list[dict[str, Any]]:
    """Return a person's rows of one import, each cell with its column."""
    found = []
    for number, rows in enumerate(await find_rows(subject, row)):
        found += [
            {
                "import_id": str(row.id),
                "file_name": row.file_name,
                "uploaded_at": row.created_at.isoformat(),
                "row_number": number * ROWS_PER_CHUNK + place,
                "cells": dict(zip(row.columns, cells, strict=False)),
            }
            for place, cells in enumerate(rows, start=1)
            if _is_named(cells, subject)
        ]
    return found


async def clean_import(org_id: UUID, row: Import, subject: privacy.Subject) -> CleanedImport | None:
    """Store an import anew without a person's rows; None when they are in none. An emptied row keeps its place."""
    chunks = await find_rows(subject, row)
    if not any(chunks):
        return None
    keys, emptied, whole = list(row.chunk_keys), [], [list(map(str, row.columns))]
    for number, found in enumerate(chunks):
        rows: list[list[str]] = found or orjson.loads(await read_object(row.chunk_keys[number]))
        if found:
            places = [place for place, cells in enumerate(found) if _is_named(cells, subject)]
            rows = [[] if place in set(places) else cells for place, cells in enumerate(found)]
            emptied += [number * ROWS_PER_CHUNK + place + 1 for place in places]
            keys[number] = await store_object(org_id, orjson.dumps(rows))
        whole += rows
    raw_key = await store_object(org_id, await asyncio.to_thread(write_csv, whole))
    unused = {row.raw_key, *row.chunk_keys} - {raw_key, *keys}
    return CleanedImport(row.id, raw_key, keys, emptied, sorted(unused))


async def keep_cleaned(session: AsyncSession, cleaned: CleanedImport) -> None:
    """Let an import name only what was stored anew."""
    row = await queries.find_import(session, cleaned.import_id, lock=True)
    if row is not None:
        row.raw_key, row.chunk_keys = cleaned.raw_key, cleaned.chunk_keys


async def blank_refusals(
    session: AsyncSession, import_id: UUID, subject: privacy.Subject, *, after: int = 0
) -> int | None:
    """Empty a person's refused rows of an import among some behind a row number; return where to go on, if anywhere."""
    rows = await queries.page_refusals(session, import_id, after=after, limit=REFUSALS_AT_ONCE)
    for one in await asyncio.to_thread(_find_named, rows, subject):
        one.reason, one.cells = privacy.ERASED_ROW, []
    await session.flush()
    return rows[-1].row_number if len(rows) == REFUSALS_AT_ONCE else None


def _find_named(rows: Sequence[ImportRefusal], subject: privacy.Subject) -> list[ImportRefusal]:
    return [one for one in rows if _is_named(one.cells, subject)]


async def export_refusals(session: AsyncSession, import_id: UUID, subject: privacy.Subject) -> list[dict[str, Any]]:
    """Return the refused rows of an import in which a person stands."""
    mine: list[UUID] = []
    after: int | None = 0
    while after is not None:
        rows = await queries.page_refusals(session, import_id, after=after, limit=REFUSALS_AT_ONCE)
        mine += [one.id for one in await asyncio.to_thread(_find_named, rows, subject)]
        after = rows[-1].row_number if len(rows) == REFUSALS_AT_ONCE else None
        session.expunge_all()
    return await read_as_json(session, ImportRefusal, ImportRefusal.id.in_(mine))


async def delete_old_raws(org_id: UUID, before: datetime, limit: int) -> Sequence[InboundMessage]:
    """Delete the stored bytes of messages that were kept long enough; return their rows."""
    async with transaction(org_id) as session:
        old = await queries.list_old_raws(session, before=before, limit=limit)
    await delete_raws(old)
    return old


async def forget_raws(session: AsyncSession, old: Sequence[InboundMessage]) -> None:
    """Let messages no longer name bytes that were deleted."""
    for row in await queries.lock_all_inbound(session, [one.id for one in old]):
        row.raw_key = None
    await conversations.forget_raw_keys(session, [one.message_id for one in old if one.message_id])


async def delete_old_imports(org_id: UUID, before: datetime, limit: int) -> list[UUID]:
    """Delete the stored rows of imports that were kept long enough; return which they were."""
    async with transaction(org_id) as session:
        old = await queries.list_old_imports(session, before=before, limit=limit)
        keys = {key for row in old for key in (row.raw_key, *row.chunk_keys) if key}
        keys -= await queries.list_used_keys(session, but=[row.id for row in old])
    for key in sorted(keys):
        await delete_object(key)
    return [row.id for row in old]


async def forget_imports(session: AsyncSession, import_ids: Sequence[UUID]) -> None:
    """Let imports no longer name rows that were deleted; one that was not finished cannot go on."""
    for import_id in import_ids:
        row = await queries.find_import(session, import_id, lock=True)
        if row is None:
            continue
        if not queries.is_finished(row.state):
            row.state, row.error = "failed", "The file was deleted after its time. Upload it again."
        row.raw_key, row.chunk_keys = "", []
        await queries.delete_refusals(session, import_id)
