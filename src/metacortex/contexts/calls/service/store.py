"""Calls in PostgreSQL: locked while they change, written with every signal, told to browsers and to later jobs."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.events import CallChanged, CallEnded, CallRecorded
from metacortex.contexts.calls.models import CallEvent, CallingSettings, CallRow, LegRow, Recording
from metacortex.contexts.calls.queries import agents, trunks
from metacortex.contexts.calls.rules.costs import charge_call
from metacortex.contexts.calls.rules.flow.legs import talked_seconds
from metacortex.contexts.calls.service.agents import follow_call, pick_agent
from metacortex.contexts.calls.service.engine import PhonesNotHeld
from metacortex.contexts.calls.service.permitting import permit_third, plan_transfer
from metacortex.contexts.calls.service.settling import settle_call
from metacortex.contexts.calls.service.showing import require_day_left
from metacortex.contexts.calls.service.trunks import require_room
from metacortex.contexts.calls.settings import Server
from metacortex.contexts.calls.types import (
    Call,
    CallState,
    Change,
    Leg,
    LegState,
    Mode,
    Monitoring,
    Outcome,
    Party,
    Ringing,
    Transfer,
    Verdict,
    recording_name,
)
from metacortex.contexts.leads import public as leads
from metacortex.platform.database import last_rows, new_id, notify, transaction, utc_now
from metacortex.platform.events import publish

CHANGED = "calls"
"""The notification channel that tells which call changed."""

_CALL_FIELDS = (
    "state",
    "verdict",
    "transfer",
    "is_recording",
    "answered_at",
    "connected_at",
    "waiting_at",
    "abandoned_at",
    "greeting_until_at",
    "message_at",
    "ended_at",
    "outcome",
)
_LEG_FIELDS = tuple(one.name for one in fields(Leg))


class PostgresCalls:
    """Open calls of one organization for a change; what was changed is written when the block is left."""

    away: tuple[type[Exception], ...] = (SQLAlchemyError, OSError)

    @asynccontextmanager
    async def open(
        self,
        org_id: UUID,
        *,
        leg_ids: Collection[UUID] = (),
        call_ids: Collection[UUID] = (),
        holds_phones: bool = False,
        reaches: str | None = None,
    ) -> AsyncIterator["OpenCalls"]:
        """Lock the calls these legs belong to, or these calls; raises why a number they are to reach is never rung."""
        locks = [plan_transfer(org_id, reaches).lock] if reaches else []
        async with transaction(org_id, locks=locks) as session:
            own = await permit_third(session, reaches) if reaches else None
            if holds_phones:
                await agents.hold_phones(session)
            rows = await queries.lock_calls_of_legs(session, leg_ids) if leg_ids else []
            rows += await queries.lock_calls(session, call_ids) if call_ids else []
            legs = await queries.list_legs(session, [row.id for row in rows])
            opened = OpenCalls(session, rows, legs, holds_phones=holds_phones, own=own)
            yield opened
            await write_changes(session, opened.rows, opened.changes)

    async def take_turn(self, server: Server, *, within_seconds: float) -> float | None:
        """Return how many seconds off the trunk's next ring of all processes is, which is the caller's."""
        assert server.calls_per_second is not None
        async with transaction(None) as session:
            return await trunks.take_turn(
                session, server.name, apart_seconds=1 / server.calls_per_second, within_seconds=within_seconds
            )


class OpenCalls:
    """Calls that are locked, by call and by leg."""

    def __init__(
        self,
        session: AsyncSession,
        rows: Sequence[CallRow],
        legs: Sequence[LegRow],
        *,
        holds_phones: bool,
        own: CallingSettings | None = None,
    ) -> None:
        self.session = session
        self.own = own
        self.holds_phones = holds_phones
        self.rows = {row.id: row for row in rows}
        self.calls = {row.id: read_call(row, [leg for leg in legs if leg.call_id == row.id]) for row in rows}
        self.by_leg = {leg.id: leg.call_id for leg in legs}
        self.changes: list[Change] = []

    def find(self, *, leg_id: UUID | None = None, call_id: UUID | None = None) -> Call | None:
        """Return a call by its id or the id of one of its legs, as it is now."""
        known = call_id or (self.by_leg.get(leg_id) if leg_id else None)
        return self.calls.get(known) if known else None

    def on_line(self, leg_id: UUID) -> list[UUID]:
        """Return the open legs that use the channel of this one."""
        legs = (leg for call in self.calls.values() for leg in call.legs)
        return [leg.id for leg in legs if leg.line_leg_id == leg_id and leg.is_open]

    async def is_engaged(self, leg: Leg) -> bool:
        """Tell whether an agent's phone rings, or is in use, for another leg than this."""
        if leg.member_id is None:
            return False
        if not self.holds_phones:
            raise PhonesNotHeld
        here = [one for call in self.calls.values() for one in call.legs if one.member_id == leg.member_id]
        found = set(await agents.list_engaging_legs(self.session, leg.member_id)) - {one.id for one in here}
        return bool(found) or any(one.is_open and one.id != leg.id for one in here)

    async def pick(self, call: Call) -> Leg | None:
        """Return a leg to the agent who gets a campaign's call now, and mark them as on it."""
        return await pick_agent(self.session, call, utc_now())

    async def require_room(self, server: Server, call: Call, before: Call) -> None:
        """Keep the trunk's lines for phones that are added to a call; raises TrunkBusy or NumbersUsedUp."""
        if call.caller_id:
            await require_day_left(self.session, self.own, call.caller_id, utc_now())
        await agents.lock_presences_of_call(self.session, call.id)  # whose turn is before the trunk's
        await require_room(self.session, server, call, before)

    def put(self, change: Change) -> None:
        """Take a change into account."""
        self.calls[change.after.id] = change.after
        self.by_leg.update({leg.id: change.after.id for leg in change.after.legs})
        self.changes.append(change)


def read_call(row: CallRow, legs: Sequence[LegRow]) -> Call:
    """Return the call a row and its legs stand for."""
    return Call(
        org_id=row.org_id,
        id=row.id,
        mode=Mode(row.mode),
        legs=tuple(_read_leg(leg) for leg in legs),
        server=row.server,
        ringing=Ringing(row.ringing),
        is_recorded=row.is_recorded,
        detects_machine=row.detects_machine,
        announcement=row.announcement,
        caller_id=row.caller_id,
        campaign_id=row.campaign_id,
        for_member_id=row.for_member_id,
        hold_seconds=row.hold_seconds,
        abandonment_sound=row.abandonment_sound,
        voicemail_sound=row.voicemail_sound,
        state=CallState(row.state),
        verdict=Verdict(row.verdict) if row.verdict else None,
        transfer=Transfer(row.transfer) if row.transfer else None,
        is_recording=row.is_recording,
        requested_at=row.requested_at,
        answered_at=row.answered_at,
        connected_at=row.connected_at,
        waiting_at=row.waiting_at,
        abandoned_at=row.abandoned_at,
        greeting_until_at=row.greeting_until_at,
        message_at=row.message_at,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
    )


def _read_leg(row: LegRow) -> Leg:
    return Leg(
        id=row.id,
        party=Party(row.party),
        endpoint=row.endpoint,
        number=row.number,
        member_id=row.member_id,
        state=LegState(row.state),
        dial_status=row.dial_status,
        cause=row.cause,
        is_hung_up_by_us=row.is_hung_up_by_us,
        is_shut_down=row.is_shut_down,
        is_joined=row.is_joined,
        is_muted=row.is_muted,
        is_detecting=row.is_detecting,
        is_standing=row.is_standing,
        line_leg_id=row.line_leg_id,
        monitoring=Monitoring(row.monitoring) if row.monitoring else None,
        timeout_seconds=row.timeout_seconds,
        requested_at=row.requested_at,
        ringing_at=row.ringing_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
    )


def write_leg(call: Call, position: int) -> dict[str, Any]:
    """Return the columns of a call's leg."""
    leg = call.legs[position]
    shown = {name: getattr(leg, name) for name in _LEG_FIELDS}
    return {"org_id": call.org_id, "call_id": call.id, "position": position, **shown}


async def write_changes(session: AsyncSession, rows: dict[UUID, CallRow], changes: Sequence[Change]) -> None:
    """Write what changed: calls, legs and events, the lead's history, and facts for browsers and jobs.

    Most of it with the transaction's last statement: nobody reads it before.
    """
    first: dict[UUID, Call] = {}
    last: dict[UUID, Call] = {}
    for change in changes:
        if change.before is not None:
            first.setdefault(change.after.id, change.before)
            last[change.after.id] = change.after
    for call_id, before in first.items():
        await _write_call(session, rows[call_id], before, last[call_id])
    last_rows(session).insert(CallEvent, *(_write_event(session, change) for change in changes if change.signal))


async def _write_call(session: AsyncSession, row: CallRow, before: Call, after: Call) -> None:
    if after == before:
        return
    is_over = after.state is CallState.ENDED and before.state is not CallState.ENDED
    values = {name: getattr(after, name) for name in _CALL_FIELDS}
    values["member_id"] = find_talking_member(after) or row.member_id
    values["cost_minor"], values["currency"] = row.cost_minor, row.currency
    if is_over:
        values |= await _find_cost(session, after)
    values["version"] = row.version + 1
    for name, value in values.items():
        set_committed_value(row, name, value)
    rows = last_rows(session)
    rows.update(CallRow, {"org_id": row.org_id, "id": row.id, **values})
    known = {leg.id: leg for leg in before.legs}
    for position, leg in enumerate(after.legs):
        if leg.id not in known:
            rows.insert(LegRow, write_leg(after, position))
        elif leg != known[leg.id]:
            rows.update(LegRow, write_leg(after, position))
    if after.is_recording and not before.is_recording:
        rows.insert(Recording, _write_recording(after))
    if _may_hold_agents(after):
        await follow_call(session, before, after)
    if _look(after) != _look(before):
        await _tell(session, row, after, is_over=is_over)


def _may_hold_agents(call: Call) -> bool:
    """Tell whether an agent's state may follow this call: it is a line, a campaign's, or was lent a line."""
    return call.mode is Mode.LINE or call.campaign_id is not None or any(leg.is_standing for leg in call.legs)


async def _find_cost(session: AsyncSession, call: Call) -> dict[str, Any]:
    """Return what the call cost by the price of its day; a later price changes nothing."""
    own = await queries.find_settings(session)
    if own is None or own.minute_cost_minor is None or not own.currency:
        return {}
    return {"cost_minor": charge_call(call, own.minute_cost_minor), "currency": own.currency}


def find_talking_member(call: Call) -> UUID | None:
    """Return the agent who got the call, or to whom it was handed on last."""
    return next((leg.member_id for leg in reversed(call.legs) if leg.party is Party.AGENT and leg.is_joined), None)


def _look(call: Call) -> tuple[object, ...]:
    """Return what people see of a call; a leg that is merely asked for, or dialled, looks the same."""
    early = {LegState.PLANNED, LegState.REQUESTED, LegState.DIALLING}
    legs = tuple((leg.id, None if leg.state in early else leg.state, leg.is_joined, leg.is_muted) for leg in call.legs)
    return call.state, call.outcome, call.verdict, call.transfer, legs


async def _tell(session: AsyncSession, row: CallRow, call: Call, *, is_over: bool) -> None:
    notify(session, CHANGED, str(call.id))
    publish(
        session,
        CallChanged(
            call_id=call.id,
            lead_id=row.lead_id,
            member_id=row.member_id,
            campaign_id=row.campaign_id,
            state=call.state.value,
        ),
    )
    if not is_over or call.outcome is None or call.mode is Mode.LINE:
        return
    if row.target_id:
        await settle_call(session, row)
    publish(
        session,
        CallEnded(
            call_id=call.id,
            lead_id=row.lead_id,
            member_id=row.member_id,
            campaign_id=row.campaign_id,
            outcome=call.outcome.value,
            is_recorded=call.is_recording,
        ),
    )
    if call.is_recording:
        publish(session, CallRecorded(call_id=call.id))
    if row.lead_id:
        body = {"call_id": str(call.id), "outcome": call.outcome.value, "seconds": talked_seconds(call)}
        await leads.add_timeline(session, lead_id=row.lead_id, kind="call", body=body, actor_id=row.member_id)


def _write_recording(call: Call) -> dict[str, Any]:
    return {
        "org_id": call.org_id,
        "id": new_id(),
        "call_id": call.id,
        "server": call.server,
        "name": recording_name(call.org_id, call.id),
        "state": "recording",
        "started_at": call.connected_at or utc_now(),
    }


def _write_event(session: AsyncSession, change: Change) -> dict[str, Any]:
    assert change.signal is not None
    signal = change.signal
    detail = {"text": signal.text, "cause": signal.cause, "args": list(signal.args)}
    return {
        "org_id": session.info["org_id"],
        "id": new_id(),
        "call_id": change.after.id,
        "leg_id": change.leg_id,
        "at": signal.at,
        "kind": signal.kind.value,
        "detail": {name: value for name, value in detail.items() if value},
    }
