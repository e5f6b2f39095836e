"""What people do to a call that is on: their own, or as a supervisor any."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import CallRow, LegRow
from metacortex.contexts.calls.router.calls import CallsEngine, Placer, show_call
from metacortex.contexts.calls.schemas import CallOut, MonitorCall, PlaySound, SendDigits, TransferCall
from metacortex.contexts.calls.service import colleagues, commanding
from metacortex.contexts.calls.service.refusals import (
    AgentBusy,
    CallNotFound,
    CallNotTalking,
    CallsUnavailable,
    NobodyToCall,
    NoPhone,
    NumberInvalid,
    NumberOnDoNotCallList,
    NumbersUsedUp,
    TransferUnderWay,
    TrunkBusy,
)
from metacortex.contexts.calls.types import CallState, LegState
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import transaction
from metacortex.platform.errors import Refused
from metacortex.platform.http import Envelope, envelope, problems
from metacortex.platform.security import Principal, may
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1/calls/{call_id}", tags=["calls"])


class NotYourCall(Refused):
    """An agent reached for somebody else's call."""

    code = "not_your_call"
    title = "This is a colleague's call. Only those on it, and supervisors, can do this."


REFUSALS = problems(CallNotFound, CallNotTalking, CallsUnavailable, NotYourCall)


async def require_part(call_id: UUID, member: Principal) -> None:
    """Refuse whoever neither took part in a call nor asked for it nor supervises (CallNotFound, NotYourCall)."""
    _judge_part(*await _read(call_id, member), member)


async def require_hold(call_id: UUID, member: Principal) -> None:
    """Refuse as `require_part` does, and whoever left a call that a colleague has now (CallNotFound, NotYourCall)."""
    row, legs = await _read(call_id, member)
    _judge_part(row, legs, member)
    if row.state == CallState.ENDED.value or row.member_id in {None, member.member_id}:
        return
    own = [leg for leg in legs if leg.member_id == member.member_id]
    is_gone = any(leg.is_joined for leg in own) and all(leg.state == LegState.ENDED.value for leg in own)
    if is_gone and not may(member, "calls:monitor"):
        raise NotYourCall


def _judge_part(row: CallRow, legs: list[LegRow], member: Principal) -> None:
    is_part = member.member_id in {row.requested_by, row.member_id, *(leg.member_id for leg in legs)}
    if not is_part and not may(member, "calls:monitor"):
        raise NotYourCall


async def _read(call_id: UUID, member: Principal) -> tuple[CallRow, list[LegRow]]:
    async with transaction(member.org_id) as session:
        row = await queries.find_call(session, call_id)
        if row is None:
            raise CallNotFound
        return row, await queries.list_legs(session, [call_id])


Supervisor = Annotated[Principal, Depends(require("calls:monitor"))]


async def _answer(member: Principal, call_id: UUID) -> Any:
    async with transaction(member.org_id) as session:
        return envelope(await show_call(session, call_id))


@router.post("/hang-up", response_model=Envelope[CallOut], responses=REFUSALS)
async def hang_up_call(call_id: UUID, member: Placer, engine: CallsEngine) -> Any:
    """End a call; one that has ended stays as it is."""
    await require_hold(call_id, member)
    await commanding.hang_up_call(engine, member.org_id, call_id)
    return await _answer(member, call_id)


@router.post("/hold", response_model=Envelope[CallOut], responses=REFUSALS)
async def hold_call(call_id: UUID, member: Placer, engine: CallsEngine) -> Any:
    """Let the lead hear music."""
    await require_hold(call_id, member)
    await commanding.hold_call(engine, member.org_id, call_id)
    return await _answer(member, call_id)


@router.post("/resume", response_model=Envelope[CallOut], responses=REFUSALS)
async def resume_call(call_id: UUID, member: Placer, engine: CallsEngine) -> Any:
    """Bring the lead back from hold."""
    await require_hold(call_id, member)
    await commanding.resume_call(engine, member.org_id, call_id)
    return await _answer(member, call_id)


@router.post("/mute", status_code=204, responses=REFUSALS)
async def mute_call(call_id: UUID, member: Placer, engine: CallsEngine) -> Response:
    """Close the agent's microphone."""
    await require_hold(call_id, member)
    await commanding.mute_call(engine, member.org_id, call_id, is_muted=True)
    return Response(status_code=204)


@router.post("/unmute", status_code=204, responses=REFUSALS)
async def unmute_call(call_id: UUID, member: Placer, engine: CallsEngine) -> Response:
    """Open the agent's microphone."""
    await require_hold(call_id, member)
    await commanding.mute_call(engine, member.org_id, call_id, is_muted=False)
    return Response(status_code=204)


@router.post("/digits", status_code=204, responses=REFUSALS)
async def send_digits(call_id: UUID, body: SendDigits, member: Placer, engine: CallsEngine) -> Response:
    """Press keys towards the lead."""
    await require_hold(call_id, member)
    await commanding.send_digits(engine, member.org_id, call_id, body.digits)
    return Response(status_code=204)


@router.post("/play", status_code=204, responses=REFUSALS)
async def play_sound(call_id: UUID, body: PlaySound, member: Placer, engine: CallsEngine) -> Response:
    """Let everybody in the call hear a sound that the phone server has."""
    await require_hold(call_id, member)
    await commanding.play_sound(engine, member.org_id, call_id, body.media)
    return Response(status_code=204)


@router.post(
    "/transfer",
    response_model=Envelope[CallOut],
    responses=problems(
        CallNotFound,
        CallNotTalking,
        CallsUnavailable,
        NotYourCall,
        NobodyToCall,
        NoPhone,
        AgentBusy,
        NumberInvalid,
        NumberOnDoNotCallList,
        NumbersUsedUp,
        privacy.ConsentMissing,
        privacy.Suppressed,
        TransferUnderWay,
        TrunkBusy,
    ),
)
async def transfer_call(call_id: UUID, body: TransferCall, member: Placer, engine: CallsEngine) -> Any:
    """Ring a colleague, or a number, to hand the lead to; blind: the agent leaves when the other answers."""
    await require_hold(call_id, member)
    await colleagues.transfer_call(engine, member.org_id, call_id, member_id=body.member_id, to=body.to, kind=body.kind)
    return await _answer(member, call_id)


@router.post("/transfer/complete", response_model=Envelope[CallOut], responses=REFUSALS)
async def complete_transfer(call_id: UUID, member: Placer, engine: CallsEngine) -> Any:
    """Leave the lead with whom the agent spoke first."""
    await require_hold(call_id, member)
    await commanding.complete_transfer(engine, member.org_id, call_id)
    return await _answer(member, call_id)


@router.post("/transfer/cancel", response_model=Envelope[CallOut], responses=REFUSALS)
async def cancel_transfer(call_id: UUID, member: Placer, engine: CallsEngine) -> Any:
    """Go on with the lead."""
    await require_hold(call_id, member)
    await commanding.cancel_transfer(engine, member.org_id, call_id)
    return await _answer(member, call_id)


@router.post(
    "/monitor",
    response_model=Envelope[CallOut],
    responses=problems(CallNotFound, CallNotTalking, CallsUnavailable, NoPhone, AgentBusy, TrunkBusy),
)
async def monitor_call(call_id: UUID, body: MonitorCall, member: Supervisor, engine: CallsEngine) -> Any:
    """Ring the supervisor's own phone, to listen, whisper to the agent, or join in; asked again, change to another."""
    await colleagues.monitor_call(engine, member.org_id, call_id, member.member_id, body.monitoring)
    return await _answer(member, call_id)


@router.delete("/monitor", response_model=Envelope[CallOut], responses=problems(CallNotFound, CallsUnavailable))
async def stop_monitoring(call_id: UUID, member: Supervisor, engine: CallsEngine) -> Any:
    """Leave a call you listened to; it goes on without you."""
    await colleagues.stop_monitoring(engine, member.org_id, call_id, member.member_id)
    return await _answer(member, call_id)
