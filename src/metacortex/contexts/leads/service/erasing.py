"""What a person asks of their leads: all of it handed out, or blanked so that only numbers for statistics remain.

A blanked lead keeps when it came, by which channel, how it scored and where it ended. It leaves the board as lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.leads.events import LeadChanged
from metacortex.contexts.leads.models import Contact, Lead, Task, TimelineEntry
from metacortex.contexts.leads.queries import erasing as queries
from metacortex.contexts.leads.types import FoundPerson
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import read_as_json, utc_now
from metacortex.platform.events import publish

BLANK_TITLE = "Erased"
# Of these entries nothing is free text; of all others nothing is kept.
_KEPT_ENTRIES = ("received", "joined", "stage_changed", "owner_changed", "scored")


@dataclass(frozen=True, slots=True)
class _Found:
    contacts: Sequence[Contact]
    leads: Sequence[Lead]
    until: datetime


async def find_person(session: AsyncSession, subject: privacy.Subject) -> FoundPerson:
    """Return the contacts and leads of the person a request is about, without holding them."""
    contacts = await queries.list_person_contacts(session, subject, lock=False)
    found = await queries.list_leads_of(session, [one.id for one in contacts], subject.lead_ids, lock=False)
    return FoundPerson(
        contact_ids=[one.id for one in contacts],
        lead_ids=[one.id for one in found],
        emails=[one.email for one in contacts if one.email],
        phones=await _own_phones(session, contacts),
    )


async def export_person(session: AsyncSession, subject: privacy.Subject) -> dict[str, list[dict[str, Any]]]:
    """Return every row of a person's contacts and leads, by table."""
    found = await find_person(session, subject)
    return {
        "contacts": await read_as_json(session, Contact, Contact.id.in_(found.contact_ids)),
        "leads": await read_as_json(session, Lead, Lead.id.in_(found.lead_ids)),
        "timeline_entries": await read_as_json(session, TimelineEntry, TimelineEntry.lead_id.in_(found.lead_ids)),
        "tasks": await read_as_json(session, Task, Task.lead_id.in_(found.lead_ids)),
    }


async def erase_person(session: AsyncSession, request_id: UUID, subject: privacy.Subject) -> None:
    """Blank a person's contacts and leads, and report what was found to those who hold rows about them.

    The contacts are locked first: an arrival of the same person is then either seen here or makes a new contact.
    In a later pass, what arrived after the first one stays: the person wrote again.
    """
    found = await _find_and_lock(session, subject)
    emails = [one.email for one in found.contacts if one.email]
    phones = await _own_phones(session, found.contacts)
    lead_ids = [one.id for one in found.leads]
    row_ids = await queries.list_task_and_entry_ids(session, lead_ids)
    counts = {
        "contacts": _blank_contacts(found),
        "leads": await _blank_leads(session, found),
        "tasks": await queries.delete_tasks(session, lead_ids),
        "timeline_entries": await queries.blank_timeline(session, lead_ids, kept=_KEPT_ENTRIES),
    }
    await session.flush()
    await privacy.record_located(
        session,
        request_id,
        emails=emails,
        phones=phones,
        contact_ids=[one.id for one in found.contacts],
        lead_ids=lead_ids,
        erased_at=found.until,
    )
    await privacy.record_part(session, request_id, part=privacy.Part.LEADS, counts=counts, row_ids=row_ids)


async def _find_and_lock(session: AsyncSession, subject: privacy.Subject) -> _Found:
    contacts = await queries.list_person_contacts(session, subject, lock=True)
    until = subject.until or utc_now()
    leads = await queries.list_leads_of(session, [one.id for one in contacts], subject.lead_ids, lock=True)
    known = frozenset(subject.lead_ids)
    old = [one for one in leads if one.id in known or one.received_at <= until]
    # Whoever has a lead, or wrote to one, after the erasure is here by their own wish.
    back = {
        one.contact_id
        for one in leads
        if one.id not in known and max(one.received_at, one.last_message_at or one.received_at) > until
    }
    return _Found([one for one in contacts if one.id not in back], old, until)


async def _own_phones(session: AsyncSession, contacts: Sequence[Contact]) -> list[str]:
    """Return the numbers of these contacts that are nobody else's, such as a company's switchboard."""
    phones = {one.phone for one in contacts if one.phone}
    shared = await queries.list_shared_phones(session, phones, but=[one.id for one in contacts])
    return sorted(phones - shared)


def _blank_contacts(found: _Found) -> int:
    count = 0
    for one in found.contacts:
        place = (one.time_zone, one.country, one.region, one.postal_code)
        count += any((one.name, one.email, one.phone, one.company, *place))
        one.name = one.email = one.phone = one.company = None
        one.time_zone = one.country = one.region = one.postal_code = None
    return count


async def _blank_leads(session: AsyncSession, found: _Found) -> int:
    rare = await queries.list_rare_sources(session, found.leads)
    lost = await queries.find_lost_stage(session)
    count = 0
    for one in found.leads:
        count += one.title != BLANK_TITLE
        one.title, one.summary, one.next_step, one.reasons = BLANK_TITLE, None, None, []
        one.search = func.to_tsvector("simple", "")
        if one.source in rare:
            one.source = one.channel
        if one.closed_at is None and lost is not None:
            one.stage_id, one.closed_at = lost, utc_now()
        one.version += 1
        one.updated_at = utc_now()
        publish(session, LeadChanged(lead_id=one.id, actor_id=None, what="erased"))
    return count
