"""Every select of the conversations context."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations.models import Conversation, Message
from metacortex.contexts.conversations.types import KeptMessage


async def find_messages_by_rfc_id(session: AsyncSession, rfc_ids: Sequence[str]) -> dict[str, KeptMessage]:
    """Map those Message-IDs that are kept to where their messages are."""
    if not rfc_ids:
        return {}
    found = await session.execute(
        select(Message.rfc_message_id, Message.id, Message.conversation_id, Message.lead_id, Message.received_at).where(
            Message.org_id == session.info["org_id"], Message.rfc_message_id.in_(rfc_ids)
        )
    )
    return {
        str(rfc_id): KeptMessage(message_id, conversation_id, lead_id, received_at)
        for rfc_id, message_id, conversation_id, lead_id, received_at in found
    }


async def find_own_conversations(session: AsyncSession, lead_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Map leads to their newest conversation, where they have one."""
    if not lead_ids:
        return {}
    found = await session.execute(
        select(Conversation.lead_id, Conversation.id)
        .where(Conversation.org_id == session.info["org_id"], Conversation.lead_id.in_(lead_ids))
        .order_by(Conversation.last_message_at)
    )
    return {row.lead_id: row.id for row in found}


async def read_messages(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[Message]:
    """Read messages by id, in the order they came."""
    found = await session.scalars(
        select(Message)
        .where(Message.org_id == session.info["org_id"], Message.id.in_(ids))
        .order_by(Message.received_at, Message.id)
    )
    return found.all()


async def list_messages(
    session: AsyncSession, lead_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Message]:
    """Read a lead's messages, newest first."""
    found = select(Message).where(Message.org_id == session.info["org_id"], Message.lead_id == lead_id)
    if before is not None:
        found = found.where(tuple_(Message.received_at, Message.id) < before)
    ordered = found.order_by(Message.received_at.desc(), Message.id.desc()).limit(limit)
    return (await session.scalars(ordered)).all()


async def list_latest_ids(session: AsyncSession, lead_ids: Sequence[UUID]) -> Sequence[tuple[UUID, UUID]]:
    """Return (lead, message) pairs with the newest incoming message of each lead."""
    found = await session.execute(
        select(Message.lead_id, Message.id)
        .distinct(Message.lead_id)
        .where(Message.org_id == session.info["org_id"], Message.lead_id.in_(lead_ids), Message.direction == "in")
        .order_by(Message.lead_id, Message.received_at.desc(), Message.id.desc())
    )
    return [(row.lead_id, row.id) for row in found]
