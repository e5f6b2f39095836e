"""Leads over HTTP: the board, one lead, its history, notes and tasks."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from sqlalchemy import Row

from metacortex.contexts.identity import public as identity
from metacortex.contexts.leads import queries, service
from metacortex.contexts.leads.queries import CardFilter
from metacortex.contexts.leads.schemas import (
    ChangeLead,
    ChangeTask,
    CreatedOut,
    LeadCard,
    NewNote,
    NewTask,
    StageOut,
    TaskOut,
    TimelineOut,
)
from metacortex.contexts.leads.service import LeadNotFound, StaleLead, TaskNotFound, UnknownMember, UnknownStage
from metacortex.platform.database import utc_now
from metacortex.platform.errors import PreconditionRequired
from metacortex.platform.http import (
    Envelope,
    IdempotencyKey,
    IdempotentRoute,
    Page,
    Session,
    envelope,
    page,
    problems,
    read_cursor,
    write_cursor,
)
from metacortex.platform.http.envelope import BadCursor, read_moment
from metacortex.platform.http.json import dump_json
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1", tags=["leads"], route_class=IdempotentRoute)
Viewer = Annotated[Principal, Depends(require("leads:view"))]
Editor = Annotated[Principal, Depends(require("leads:edit"))]
Limit = Annotated[int, Query(ge=1, le=200)]
Word = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
_ETAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')


@router.get("/pipeline", response_model=Envelope[list[StageOut]])
async def read_pipeline(session: Session, _: Viewer) -> Any:
    """The stages in order, with how many leads stand in each (counting stops at 10,000)."""
    stages = await service.read_pipeline(session)
    return envelope(
        [
            {
                "id": stage.id,
                "name": stage.name,
                "position": stage.position,
                "kind": stage.kind,
                "lead_count": await queries.count_stage(session, stage.id),
            }
            for stage in stages
        ]
    )


@router.get("/leads", response_model=Page[LeadCard], responses=problems(BadCursor))
async def list_leads(
    session: Session,
    _: Viewer,
    stage_id: UUID | None = None,
    owner_id: UUID | None = None,
    band: Word | None = None,
    intent: Word | None = None,
    source: Word | None = None,
    q: Word | None = None,
    ids: Annotated[list[UUID] | None, Query(max_length=200)] = None,
    sort: Literal["newest", "score"] = "newest",
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Limit = 80,
) -> Response:
    """Cards by stage, owner, band, intent, source or words, newest or highest score first."""
    wanted = CardFilter(
        stage_id=stage_id,
        owner_id=owner_id,
        band=band,
        intent=intent,
        source=source,
        text=q,
        ids=ids,
        by_score=sort == "score",
    )
    after = _read_position(cursor, by_score=wanted.by_score)
    rows = await queries.list_cards(session, wanted, after=after, limit=limit + 1)
    has_more = len(rows) > limit
    last = queries.position_of(rows[limit - 1], by_score=wanted.by_score) if has_more else None
    cards = [_card(row) for row in rows[:limit]]
    return Response(
        dump_json(page(cards, next_cursor=write_cursor(last) if last else None)), media_type="application/json"
    )


@router.get("/leads/{lead_id}", response_model=Envelope[LeadCard], responses=problems(LeadNotFound))
async def read_lead(lead_id: UUID, session: Session, _: Viewer, response: Response) -> Any:
    """One lead, with its version as ETag."""
    card = await _require_card(session, lead_id)
    response.headers["ETag"] = f'"{card["version"]}"'
    return envelope(card)


@router.patch(
    "/leads/{lead_id}",
    response_model=Envelope[LeadCard],
    responses=problems(
        LeadNotFound, StaleLead, PreconditionRequired, UnknownStage, UnknownMember, service.ContactExists
    ),
)
async def change_lead(
    lead_id: UUID,
    body: ChangeLead,
    session: Session,
    member: Editor,
    response: Response,
    if_match: Annotated[str | None, Header(max_length=40)] = None,
) -> Any:
    """Move, give, rename or correct a lead; `If-Match` names the version that was seen."""
    match = _ETAG.match(if_match or "")
    if match is None:
        raise PreconditionRequired
    try:
        await service.change_lead(
            session,
            lead_id=lead_id,
            version=int(match.group(1)),
            change=body,
            actor_id=member.member_id,
            now=utc_now(),
        )
    except StaleLead as stale:
        stale.extra["current"] = await _require_card(session, lead_id)
        raise
    card = await _require_card(session, lead_id)
    response.headers["ETag"] = f'"{card["version"]}"'
    return envelope(card)


@router.get("/leads/{lead_id}/timeline", response_model=Page[TimelineOut], responses=problems(LeadNotFound, BadCursor))
async def list_timeline(
    lead_id: UUID,
    session: Session,
    _: Viewer,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Limit = 50,
) -> Any:
    """What happened to a lead, newest first."""
    await _require_card(session, lead_id)
    position = read_cursor(cursor, size=1)
    before = _read_id(position[0]) if position else None
    entries = await queries.list_timeline(session, lead_id, before=before, limit=limit + 1)
    names = await identity.read_members(session, [entry.actor_id for entry in entries if entry.actor_id])
    shown = [
        {
            "id": entry.id,
            "kind": entry.kind,
            "at": entry.at,
            "actor_id": entry.actor_id,
            "actor_name": names[entry.actor_id].name if entry.actor_id in names else None,
            "body": entry.body,
        }
        for entry in entries[:limit]
    ]
    return page(shown, next_cursor=write_cursor([entries[limit - 1].id]) if len(entries) > limit else None)


@router.post(
    "/leads/{lead_id}/notes",
    status_code=201,
    response_model=Envelope[CreatedOut],
    responses=problems(LeadNotFound),
)
async def add_note(lead_id: UUID, body: NewNote, session: Session, member: Editor, _: IdempotencyKey) -> Any:
    """Write a note."""
    entry_id = await service.add_note(session, lead_id=lead_id, text=body.text, actor_id=member.member_id)
    return envelope({"id": entry_id})


@router.get("/leads/{lead_id}/tasks", response_model=Envelope[list[TaskOut]], responses=problems(LeadNotFound))
async def list_tasks(lead_id: UUID, session: Session, _: Viewer) -> Any:
    """A lead's tasks, open ones first."""
    await _require_card(session, lead_id)
    return envelope(await queries.list_tasks(session, lead_id))


@router.post(
    "/leads/{lead_id}/tasks",
    status_code=201,
    response_model=Envelope[TaskOut],
    responses=problems(LeadNotFound, UnknownMember),
)
async def add_task(lead_id: UUID, body: NewTask, session: Session, member: Editor, _: IdempotencyKey) -> Any:
    """Promise something about a lead."""
    return envelope(await service.add_task(session, lead_id=lead_id, new=body, actor_id=member.member_id))


@router.patch("/leads/{lead_id}/tasks/{task_id}", response_model=Envelope[TaskOut], responses=problems(TaskNotFound))
async def change_task(lead_id: UUID, task_id: UUID, body: ChangeTask, session: Session, member: Editor) -> Any:
    """Correct a task, or mark it done."""
    task = await service.change_task(
        session, lead_id=lead_id, task_id=task_id, change=body, actor_id=member.member_id, now=utc_now()
    )
    return envelope(task)


def _read_position(cursor: str | None, *, by_score: bool) -> tuple[int | datetime, UUID] | None:
    values = read_cursor(cursor, size=2)
    if values is None:
        return None
    place, lead_id = values
    if by_score:
        if not isinstance(place, int) or not -1 <= place <= 100:
            raise BadCursor
        return place, _read_id(lead_id)
    return read_moment(values)


def _read_id(value: Any) -> UUID:
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise BadCursor from error


async def _require_card(session: Session, lead_id: UUID) -> dict[str, Any]:
    row = await queries.find_card(session, lead_id)
    if row is None:
        raise LeadNotFound
    return _card(row)


def _card(row: Row[Any]) -> dict[str, Any]:
    card = dict(row._mapping)  # noqa: SLF001 (SQLAlchemy's public name for a row as mapping)
    del card["priority"]
    card["contact"] = {
        "id": card.pop("contact_id"),
        "name": card.pop("contact_name"),
        "email": card.pop("contact_email"),
        "phone": card.pop("contact_phone"),
        "company": card.pop("contact_company"),
        "time_zone": card.pop("contact_time_zone"),
        "country": card.pop("contact_country"),
        "region": card.pop("contact_region"),
        "postal_code": card.pop("contact_postal_code"),
    }
    return card
