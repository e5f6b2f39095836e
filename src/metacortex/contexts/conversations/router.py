"""Messages over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from metacortex.contexts.conversations import queries
from metacortex.contexts.conversations.schemas import MessageOut
from metacortex.contexts.leads import public as leads
from metacortex.platform.http import Page, Session, page, problems
from metacortex.platform.http.envelope import BadCursor, read_moment_cursor, write_moment_cursor
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1", tags=["conversations"])


@router.get(
    "/leads/{lead_id}/messages",
    response_model=Page[MessageOut],
    responses=problems(leads.LeadNotFound, BadCursor),
)
async def list_messages(
    lead_id: UUID,
    session: Session,
    _: Annotated[Principal, Depends(require("leads:view"))],
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    """What was written to and from a lead, newest first."""
    if not await leads.lead_exists(session, lead_id):
        raise leads.LeadNotFound
    rows = await queries.list_messages(session, lead_id, before=read_moment_cursor(cursor), limit=limit + 1)
    has_more = len(rows) > limit
    end = write_moment_cursor(rows[limit - 1].received_at, rows[limit - 1].id) if has_more else None
    return page(rows[:limit], next_cursor=end)
