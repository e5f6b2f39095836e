"""What campaigns' lists hold of a person: handed out, or blanked, when they ask."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import DialTarget
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.types.campaigns import TargetState
from metacortex.platform.database import read_as_json, utc_now


async def export_targets(
    session: AsyncSession, *, lead_ids: Sequence[UUID], phones: Sequence[str]
) -> list[dict[str, Any]]:
    """Return a person's entries on campaigns' lists."""
    rows = await queries.lock_targets_of_person(session, lead_ids=lead_ids, phones=phones)
    return await read_as_json(session, DialTarget, DialTarget.id.in_([row.id for row in rows]))


async def blank_targets(session: AsyncSession, *, lead_ids: Sequence[UUID], phones: Sequence[str]) -> int:
    """Empty a person's entries on campaigns' lists, which are not called any more; return how many there were."""
    rows = await queries.lock_targets_of_person(session, lead_ids=lead_ids, phones=phones)
    for row in rows:
        row.number, row.other_numbers, row.name = f"erased:{row.id}", [], None
        row.time_zone = row.country = row.region = row.postal_code = None
        row.state, row.reason, row.updated_at = TargetState.DONE.value, "erased", utc_now()
        row.callback_at = row.callback_member_id = row.lease_until = row.leased_by = None
    await session.flush()
    return len(rows)
