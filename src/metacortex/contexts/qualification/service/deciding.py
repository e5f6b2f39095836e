"""Which message of a lead its score comes from: the newest that tells something, else the newest."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.qualification import queries


async def list_deciding(session: AsyncSession, lead_ids: Sequence[UUID]) -> list[UUID]:
    """Return the deciding message of each of these leads that has been read at all."""
    candidates = await queries.list_candidates(session, lead_ids)
    several = [message_id for ids in candidates.values() if len(ids) > 1 for message_id in ids]
    came = {row.id: at for at, row in enumerate(await conversations.read_messages(session, several))} if several else {}
    return [max(ids, key=lambda message_id: came.get(message_id, -1)) for ids in candidates.values()]
