"""Placing calls and looking at them."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from metacortex.contexts.calls.router.alone.reading import describe_placing, read_body, read_how
from metacortex.contexts.calls.router.alone.signing_in import Caller, TheOffice, bearer, get_office, identify
from metacortex.contexts.calls.rules.flow.legs import is_muted, is_on_hold, talked_seconds
from metacortex.contexts.calls.schemas import CallEventOut, CallOut, NewAloneCall
from metacortex.contexts.calls.service import refusals
from metacortex.contexts.calls.service.alone.placing import ConsentUnknown, PlaceUnknown, Wish, place_call
from metacortex.contexts.calls.service.memory import KeptCall
from metacortex.contexts.calls.service.refusals import CallNotFound
from metacortex.contexts.calls.settings import alone_settings
from metacortex.contexts.calls.types import Call, CallState, Leg, Mode, Outcome
from metacortex.platform.errors import TooMany
from metacortex.platform.http import Envelope, Page, envelope, page, problems, read_cursor, write_cursor
from metacortex.platform.http.envelope import BadCursor
from metacortex.platform.http.limits import hold_to
from metacortex.platform.limits import Limit, take

router = APIRouter(prefix="/api/v1", tags=["calls"], dependencies=[Depends(bearer)])
PLACING = problems(
    refusals.NoPhone,
    refusals.NoMachineDetection,
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
    ConsentUnknown,
    PlaceUnknown,
    TooMany,
)


@lru_cache(maxsize=1)
def _placing_limit() -> Limit:
    return Limit("calls", "bucket", alone_settings().placing_limit, 60)


@router.post(
    "/calls", status_code=201, response_model=Envelope[CallOut], responses=PLACING, openapi_extra=describe_placing()
)
async def create_call(request: Request) -> Any:
    """Ring: answers when the phone server has begun to, or says why nobody is called."""
    # Read here, by the same models that document it: what the framework does for each parameter takes as long as all
    # the rest of a call.
    user, office = identify(request), get_office(request)
    hold_to(request, await take([(_placing_limit(), user.name)]))
    how, body = read_how(request), await read_body(request, NewAloneCall)
    kept = await place_call(office, user, _read_wish(body), how.idempotency_key)
    if how.wait is not None:
        await office.store.wait(kept, _IS_THERE[how.wait], seconds=how.wait_seconds)
    return answer(envelope(show_call(kept)), 201)


@router.get("/calls", response_model=Page[CallOut], responses=problems(BadCursor))
async def list_calls(
    office: TheOffice,
    _: Caller,
    outcome: Outcome | None = None,
    still: Annotated[Literal["on", "over"] | None, Query(description="Whether they are still on, or over.")] = None,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    """Calls, newest first, by outcome or whether they are still on."""
    position = read_cursor(cursor, size=1)
    before = _read_id(position[0]) if position else None
    wanted = (kept for kept in office.store.list_newest() if before is None or kept.call.id < before)
    found = list(islice(_choose(wanted, outcome, still), limit + 1))
    next_cursor = write_cursor([found[limit - 1].call.id]) if len(found) > limit else None
    return answer(page([show_call(kept) for kept in found[:limit]], next_cursor=next_cursor))


@router.get("/calls/{call_id}", response_model=Envelope[CallOut], responses=problems(CallNotFound))
async def read_call_state(call_id: UUID, office: TheOffice, _: Caller) -> Any:
    """One call, as it is now."""
    return answer(envelope(show_call(find_call(office.store.find(call_id)))))


@router.get("/calls/{call_id}/events", response_model=Envelope[list[CallEventOut]], responses=problems(CallNotFound))
async def list_call_events(call_id: UUID, office: TheOffice, _: Caller) -> Any:
    """Everything that happened on a call, in the order it was heard."""
    events = []
    for leg_id, signal in find_call(office.store.find(call_id)).heard:
        detail = {"text": signal.text, "cause": signal.cause, "args": list(signal.args)}
        said = {name: value for name, value in detail.items() if value}
        events.append({"at": signal.at, "kind": signal.kind, "leg_id": leg_id, "detail": said})
    return answer(envelope(events))


def answer(content: Any, status: int = 200) -> Response:
    """Write an answer whose shape the route declares."""
    return Response(orjson.dumps(content, option=orjson.OPT_UTC_Z), status, media_type="application/json")


def find_call(kept: KeptCall | None) -> KeptCall:
    """Return the call; raises CallNotFound where there is none, or it was forgotten."""
    if kept is None:
        raise CallNotFound
    return kept


def show_call(kept: KeptCall) -> dict[str, Any]:
    """Return a call as it is shown (CallOut); there are no leads, members, campaigns and costs here."""
    call, particulars = kept.call, kept.particulars
    return {
        "id": call.id,
        "state": call.state,
        "outcome": call.outcome,
        "mode": call.mode,
        "to": particulars.to,
        "from": call.caller_id,
        "lead_id": None,
        "campaign_id": None,
        "member_id": None,
        "requested_by": particulars.requested_by,
        "machine": call.verdict,
        "is_recorded": call.is_recorded,
        "recording": None,
        "recording_note": particulars.recording_note,
        "is_on_hold": is_on_hold(call),
        "is_muted": is_muted(call),
        "disposition": None,
        "note": None,
        "transfer": call.transfer,
        "variables": particulars.variables,
        "legs": [_show_leg(leg) for leg in call.legs],
        "requested_at": call.requested_at,
        "answered_at": call.answered_at,
        "connected_at": call.connected_at,
        "ended_at": call.ended_at,
        "talked_seconds": talked_seconds(call),
        "cost_minor": None,
        "currency": None,
    }


def _show_leg(leg: Leg) -> dict[str, Any]:
    return {
        "id": leg.id,
        "party": leg.party,
        "member_id": leg.member_id,
        "number": leg.number,
        "state": leg.state,
        "timeout_seconds": leg.timeout_seconds,
        "is_joined": leg.is_joined,
        "is_muted": leg.is_muted,
        "monitoring": leg.monitoring,
        "outcome": leg.outcome,
        "cause": leg.cause,
        "ringing_at": leg.ringing_at,
        "answered_at": leg.answered_at,
        "ended_at": leg.ended_at,
    }


def _is_answered(call: Call) -> bool:
    return call.state in {CallState.ANSWERED, CallState.CONNECTED, CallState.ENDED}


def _is_ended(call: Call) -> bool:
    return call.state is CallState.ENDED


_IS_THERE = {"answered": _is_answered, "ended": _is_ended}


def _read_wish(body: NewAloneCall) -> Wish:
    return Wish(
        to=body.to,
        mode=body.mode or (Mode.AGENT_FIRST if body.agent else Mode.DIRECT),
        agent=body.agent,
        caller_id=body.caller_id,
        timeout_seconds=body.timeout_seconds,
        record=body.record,
        detects_machine=body.detect_machine,
        variables=dict(body.variables),
        consent=body.consent,
        about=body.purpose,
        time_zone=body.time_zone,
        country=body.country,
        region=body.region,
        postal_code=body.postal_code,
    )


def _choose(
    calls: Iterator[KeptCall], outcome: Outcome | None, still: Literal["on", "over"] | None
) -> Iterator[KeptCall]:
    for kept in calls:
        if outcome is not None and kept.call.outcome is not outcome:
            continue
        if still is None or _is_ended(kept.call) == (still == "over"):
            yield kept


def _read_id(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise BadCursor from error
