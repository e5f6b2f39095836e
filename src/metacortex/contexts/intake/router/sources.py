"""The addresses and forms an organization takes leads at."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from metacortex.contexts.intake.schemas import ChangeSourceIn, NewSourceIn, SourceOut
from metacortex.contexts.intake.service import sources
from metacortex.contexts.intake.types import SourceKind
from metacortex.platform.http import Envelope, IdempotencyKey, IdempotentRoute, Session, envelope, problems
from metacortex.platform.http.idempotency import IdempotencyKeyReused
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1/sources", tags=["intake"], route_class=IdempotentRoute)
Viewer = Annotated[Principal, Depends(require("sources:view"))]
Editor = Annotated[Principal, Depends(require("sources:edit"))]


@router.get("", response_model=Envelope[list[SourceOut]])
async def list_sources(session: Session, _: Viewer) -> Any:
    """Every mail address and form; the first call gives a new organization one of each."""
    return envelope([sources.view_source(source) for source in await sources.ensure_sources(session)])


@router.post("", status_code=201, response_model=Envelope[SourceOut], responses=problems(IdempotencyKeyReused))
async def create_source(body: NewSourceIn, session: Session, _: Editor, __: IdempotencyKey) -> Any:
    """Open one more mail address or form."""
    source = await sources.create_source(session, kind=SourceKind(body.kind), name=body.name)
    return envelope(sources.view_source(source))


@router.patch("/{source_id}", response_model=Envelope[SourceOut], responses=problems(sources.SourceNotFound))
async def change_source(source_id: UUID, body: ChangeSourceIn, session: Session, _: Editor) -> Any:
    """Rename a source, or switch it on or off; a source switched off refuses mail and submissions within 30 s."""
    source = await sources.change_source(session, source_id, name=body.name, active=body.active)
    return envelope(sources.view_source(source))
