"""Recordings over HTTP: played with seek, by access token or by a link that a player can carry; deleted."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Response
from fastapi.responses import StreamingResponse

from metacortex.contexts.calls.router.calls import Placer
from metacortex.contexts.calls.router.commands import NotYourCall, require_part
from metacortex.contexts.calls.schemas import RecordingLinkOut
from metacortex.contexts.calls.service import playing
from metacortex.contexts.calls.service import recordings as service
from metacortex.contexts.calls.service.playing import LINK_SECONDS, RecordingLinkEnded
from metacortex.contexts.calls.service.recordings import (
    RecordingDamaged,
    RecordingNotFound,
    RecordingNotReady,
    Sound,
    open_sound,
    read_sound,
)
from metacortex.contexts.calls.service.refusals import CallNotFound
from metacortex.platform.database import transaction
from metacortex.platform.http import Envelope, Session, envelope, problems
from metacortex.platform.http.ranges import ByteRange, RangeNotSatisfiable, read_range_header
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import CurrentMember, ProofNeeded, RecentProof, require

router = APIRouter(prefix="/api/v1", tags=["calls"])
Editor = Annotated[Principal, Depends(require("calls:edit"))]
RangeHeader = Annotated[
    str | None, Header(alias="Range", max_length=100, description="One part of the file, as bytes=0-1023.")
]
_SOUND: dict[int | str, dict[str, Any]] = {
    200: {"description": "The recording.", "content": {"audio/wav": {}}},
    206: {"description": "The part of it that was asked for.", "content": {"audio/wav": {}}},
}


@router.get(
    "/calls/{call_id}/recording",
    response_class=StreamingResponse,
    responses={
        **_SOUND,
        **problems(
            CallNotFound, NotYourCall, RecordingNotFound, RecordingDamaged, RecordingNotReady, RangeNotSatisfiable
        ),
    },
)
async def play_recording(call_id: UUID, member: Placer, range_header: RangeHeader = None) -> Response:
    """What was said on a call, as a WAV file, for those who took part in it and for supervisors."""
    await require_part(call_id, member)
    sound = await open_sound(member.org_id, call_id)
    part = read_range_header(range_header, sound.size_bytes)
    async with transaction(member.org_id) as session:
        await playing.record_played(session, member, call_id)
    return await _answer(sound, part)


@router.post(
    "/calls/{call_id}/recording/link",
    status_code=201,
    response_model=Envelope[RecordingLinkOut],
    responses=problems(CallNotFound, NotYourCall, RecordingNotFound, RecordingDamaged, RecordingNotReady),
)
async def link_recording(_: CurrentMember, call_id: UUID, member: Placer) -> Any:
    """An address for a player, which cannot send an access token: good for ten minutes, and while you are signed in."""
    await require_part(call_id, member)
    token = await playing.make_link(member, call_id)
    return envelope({"url": f"/api/v1/recordings/{token}", "expires_in_seconds": LINK_SECONDS})


@router.get(
    "/recordings/{token}",
    response_class=StreamingResponse,
    responses={
        **_SOUND,
        **problems(RecordingLinkEnded, RecordingNotFound, RecordingDamaged, RecordingNotReady, RangeNotSatisfiable),
    },
)
async def play_linked_recording(
    token: Annotated[str, Path(max_length=300)], range_header: RangeHeader = None
) -> Response:
    """The recording that a link was made for."""
    link = await playing.follow_link(token)
    sound = await open_sound(link.org_id, link.call_id)
    return await _answer(sound, read_range_header(range_header, sound.size_bytes))


@router.delete(
    "/calls/{call_id}/recording",
    status_code=204,
    responses=problems(RecordingNotFound, ProofNeeded),
    dependencies=[RecentProof],
)
async def delete_recording(call_id: UUID, session: Session, _: Editor) -> Response:
    """Delete what was recorded of a call, here and at the phone server; nobody can bring it back."""
    await service.delete_recording(session, call_id)
    return Response(status_code=204)


async def _answer(sound: Sound, part: ByteRange | None) -> Response:
    """Stream a recording; its first bytes are read before the answer begins, so that a failure is told as one."""
    wanted = part or ByteRange(0, sound.size_bytes)
    pieces = read_sound(sound, wanted.start, wanted.end)
    first = await anext(pieces)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'inline; filename="call-{sound.call_id}.wav"',
        "Content-Length": str(wanted.end - wanted.start),
    }
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{sound.size_bytes}"
    return StreamingResponse(
        _follow(first, pieces), 200 if part is None else 206, media_type="audio/wav", headers=headers
    )


async def _follow(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece
