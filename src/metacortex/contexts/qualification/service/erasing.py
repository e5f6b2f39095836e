"""What a person asks of the readings of their messages: all handed out, or deleted with what people said of them."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.contexts.qualification import queries
from metacortex.contexts.qualification.models import Label, Qualification
from metacortex.platform.database import read_as_json


async def export_person(session: AsyncSession, subject: privacy.Subject) -> dict[str, list[dict[str, Any]]]:
    """Return every reading of a person's messages, and every verdict on one."""
    lead_ids = (await leads.find_person(session, subject)).lead_ids
    return {
        "qualifications": await read_as_json(session, Qualification, Qualification.lead_id.in_(lead_ids)),
        "labels": await read_as_json(session, Label, Label.lead_id.in_(lead_ids)),
    }


async def erase_person(session: AsyncSession, request_id: UUID, subject: privacy.Subject) -> None:
    """Delete the readings of messages up to the erasure: their quotes, values and drafts are the person's words."""
    message_ids = await conversations.list_message_ids(session, subject.lead_ids, until=subject.until)
    label_ids, reading_ids = await queries.delete_readings(session, message_ids)
    await privacy.record_part(
        session,
        request_id,
        part=privacy.Part.QUALIFICATION,
        counts={"qualifications": len(reading_ids), "labels": len(label_ids)},
        row_ids=[*label_ids, *reading_ids],
    )
