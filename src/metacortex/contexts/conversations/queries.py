"""Every select of the conversations context."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_, update
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


async def list_message_ids(session: AsyncSession, lead_ids: Sequence[UUID], *, until: datetime | None) -> list[UUID]:
    """Return the ids of the messages of these leads, up to a moment."""
    found = select(Message.id).where(Message.org_id == session.info["org_id"], Message.lead_id.in_(lead_ids))
    return list(await session.scalars(found if until is None else found.where(Message.received_at <= until)))


async def blank_messages(session: AsyncSession, lead_ids: Sequence[UUID], *, until: datetime | None) -> list[UUID]:
    """Empty the messages of these leads up to a moment; return the ids of those that held something."""
    said = or_(
        Message.text != "",
        Message.subject != "",
        Message.quoted != "",
        Message.signature != "",
        Message.from_email != "",
        Message.from_name != "",
        Message.rfc_message_id.is_not(None),
        Message.in_reply_to.is_not(None),
        Message.raw_key.is_not(None),
        Message.attachments != [],
        Message.to_emails != [],
    )
    change = update(Message).where(Message.org_id == session.info["org_id"], Message.lead_id.in_(lead_ids), said)
    if until is not None:
        change = change.where(Message.received_at <= until)
    empty = dict.fromkeys(("text", "subject", "quoted", "signature", "from_email", "from_name"), "")
    none = dict.fromkeys(("rfc_message_id", "in_reply_to", "raw_key"))
    change = change.values(**empty, **none, attachments=[], to_emails=[])
    return list(await session.scalars(change.returning(Message.id).execution_options(synchronize_session=False)))


async def blank_conversations(session: AsyncSession, lead_ids: Sequence[UUID]) -> list[UUID]:
    """Empty the subjects of the conversations of these leads; return the ids of those that had one."""
    change = (
        update(Conversation)
        .where(
            Conversation.org_id == session.info["org_id"],
            Conversation.lead_id.in_(lead_ids),
            Conversation.subject != "",
        )
        .values(subject="")
        .returning(Conversation.id)
    )
    return list(await session.scalars(change.execution_options(synchronize_session=False)))


async def forget_raw_keys(session: AsyncSession, message_ids: Sequence[UUID]) -> None:
    """Let messages no longer name raw bytes that were deleted."""
    mine = (Message.org_id == session.info["org_id"], Message.id.in_(message_ids))
    await session.execute(update(Message).where(*mine).values(raw_key=None))
