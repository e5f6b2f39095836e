"""Selects of the audit log."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity.models import ApiKey, Member, User
from metacortex.contexts.identity.types import AuditFilters
from metacortex.platform.audit import AuditEntry


async def find_audit_entries(
    session: AsyncSession, org_id: UUID, filters: AuditFilters, *, before: int | None, limit: int
) -> Sequence[AuditEntry]:
    """Return entries that fit, the newest first, those before a sequence number."""
    query = select(AuditEntry).where(*_conditions(org_id, filters)).order_by(AuditEntry.sequence.desc()).limit(limit)
    found = await session.scalars(query if before is None else query.where(AuditEntry.sequence < before))
    return found.all()


async def find_audit_entries_after(
    session: AsyncSession, org_id: UUID, filters: AuditFilters, *, after: int, limit: int
) -> Sequence[AuditEntry]:
    """Return entries that fit, the oldest first, those after a sequence number."""
    found = await session.scalars(
        select(AuditEntry)
        .where(*_conditions(org_id, filters), AuditEntry.sequence > after)
        .order_by(AuditEntry.sequence)
        .limit(limit)
    )
    return found.all()


def _conditions(org_id: UUID, filters: AuditFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [AuditEntry.org_id == org_id]
    if filters.action:
        is_group = filters.action.endswith(".")
        conditions.append(
            AuditEntry.action.startswith(filters.action, autoescape=True)
            if is_group
            else AuditEntry.action == filters.action
        )
    if filters.actor_id:
        conditions.append(AuditEntry.actor_id == filters.actor_id)
    if filters.subject:
        conditions.append(AuditEntry.subject == filters.subject)
    if filters.since:
        conditions.append(AuditEntry.occurred_at >= filters.since)
    if filters.until:
        conditions.append(AuditEntry.occurred_at < filters.until)
    return conditions


async def add_actor_names(
    session: AsyncSession, org_id: UUID, entries: Sequence[AuditEntry]
) -> list[tuple[AuditEntry, str | None]]:
    """Return entries with the name of the member or API key that acted."""
    ids = {entry.actor_id for entry in entries if entry.actor_id}
    members = await session.execute(
        select(Member.id, User.name)
        .join(User, User.id == Member.user_id)
        .where(Member.org_id == org_id, Member.id.in_(ids))
    )
    keys = await session.execute(select(ApiKey.id, ApiKey.name).where(ApiKey.org_id == org_id, ApiKey.id.in_(ids)))
    names: dict[UUID, str] = {row[0]: row[1] for row in (*members, *keys)}
    return [(entry, names.get(entry.actor_id) if entry.actor_id else None) for entry in entries]
