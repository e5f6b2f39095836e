"""Jobs of the qualification context."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations.events import MessageReceived
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.contexts.privacy.events import PersonLocated, PersonLocatedForExport
from metacortex.contexts.qualification import queries, service
from metacortex.contexts.qualification.events import IdealCustomerChanged
from metacortex.contexts.qualification.service import erasing
from metacortex.platform.database import transaction
from metacortex.platform.jobs import Work, enqueue, job

LEADS_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class RescoreSome:
    """Some open leads whose scores were made by an earlier version of the ideal customer."""

    version: int
    lead_ids: list[UUID]


async def show_unscored(session: AsyncSession, call: MessageReceived) -> None:
    """Say on the board that a message could not be read."""
    await leads.mark_unscored(session, call.lead_id)


@job(queue="ai", batch=50, gave_up=show_unscored)
async def qualify_messages(work: Work[MessageReceived]) -> None:
    """Understand new messages and score their leads."""
    async with transaction(work.org_id) as session:
        unread, ideal = await service.read_unread(session, [call.message_id for call in work.calls])
    judged = await service.judge_messages(unread, ideal, work.org_id)
    async with work.finish() as session:
        await service.save_judged(session, judged)


@job(queue="bulk")
async def rescore_leads(work: Work[IdealCustomerChanged]) -> None:
    """Owe the re-scoring of all open leads, in parts that are short enough to share the workers with others."""
    version = max(call.version for call in work.calls)
    async with work.finish() as session:
        after: UUID | None = None
        while lead_ids := await leads.list_open_lead_ids(session, after=after, limit=LEADS_AT_ONCE):
            enqueue(session, rescore_some, RescoreSome(version=version, lead_ids=list(lead_ids)))
            after = lead_ids[-1]


@job(queue="bulk")
async def rescore_some(work: Work[RescoreSome]) -> None:
    """Judge leads anew by the newest ideal customer; a part that a later change made pointless does nothing."""
    async with transaction(work.org_id) as session:
        asked = [lead_id for call in work.calls for lead_id in call.lead_ids]
        message_ids = await service.list_deciding(session, asked)
        before = await queries.list_by_message(session, message_ids)
        unread, ideal = await service.read_unread(session, message_ids)
    outdated = all(call.version < ideal.version for call in work.calls)
    judged = [] if outdated else await service.judge_again(unread, before, ideal)
    async with work.finish() as session:
        await service.save_judged(session, judged)


@job(queue="default", gave_up=privacy.show_failed)
async def erase_person_from_qualification(work: Work[PersonLocated]) -> None:
    """Delete the readings of a person's messages."""
    await privacy.erase_part(work, erasing.erase_person)


@job(queue="default", gave_up=privacy.show_failed)
async def export_person_from_qualification(work: Work[PersonLocatedForExport]) -> None:
    """Gather what was read in a person's messages."""
    await privacy.export_part(work, privacy.Part.QUALIFICATION, erasing.export_person)
