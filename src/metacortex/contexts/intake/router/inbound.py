"""Messages as they arrived, above all those that could not be read."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from metacortex.contexts.intake.schemas import InboundOut
from metacortex.contexts.intake.service import reading
from metacortex.contexts.intake.types import InboundState
from metacortex.platform.http import Envelope, Page, Session, envelope, page, problems
from metacortex.platform.http.envelope import BadCursor, read_moment_cursor, write_moment_cursor
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import Caller, require

router = APIRouter(prefix="/api/v1/inbound", tags=["intake"])
Viewer = Annotated[Principal, Depends(require("sources:view"))]


@router.get("", response_model=Page[InboundOut], responses=problems(BadCursor))
async def list_inbound(
    session: Session,
    _: Viewer,
    state: InboundState | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    """Messages, newest first; `state=failed` shows those that need a person."""
    rows = await reading.page_inbound(session, state=state, before=read_moment_cursor(cursor), limit=limit + 1)
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    return page(shown, next_cursor=write_moment_cursor(last.received_at, last.id) if last else None)


@router.post(
    "/{inbound_id}/retry",
    status_code=202,
    response_model=Envelope[InboundOut],
    responses=problems(reading.InboundNotFound, reading.InboundNotFailed),
)
async def retry_inbound(
    inbound_id: UUID, session: Session, _: Annotated[Principal, Depends(require("sources:edit"))]
) -> Any:
    """Read a failed message again."""
    return envelope(await reading.retry_inbound(session, inbound_id))


@router.get(
    "/{inbound_id}/raw",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **problems(reading.InboundNotFound)},
)
async def read_inbound_raw(inbound_id: UUID, member: Caller, _: Viewer) -> Response:
    """The message byte by byte as it arrived, as a download."""
    content = await reading.read_raw(member.org_id, inbound_id)
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{inbound_id}.eml"', "Cache-Control": "no-store"},
    )
