"""What users do to a call that is on; every user may do it to every call, as they are one organization's programs."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from metacortex.contexts.calls.router.alone.calls import answer, find_call, show_call
from metacortex.contexts.calls.router.alone.signing_in import Caller, TheOffice, bearer
from metacortex.contexts.calls.schemas import CallOut, PlaySound, SendDigits, TransferToNumber
from metacortex.contexts.calls.service import commanding
from metacortex.contexts.calls.service.alone.office import Office
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.refusals import (
    CallNotFound,
    CallNotTalking,
    CallsUnavailable,
    NumberInvalid,
    NumberOnDoNotCallList,
    TransferUnderWay,
    TrunkBusy,
)
from metacortex.contexts.calls.types import Call
from metacortex.platform.http import Envelope, envelope, problems

router = APIRouter(prefix="/api/v1/calls/{call_id}", tags=["calls"], dependencies=[Depends(bearer)])
REFUSALS = problems(CallNotFound, CallNotTalking, CallsUnavailable)
TRANSFER_REFUSALS = problems(
    CallNotFound,
    CallNotTalking,
    CallsUnavailable,
    NumberInvalid,
    NumberOnDoNotCallList,
    TransferUnderWay,
    TrunkBusy,
)


async def _command(office: Office, call_id: UUID, do: Callable[[Engine, UUID, UUID], Awaitable[Call]]) -> Any:
    await do(office.engine, office.org_id, call_id)
    return _show(office, call_id)


def _show(office: Office, call_id: UUID) -> Any:
    return answer(envelope(show_call(find_call(office.store.find(call_id)))))


@router.post("/hang-up", response_model=Envelope[CallOut], responses=REFUSALS)
async def hang_up_call(call_id: UUID, office: TheOffice, _: Caller) -> Any:
    """End a call; one that has ended stays as it is."""
    return await _command(office, call_id, commanding.hang_up_call)


@router.post("/hold", response_model=Envelope[CallOut], responses=REFUSALS)
async def hold_call(call_id: UUID, office: TheOffice, _: Caller) -> Any:
    """Let the lead hear music."""
    return await _command(office, call_id, commanding.hold_call)


@router.post("/resume", response_model=Envelope[CallOut], responses=REFUSALS)
async def resume_call(call_id: UUID, office: TheOffice, _: Caller) -> Any:
    """Bring the lead back from hold."""
    return await _command(office, call_id, commanding.resume_call)


@router.post("/mute", status_code=204, responses=REFUSALS)
async def mute_call(call_id: UUID, office: TheOffice, _: Caller) -> Response:
    """Close the agent's microphone."""
    await commanding.mute_call(office.engine, office.org_id, call_id, is_muted=True)
    return Response(status_code=204)


@router.post("/unmute", status_code=204, responses=REFUSALS)
async def unmute_call(call_id: UUID, office: TheOffice, _: Caller) -> Response:
    """Open the agent's microphone."""
    await commanding.mute_call(office.engine, office.org_id, call_id, is_muted=False)
    return Response(status_code=204)


@router.post("/digits", status_code=204, responses=REFUSALS)
async def send_digits(call_id: UUID, body: SendDigits, office: TheOffice, _: Caller) -> Response:
    """Press keys towards the lead."""
    await commanding.send_digits(office.engine, office.org_id, call_id, body.digits)
    return Response(status_code=204)


@router.post("/play", status_code=204, responses=REFUSALS)
async def play_sound(call_id: UUID, body: PlaySound, office: TheOffice, _: Caller) -> Response:
    """Let everybody in the call hear a sound that the phone server has."""
    await commanding.play_sound(office.engine, office.org_id, call_id, body.media)
    return Response(status_code=204)


@router.post("/transfer", response_model=Envelope[CallOut], responses=TRANSFER_REFUSALS)
async def transfer_call(call_id: UUID, body: TransferToNumber, office: TheOffice, _: Caller) -> Any:
    """Ring a number to hand the lead to; blind: the agent leaves when the other answers."""
    await commanding.transfer_to_number(office.engine, office.org_id, call_id, body.to, body.kind)
    return _show(office, call_id)


@router.post("/transfer/complete", response_model=Envelope[CallOut], responses=REFUSALS)
async def complete_transfer(call_id: UUID, office: TheOffice, _: Caller) -> Any:
    """Leave the lead with whom the agent spoke first."""
    return await _command(office, call_id, commanding.complete_transfer)


@router.post("/transfer/cancel", response_model=Envelope[CallOut], responses=REFUSALS)
async def cancel_transfer(call_id: UUID, office: TheOffice, _: Caller) -> Any:
    """Go on with the lead."""
    return await _command(office, call_id, commanding.cancel_transfer)
