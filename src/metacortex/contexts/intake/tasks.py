"""Jobs of the intake: reading what arrived, making leads of uploaded rows, answering for both when a person asks."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.intake.events import ImportStarted, MessageArrived
from metacortex.contexts.intake.service import erasing, imports, reading
from metacortex.contexts.privacy import public as privacy
from metacortex.contexts.privacy.events import PersonLocated, PersonLocatedForExport, RetentionDue
from metacortex.platform.database import transaction
from metacortex.platform.jobs import Work, enqueue, job
from metacortex.platform.storage import delete_object

_FORGOTTEN_AT_ONCE = 200


@job(queue="default", batch=50)
async def read_messages(work: Work[MessageArrived]) -> None:
    """Read mails that arrived; each becomes a message of a lead, or is set aside with the reason."""
    batch = await reading.load_batch(work.org_id, [call.inbound_id for call in work.calls])
    async with work.finish() as session:
        await reading.keep_batch(session, batch)


async def show_import_stuck(session: AsyncSession, call: ImportStarted) -> None:
    """Say on the import's page that it stopped, and how to go on."""
    await imports.stop_import(session, call.import_id)


@job(queue="bulk", batch=1, gave_up=show_import_stuck)
async def import_rows(work: Work[ImportStarted]) -> None:
    """Make leads of the next rows of an import, then owe the rows after them."""
    chunks = [await imports.load_chunk(work.org_id, call.import_id) for call in work.calls]
    async with work.finish() as session:
        for call, chunk in zip(work.calls, chunks, strict=True):
            if chunk is not None and await imports.keep_chunk(session, chunk):
                enqueue(session, import_rows, call)


@dataclass(frozen=True, kw_only=True)
class ImportsOwed:
    """A request whose person is looked for in uploaded tables, from one table on.

    `refused_after` is the row number behind which refused rows of the table `after` wait; None when none do.
    `unused_keys` are deleted when every table was stored anew: two uploads of one file share their objects.
    """

    request_id: UUID
    after: UUID | None = None
    refused_after: int | None = None
    unused_keys: tuple[str, ...] = ()


@job(queue="default", gave_up=privacy.show_failed)
async def erase_person_from_mails(work: Work[PersonLocated]) -> None:
    """Delete and empty a person's messages as they arrived, read or not."""
    [call] = work.calls
    async with transaction(work.org_id) as session:
        subject = await privacy.read_subject(session, call.request_id)
    if subject is None:
        return
    mails = await erasing.find_mails(work.org_id, subject)
    await erasing.delete_raws(mails)
    async with work.finish() as session:
        await erasing.blank_mails(session, call.request_id, mails)


@job(queue="default", gave_up=privacy.show_failed)
async def begin_import_erasure(work: Work[PersonLocated]) -> None:
    """Owe the search of uploaded tables for a person."""
    async with work.finish() as session:
        for call in work.calls:
            enqueue(session, erase_person_from_imports, ImportsOwed(request_id=call.request_id))


@job(queue="default", gave_up=privacy.show_failed)
async def erase_person_from_imports(work: Work[ImportsOwed]) -> None:
    """Empty a person's rows in one uploaded table, then owe the next; after the last, delete what is unused.

    Refused rows of a table may be as many as its rows, so they are looked through in runs, each a job of its own.
    """
    [call] = work.calls
    async with transaction(work.org_id) as session:
        subject = await privacy.read_subject(session, call.request_id)
        row = await erasing.find_next_import(session, call.after) if subject else None
    if subject is None:
        return
    if call.after is not None and call.refused_after is not None:
        async with work.finish() as session:
            refused_after = await erasing.blank_refusals(session, call.after, subject, after=call.refused_after)
            enqueue(session, erase_person_from_imports, replace(call, refused_after=refused_after))
        return
    if row is None:
        for key in call.unused_keys:
            await delete_object(key)
        async with work.finish() as session:
            counts = {"files": len(call.unused_keys)}
            await privacy.record_part(session, call.request_id, part=privacy.Part.IMPORTS, counts=counts)
        return
    cleaned = await erasing.clean_import(work.org_id, row, subject)
    unused = [*call.unused_keys, *(cleaned.unused_keys if cleaned else ())]
    async with work.finish() as session:
        if cleaned is not None:
            await erasing.keep_cleaned(session, cleaned)
        refused_after = await erasing.blank_refusals(session, row.id, subject)
        owed = replace(call, after=row.id, refused_after=refused_after, unused_keys=tuple(dict.fromkeys(unused)))
        enqueue(session, erase_person_from_imports, owed)


@job(queue="default", gave_up=privacy.show_failed)
async def export_person_from_mails(work: Work[PersonLocatedForExport]) -> None:
    """Gather a person's messages as they arrived."""
    [call] = work.calls
    async with transaction(work.org_id) as session:
        subject = await privacy.read_subject(session, call.request_id)
    tables = await erasing.export_mails(work.org_id, subject) if subject else {}
    row_ids = [UUID(row["id"]) for row in tables.get("inbound_messages", [])]
    await privacy.keep_export(work, call.request_id, privacy.Part.INTAKE, tables, row_ids)


@job(queue="default", gave_up=privacy.show_failed)
async def export_person_from_imports(work: Work[PersonLocatedForExport]) -> None:
    """Gather a person's rows in uploaded tables."""
    [call] = work.calls
    async with transaction(work.org_id) as session:
        subject = await privacy.read_subject(session, call.request_id)
    tables: dict[str, list[dict[str, Any]]] = {"rows": [], "refused_rows": []}
    after: UUID | None = None
    while subject is not None:
        async with transaction(work.org_id) as session:
            row = await erasing.find_next_import(session, after)
            tables["refused_rows"] += await erasing.export_refusals(session, row.id, subject) if row else []
        if row is None:
            break
        tables["rows"] += await erasing.export_import(row, subject)
        after = row.id
    await privacy.keep_export(work, call.request_id, privacy.Part.IMPORTS, tables)


@job(queue="bulk")
async def forget_raw_mails(work: Work[RetentionDue]) -> None:
    """Delete the raw bytes of messages that are older than their time, some at once."""
    async with transaction(work.org_id) as session:
        before = await privacy.read_limit(session, privacy.DataKind.RAW_MAIL)
    old = await erasing.delete_old_raws(work.org_id, before, _FORGOTTEN_AT_ONCE)
    async with work.finish() as session:
        await erasing.forget_raws(session, old)
        if len(old) == _FORGOTTEN_AT_ONCE:
            enqueue(session, forget_raw_mails, work.calls[0])


@job(queue="bulk")
async def forget_import_files(work: Work[RetentionDue]) -> None:
    """Delete the rows of uploaded tables that are older than their time, some tables at once."""
    async with transaction(work.org_id) as session:
        before = await privacy.read_limit(session, privacy.DataKind.IMPORT_FILES)
    import_ids = await erasing.delete_old_imports(work.org_id, before, limit=10)
    async with work.finish() as session:
        await erasing.forget_imports(session, import_ids)
        if len(import_ids) == 10:
            enqueue(session, forget_import_files, work.calls[0])
