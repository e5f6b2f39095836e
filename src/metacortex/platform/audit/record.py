"""Adding to the audit log in the transaction of the act itself: both are kept, or neither."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.audit.chain import FIRST_HASH, hash_entry, seal_head
from metacortex.platform.audit.models import AuditEntry
from metacortex.platform.database import before_commit, insert_rows, new_id, utc_now
from metacortex.platform.origin import current_origin

_ENTRIES = "audit_entries"
_BIND = text("SELECT set_config('app.org_id', :org_id, true)")
_LOCK_HEAD = text(
    """
    INSERT INTO audit_heads (org_id, id, sequence, hash, seal) VALUES (:org_id, :org_id, 0, :first, '')
    ON CONFLICT (org_id, id) DO UPDATE SET sequence = audit_heads.sequence
    RETURNING sequence, hash
    """
)
_MOVE_HEAD = text("UPDATE audit_heads SET sequence = :sequence, hash = :hash, seal = :seal WHERE org_id = :org_id")


def record(
    session: AsyncSession,
    action: str,
    *,
    subject: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Record a critical act of the bound organization: what was done (`member.removed`), to what, and what changed.

    `before` and `after` hold ids and settings, never secrets and nothing about a lead's person: entries are for ever.
    """
    origin = current_origin()
    session.info.setdefault(_ENTRIES, []).append(
        {
            "org_id": session.info["org_id"],
            "id": new_id(),
            "occurred_at": utc_now(),
            "action": action,
            "subject": subject,
            "actor_kind": origin.actor_kind,
            "actor_id": origin.actor_id,
            "address": origin.address,
            "user_agent": origin.user_agent,
            "request_id": origin.request_id,
            "before": _as_stored(before),
            "after": _as_stored(after),
        }
    )
    before_commit(session, _write_entries)


def _as_stored(values: Mapping[str, Any] | None) -> Any:
    return None if values is None else orjson.loads(orjson.dumps(values, default=str))


async def _write_entries(session: AsyncSession) -> None:
    """Chain the entries under the head's lock, last in the transaction, so that the lock is held briefly."""
    await session.flush()
    by_organization: dict[UUID, list[dict[str, Any]]] = {}
    for entry in session.info.pop(_ENTRIES, []):
        by_organization.setdefault(entry["org_id"], []).append(entry)
    for org_id, entries in by_organization.items():
        await session.execute(_BIND, {"org_id": str(org_id)})
        head = (await session.execute(_LOCK_HEAD, {"org_id": org_id, "first": FIRST_HASH})).one()
        sequence, last_hash = head.sequence, head.hash
        for entry in entries:
            sequence += 1
            entry["sequence"], entry["previous_hash"] = sequence, last_hash
            entry["hash"] = last_hash = hash_entry(entry)
        await insert_rows(session, AuditEntry, entries)
        moved = {"sequence": sequence, "hash": last_hash, "seal": seal_head(org_id, sequence, last_hash)}
        await session.execute(_MOVE_HEAD, {**moved, "org_id": org_id})
    await session.execute(_BIND, {"org_id": str(session.info["org_id"] or "")})
