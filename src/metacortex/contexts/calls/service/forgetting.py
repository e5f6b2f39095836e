"""What campaigns' lists hold of a person: handed out, or blanked, when they ask."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import DialTarget
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.types.campaigns import TargetState
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import read_as_json, utc_now


async def export_targets(session: AsyncSession, subject: privacy.Subject) -> list[dict[str, Any]]:
    """Return a person's entries on campaigns' lists."""
    rows = await queries.lock_targets_of_person(session, lead_ids=subject.lead_ids, phones=subject.phones)
    return await read_as_json(session, DialTarget, DialTarget.id.in_([row.id for row in rows]))


async def blank_targets(session: AsyncSession, subject: privacy.Subject) -> int:
    """Empty a person's entries on campaigns' lists, which are not called any more; return how many there were."""
    rows = await queries.lock_targets_of_person(session, lead_ids=subject.lead_ids, phones=subject.phones)
    for row in rows:
        row.number, row.other_numbers, row.name = f"erased:{row.id}", [], None
        row.state, row.reason, row.updated_at = TargetState.DONE.value, "erased", utc_now()
        row.callback_at = row.callback_member_id = row.lease_until = row.leased_by = None
    await session.flush()
    return len(rows)
