"""Reading the audit log, and checking every organization's chain."""

from collections.abc import AsyncIterator
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.types import AuditFilters
from metacortex.platform.audit import AuditEntry, Finding, record, verify_chain
from metacortex.platform.database import transaction

_BATCH = 500


async def read_entries(
    session: AsyncSession, org_id: UUID, filters: AuditFilters, *, before: int | None, limit: int
) -> list[tuple[AuditEntry, str | None]]:
    """Return entries with the name of who acted, the newest first, those before a sequence number."""
    entries = await queries.find_audit_entries(session, org_id, filters, before=before, limit=limit)
    return await queries.add_actor_names(session, org_id, entries)


async def export_entries(org_id: UUID, filters: AuditFilters) -> AsyncIterator[tuple[AuditEntry, str | None]]:
    """Yield all entries that fit, the oldest first; that they were taken out is itself recorded."""
    async with transaction(org_id) as session:
        record(session, "audit.exported")
    after = 0
    while True:
        async with transaction(org_id) as session:
            entries = await queries.find_audit_entries_after(session, org_id, filters, after=after, limit=_BATCH)
            named = await queries.add_actor_names(session, org_id, entries)
        for one in named:
            yield one
        if len(entries) < _BATCH:
            return
        after = entries[-1].sequence


async def verify_all() -> AsyncIterator[Finding]:
    """Check the chain of every organization."""
    async with transaction(None) as session:
        org_ids = await queries.find_organization_ids(session)
    for org_id in org_ids:
        async with transaction(org_id) as session:
            yield await verify_chain(session, org_id)
