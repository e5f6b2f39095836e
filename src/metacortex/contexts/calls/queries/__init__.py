"""Every select of the calls context."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Uuid, and_, any_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from metacortex.contexts.calls.models import (
    AgentChange,
    AgentPhone,
    AsteriskServer,
    CallEvent,
    CallingSettings,
    CallRow,
    DialDecision,
    DoNotCall,
    LegRow,
    Recording,
)
from metacortex.contexts.calls.types import CallRecords, CallState, LegState, Mode, OpenLeg, Party, RecordingState
from metacortex.platform.database import first_id_at, freeze

PREFIX_DIGITS = range(3, 15)
KEY_SEED = 7_203_144_521
"""Keeps the locks of idempotency keys apart from others'."""


_IS_LEAD = LegRow.party == Party.LEAD.value
_WAITS = (
    CallRow.waiting_at.is_not(None) & (_IS_LEAD | (CallRow.mode == Mode.LINE.value)),
    or_(CallRow.connected_at.is_not(None), CallRow.verdict.is_not(None)) & _IS_LEAD,
)
"""A lead or a line that waits: for an agent, for a lead, on hold, until a machine is silent."""


async def lock_calls_of_legs(session: AsyncSession, leg_ids: Collection[UUID]) -> list[CallRow]:
    """Return the calls of these legs, and calls on these lines, locked in the order of their ids until the end."""
    found = await session.scalars(_calls_of_legs(), {"org_id": session.info["org_id"], "leg_ids": list(leg_ids)})
    return list(found)


@cache
def _calls_of_legs() -> Executable:
    """Two searches, for PostgreSQL looks through the whole table for rows that fit one of two conditions."""
    org_id, leg_ids = bindparam("org_id", type_=Uuid()), bindparam("leg_ids", type_=ARRAY(Uuid()))
    own = select(LegRow.call_id).where(LegRow.org_id == org_id, LegRow.id == any_(leg_ids))
    lent = select(LegRow.call_id).where(
        LegRow.org_id == org_id, LegRow.line_leg_id == any_(leg_ids), LegRow.state != LegState.ENDED.value
    )
    found = select(CallRow).where(CallRow.org_id == org_id, CallRow.id.in_(own.union(lent)))
    return select(CallRow).from_statement(freeze(found.order_by(CallRow.id).with_for_update()))


async def lock_calls(session: AsyncSession, call_ids: Collection[UUID]) -> list[CallRow]:
    """Return these calls, locked in the order of their ids until the transaction ends."""
    found = await session.scalars(
        select(CallRow)
        .where(CallRow.org_id == session.info["org_id"], CallRow.id.in_(call_ids))
        .order_by(CallRow.id)
        .with_for_update()
    )
    return list(found)


async def list_legs(session: AsyncSession, call_ids: Collection[UUID]) -> list[LegRow]:
    """Return the legs of these calls in the order they are rung."""
    found = await session.scalars(_legs_of_calls(), {"org_id": session.info["org_id"], "call_ids": list(call_ids)})
    return list(found)


@cache
def _legs_of_calls() -> Executable:
    org_id, call_ids = bindparam("org_id", type_=Uuid()), bindparam("call_ids", type_=ARRAY(Uuid()))
    found = select(LegRow).where(LegRow.org_id == org_id, LegRow.call_id == any_(call_ids))
    return select(LegRow).from_statement(freeze(found.order_by(LegRow.call_id, LegRow.position)))


async def find_call(session: AsyncSession, call_id: UUID) -> CallRow | None:
    """Return a call."""
    return await session.get(CallRow, (session.info["org_id"], call_id))


async def find_call_by_key(session: AsyncSession, key: str) -> CallRow | None:
    """Return the call that was asked for under an idempotency key."""
    return await session.scalar(
        select(CallRow).where(CallRow.org_id == session.info["org_id"], CallRow.idempotency_key == key)
    )


async def list_calls(
    session: AsyncSession,
    *,
    lead_id: UUID | None,
    member_id: UUID | None,
    of_member_id: UUID | None = None,
    campaign_id: UUID | None = None,
    outcome: str | None,
    is_open: bool | None,
    before: UUID | None,
    limit: int,
) -> list[CallRow]:
    """Return calls, newest first, from one id downwards."""
    own = (CallRow.org_id == session.info["org_id"]) & (CallRow.mode != Mode.LINE.value)
    query = select(CallRow).where(own).order_by(CallRow.id.desc()).limit(limit)
    if lead_id:
        query = query.where(CallRow.lead_id == lead_id)
    if member_id:
        query = query.where(CallRow.member_id == member_id)
    if campaign_id:
        query = query.where(CallRow.campaign_id == campaign_id)
    if of_member_id:
        rung = select(LegRow.call_id).where(LegRow.org_id == CallRow.org_id, LegRow.member_id == of_member_id)
        query = query.where((CallRow.requested_by == of_member_id) | CallRow.id.in_(rung))
    if outcome:
        query = query.where(CallRow.outcome == outcome)
    if is_open is not None:
        ended = CallState.ENDED.value
        query = query.where(CallRow.state != ended if is_open else CallRow.state == ended)
    if before:
        query = query.where(CallRow.id < before)
    return list(await session.scalars(query))


async def list_events(session: AsyncSession, call_id: UUID) -> list[CallEvent]:
    """Return what happened to a call, in the order it was heard."""
    found = await session.scalars(
        select(CallEvent)
        .where(CallEvent.org_id == session.info["org_id"], CallEvent.call_id == call_id)
        .order_by(CallEvent.id)
    )
    return list(found)


async def find_settings(session: AsyncSession) -> CallingSettings | None:
    """Return how the bound organization calls, if it ever said so."""
    org_id = session.info["org_id"]
    return await session.get(CallingSettings, (org_id, org_id))


async def find_phones(session: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, AgentPhone]:
    """Return the phones of these members."""
    found = await session.scalars(
        select(AgentPhone).where(AgentPhone.org_id == session.info["org_id"], AgentPhone.member_id.in_(member_ids))
    )
    return {phone.member_id: phone for phone in found}


async def find_do_not_call(session: AsyncSession, number: str) -> DoNotCall | None:
    """Return the entry that forbids calling a number (E.164): the number itself, or a beginning of it."""
    entries = [number, *(f"{number[:digits]}*" for digits in PREFIX_DIGITS if digits < len(number))]
    return await session.scalar(
        select(DoNotCall).where(DoNotCall.org_id == session.info["org_id"], DoNotCall.number.in_(entries)).limit(1)
    )


async def list_do_not_call(session: AsyncSession, *, after: str | None, limit: int) -> list[DoNotCall]:
    """Return numbers not to be called, in order, after one of them."""
    query = select(DoNotCall).where(DoNotCall.org_id == session.info["org_id"]).order_by(DoNotCall.number).limit(limit)
    if after:
        query = query.where(DoNotCall.number > after)
    return list(await session.scalars(query))


async def count_by_caller_id(session: AsyncSession, caller_ids: Collection[str], *, since: datetime) -> dict[str, int]:
    """Return how often each of our numbers was shown since then: by a call once, and to each it is handed on to."""
    is_third = and_(LegRow.party == Party.THIRD.value, LegRow.number.is_not(None), LegRow.member_id.is_(None))
    at_call = and_(LegRow.org_id == CallRow.org_id, LegRow.call_id == CallRow.id)
    found = await session.execute(
        select(CallRow.caller_id, func.count(CallRow.id.distinct()) + func.count(LegRow.id))
        .outerjoin(LegRow, and_(at_call, is_third))
        .where(
            CallRow.org_id == session.info["org_id"], CallRow.caller_id.in_(caller_ids), CallRow.requested_at >= since
        )
        .group_by(CallRow.caller_id)
    )
    return {str(row[0]): int(row[1]) for row in found}


async def list_open_legs(session: AsyncSession) -> list[OpenLeg]:
    """Return every open leg of every organization the role sees."""
    found = await session.execute(
        select(
            LegRow.org_id,
            LegRow.id,
            LegRow.call_id,
            CallRow.server,
            func.coalesce(LegRow.requested_at, CallRow.requested_at),
            LegRow.party,
            LegRow.state,
            LegRow.is_hung_up_by_us,
            LegRow.is_joined,
            LegRow.is_detecting,
            LegRow.line_leg_id,
            LegRow.is_detecting.is_(False) & or_(*_WAITS),
        )
        .join(CallRow, (CallRow.org_id == LegRow.org_id) & (CallRow.id == LegRow.call_id))
        .where(LegRow.state.not_in([LegState.PLANNED.value, LegState.ENDED.value]))
    )
    return [
        OpenLeg(
            org_id=row[0],
            id=row[1],
            call_id=row[2],
            server=row[3],
            requested_at=row[4],
            party=Party(row[5]),
            state=LegState(row[6]),
            is_hung_up_by_us=row[7],
            is_joined=row[8],
            is_detecting=row[9],
            line_leg_id=row[10],
            is_settled=row[11],
        )
        for row in found
    ]


async def find_ended_calls(session: AsyncSession, call_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return organization and id of those of these calls, of any organization the role sees, that are over."""
    found = await session.execute(
        select(CallRow.org_id, CallRow.id).where(CallRow.id.in_(call_ids), CallRow.state == CallState.ENDED.value)
    )
    return [(row[0], row[1]) for row in found]


async def find_ended_legs(session: AsyncSession, leg_ids: Collection[UUID]) -> list[UUID]:
    """Return those of these legs that are over."""
    found = await session.scalars(
        select(LegRow.id).where(
            LegRow.org_id == session.info["org_id"],
            LegRow.id.in_(leg_ids),
            LegRow.state == LegState.ENDED.value,
        )
    )
    return list(found)


async def write_heard(session: AsyncSession, names: Collection[str], at: datetime) -> None:
    """Note that these servers are heard."""
    rows = [{"name": name, "heard_at": at} for name in sorted(names)]
    statement = insert(AsteriskServer)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"heard_at": statement.excluded.heard_at}), rows
    )


async def list_heard(session: AsyncSession, *, since: datetime) -> set[str]:
    """Return the servers that were heard since then."""
    return set(await session.scalars(select(AsteriskServer.name).where(AsteriskServer.heard_at >= since)))


async def insert_do_not_call(session: AsyncSession, rows: list[dict[str, Any]]) -> int:
    """Add numbers to the list, keeping those that stand there already; return how many were new."""
    statement = insert(DoNotCall).on_conflict_do_nothing(index_elements=["org_id", "number"]).returning(DoNotCall.id)
    return len((await session.execute(statement.values(rows))).all()) if rows else 0


async def list_phones(session: AsyncSession) -> list[AgentPhone]:
    """Return every phone of the bound organization."""
    return list(await session.scalars(select(AgentPhone).where(AgentPhone.org_id == session.info["org_id"])))


async def list_records(session: AsyncSession, wanted: CallRecords, *, after: UUID | None, limit: int) -> list[CallRow]:
    """Return calls that fit, in the order they were asked for, after one of them."""
    query = select(CallRow).where(CallRow.org_id == session.info["org_id"]).order_by(CallRow.id).limit(limit)
    if wanted.since:
        query = query.where(CallRow.requested_at >= wanted.since)
    if wanted.until:
        query = query.where(CallRow.requested_at < wanted.until)
    if wanted.lead_id:
        query = query.where(CallRow.lead_id == wanted.lead_id)
    if wanted.member_id:
        query = query.where(CallRow.member_id == wanted.member_id)
    if wanted.outcome:
        query = query.where(CallRow.outcome == wanted.outcome.value)
    if after:
        query = query.where(CallRow.id > after)
    return list(await session.scalars(query))


async def find_recording(session: AsyncSession, call_id: UUID, *, lock: bool = False) -> Recording | None:
    """Return the recording of a call."""
    query = select(Recording).where(Recording.org_id == session.info["org_id"], Recording.call_id == call_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def list_recordings(session: AsyncSession, call_ids: Collection[UUID]) -> dict[UUID, Recording]:
    """Return the recordings of these calls, by call."""
    query = select(Recording).where(Recording.org_id == session.info["org_id"], Recording.call_id.in_(call_ids))
    return {row.call_id: row for row in await session.scalars(query)}


async def lock_old_recordings(session: AsyncSession, *, before: datetime, limit: int) -> list[Recording]:
    """Return recordings begun before a moment that are not deleted yet, held until the transaction ends."""
    query = (
        select(Recording)
        .where(
            Recording.org_id == session.info["org_id"],
            Recording.state != RecordingState.DELETED.value,
            Recording.started_at < before,
        )
        .order_by(Recording.started_at)
        .limit(limit)
        .with_for_update()
    )
    return list(await session.scalars(query))


async def forget_history(
    session: AsyncSession, table: type[CallEvent | DialDecision | AgentChange], *, before: datetime, limit: int
) -> int:
    """Delete at most so many rows that were written before a moment, which their ids tell; return how many."""
    org_id = session.info["org_id"]
    old = select(table.id).where(table.org_id == org_id, table.id < first_id_at(before)).order_by(table.id)
    gone = delete(table).where(table.org_id == org_id, table.id.in_(old.limit(limit)))
    return len((await session.execute(gone.returning(table.id))).all())


async def lock_recordings(session: AsyncSession, call_ids: Collection[UUID]) -> list[Recording]:
    """Return the recordings of these calls, held in the order of their ids until the transaction ends."""
    query = select(Recording).where(Recording.org_id == session.info["org_id"], Recording.call_id.in_(call_ids))
    return list(await session.scalars(query.order_by(Recording.id).with_for_update()))


async def list_person_calls(
    session: AsyncSession, *, lead_ids: Collection[UUID], phones: Collection[str], until: datetime | None
) -> list[UUID]:
    """Return the calls about a person's leads, and those to their numbers that were about nobody else's lead."""
    by_number = and_(CallRow.to_number.in_(phones), CallRow.lead_id.is_(None))
    query = select(CallRow.id).where(
        CallRow.org_id == session.info["org_id"], or_(CallRow.lead_id.in_(lead_ids), by_number)
    )
    if until is not None:
        query = query.where(CallRow.requested_at <= until)
    return list(await session.scalars(query.order_by(CallRow.id)))


async def list_person_legs(
    session: AsyncSession, *, call_ids: Collection[UUID], phones: Collection[str], until: datetime | None
) -> list[UUID]:
    """Return the legs that rang a person: the lead's of their calls, and a transfer's to one of their numbers."""
    of_call = (LegRow.org_id == CallRow.org_id) & (LegRow.call_id == CallRow.id)
    as_lead = and_(LegRow.call_id.in_(call_ids), LegRow.party == Party.LEAD.value)
    as_third = and_(LegRow.number.in_(phones), LegRow.party == Party.THIRD.value, LegRow.member_id.is_(None))
    query = select(LegRow.id).join(CallRow, of_call)
    query = query.where(LegRow.org_id == session.info["org_id"], or_(as_lead, as_third))
    if until is not None:
        query = query.where(CallRow.requested_at <= until)
    return list(await session.scalars(query.order_by(LegRow.id)))


async def blank_calls(session: AsyncSession, call_ids: Collection[UUID]) -> int:
    """Take numbers, notes and what callers of the API added out of these calls; return how many held any."""
    held = or_(
        CallRow.to_number.is_not(None),
        CallRow.note.is_not(None),
        CallRow.variables != {},
        CallRow.idempotency_key.is_not(None),
    )
    change = update(CallRow).where(CallRow.org_id == session.info["org_id"], CallRow.id.in_(call_ids), held)
    values: dict[str, Any] = {
        "to_number": None,
        "note": None,
        "variables": {},
        "idempotency_key": None,
        "fingerprint": None,
    }
    return await _count_changed(session, change.values(**values).returning(CallRow.id))


async def blank_legs(session: AsyncSession, leg_ids: Collection[UUID]) -> int:
    """Take numbers out of these legs, and out of what Asterisk dialled for them; return how many held any."""
    held = or_(LegRow.number.is_not(None), LegRow.endpoint != "")
    change = update(LegRow).where(LegRow.org_id == session.info["org_id"], LegRow.id.in_(leg_ids), held)
    return await _count_changed(session, change.values(number=None, endpoint="").returning(LegRow.id))


async def blank_events(session: AsyncSession, call_ids: Collection[UUID]) -> int:
    """Leave of the events of these calls no more than causes: keys pressed and words of Asterisk may hold anything."""
    cause = func.jsonb_strip_nulls(func.jsonb_build_object("cause", CallEvent.detail["cause"]))
    change = update(CallEvent).where(
        CallEvent.org_id == session.info["org_id"], CallEvent.call_id.in_(call_ids), CallEvent.detail != cause
    )
    return await _count_changed(session, change.values(detail=cause).returning(CallEvent.id))


async def delete_do_not_call(session: AsyncSession, numbers: Collection[str]) -> list[str]:
    """Take these numbers off the list; return those that stood there."""
    gone = delete(DoNotCall).where(DoNotCall.org_id == session.info["org_id"], DoNotCall.number.in_(numbers))
    return list(await session.scalars(gone.returning(DoNotCall.number)))


async def _count_changed(session: AsyncSession, change: ReturningUpdate[tuple[UUID]]) -> int:
    return len((await session.execute(change, execution_options={"synchronize_session": False})).all())
