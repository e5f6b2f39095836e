"""Call detail records: one row for each call, for a spreadsheet."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import CallRow, LegRow, Recording
from metacortex.contexts.calls.rules.flow.legs import talked_seconds
from metacortex.contexts.calls.service.store import read_call
from metacortex.contexts.calls.types import CallRecords, Party
from metacortex.contexts.identity import public as identity
from metacortex.platform import audit
from metacortex.platform.database import transaction

AT_ONCE = 500
COLUMNS = (
    "id",
    "requested_at",
    "answered_at",
    "connected_at",
    "ended_at",
    "state",
    "outcome",
    "mode",
    "purpose",
    "from",
    "to",
    "country",
    "lead_id",
    "member_id",
    "member",
    "requested_by",
    "requested_by_name",
    "rang_seconds",
    "talked_seconds",
    "cause",
    "machine",
    "server",
    "is_recorded",
    "recording",
    "recording_seconds",
    "recording_note",
    "cost_minor",
    "currency",
    "variables",
)


async def export_records(org_id: UUID, wanted: CallRecords) -> AsyncIterator[list[Sequence[str]]]:
    """Yield the rows of all calls that fit, oldest first, some at a time, the names of the columns before them.

    That they were handed out is in the audit log before the first is.
    """
    async with transaction(org_id) as session:
        audit.record(session, "calls.exported", after=wanted.describe())
        names = {one.id: one.name for one in await identity.list_members(session)}
    yield [COLUMNS]
    after: UUID | None = None
    while True:
        async with transaction(org_id) as session:
            rows = await queries.list_records(session, wanted, after=after, limit=AT_ONCE)
            shown = await _show(session, rows, names)
        if shown:
            yield shown
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].id


async def _show(session: AsyncSession, rows: Sequence[CallRow], names: dict[UUID, str]) -> list[Sequence[str]]:
    ids = [row.id for row in rows]
    by_call: dict[UUID, list[LegRow]] = {}
    for leg in await queries.list_legs(session, ids):
        by_call.setdefault(leg.call_id, []).append(leg)
    sounds = await queries.list_recordings(session, ids)
    return [_write(row, by_call.get(row.id, []), sounds.get(row.id), names) for row in rows]


def _write(row: CallRow, legs: Sequence[LegRow], sound: Recording | None, names: dict[UUID, str]) -> Sequence[str]:
    lead = next((leg for leg in legs if leg.party == Party.LEAD.value), None)
    found: dict[str, Any] = {
        "from": row.caller_id,
        "to": row.to_number,
        "member": names.get(row.member_id) if row.member_id else None,
        "requested_by_name": names.get(row.requested_by) if row.requested_by else None,
        "rang_seconds": _count_ringing(lead),
        "talked_seconds": talked_seconds(read_call(row, legs)),
        "cause": lead.cause if lead else None,
        "machine": row.verdict,
        "recording": sound.state if sound else None,
        "recording_seconds": sound.seconds if sound else None,
        "variables": orjson.dumps(row.variables).decode() if row.variables else None,
    }
    return [_write_cell(found[name] if name in found else getattr(row, name)) for name in COLUMNS]


def _count_ringing(lead: LegRow | None) -> int | None:
    if lead is None or lead.ringing_at is None:
        return None
    until = lead.answered_at or lead.ended_at
    return max(0, round((until - lead.ringing_at).total_seconds())) if until else None


def _write_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, datetime) else str(value)
