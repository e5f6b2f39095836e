"""Jobs that were given up: shown with their error, and replayed by a person."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy import select

from metacortex.platform.audit import record
from metacortex.platform.database import utc_now
from metacortex.platform.errors import NotFound
from metacortex.platform.http.envelope import BadCursor, Envelope, Page, envelope, page, read_cursor, write_cursor
from metacortex.platform.http.problems import problems
from metacortex.platform.http.sessions import Session
from metacortex.platform.jobs.dead_letters import take_dead_letter
from metacortex.platform.jobs.models import DeadLetter
from metacortex.platform.jobs.outbox import replay_job
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1/dead-letters", tags=["operations"])


class DeadLetterNotFound(NotFound):
    code = "dead_letter_not_found"
    title = "This failed job does not exist, or was replayed already."


class DeadLetterOut(BaseModel):
    """A job that was given up."""

    id: UUID
    job: str
    error: str
    attempts: int
    failed_at: datetime
    args: dict[str, Any]


@router.get("", response_model=Page[DeadLetterOut], responses=problems(BadCursor))
async def list_dead_letters(
    session: Session,
    _: Annotated[Principal, Depends(require("operations:view"))],
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    """Failed jobs that wait for a person, newest first."""
    found = select(DeadLetter).where(DeadLetter.org_id == session.info["org_id"], DeadLetter.replayed_at.is_(None))
    position = read_cursor(cursor, size=1)
    if position:
        try:
            found = found.where(DeadLetter.id < UUID(position[0]))
        except (AttributeError, TypeError, ValueError) as error:
            raise BadCursor from error
    rows = (await session.scalars(found.order_by(DeadLetter.id.desc()).limit(limit + 1))).all()
    shown = [
        {
            "id": row.id,
            "job": row.name,
            "error": row.error,
            "attempts": row.attempts,
            "failed_at": row.failed_at,
            "args": row.args,
        }
        for row in rows[:limit]
    ]
    return page(shown, next_cursor=write_cursor([rows[limit - 1].id]) if len(rows) > limit else None)


class ReplayedOut(BaseModel):
    """The job that runs again."""

    id: UUID


@router.post(
    "/{dead_letter_id}/replay",
    status_code=202,
    response_model=Envelope[ReplayedOut],
    responses=problems(DeadLetterNotFound),
)
async def replay_dead_letter(
    dead_letter_id: UUID, session: Session, member: Annotated[Principal, Depends(require("operations:edit"))]
) -> Any:
    """Owe the job again, with all its attempts."""
    letter = await take_dead_letter(session, dead_letter_id)
    if letter is None:
        raise DeadLetterNotFound
    record(session, "job.replayed", subject=str(letter.id), after={"job": letter.name})
    letter.replayed_at, letter.replayed_by = utc_now(), member.member_id
    return envelope({"id": replay_job(session, letter)})
