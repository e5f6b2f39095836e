"""What a person asks of their calls: all of it handed out, or blanked; and history kept long enough.

A blanked call keeps when it was, how it went, how long it took and what it cost. A call that is on when its person is
erased goes on: phones that ring already need no number, and those that do not are never rung.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import (
    AgentChange,
    CallEvent,
    CallRow,
    DialDecision,
    DoNotCall,
    LegRow,
    Recording,
)
from metacortex.contexts.calls.service import recordings
from metacortex.contexts.calls.service.forgetting import blank_targets, export_targets
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import read_as_json, transaction

ROWS_AT_ONCE = 5_000
_HISTORY: dict[privacy.DataKind, type[CallEvent | DialDecision | AgentChange]] = {
    privacy.DataKind.CALL_EVENTS: CallEvent,
    privacy.DataKind.DIAL_DECISIONS: DialDecision,
    privacy.DataKind.AGENT_CHANGES: AgentChange,
}
_NOT_HANDED_OUT = ("key_sealed", "storage_key")


async def export_person(session: AsyncSession, subject: privacy.Subject) -> dict[str, list[dict[str, Any]]]:
    """Return a person's calls, the phones and events of them, their recordings, and their do-not-call entries.

    What was said is not in the archive, which is put together in memory: each recording says where it can be fetched.
    """
    found = await leads.find_person(session, subject)
    phones = sorted({*subject.phones, *found.phones})
    call_ids = await queries.list_person_calls(session, lead_ids=found.lead_ids, phones=phones, until=None)
    leg_ids = await queries.list_person_legs(session, call_ids=call_ids, phones=phones, until=None)
    sounds = await read_as_json(session, Recording, Recording.call_id.in_(call_ids))
    return {
        "calls": await read_as_json(session, CallRow, CallRow.id.in_(call_ids)),
        "call_legs": await read_as_json(session, LegRow, LegRow.id.in_(leg_ids)),
        "call_events": await read_as_json(session, CallEvent, CallEvent.call_id.in_(call_ids)),
        "recordings": [_hand_out(sound) for sound in sounds],
        "do_not_call": await read_as_json(session, DoNotCall, DoNotCall.number.in_(phones)),
        "dial_targets": await export_targets(session, lead_ids=found.lead_ids, phones=phones),
    }


def _hand_out(sound: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in sound.items() if name not in _NOT_HANDED_OUT}
    return {**told, "fetched_from": f"/api/v1/calls/{sound['call_id']}/recording"}


async def delete_sounds(org_id: UUID, subject: privacy.Subject) -> None:
    """Delete the recordings of a person's calls from storage and Asterisk, before any row says that they are gone."""
    async with transaction(org_id) as session:
        call_ids = await _list_calls(session, subject)
        rows = await queries.lock_recordings(session, call_ids)
        recordings.mark_deleted(session, [row for row in rows if row.deleted_at is None])
    for row in rows:
        await recordings.clear(org_id, row.call_id)


async def erase_person(session: AsyncSession, request_id: UUID, subject: privacy.Subject) -> None:
    """Blank a person's numbers and whatever else calls hold of them, up to the erasure.

    Numbers on the do-not-call list leave it, and are suppressed instead, which keeps a keyed hash alone.
    """
    forbidden = await queries.delete_do_not_call(session, subject.phones)
    phones = [privacy.Address(privacy.AddressKind.PHONE, number) for number in forbidden]
    await privacy.suppress(session, phones, privacy.SuppressionReason.MANUAL)
    call_ids = await _list_calls(session, subject)
    # Whoever writes a call writes all of its legs as they were read under its lock.
    await queries.lock_calls(session, call_ids)
    leg_ids = await queries.list_person_legs(session, call_ids=call_ids, phones=subject.phones, until=subject.until)
    counts = {
        "calls": await queries.blank_calls(session, call_ids),
        "call_legs": await queries.blank_legs(session, leg_ids),
        "call_events": await queries.blank_events(session, call_ids),
        "dial_targets": await blank_targets(session, lead_ids=subject.lead_ids, phones=subject.phones),
        "recordings": len(await queries.list_recordings(session, call_ids)),
    }
    await privacy.record_part(
        session,
        request_id,
        part=privacy.Part.CALLS,
        counts={**counts, "do_not_call": len(forbidden)},
        row_ids=[*call_ids, *leg_ids],
    )


async def forget_history(session: AsyncSession) -> bool:
    """Delete what happened on calls, in campaigns and on shifts so long ago; return whether there may be more."""
    has_more = False
    for kind, table in _HISTORY.items():
        before = await privacy.read_limit(session, kind)
        has_more |= await queries.forget_history(session, table, before=before, limit=ROWS_AT_ONCE) == ROWS_AT_ONCE
    return has_more


async def _list_calls(session: AsyncSession, subject: privacy.Subject) -> Sequence[UUID]:
    return await queries.list_person_calls(
        session, lead_ids=subject.lead_ids, phones=subject.phones, until=subject.until
    )
