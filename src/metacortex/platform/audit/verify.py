"""Walking an organization's chain from its first entry to its sealed end."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.audit.chain import FIRST_HASH, SEALED, hash_entry, seal_head
from metacortex.platform.audit.models import AuditEntry, AuditHead

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """How far an organization's chain holds: `broken` says in words what is wrong, None that nothing is."""

    org_id: UUID
    entries: int
    last_hash: str
    broken: str | None


async def verify_chain(session: AsyncSession, org_id: UUID) -> Finding:
    """Check every entry of the bound organization and the end of its chain."""
    sequence, last_hash = 0, FIRST_HASH
    while entries := await _read_after(session, org_id, sequence):
        for entry in entries:
            wrong = _find_fault(entry, sequence, last_hash)
            if wrong:
                return Finding(org_id, sequence, last_hash, wrong)
            sequence, last_hash = entry.sequence, entry.hash
    head = await session.scalar(select(AuditHead).where(AuditHead.org_id == org_id))
    return Finding(org_id, sequence, last_hash, _find_cut(head, org_id, sequence, last_hash))


async def _read_after(session: AsyncSession, org_id: UUID, sequence: int) -> Sequence[AuditEntry]:
    found = await session.scalars(
        select(AuditEntry)
        .where(AuditEntry.org_id == org_id, AuditEntry.sequence > sequence)
        .order_by(AuditEntry.sequence)
        .limit(_BATCH)
        .execution_options(populate_existing=True)
    )
    return found.all()


def _find_fault(entry: AuditEntry, sequence: int, last_hash: str) -> str | None:
    if entry.sequence != sequence + 1:
        return f"Entries {sequence + 1} to {entry.sequence - 1} are missing."
    if entry.previous_hash != last_hash:
        return f"Entry {entry.sequence} does not follow entry {sequence}."
    made = hash_entry({name: getattr(entry, name) for name in SEALED})
    if not hmac.compare_digest(made, entry.hash):
        return f"Entry {entry.sequence} was changed."
    return None


def _find_cut(head: AuditHead | None, org_id: UUID, sequence: int, last_hash: str) -> str | None:
    if head is None:
        return "The end of the log is missing." if sequence else None
    if not hmac.compare_digest(head.seal, seal_head(org_id, head.sequence, head.hash)):
        return "The end of the log was changed."
    if (head.sequence, head.hash) != (sequence, last_hash):
        return f"Entries after {sequence} were removed; the log had {head.sequence}."
    return None
