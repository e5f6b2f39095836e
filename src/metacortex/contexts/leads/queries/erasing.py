"""Every statement about what is kept of a person, to export or to erase."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, delete, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.leads.models import Contact, Lead, Stage, Task, TimelineEntry
from metacortex.contexts.privacy.public import Subject

_BLANK_TIMELINE = text(
    """
    WITH gone AS (
        DELETE FROM timeline_entries WHERE org_id = :org_id AND lead_id = ANY(:lead_ids) AND kind <> ALL(:kept)
        RETURNING id
    ), blanked AS (
        UPDATE timeline_entries SET body = body - 'title' - 'source'
        WHERE org_id = :org_id AND lead_id = ANY(:lead_ids) AND kind IN ('received', 'joined') AND body ? 'title'
        RETURNING id
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM blanked)
    """
).bindparams(bindparam("lead_ids", type_=ARRAY(Uuid)), bindparam("kept", type_=ARRAY(TEXT)))


async def list_person_contacts(session: AsyncSession, subject: Subject, *, lock: bool) -> list[Contact]:
    """Read the contacts of a person, in id order: by e-mail, by earlier finding, and by phone.

    A number alone names the person only where the contact has no e-mail address, or where only a number was given.
    """
    mine = (Contact.org_id == session.info["org_id"],)
    by_phone: ColumnElement[bool] = Contact.phone.in_(subject.phones)
    if not subject.by_phone_only:
        by_phone = and_(by_phone, Contact.email.is_(None))
    which = or_(Contact.email.in_(subject.emails), Contact.id.in_(subject.contact_ids), by_phone)
    found = list(await session.scalars(_in_order(select(Contact).where(*mine, which), lock=lock)))
    phones = {one.phone for one in found if one.phone} - set(subject.phones)
    phones -= await list_shared_phones(session, phones, but=[one.id for one in found])
    if phones:
        further = select(Contact).where(*mine, Contact.phone.in_(phones), Contact.email.is_(None))
        known = {one.id for one in found}
        found += [one for one in await session.scalars(_in_order(further, lock=lock)) if one.id not in known]
    return found


def _in_order(wanted: Select[Any], *, lock: bool) -> Select[Any]:
    ordered = wanted.order_by(Contact.id).execution_options(populate_existing=True)
    return ordered.with_for_update() if lock else ordered


async def list_shared_phones(session: AsyncSession, phones: Collection[str], *, but: Sequence[UUID]) -> set[str]:
    """Return those of these numbers that contacts with an e-mail address of their own also have."""
    if not phones:
        return set()
    found = select(Contact.phone).where(
        Contact.org_id == session.info["org_id"],
        Contact.phone.in_(phones),
        Contact.email.is_not(None),
        Contact.id.not_in(but),
    )
    return {str(phone) for phone in await session.scalars(found)}


async def list_leads_of(
    session: AsyncSession, contact_ids: Sequence[UUID], lead_ids: Sequence[UUID], *, lock: bool
) -> Sequence[Lead]:
    """Read the leads of these contacts, and these leads, in id order."""
    wanted = select(Lead).where(
        Lead.org_id == session.info["org_id"], or_(Lead.contact_id.in_(contact_ids), Lead.id.in_(lead_ids))
    )
    ordered = wanted.order_by(Lead.id).execution_options(populate_existing=True)
    return (await session.scalars(ordered.with_for_update() if lock else ordered)).all()


async def list_rare_sources(session: AsyncSession, leads: Sequence[Lead]) -> set[str]:
    """Return those sources of these leads that no other person's lead has: such a name may tell who it was."""
    names, contact_ids = {one.source for one in leads}, {one.contact_id for one in leads}
    shared = select(Lead.source).where(
        Lead.org_id == session.info["org_id"], Lead.source.in_(names), Lead.contact_id.not_in(contact_ids)
    )
    return names - set(await session.scalars(shared.distinct()))


async def find_lost_stage(session: AsyncSession) -> UUID | None:
    """Return the first stage of the pipeline that means lost."""
    found = select(Stage.id).where(Stage.org_id == session.info["org_id"], Stage.kind == "lost")
    return await session.scalar(found.order_by(Stage.position).limit(1))


async def list_task_and_entry_ids(session: AsyncSession, lead_ids: Sequence[UUID]) -> list[UUID]:
    """Return the ids of all tasks and history entries of these leads."""
    ids: list[UUID] = []
    for table in (Task, TimelineEntry):
        ids += await session.scalars(
            select(table.id).where(table.org_id == session.info["org_id"], table.lead_id.in_(lead_ids))
        )
    return ids


async def delete_tasks(session: AsyncSession, lead_ids: Sequence[UUID]) -> int:
    """Delete the tasks of these leads; return how many there were."""
    gone = delete(Task).where(Task.org_id == session.info["org_id"], Task.lead_id.in_(lead_ids)).returning(Task.id)
    return len((await session.execute(gone)).all())


async def blank_timeline(session: AsyncSession, lead_ids: Sequence[UUID], *, kept: Sequence[str]) -> int:
    """Delete all but the kept kinds of history of these leads, and the titles in those; return how many changed."""
    values = {"org_id": session.info["org_id"], "lead_ids": list(lead_ids), "kept": list(kept)}
    return await session.scalar(_BLANK_TIMELINE, values) or 0
