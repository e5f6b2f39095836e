"""How long each kind of data is kept, and forgetting what this context and the platform hold beyond that."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import public as identity
from metacortex.contexts.privacy import queries
from metacortex.contexts.privacy.events import RetentionDue
from metacortex.contexts.privacy.rules import KEEP_DAYS
from metacortex.contexts.privacy.types import DataKind
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.errors import Invalid
from metacortex.platform.events import NO_ORGANIZATION, publish
from metacortex.platform.storage import delete_object
from metacortex.platform.telemetry import log

BATCH = 500
_RECORDS = {DataKind.EVENTS: "events", DataKind.DEAD_LETTERS: "dead_letters"}


class KeepDaysOutOfRange(Invalid):
    code = "keep_days_out_of_range"
    title = "This kind of data cannot be kept for so many days."


async def run_retention() -> None:
    """Owe, in every organization and for jobs that belong to none, the forgetting of what is older than its time."""
    async with transaction(None) as session:
        org_ids = await identity.list_organization_ids(session)
    for org_id in (*org_ids, NO_ORGANIZATION):
        async with transaction(org_id) as session:
            publish(session, RetentionDue(on=utc_now().date()))
    log.info("retention.owed", organizations=len(org_ids))


async def read_keep_days(session: AsyncSession, kind: DataKind) -> int:
    """Return how many days the organization keeps a kind of data."""
    changed = (await queries.list_rules(session)).get(kind)
    return changed.keep_days if changed else KEEP_DAYS[kind][0]


async def read_limit(session: AsyncSession, kind: DataKind) -> datetime:
    """Return the moment before which data of a kind is to be forgotten."""
    return utc_now() - timedelta(days=await read_keep_days(session, kind))


async def list_rules(session: AsyncSession) -> list[dict[str, Any]]:
    """Return for each kind how long it is kept, what is usual, and the most that can be set."""
    changed = await queries.list_rules(session)
    return [
        {
            "kind": kind,
            "keep_days": changed[kind].keep_days if kind in changed else usual,
            "default_days": usual,
            "most_days": most,
            "changed_at": changed[kind].changed_at if kind in changed else None,
        }
        for kind, (usual, most) in KEEP_DAYS.items()
    ]


async def change_rule(session: AsyncSession, kind: DataKind, keep_days: int) -> dict[str, Any]:
    """Keep a kind of data for so many days from the next run on; return the rule."""
    most = KEEP_DAYS[kind][1]
    if not 1 <= keep_days <= most:
        message = f"Choose between 1 and {most} days."
        raise KeepDaysOutOfRange(message, errors=[{"field": "keep_days", "message": message}])
    row = {"id": new_id(), "kind": kind.value, "keep_days": keep_days, "changed_at": utc_now()}
    await queries.save_rule(session, row)
    return next(rule for rule in await list_rules(session) if rule["kind"] == kind)


async def delete_expired_exports(org_id: UUID) -> list[UUID]:
    """Delete the archives of exports whose time is over; return the requests they belong to."""
    async with transaction(org_id) as session:
        before = await read_limit(session, DataKind.EXPORTS)
        expired = await queries.list_expired_exports(session, before=before, limit=BATCH)
    for row in expired:
        await delete_object(str(row.object_key))
    return [row.id for row in expired]


async def forget_records(session: AsyncSession, expired: list[UUID]) -> bool:
    """Forget archives that were deleted, old events and old dead letters; return whether there may be more."""
    for request_id in expired:
        row = await queries.find_request(session, request_id, lock=True)
        if row is not None:
            row.object_key = None
    has_more = len(expired) == BATCH
    for kind, table in _RECORDS.items():
        before = await read_limit(session, kind)
        has_more |= await queries.forget_records(session, table, before=before, limit=BATCH) == BATCH
    return has_more
