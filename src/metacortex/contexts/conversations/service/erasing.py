"""What a person asks of their conversations: all of them handed out, or blanked; and messages kept long enough."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations import queries
from metacortex.contexts.conversations.models import Conversation, Message
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import read_as_json


async def export_person(session: AsyncSession, subject: privacy.Subject) -> dict[str, list[dict[str, Any]]]:
    """Return every conversation and message of a person's leads."""
    lead_ids = (await leads.find_person(session, subject)).lead_ids
    return {
        "conversations": await read_as_json(session, Conversation, Conversation.lead_id.in_(lead_ids)),
        "messages": await read_as_json(session, Message, Message.lead_id.in_(lead_ids)),
    }


async def erase_person(session: AsyncSession, request_id: UUID, subject: privacy.Subject) -> None:
    """Blank what was said up to the erasure; when, and in which direction, stays for statistics."""
    message_ids = await queries.blank_messages(session, subject.lead_ids, until=subject.until)
    conversation_ids = await queries.blank_conversations(session, subject.lead_ids)
    await privacy.record_part(
        session,
        request_id,
        part=privacy.Part.CONVERSATIONS,
        counts={"messages": len(message_ids), "conversations": len(conversation_ids)},
        row_ids=[*message_ids, *conversation_ids],
    )


async def forget_messages(session: AsyncSession, lead_ids: Sequence[UUID], until: datetime) -> None:
    """Blank messages that were kept long enough."""
    if lead_ids:
        await queries.blank_messages(session, lead_ids, until=until)
        await queries.blank_conversations(session, lead_ids)
