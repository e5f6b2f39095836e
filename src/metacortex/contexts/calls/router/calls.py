"""Placing calls and looking at them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import CallRow, LegRow, Recording
from metacortex.contexts.calls.rules.flow.legs import talked_seconds
from metacortex.contexts.calls.schemas import CallEventOut, CallOut, NewCall
from metacortex.contexts.calls.service import refusals
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.placing import Order, place_call, with_defaults
from metacortex.contexts.calls.service.refusals import CallNotFound
from metacortex.contexts.calls.service.store import read_call
from metacortex.contexts.calls.service.waiting import wait_for_call
from metacortex.contexts.calls.types import CallState, Outcome, Party
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import transaction
from metacortex.platform.http import Envelope, Page, Session, envelope, page, problems, read_cursor, write_cursor
from metacortex.platform.http.envelope import BadCursor
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1", tags=["calls"])
Viewer = Annotated[Principal, Depends(require("calls:view"))]
Placer = Annotated[Principal, Depends(require("calls:place"))]
Limit = Annotated[int, Query(ge=1, le=200)]
WaitSeconds = Annotated[float, Query(ge=0, le=120, description="Longest wait; then the call is shown as it is.")]
PLACING = (
    refusals.NobodyToCall,
    refusals.NoMachineDetection,
    refusals.NoPhone,
    refusals.AgentBusy,
    refusals.CallKeyReused,
    refusals.CallRefused,
    refusals.CallsUnavailable,
    refusals.NumberInvalid,
    refusals.CallerIdUnknown,
    refusals.CallerIdNotLocal,
    refusals.NumberOnDoNotCallList,
    refusals.OutsideCallingHours,
    refusals.CalledTooOften,
    refusals.TrunkBusy,
    refusals.NumbersUsedUp,
    privacy.ConsentMissing,
    privacy.Suppressed,
    leads.LeadNotFound,
)


async def calls_engine(request: Request) -> Engine:
    """Return what runs calls in this process."""
    engine: Engine = request.app.state.calls
    return engine


CallsEngine = Annotated[Engine, Depends(calls_engine)]


@router.post("/calls", status_code=201, response_model=Envelope[CallOut], responses=problems(*PLACING))
async def create_call(
    body: NewCall,
    member: Placer,
    engine: CallsEngine,
    wait: Annotated[
        Literal["answered", "ended"] | None, Query(description="Answer only when the call is so far, or has ended.")
    ] = None,
    wait_seconds: WaitSeconds = 60,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=200, description="The same key never rings twice, whatever happens between."),
    ] = None,
) -> Any:
    """Ring: answers when the phone server has begun to, or says why nobody is called."""
    order = with_defaults(_read_order(body, member, idempotency_key), member.member_id)
    placed = await place_call(engine, member.org_id, order)
    if wait is not None:
        await wait_for_call(member.org_id, placed.id, CallState(wait), seconds=wait_seconds)
    elif placed.row is not None:
        return envelope(show_row(placed.row, list(placed.legs), None))
    async with transaction(member.org_id) as session:
        return envelope(await show_call(session, placed.id))


@router.get("/calls", response_model=Page[CallOut], responses=problems(BadCursor))
async def list_calls(
    session: Session,
    member: Viewer,
    lead_id: UUID | None = None,
    member_id: UUID | None = None,
    campaign_id: UUID | None = None,
    mine: Annotated[bool, Query(description="Only those you asked for, or whose phones include yours.")] = False,
    outcome: Outcome | None = None,
    still: Annotated[Literal["on", "over"] | None, Query(description="Whether they are still on, or over.")] = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Limit = 50,
) -> Any:
    """Calls, newest first, by lead, agent, outcome, or whether they are still on."""
    position = read_cursor(cursor, size=1)
    rows = await queries.list_calls(
        session,
        lead_id=lead_id,
        member_id=member_id,
        campaign_id=campaign_id,
        of_member_id=member.member_id if mine else None,
        outcome=outcome.value if outcome else None,
        is_open=None if still is None else still == "on",
        before=_read_id(position[0]) if position else None,
        limit=limit + 1,
    )
    shown = rows[:limit]
    legs = await queries.list_legs(session, [row.id for row in shown])
    next_cursor = write_cursor([shown[-1].id]) if len(rows) > limit else None
    sounds = await queries.list_recordings(session, [row.id for row in shown])
    return page([show_row(row, legs, sounds.get(row.id)) for row in shown], next_cursor=next_cursor)


@router.get("/calls/{call_id}", response_model=Envelope[CallOut], responses=problems(CallNotFound))
async def read_call_state(call_id: UUID, session: Session, _: Viewer) -> Any:
    """One call, as it is now."""
    return envelope(await show_call(session, call_id))


@router.get("/calls/{call_id}/events", response_model=Envelope[list[CallEventOut]], responses=problems(CallNotFound))
async def list_call_events(call_id: UUID, session: Session, _: Viewer) -> Any:
    """Everything that happened on a call, in the order it was heard."""
    if await queries.find_call(session, call_id) is None:
        raise CallNotFound
    return envelope(
        [
            {"at": one.at, "kind": one.kind, "leg_id": one.leg_id, "detail": one.detail}
            for one in await queries.list_events(session, call_id)
        ]
    )


def _read_order(body: NewCall, member: Principal, key: str | None) -> Order:
    return Order(
        to=body.to,
        lead_id=body.lead_id,
        mode=body.mode,
        agent_ids=tuple(dict.fromkeys(body.agent_ids)),
        ringing=body.ringing,
        caller_id=body.caller_id,
        timeout_seconds=body.timeout_seconds,
        record=body.record,
        detects_machine=body.detect_machine,
        variables=dict(body.variables),
        about=body.purpose,
        requested_by=member.member_id,
        key=key,
    )


def _read_id(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise BadCursor from error


async def show_call(session: Session, call_id: UUID) -> dict[str, Any]:
    """Return a call as it is shown; raises CallNotFound."""
    row = await queries.find_call(session, call_id)
    if row is None:
        raise CallNotFound
    legs = await queries.list_legs(session, [call_id])
    return show_row(row, legs, await queries.find_recording(session, call_id))


def show_row(row: CallRow, legs: list[LegRow], sound: Recording | None) -> dict[str, Any]:
    """Return a call as it is shown, with those of these legs that are its own."""
    own = [leg for leg in legs if leg.call_id == row.id]
    return {
        "id": row.id,
        "state": row.state,
        "outcome": row.outcome,
        "mode": row.mode,
        "to": row.to_number,
        "caller_id": row.caller_id,
        "lead_id": row.lead_id,
        "campaign_id": row.campaign_id,
        "disposition": row.disposition,
        "note": row.note,
        "member_id": row.member_id,
        "requested_by": row.requested_by,
        "machine": row.verdict,
        "is_recorded": row.is_recorded,
        "recording": {"state": sound.state, "seconds": sound.seconds} if sound else None,
        "recording_note": row.recording_note,
        "is_on_hold": any(
            leg.party == Party.LEAD.value and leg.state == "up" and not leg.is_joined and row.connected_at
            for leg in own
        ),
        "is_muted": any(leg.party == Party.AGENT.value and leg.state == "up" and leg.is_muted for leg in own),
        "transfer": row.transfer,
        "variables": row.variables,
        "legs": own,
        "requested_at": row.requested_at,
        "answered_at": row.answered_at,
        "connected_at": row.connected_at,
        "ended_at": row.ended_at,
        "talked_seconds": talked_seconds(read_call(row, own)),
        "cost_minor": row.cost_minor,
        "currency": row.currency,
    }
