"""Every select of the leads context."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.leads.models import Contact, Lead, Stage, Task, TimelineEntry
from metacortex.contexts.leads.types import LeadChoice, LeadPerson

COUNT_LIMIT = 10_000
"""Counting stops here: a board tells ten thousand from more by a plus sign, and stays fast at a million leads."""

CARD_COLUMNS = (
    Lead.id,
    Lead.version,
    Lead.title,
    Lead.stage_id,
    Lead.owner_id,
    Lead.intent,
    Lead.band,
    Lead.score,
    Lead.score_state,
    Lead.reasons,
    Lead.summary,
    Lead.source,
    Lead.channel,
    Lead.language,
    Lead.next_step,
    Lead.message_count,
    Lead.received_at,
    Lead.updated_at,
    Lead.last_message_at,
    Lead.priority,
    Contact.id.label("contact_id"),
    Contact.name.label("contact_name"),
    Contact.email.label("contact_email"),
    Contact.phone.label("contact_phone"),
    Contact.company.label("contact_company"),
    Contact.time_zone.label("contact_time_zone"),
    Contact.country.label("contact_country"),
    Contact.region.label("contact_region"),
    Contact.postal_code.label("contact_postal_code"),
)

_PERSON_COLUMNS: tuple[ColumnElement[Any], ...] = (
    Lead.id.label("lead_id"),
    Lead.contact_id.label("contact_id"),
    Contact.name.label("name"),
    Contact.phone.label("phone"),
    Lead.owner_id.label("owner_id"),
    Lead.channel.label("channel"),
    func.coalesce(Lead.last_message_at, Lead.received_at).label("last_heard_at"),
    Contact.time_zone.label("time_zone"),
    Contact.country.label("country"),
    Contact.region.label("region"),
    Contact.postal_code.label("postal_code"),
)


@dataclass(frozen=True, kw_only=True)
class CardFilter:
    """Which cards to show, in which order."""

    stage_id: UUID | None = None
    owner_id: UUID | None = None
    band: str | None = None
    intent: str | None = None
    source: str | None = None
    text: str | None = None
    by_score: bool = False
    ids: Sequence[UUID] | None = None


def _cards(org_id: UUID) -> Select[Any]:
    contact_of_lead = and_(Contact.org_id == Lead.org_id, Contact.id == Lead.contact_id)
    return select(*CARD_COLUMNS).join(Contact, contact_of_lead).where(Lead.org_id == org_id)


async def list_cards(
    session: AsyncSession, wanted: CardFilter, *, after: Sequence[Any] | None, limit: int
) -> Sequence[Row[Any]]:
    """Read up to `limit` cards that follow the position `after` = (priority or received_at, id)."""
    found = _cards(session.info["org_id"])
    for column, value in (
        (Lead.stage_id, wanted.stage_id),
        (Lead.owner_id, wanted.owner_id),
        (Lead.band, wanted.band),
        (Lead.intent, wanted.intent),
        (Lead.source, wanted.source),
    ):
        if value is not None:
            found = found.where(column == value)
    if wanted.ids is not None:
        found = found.where(Lead.id.in_(wanted.ids))
    if wanted.text:
        words = prefix_query(wanted.text)
        found = found.where(Lead.search.op("@@")(func.to_tsquery("simple", words)) if words else false())
    order = Lead.priority if wanted.by_score else Lead.received_at
    if after is not None:
        found = found.where(tuple_(order, Lead.id) < tuple_(literal(after[0], order.type), literal(after[1])))
    rows = (await session.execute(found.order_by(order.desc(), Lead.id.desc()).limit(limit))).all()
    return list(rows)


def prefix_query(words: str) -> str:
    """Turn what a person typed into a text-search query in which every word may be unfinished."""
    kept = ["".join(letter for letter in word if letter.isalnum()) for word in words.replace("@", " ").split()]
    return " & ".join(f"{word}:*" for word in kept if word)


async def find_card(session: AsyncSession, lead_id: UUID) -> Row[Any] | None:
    """Read one card."""
    row: Row[Any] | None = (await session.execute(_cards(session.info["org_id"]).where(Lead.id == lead_id))).first()
    return row


async def lock_lead(session: AsyncSession, lead_id: UUID) -> Lead | None:
    """Load a lead and hold its row until commit."""
    return await session.get(Lead, (session.info["org_id"], lead_id), with_for_update=True)


async def lead_exists(session: AsyncSession, lead_id: UUID) -> bool:
    """Say whether the organization has this lead."""
    return bool(await session.scalar(select(Lead.id).where(Lead.org_id == session.info["org_id"], Lead.id == lead_id)))


async def find_lead_person(session: AsyncSession, lead_id: UUID) -> LeadPerson | None:
    """Return whom a lead is about."""
    return await _find_person(session, Lead.id == lead_id)


async def find_person_by_phone(session: AsyncSession, phone: str) -> LeadPerson | None:
    """Return the person of the newest lead with this phone number."""
    return await _find_person(session, Contact.phone == phone)


def select_person_by_phone(phone: ColumnElement[str]) -> ScalarSelect[Any]:
    """Return what `find_person_by_phone` reads as JSON within another statement, whose `org_id` is a parameter."""
    newest = _people(bindparam("org_id", type_=Uuid())).where(Contact.phone == phone)
    found = newest.order_by(Lead.received_at.desc()).limit(1).subquery("person")
    return select(func.to_jsonb(found.table_valued(), type_=JSONB)).scalar_subquery()


def read_person(found: dict[str, Any]) -> LeadPerson:
    """Return the person whom `select_person_by_phone` found."""
    return LeadPerson(
        lead_id=UUID(found["lead_id"]),
        contact_id=UUID(found["contact_id"]),
        name=found["name"],
        phone=found["phone"],
        owner_id=UUID(found["owner_id"]) if found["owner_id"] else None,
        channel=found["channel"],
        last_heard_at=datetime.fromisoformat(found["last_heard_at"]),
        time_zone=found["time_zone"],
        country=found["country"],
        region=found["region"],
        postal_code=found["postal_code"],
    )


async def list_people(
    session: AsyncSession, *, lead_ids: Collection[UUID], phones: Collection[str]
) -> tuple[dict[UUID, LeadPerson], dict[str, LeadPerson]]:
    """Return whom these leads are about, and by phone number the person of the newest lead with it."""
    of_org = _people(session.info["org_id"])
    of_leads = await session.execute(of_org.where(Lead.id == any_(cast(list(lead_ids), ARRAY(Uuid)))))
    newest = of_org.where(Contact.phone == any_(cast(list(phones), ARRAY(TEXT))))
    newest = newest.distinct(Contact.phone).order_by(Contact.phone, Lead.received_at.desc())
    by_phone = [_read_person(row) for row in await session.execute(newest)] if phones else []
    people = [_read_person(row) for row in of_leads]
    return {one.lead_id: one for one in people}, {one.phone: one for one in by_phone if one.phone}


async def list_countries(session: AsyncSession, lead_ids: Select[UUID | None]) -> list[tuple[str | None, str | None]]:
    """Return country and time zone of the contacts of the leads that a statement selects, each pair once."""
    contact_of_lead = and_(Contact.org_id == Lead.org_id, Contact.id == Lead.contact_id)
    found = (
        select(Contact.country, Contact.time_zone)
        .join(Lead, contact_of_lead)
        .where(
            Lead.org_id == session.info["org_id"],
            Lead.id.in_(lead_ids),
            or_(Contact.country.is_not(None), Contact.time_zone.is_not(None)),
        )
        .distinct()
    )
    return [(row[0], row[1]) for row in await session.execute(found)]


async def list_lead_people(
    session: AsyncSession, wanted: LeadChoice, *, after: UUID | None, limit: int
) -> list[LeadPerson]:
    """Return whom the open leads that are meant are about, or with a stage its leads, in the order of their ids."""
    found = _people(session.info["org_id"]).order_by(Lead.id).limit(limit)
    conditions = {
        Lead.stage_id: wanted.stage_id,
        Lead.owner_id: wanted.owner_id,
        Lead.band: wanted.band,
        Lead.intent: wanted.intent,
        Lead.source: wanted.source,
    }
    for column, value in conditions.items():
        if value is not None:
            found = found.where(column == value)
    if wanted.stage_id is None:
        found = found.where(Lead.closed_at.is_(None))
    if after is not None:
        found = found.where(Lead.id > after)
    return [_read_person(row) for row in await session.execute(found)]


async def _find_person(session: AsyncSession, wanted: ColumnElement[bool]) -> LeadPerson | None:
    found = await session.execute(
        _people(session.info["org_id"]).where(wanted).order_by(Lead.received_at.desc()).limit(1)
    )
    row = found.first()
    return _read_person(row) if row else None


def _people(org_id: UUID | BindParameter[UUID]) -> Select[Any]:
    contact_of_lead = and_(Contact.org_id == Lead.org_id, Contact.id == Lead.contact_id)
    return select(*_PERSON_COLUMNS).join(Contact, contact_of_lead).where(Lead.org_id == org_id)


def _read_person(row: Row[Any]) -> LeadPerson:
    return LeadPerson(**row._mapping)  # noqa: SLF001 (its name in SQLAlchemy, and public)


async def list_stages(session: AsyncSession) -> Sequence[Stage]:
    """Read the pipeline in order."""
    org_id = session.info["org_id"]
    return (await session.scalars(select(Stage).where(Stage.org_id == org_id).order_by(Stage.position))).all()


async def count_stage(session: AsyncSession, stage_id: UUID) -> int:
    """Count a stage's leads, up to the limit."""
    org_id = session.info["org_id"]
    some = select(Lead.id).where(Lead.org_id == org_id, Lead.stage_id == stage_id).limit(COUNT_LIMIT).subquery()
    return await session.scalar(select(func.count()).select_from(some)) or 0


async def list_timeline(
    session: AsyncSession, lead_id: UUID, *, before: UUID | None, limit: int
) -> Sequence[TimelineEntry]:
    """Read a lead's history, newest first."""
    found = select(TimelineEntry).where(
        TimelineEntry.org_id == session.info["org_id"], TimelineEntry.lead_id == lead_id
    )
    if before is not None:
        found = found.where(TimelineEntry.id < before)
    return (await session.scalars(found.order_by(TimelineEntry.id.desc()).limit(limit))).all()


async def list_tasks(session: AsyncSession, lead_id: UUID) -> Sequence[Task]:
    """Read a lead's tasks: open ones first, the most urgent on top."""
    found = select(Task).where(Task.org_id == session.info["org_id"], Task.lead_id == lead_id)
    ordered = found.order_by(Task.done_at.is_not(None), Task.due_at.asc().nulls_last(), Task.id).limit(500)
    return (await session.scalars(ordered)).all()


async def find_task(session: AsyncSession, lead_id: UUID, task_id: UUID) -> Task | None:
    """Read one task of a lead."""
    task = await session.get(Task, (session.info["org_id"], task_id), with_for_update=True)
    return task if task is not None and task.lead_id == lead_id else None


async def list_open_lead_ids(session: AsyncSession, *, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Read ids of leads that are neither won nor lost, in id order."""
    found = select(Lead.id).where(Lead.org_id == session.info["org_id"], Lead.closed_at.is_(None))
    if after is not None:
        found = found.where(Lead.id > after)
    return (await session.scalars(found.order_by(Lead.id).limit(limit))).all()


async def find_open_leads(session: AsyncSession, contact_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Map each of these contacts to their newest open lead, where they have one."""
    found = await session.execute(
        select(Lead.contact_id, Lead.id)
        .where(Lead.org_id == session.info["org_id"], Lead.contact_id.in_(contact_ids), Lead.closed_at.is_(None))
        .order_by(Lead.received_at)
    )
    return {row.contact_id: row.id for row in found}


async def find_lead_contacts(session: AsyncSession, lead_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Map leads to their contacts."""
    if not lead_ids:
        return {}
    found = await session.execute(
        select(Lead.id, Lead.contact_id).where(Lead.org_id == session.info["org_id"], Lead.id.in_(lead_ids))
    )
    return {row.id: row.contact_id for row in found}


def position_of(card: Row[Any], *, by_score: bool) -> tuple[int | datetime, UUID]:
    """Return where a card stands in its list."""
    return (card.priority if by_score else card.received_at), card.id


async def list_closed_lead_ids(
    session: AsyncSession, *, before: datetime, after: UUID | None, limit: int
) -> Sequence[UUID]:
    """Read ids of leads that were won or lost before a moment, in id order."""
    found = select(Lead.id).where(Lead.org_id == session.info["org_id"], Lead.closed_at < before)
    if after is not None:
        found = found.where(Lead.id > after)
    return (await session.scalars(found.order_by(Lead.id).limit(limit))).all()
