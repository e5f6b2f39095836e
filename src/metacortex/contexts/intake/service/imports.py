"""Turning an uploaded table into leads: looked at first, then read in runs of rows, each run exactly once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.intake import queries
from metacortex.contexts.intake.events import ImportProgressed, ImportStarted
from metacortex.contexts.intake.models import Import
from metacortex.contexts.intake.rules.columns import (
    MappingUnusable,
    check_mapping,
    guess_mapping,
    read_row,
    refuse_row,
)
from metacortex.contexts.intake.rules.sheet import SheetUnreadable, read_sheet
from metacortex.contexts.intake.rules.text import clean_text, write_csv
from metacortex.contexts.intake.service.receiving import Arrival, receive_arrivals
from metacortex.contexts.intake.settings import intake_settings
from metacortex.contexts.intake.types import ColumnField, ImportState, RowLead, Sheet
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.audit import record
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.errors import Conflict, Invalid, NotFound, TooLarge
from metacortex.platform.events import publish
from metacortex.platform.settings import settings
from metacortex.platform.storage import read_object, store_object

ROWS_PER_CHUNK = 500
_SAMPLE_ROWS = 20
_GUESS_ROWS = 100
_STORES_AT_ONCE = 16
_UNFINISHED = (ImportState.RUNNING, ImportState.FAILED)
_LIMITS = {
    "name": 200,
    "email": 320,
    "phone": 60,
    "company": 200,
    "time_zone": 60,
    "country": 100,
    "region": 100,
    "postal_code": 20,
    "consent_source": 300,
    "consented_at": 40,
    "consent_text": 2000,
    "message": 20_000,
    "title": 200,
    "source": 100,
}


class ImportNotFound(NotFound):
    code = "import_not_found"
    title = "This import does not exist."


class FileUnusable(Invalid):
    code = "file_unusable"
    title = "This file cannot be read as a table."


class FileTooLarge(TooLarge):
    code = "file_too_large"
    title = "The file is larger than what is accepted. Split it, then upload the parts."


class MappingRefused(Invalid):
    code = "mapping_refused"
    title = "The columns cannot be used like this."


class ImportAlreadyStarted(Conflict):
    code = "import_already_started"
    title = "This import was started before. Upload the file again to import it once more."


@dataclass(frozen=True, slots=True)
class Upload:
    """A table just uploaded, with what a person needs to say what its columns mean."""

    row: Import
    sample: list[list[str]]
    guess: dict[str, ColumnField]


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next rows of an import, read but not yet kept."""

    import_id: UUID
    number: int
    first_row: int
    rows: list[list[str]]


@dataclass(slots=True)
class _Sorted:
    arrivals: list[Arrival] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    consents: dict[str, privacy.KeptConsent] = field(default_factory=dict)
    """By phone number."""


async def upload_table(org_id: UUID, *, member_id: UUID, file_name: str, content: bytes) -> Upload:
    """Keep an uploaded CSV file, and look at it; no lead is made yet."""
    if len(content) > intake_settings().import_bytes:
        raise FileTooLarge(f"At most {intake_settings().import_bytes // 1024 // 1024} MB are accepted at once.")
    try:
        sheet = await asyncio.to_thread(read_sheet, content, max_rows=intake_settings().import_rows)
    except SheetUnreadable as error:
        raise FileUnusable(str(error)) from error
    sheet, content = await _leave_out_erased(org_id, sheet, content)
    raw_key = await store_object(org_id, content)
    chunk_keys = await _store_chunks(org_id, sheet)
    row = Import(
        org_id=org_id,
        id=new_id(),
        file_name=clean_text(file_name, 200) or "table.csv",
        raw_key=raw_key,
        chunk_keys=chunk_keys,
        columns=sheet.columns,
        row_count=len(sheet.rows),
        member_id=member_id,
    )
    async with transaction(org_id) as session:
        session.add(row)
    guess = guess_mapping(sheet.columns, sheet.rows[:_GUESS_ROWS])
    return Upload(row=row, sample=sheet.rows[:_SAMPLE_ROWS], guess=guess)


async def _leave_out_erased(org_id: UUID, sheet: Sheet, content: bytes) -> tuple[Sheet, bytes]:
    """Empty the rows of people who were erased before anything is stored; an emptied row keeps its place."""
    async with transaction(org_id) as session:
        erased = set(await privacy.find_erased_rows(session, sheet.rows))
    if not erased:
        return sheet, content
    rows = [[] if place in erased else cells for place, cells in enumerate(sheet.rows)]
    return Sheet(sheet.columns, rows), await asyncio.to_thread(write_csv, [sheet.columns, *rows])


async def _store_chunks(org_id: UUID, sheet: Sheet) -> list[str]:
    gate = asyncio.Semaphore(_STORES_AT_ONCE)

    async def store(start: int) -> str:
        async with gate:
            return await store_object(org_id, orjson.dumps(sheet.rows[start : start + ROWS_PER_CHUNK]))

    return list(await asyncio.gather(*(store(start) for start in range(0, len(sheet.rows), ROWS_PER_CHUNK))))


async def start_import(session: AsyncSession, import_id: UUID, mapping: dict[str, ColumnField]) -> Import:
    """Say what the columns mean, and begin to make leads of the rows."""
    row = await queries.find_import(session, import_id, lock=True)
    if row is None:
        raise ImportNotFound
    if row.state != ImportState.UPLOADED:
        raise ImportAlreadyStarted
    try:
        check_mapping(row.columns, mapping)
    except MappingUnusable as error:
        raise MappingRefused(str(error), errors=[{"field": "mapping", "message": str(error)}]) from error
    row.mapping = {column: meaning.value for column, meaning in mapping.items()}
    row.state = ImportState.RUNNING.value
    record(session, "import.started", subject=str(import_id), after={"mapping": row.mapping})
    publish(session, ImportStarted(import_id=import_id))
    return row


async def find_import(session: AsyncSession, import_id: UUID) -> Import:
    """Return one import."""
    row = await queries.find_import(session, import_id)
    if row is None:
        raise ImportNotFound
    return row


async def page_imports(session: AsyncSession, *, before: tuple[datetime, UUID] | None, limit: int) -> list[Import]:
    """Return imports, newest first."""
    return await queries.page_imports(session, before=before, limit=limit)


async def load_chunk(org_id: UUID, import_id: UUID) -> Chunk | None:
    """Read the rows an import comes to next; None when it has no more to do."""
    async with transaction(org_id) as session:
        row = await queries.find_import(session, import_id)
    if row is None or row.state not in _UNFINISHED or row.next_chunk >= len(row.chunk_keys):
        return None
    rows = orjson.loads(await read_object(row.chunk_keys[row.next_chunk]))
    return Chunk(import_id=import_id, number=row.next_chunk, first_row=row.next_chunk * ROWS_PER_CHUNK, rows=rows)


async def keep_chunk(session: AsyncSession, chunk: Chunk) -> bool:
    """Make leads of the rows of a chunk and count them; return whether more rows follow."""
    row = await queries.find_import(session, chunk.import_id, lock=True)
    if row is None or row.state not in _UNFINISHED or row.next_chunk != chunk.number:
        return False
    row.state = ImportState.RUNNING.value
    found = _sort_rows(row, chunk)
    await _refuse_erased(session, row, found)
    received = await receive_arrivals(session, found.arrivals) if found.arrivals else []
    await _record_consents(session, row, found)
    await queries.insert_refusals(session, found.refusals)
    joined = sum(one.joined for one in received)
    row.next_chunk += 1
    row.done_count += len(chunk.rows)
    row.joined_count += joined
    row.created_count += len(received) - joined
    row.refused_count += len(found.refusals)
    is_last = row.next_chunk >= len(row.chunk_keys)
    if is_last:
        row.state = ImportState.DONE.value
        row.finished_at = utc_now()
    publish(session, ImportProgressed(import_id=row.id, done_count=row.done_count, row_count=row.row_count))
    return not is_last


async def _record_consents(session: AsyncSession, row: Import, found: _Sorted) -> None:
    """Keep to what people of a chunk agreed, after its leads: consents are the last thing that is waited for."""
    recorded = await privacy.record_kept(
        session,
        found.consents,
        purpose=privacy.Purpose.SALES,
        channel=privacy.Channel.PHONE,
        proof={"import": str(row.id), "file": row.file_name},
        actor_id=row.member_id,
    )
    if recorded:
        record(session, "consent.given", subject=f"import:{row.id}", after={"recorded": recorded})


async def stop_import(session: AsyncSession, import_id: UUID) -> None:
    """Show an import as failed where it stands; replaying its dead letter goes on from there."""
    row = await queries.find_import(session, import_id, lock=True)
    if row is not None and row.state == ImportState.RUNNING:
        row.state = ImportState.FAILED.value
        publish(session, ImportProgressed(import_id=row.id, done_count=row.done_count, row_count=row.row_count))


async def _refuse_erased(session: AsyncSession, row: Import, found: _Sorted) -> None:
    """Refuse people who were erased since the upload, and keep nothing of their rows."""
    by_arrival = [privacy.list_addresses([one.email], [one.phone]) for one in found.arrivals]
    erased = await privacy.find_erased(session, {one for addresses in by_arrival for one in addresses})
    refused = {place for place, addresses in enumerate(by_arrival) if erased.intersection(addresses)}
    found.refusals += [_refuse(row, found.numbers[place], privacy.ERASED_ROW, []) for place in sorted(refused)]
    found.arrivals = [one for place, one in enumerate(found.arrivals) if place not in refused]


def _refuse(row: Import, row_number: int, reason: str, cells: Sequence[str]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "import_id": row.id,
        "row_number": row_number,
        "reason": clean_text(reason, 500),
        "cells": [clean_text(cell, 32_000) for cell in cells],
    }


def _sort_rows(row: Import, chunk: Chunk) -> _Sorted:
    mapping = {column: ColumnField(meaning) for column, meaning in row.mapping.items()}
    found = _Sorted()
    now = utc_now()
    for position, cells in enumerate(chunk.rows, start=1):
        lead = _clean_row(read_row(row.columns, mapping, cells))
        email = leads.normalise_email(lead.email)
        phone = leads.normalise_phone(lead.phone, region=settings().default_region)
        place, unclear = leads.read_place(
            time_zone=lead.time_zone, country=lead.country, region=lead.region, postal_code=lead.postal_code
        )
        reason = (
            refuse_row(row.columns, cells, lead, email=email, phone=phone) or next(iter(unclear.values()), None)
            if cells
            else privacy.ERASED_ROW
        )
        try:
            consent = privacy.read_kept_consent(lead.consent_source, lead.consented_at, lead.consent_text, now=now)
        except privacy.ConsentUnclear as unusable:
            consent, reason = None, reason or str(unusable)
        if reason is None:
            if consent and phone:
                found.consents[phone] = consent
            found.numbers.append(chunk.first_row + position)
            found.arrivals.append(
                Arrival(
                    channel="csv",
                    source_name=lead.source or row.file_name,
                    received_at=now,
                    name=lead.name,
                    email=email,
                    phone=phone,
                    company=lead.company,
                    place=place,
                    title=lead.title,
                    message=lead.message,
                    actor_id=row.member_id,
                )
            )
        else:
            found.refusals.append(_refuse(row, chunk.first_row + position, reason, cells))
    return found


def _clean_row(lead: RowLead) -> RowLead:
    return RowLead(**{name: clean_text(getattr(lead, name), limit) for name, limit in _LIMITS.items()})


async def write_refusals(session: AsyncSession, import_id: UUID) -> bytes:
    """Return the refused rows as CSV: where they stood, why they were refused, and their cells."""
    row = await find_import(session, import_id)
    refusals = await queries.list_refusals(session, import_id)
    head: Sequence[str] = ["row", "reason", *row.columns]
    return await asyncio.to_thread(
        write_csv, [head, *([str(one.row_number), one.reason, *one.cells] for one in refusals)]
    )
