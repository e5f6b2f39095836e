"""What people do to a lead: move it, give it an owner, correct it, note something down, promise something."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import public as identity
from metacortex.contexts.leads import queries
from metacortex.contexts.leads.events import LeadChanged
from metacortex.contexts.leads.models import Contact, Lead, Stage, Task, TimelineEntry
from metacortex.contexts.leads.rules import normalise_email, normalise_phone
from metacortex.contexts.leads.rules.places import read_place
from metacortex.contexts.leads.schemas import ChangeLead, ChangeTask, ContactChange, NewTask
from metacortex.platform.database import last_rows, new_id, utc_now
from metacortex.platform.errors import Conflict, Invalid, NotFound, PreconditionFailed
from metacortex.platform.events import publish
from metacortex.platform.settings import settings

_PLACE = ("time_zone", "country", "region", "postal_code")


class LeadNotFound(NotFound):
    code = "lead_not_found"
    title = "This lead does not exist, or belongs to another organization."


class TaskNotFound(NotFound):
    code = "task_not_found"
    title = "This task does not exist."


class StaleLead(PreconditionFailed):
    code = "stale_lead"
    title = "Somebody changed this lead since you loaded it. Look at the change, then try again."


class UnknownStage(Invalid):
    code = "unknown_stage"
    title = "This stage is not part of your pipeline."


class UnknownMember(Invalid):
    code = "unknown_member"
    title = "This person is not a member of your organization."


class BadContact(Invalid):
    code = "bad_contact"
    title = "The e-mail address or phone number cannot be used."


class BadPlace(Invalid):
    code = "bad_place"
    title = "The time zone or country is not known. Write them as Europe/Berlin and DE."


class ContactExists(Conflict):
    code = "contact_exists"
    title = "Another contact already has this e-mail address or phone number."


async def change_lead(
    session: AsyncSession, *, lead_id: UUID, version: int, change: ChangeLead, actor_id: UUID, now: datetime
) -> int:
    """Apply a person's change to the version they saw; return the new version."""
    lead = await queries.lock_lead(session, lead_id)
    if lead is None:
        raise LeadNotFound
    if lead.version != version:
        raise StaleLead
    changed = change.model_fields_set
    if "stage_id" in changed and change.stage_id is not None:
        await _move(session, lead, change.stage_id, actor_id=actor_id, now=now)
    if "owner_id" in changed:
        await _give(session, lead, change.owner_id, actor_id=actor_id)
    if "title" in changed and change.title:
        await add_timeline(session, lead_id=lead.id, kind="edited", body={"field": "title"}, actor_id=actor_id)
        lead.title = change.title
    if change.contact is not None:
        await _correct_contact(session, lead, change.contact, actor_id=actor_id)
    lead.version += 1
    lead.updated_at = now
    if change.contact is not None or "title" in changed:
        await _refresh_search(session, lead)
    publish(session, LeadChanged(lead_id=lead.id, actor_id=actor_id, what=",".join(sorted(changed))))
    await session.flush()
    return lead.version


async def move_lead_to_kind(session: AsyncSession, *, lead_id: UUID, kind: str, actor_id: UUID, now: datetime) -> None:
    """Move a lead to the first stage of a kind (open, won, lost), unless it stands in one of that kind already."""
    lead = await queries.lock_lead(session, lead_id)
    if lead is None:
        raise LeadNotFound
    stages = await queries.list_stages(session)
    if any(stage.id == lead.stage_id and stage.kind == kind for stage in stages):
        return
    wanted = next((stage for stage in stages if stage.kind == kind), None)
    if wanted is None:
        return
    await _move(session, lead, wanted.id, actor_id=actor_id, now=now)
    lead.version += 1
    lead.updated_at = now
    publish(session, LeadChanged(lead_id=lead.id, actor_id=actor_id, what="stage_id"))


async def _move(session: AsyncSession, lead: Lead, stage_id: UUID, *, actor_id: UUID, now: datetime) -> None:
    stage = await session.get(Stage, (lead.org_id, stage_id))
    if stage is None:
        raise UnknownStage(errors=[{"field": "stage_id", "message": UnknownStage.title}])
    before = await session.get(Stage, (lead.org_id, lead.stage_id))
    body = {"from": before.name if before else "", "to": stage.name}
    lead.stage_id = stage.id
    lead.closed_at = None if stage.kind == "open" else now
    await add_timeline(session, lead_id=lead.id, kind="stage_changed", body=body, actor_id=actor_id)


async def _give(session: AsyncSession, lead: Lead, owner_id: UUID | None, *, actor_id: UUID) -> None:
    await _require_member(session, owner_id, field="owner_id")
    lead.owner_id = owner_id
    body = {"owner_id": str(owner_id) if owner_id else None}
    await add_timeline(session, lead_id=lead.id, kind="owner_changed", body=body, actor_id=actor_id)


async def _correct_contact(session: AsyncSession, lead: Lead, change: ContactChange, *, actor_id: UUID) -> None:
    contact = await session.get(Contact, (lead.org_id, lead.contact_id), with_for_update=True)
    if contact is None:
        raise LeadNotFound
    sent = change.model_dump(exclude_unset=True)
    if sent.get("email"):
        sent["email"] = normalise_email(sent["email"])
    if sent.get("phone"):
        sent["phone"] = normalise_phone(sent["phone"], region=settings().default_region)
    wrong = [name for name in ("email", "phone") if getattr(change, name) and sent.get(name) is None]
    if wrong:
        raise BadContact(errors=[{"field": f"contact.{name}", "message": BadContact.title} for name in wrong])
    place, unclear = read_place(**{name: sent[name] for name in _PLACE if name in sent})
    if unclear:
        errors = [{"field": f"contact.{name}", "message": sentence} for name, sentence in unclear.items()]
        raise BadPlace(errors[0]["message"], errors=errors)
    sent |= {name: getattr(place, name) for name in _PLACE if name in sent}
    for name, value in sent.items():
        setattr(contact, name, value or None)
    try:
        await session.flush()
    except IntegrityError as error:
        raise ContactExists from error
    await add_timeline(session, lead_id=lead.id, kind="edited", body={"fields": sorted(sent)}, actor_id=actor_id)


async def _refresh_search(session: AsyncSession, lead: Lead) -> None:
    contact = await session.get(Contact, (lead.org_id, lead.contact_id))
    parts = [lead.title]
    if contact is not None:
        parts += [contact.name or "", (contact.email or "").replace("@", " "), contact.company or ""]
    lead.search = func.to_tsvector("simple", " ".join(parts))


async def add_timeline(
    session: AsyncSession,
    *,
    lead_id: UUID,
    kind: str,
    body: dict[str, Any],
    actor_id: UUID | None = None,
    at: datetime | None = None,
) -> UUID:
    """Add an entry to a lead's history, of now unless `at` says otherwise; return its id."""
    entry_id = new_id()
    row = {"org_id": session.info["org_id"], "id": entry_id, "lead_id": lead_id, "kind": kind, "body": body}
    last_rows(session).insert(TimelineEntry, {**row, "actor_id": actor_id, "at": at or utc_now()})
    return entry_id


async def add_note(session: AsyncSession, *, lead_id: UUID, text: str, actor_id: UUID) -> UUID:
    """Write a note into a lead's history."""
    await _require_lead(session, lead_id)
    entry_id = await add_timeline(session, lead_id=lead_id, kind="note", body={"text": text}, actor_id=actor_id)
    publish(session, LeadChanged(lead_id=lead_id, actor_id=actor_id, what="note"))
    return entry_id


async def add_task(session: AsyncSession, *, lead_id: UUID, new: NewTask, actor_id: UUID) -> Task:
    """Promise something about a lead."""
    await _require_lead(session, lead_id)
    await _require_member(session, new.assignee_id, field="assignee_id")
    task = Task(org_id=session.info["org_id"], lead_id=lead_id, **new.model_dump())
    session.add(task)
    await session.flush()
    await add_timeline(session, lead_id=lead_id, kind="task_added", body={"title": new.title}, actor_id=actor_id)
    publish(session, LeadChanged(lead_id=lead_id, actor_id=actor_id, what="task"))
    return task


async def owe_task(
    session: AsyncSession, *, lead_id: UUID, title: str, due_at: datetime | None, assignee_id: UUID | None
) -> None:
    """Leave something to do about a lead that the product itself could not do."""
    session.add(
        Task(org_id=session.info["org_id"], lead_id=lead_id, title=title, due_at=due_at, assignee_id=assignee_id)
    )
    await session.flush()
    await add_timeline(session, lead_id=lead_id, kind="task_added", body={"title": title})
    publish(session, LeadChanged(lead_id=lead_id, actor_id=None, what="task"))


async def change_task(
    session: AsyncSession, *, lead_id: UUID, task_id: UUID, change: ChangeTask, actor_id: UUID, now: datetime
) -> Task:
    """Correct a task, or mark it done or open again."""
    task = await queries.find_task(session, lead_id, task_id)
    if task is None:
        raise TaskNotFound
    await _require_member(session, change.assignee_id, field="assignee_id")
    sent = change.model_dump(exclude_unset=True)
    done = sent.pop("done", None)
    for name, value in sent.items():
        if name != "title" or value:
            setattr(task, name, value)
    if done is not None and done != (task.done_at is not None):
        task.done_at = now if done else None
        kind = "task_done" if done else "task_added"
        await add_timeline(session, lead_id=lead_id, kind=kind, body={"title": task.title}, actor_id=actor_id)
    publish(session, LeadChanged(lead_id=lead_id, actor_id=actor_id, what="task"))
    await session.flush()
    return task


async def _require_lead(session: AsyncSession, lead_id: UUID) -> None:
    if not await queries.lead_exists(session, lead_id):
        raise LeadNotFound


async def _require_member(session: AsyncSession, member_id: UUID | None, *, field: str) -> None:
    if member_id is not None and not await identity.member_exists(session, member_id):
        raise UnknownMember(errors=[{"field": field, "message": UnknownMember.title}])
