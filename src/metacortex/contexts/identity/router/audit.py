"""The audit log of the organization."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from metacortex.contexts.identity.schemas import AuditEntryOut
from metacortex.contexts.identity.service import audit_log
from metacortex.contexts.identity.types import AuditFilters
from metacortex.platform.audit import AuditEntry
from metacortex.platform.http import Page, Session, page, problems
from metacortex.platform.http.envelope import BadCursor, read_cursor, write_cursor
from metacortex.platform.http.json import dump_json
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import ProofNeeded, RecentProof, require

router = APIRouter(prefix="/api/v1/audit")
NO_NUL = r"^[^\x00]*$"
AuditViewer = Annotated[Principal, Depends(require("audit:view"))]


async def read_filters(
    action: Annotated[
        str | None, Query(max_length=80, pattern=NO_NUL, description="`member.removed`, or `member.` for all such.")
    ] = None,
    actor_id: UUID | None = None,
    subject: Annotated[str | None, Query(max_length=200, pattern=NO_NUL)] = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AuditFilters:
    """Read what to look for from the address."""
    return AuditFilters(action=action, actor_id=actor_id, subject=subject, since=since, until=until)


Filters = Annotated[AuditFilters, Depends(read_filters)]


@router.get("", response_model=Page[AuditEntryOut], responses=problems(BadCursor))
async def list_audit_entries(
    member: AuditViewer,
    session: Session,
    filters: Filters,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    """Return critical acts, the newest first."""
    found = await audit_log.read_entries(session, member.org_id, filters, before=_read(cursor), limit=limit + 1)
    following = write_cursor([found[limit - 1][0].sequence]) if len(found) > limit else None
    return page([_show(*one) for one in found[:limit]], next_cursor=following)


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}}, **problems(ProofNeeded)},
    dependencies=[RecentProof],
)
async def export_audit_log(member: AuditViewer, filters: Filters) -> StreamingResponse:
    """Return all critical acts that fit, one JSON object a line, the oldest first."""

    async def write() -> AsyncIterator[bytes]:
        async for entry, name in audit_log.export_entries(member.org_id, filters):
            yield dump_json(_show(entry, name)) + b"\n"

    return StreamingResponse(
        write(),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="audit.ndjson"', "Cache-Control": "no-store"},
    )


def _read(cursor: str | None) -> int | None:
    values = read_cursor(cursor, size=1)
    if values is None:
        return None
    if not isinstance(values[0], int) or not 0 < values[0] < 2**62:
        raise BadCursor
    return values[0]


def _show(entry: AuditEntry, actor_name: str | None) -> dict[str, Any]:
    shown = {name: getattr(entry, name) for name in AuditEntryOut.model_fields if name != "actor_name"}
    return {**shown, "actor_name": actor_name}
