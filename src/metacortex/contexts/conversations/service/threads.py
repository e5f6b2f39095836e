"""Use cases of conversations: keeping messages once, each in its thread."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations import queries
from metacortex.contexts.conversations.events import MessageReceived
from metacortex.contexts.conversations.models import Conversation, Message
from metacortex.contexts.conversations.types import Direction, KeptMessage, NewMessage, RecordedMessage, Thread
from metacortex.platform.database import insert_rows, new_id, utc_now
from metacortex.platform.events import publish

_TOUCH = text(
    """
    UPDATE conversations SET last_message_at = greatest(last_message_at, touched.at)
    FROM jsonb_to_recordset(CAST(:touched AS jsonb)) AS touched(id uuid, at timestamptz)
    WHERE conversations.org_id = :org_id AND conversations.id = touched.id
    """
).bindparams(bindparam("touched", type_=JSONB))


async def find_thread(session: AsyncSession, message_ids: Sequence[str]) -> Thread | None:
    """Return the conversation of the newest message among those named by References and In-Reply-To."""
    return (await find_threads(session, [message_ids]))[0]


async def find_threads(session: AsyncSession, asked: Sequence[Sequence[str]]) -> list[Thread | None]:
    """Answer `find_thread` for many messages by one query, in the order asked."""
    known = await queries.find_messages_by_rfc_id(session, list({one for message_ids in asked for one in message_ids}))
    return [_newest_thread([known[one] for one in message_ids if one in known]) for message_ids in asked]


def _newest_thread(earlier: Sequence[KeptMessage]) -> Thread | None:
    if not earlier:
        return None
    newest = max(earlier, key=lambda message: (message.received_at, message.message_id))
    return Thread(lead_id=newest.lead_id, conversation_id=newest.conversation_id)


async def record_messages(session: AsyncSession, messages: Sequence[NewMessage]) -> list[RecordedMessage]:
    """Keep messages, each once per Message-ID; incoming ones are announced, so that they get read."""
    known = await queries.find_messages_by_rfc_id(
        session, [one.rfc_message_id for one in messages if one.rfc_message_id]
    )
    homes = await queries.find_own_conversations(
        session, list({one.lead_id for one in messages if one.conversation_id is None and not one.opens_lead})
    )
    kept: dict[str, RecordedMessage] = {
        rfc_id: RecordedMessage(row.message_id, row.conversation_id, row.lead_id, is_new=False)
        for rfc_id, row in known.items()
    }
    started: dict[UUID, dict[str, Any]] = {}
    touched: dict[UUID, dict[str, Any]] = {}
    rows: list[dict[str, Any]] = []
    recorded: list[RecordedMessage] = []
    for one in messages:
        if one.rfc_message_id in kept:
            recorded.append(kept[one.rfc_message_id])
            continue
        received_at = one.received_at or utc_now()
        conversation_id = one.conversation_id or homes.get(one.lead_id)
        if conversation_id is None:
            conversation_id = homes[one.lead_id] = new_id()
            started[conversation_id] = {
                "org_id": session.info["org_id"],
                "id": conversation_id,
                "lead_id": one.lead_id,
                "subject": one.subject,
                "last_message_at": received_at,
            }
        elif conversation_id not in started:
            touched[conversation_id] = {"id": str(conversation_id), "at": received_at}
        row = _message_row(session, one, conversation_id=conversation_id, received_at=received_at)
        rows.append(row)
        recorded.append(RecordedMessage(row["id"], conversation_id, one.lead_id, is_new=True))
        if one.rfc_message_id:
            kept[one.rfc_message_id] = RecordedMessage(row["id"], conversation_id, one.lead_id, is_new=False)
        if one.direction is Direction.IN:
            publish(session, MessageReceived(lead_id=one.lead_id, message_id=row["id"]))
    await insert_rows(session, Conversation, list(started.values()))
    if touched:
        await session.execute(_TOUCH, {"org_id": session.info["org_id"], "touched": list(touched.values())})
    await insert_rows(session, Message, rows)
    return recorded


def _message_row(session: AsyncSession, one: NewMessage, *, conversation_id: UUID, received_at: Any) -> dict[str, Any]:
    return {
        "org_id": session.info["org_id"],
        "id": new_id(),
        "conversation_id": conversation_id,
        "lead_id": one.lead_id,
        "direction": one.direction.value,
        "rfc_message_id": one.rfc_message_id,
        "in_reply_to": one.in_reply_to,
        "subject": one.subject,
        "from_name": one.from_name,
        "from_email": one.from_email,
        "to_emails": list(one.to_emails),
        "text": one.text,
        "quoted": one.quoted,
        "signature": one.signature,
        "attachments": [asdict(file) for file in one.attachments],
        "raw_key": one.raw_key,
        "sent_at": one.sent_at,
        "received_at": received_at,
        "automatic": one.automatic,
    }
