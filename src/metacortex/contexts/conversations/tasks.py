"""Jobs of conversations: what a person asks, and what is older than its time."""

from dataclasses import dataclass
from uuid import UUID

import orjson

from metacortex.contexts.conversations.service import erasing
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.contexts.privacy.events import PersonLocated, PersonLocatedForExport, RetentionDue
from metacortex.platform.database import transaction
from metacortex.platform.jobs import Work, enqueue, job
from metacortex.platform.storage import store_object

LEADS_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class ClosedLeadsOld:
    """Leads closed so long ago that their messages are to be forgotten, from one id on."""

    after: UUID | None


@job(queue="default", gave_up=privacy.show_failed)
async def erase_person_from_conversations(work: Work[PersonLocated]) -> None:
    """Blank the messages of a person's leads."""
    async with work.finish() as session:
        for call in work.calls:
            subject = await privacy.read_subject(session, call.request_id)
            if subject is not None:
                await erasing.erase_person(session, call.request_id, subject)


@job(queue="default", gave_up=privacy.show_failed)
async def export_person_from_conversations(work: Work[PersonLocatedForExport]) -> None:
    """Gather a person's conversations."""
    for call in work.calls:
        async with transaction(work.org_id) as session:
            subject = await privacy.read_subject(session, call.request_id)
            tables = await erasing.export_person(session, subject) if subject else {}
        object_key = await store_object(work.org_id, orjson.dumps(tables))
        async with work.finish() as session:
            await privacy.record_part(
                session,
                call.request_id,
                part=privacy.Part.CONVERSATIONS,
                counts={name: len(rows) for name, rows in tables.items()},
                row_ids=[UUID(row["id"]) for rows in tables.values() for row in rows],
                object_key=object_key,
            )


@job(queue="bulk")
async def forget_closed_messages(work: Work[RetentionDue]) -> None:
    """Owe the forgetting of messages whose leads were closed long ago."""
    async with work.finish() as session:
        enqueue(session, forget_some_messages, ClosedLeadsOld(after=None))


@job(queue="bulk")
async def forget_some_messages(work: Work[ClosedLeadsOld]) -> None:
    """Blank the messages of some leads that were closed long ago, then owe the next ones."""
    async with work.finish() as session:
        before = await privacy.read_limit(session, privacy.DataKind.CLOSED_MESSAGES)
        for call in work.calls:
            ids = await leads.list_closed_lead_ids(session, before=before, after=call.after, limit=LEADS_AT_ONCE)
            await erasing.forget_messages(session, ids, before)
            if len(ids) == LEADS_AT_ONCE:
                enqueue(session, forget_some_messages, ClosedLeadsOld(after=ids[-1]))
