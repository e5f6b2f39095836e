"""Reading mails that were accepted: parse, find the lead they belong to, keep their words; never lose the raw mail."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.intake import queries
from metacortex.contexts.intake.events import MessageArrived
from metacortex.contexts.intake.models import InboundMessage
from metacortex.contexts.intake.types import InboundState
from metacortex.platform.database import transaction
from metacortex.platform.errors import Conflict, NotFound
from metacortex.platform.events import publish
from metacortex.platform.storage import read_object


class InboundNotFound(NotFound):
    code = "inbound_not_found"
    title = "This message does not exist."


class InboundNotFailed(Conflict):
    code = "inbound_not_failed"
    title = "Only a message that could not be read can be read again."


async def page_inbound(
    session: AsyncSession, *, state: InboundState | None, before: tuple[datetime, UUID] | None, limit: int
) -> list[InboundMessage]:
    """Return messages, newest first."""
    return await queries.page_inbound(session, state=state, before=before, limit=limit)


async def retry_inbound(session: AsyncSession, inbound_id: UUID) -> InboundMessage:
    """Owe the reading of a failed message once more."""
    row = await queries.find_inbound(session, inbound_id, lock=True)
    if row is None:
        raise InboundNotFound
    if row.state != InboundState.FAILED:
        raise InboundNotFailed
    row.state = InboundState.RECEIVED.value
    row.error = None
    publish(session, MessageArrived(inbound_id=row.id))
    return row


async def read_raw(org_id: UUID, inbound_id: UUID) -> bytes:
    """Return a message as it arrived."""
    async with transaction(org_id) as session:
        row = await queries.find_inbound(session, inbound_id)
    if row is None or row.raw_key is None:
        raise InboundNotFound
    return await read_object(row.raw_key)
