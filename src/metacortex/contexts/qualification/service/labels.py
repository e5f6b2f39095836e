"""What people say of a reading: the truth that readers are taught and measured by."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.leads import public as leads
from metacortex.contexts.leads.events import LeadChanged
from metacortex.contexts.leads.public import LeadNotFound
from metacortex.contexts.qualification import queries
from metacortex.contexts.qualification.models import Label, Qualification
from metacortex.contexts.qualification.schemas import FeedbackIn
from metacortex.contexts.qualification.service.deciding import list_deciding
from metacortex.platform.errors import NotFound
from metacortex.platform.events import publish


class NotQualifiedYet(NotFound):
    code = "not_qualified_yet"
    title = "This lead has no message that was read yet. Try again in a moment."


async def read_qualification(session: AsyncSession, lead_id: UUID) -> Qualification:
    """Return the qualification that a lead's score comes from."""
    deciding = await list_deciding(session, [lead_id])
    if not deciding:
        raise NotQualifiedYet if await leads.lead_exists(session, lead_id) else LeadNotFound
    return (await queries.list_by_message(session, deciding))[deciding[0]]


async def record_feedback(session: AsyncSession, *, lead_id: UUID, said: FeedbackIn, member_id: UUID) -> Label:
    """Keep a member's verdict on the reading, and tell it in the lead's history."""
    qualification = await read_qualification(session, lead_id)
    label = Label(
        org_id=session.info["org_id"],
        lead_id=lead_id,
        qualification_id=qualification.id,
        verdict=said.verdict,
        intent=said.intent,
        band=said.band,
        note=said.note,
        member_id=member_id,
    )
    session.add(label)
    await session.flush()
    body = said.model_dump(mode="json", exclude_none=True)
    await leads.add_timeline(session, lead_id=lead_id, kind="feedback", body=body, actor_id=member_id)
    publish(session, LeadChanged(lead_id=lead_id, actor_id=member_id, what="feedback"))
    return label
