"""Jobs of conversations: what a person asks, and what is older than its time."""

from dataclasses import dataclass
from uuid import UUID

from metacortex.contexts.conversations.service import erasing
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.contexts.privacy.events import PersonLocated, PersonLocatedForExport, RetentionDue
from metacortex.platform.jobs import Work, enqueue, job

LEADS_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class ClosedLeadsOld:
    """Leads closed so long ago that their messages are to be forgotten, from one id on."""

    after: UUID | None


@job(queue="default", gave_up=privacy.show_failed)
async def erase_person_from_conversations(work: Work[PersonLocated]) -> None:
    """Blank the messages of a person's leads."""
    await privacy.erase_part(work, erasing.erase_person)


@job(queue="default", gave_up=privacy.show_failed)
async def export_person_from_conversations(work: Work[PersonLocatedForExport]) -> None:
    """Gather a person's conversations."""
    await privacy.export_part(work, privacy.Part.CONVERSATIONS, erasing.export_person)


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
