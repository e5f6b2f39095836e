"""Turning arrivals into leads: the same person is one contact, and an open lead takes further arrivals in."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.leads import queries
from metacortex.contexts.leads.events import LeadJoined, LeadReceived
from metacortex.contexts.leads.models import Contact, Lead, TimelineEntry
from metacortex.contexts.leads.rules import normalise_email, normalise_phone
from metacortex.contexts.leads.service.pipeline import first_stage
from metacortex.contexts.leads.types import NewLead, ReceivedLead
from metacortex.platform.database import insert_rows, new_id, table_of
from metacortex.platform.events import publish
from metacortex.platform.settings import settings

_TOUCH = text(
    """
    UPDATE leads SET version = version + 1, message_count = message_count + joined.messages,
        last_message_at = greatest(last_message_at, joined.at), updated_at = now()
    FROM jsonb_to_recordset(CAST(:joined AS jsonb)) AS joined(lead_id uuid, messages int, at timestamptz)
    WHERE leads.org_id = :org_id AND leads.id = joined.lead_id
    """
).bindparams(bindparam("joined", type_=JSONB))
_INSERT_LEADS = insert(table_of(Lead)).values(search=func.to_tsvector("simple", bindparam("searched")))
_FILLED = ("name", "phone", "company", "time_zone")
_ADDRESS = ("country", "region", "postal_code")
"""Filled together: a state of one country says nothing in another."""


def _upsert_by(column: str, matched: ColumnElement[bool]) -> Any:
    new = insert(contacts := table_of(Contact))
    has_no_address = and_(*(contacts.c[name].is_(None) for name in _ADDRESS))
    return new.on_conflict_do_update(
        index_elements=["org_id", column],
        index_where=matched,
        set_={
            **{name: func.coalesce(contacts.c[name], new.excluded[name]) for name in _FILLED},
            **{name: case((has_no_address, new.excluded[name]), else_=contacts.c[name]) for name in _ADDRESS},
        },
    ).returning(contacts.c.id, contacts.c[column].label("key"))


_UPSERTS = {
    "email": _upsert_by("email", Contact.email.is_not(None)),
    "phone": _upsert_by("phone", Contact.email.is_(None) & Contact.phone.is_not(None)),
}


async def receive_leads(session: AsyncSession, arrivals: Sequence[NewLead]) -> list[ReceivedLead]:
    """Make each arrival a lead, or join it to the open lead of the same person; answers in the order given."""
    contact_ids = await _find_or_create_contacts(session, arrivals)
    open_leads = await queries.find_open_leads(session, list(set(contact_ids)))
    stage_id = await first_stage(session)
    new_rows: dict[UUID, dict[str, Any]] = {}
    joined: dict[UUID, dict[str, Any]] = {}
    history: list[dict[str, Any]] = []
    received: list[ReceivedLead] = []
    for arrival, contact_id in zip(arrivals, contact_ids, strict=True):
        lead_id = arrival.lead_id or open_leads.get(contact_id)
        is_joined = lead_id is not None
        if lead_id is None:
            lead_id = open_leads[contact_id] = new_id()
            new_rows[lead_id] = _lead_row(session, arrival, lead_id=lead_id, contact_id=contact_id, stage_id=stage_id)
            publish(session, LeadReceived(lead_id=lead_id))
        elif lead_id in new_rows:
            new_rows[lead_id]["message_count"] += int(arrival.has_message)
        else:
            touched = joined.setdefault(lead_id, {"lead_id": str(lead_id), "messages": 0, "at": arrival.received_at})
            touched["messages"] += int(arrival.has_message)
            touched["at"] = max(touched["at"], arrival.received_at)
            publish(session, LeadJoined(lead_id=lead_id))
        history.append(_history_row(session, arrival, lead_id=lead_id, joined=is_joined))
        received.append(ReceivedLead(lead_id=lead_id, contact_id=contact_id, joined=is_joined))
    if new_rows:
        await session.execute(_INSERT_LEADS, list(new_rows.values()))
    if joined:
        await session.execute(_TOUCH, {"org_id": session.info["org_id"], "joined": list(joined.values())})
    await insert_rows(session, TimelineEntry, history)
    return received


def _lead_row(
    session: AsyncSession, arrival: NewLead, *, lead_id: UUID, contact_id: UUID, stage_id: UUID
) -> dict[str, Any]:
    searched = " ".join(
        filter(None, [arrival.title, arrival.name, (arrival.email or "").replace("@", " "), arrival.company])
    )
    return {
        "org_id": session.info["org_id"],
        "id": lead_id,
        "contact_id": contact_id,
        "stage_id": stage_id,
        "title": arrival.title[:300] or "No subject",
        "source": arrival.source_name,
        "channel": arrival.channel,
        "message_count": int(arrival.has_message),
        "score_state": "waiting" if arrival.has_message else "not_enough",
        "received_at": arrival.received_at,
        "updated_at": arrival.received_at,
        "last_message_at": arrival.received_at if arrival.has_message else None,
        "searched": searched,
    }


def _history_row(session: AsyncSession, arrival: NewLead, *, lead_id: UUID, joined: bool) -> dict[str, Any]:
    return {
        "org_id": session.info["org_id"],
        "id": new_id(),
        "lead_id": lead_id,
        "kind": "joined" if joined else "received",
        "actor_id": arrival.actor_id,
        "body": {"channel": arrival.channel, "source": arrival.source_name, "title": arrival.title[:300]},
        "at": arrival.received_at,
    }


async def _find_or_create_contacts(session: AsyncSession, arrivals: Sequence[NewLead]) -> list[UUID]:
    """Return the contact of each arrival: that of its lead, else by e-mail, else by phone, else a new one.

    The rows stay locked until commit, so two arrivals of one person never make two leads.
    """
    region = settings().default_region
    known = await queries.find_lead_contacts(session, [one.lead_id for one in arrivals if one.lead_id])
    emails = [normalise_email(one.email) for one in arrivals]
    phones = [normalise_phone(one.phone, region=region) for one in arrivals]
    by_email: dict[str, dict[str, Any]] = {}
    by_phone: dict[str, dict[str, Any]] = {}
    anonymous: list[dict[str, Any]] = []
    keys: list[tuple[str, Any]] = []
    for arrival, email, phone in zip(arrivals, emails, phones, strict=True):
        row = {
            "org_id": session.info["org_id"],
            "id": new_id(),
            "name": arrival.name or None,
            "email": email,
            "phone": phone,
            "company": arrival.company or None,
            **asdict(arrival.place),
        }
        if arrival.lead_id in known:
            keys.append(("lead", known[arrival.lead_id]))
        elif email:
            merged = by_email.setdefault(email, row)
            merged.update({key: merged[key] or row[key] for key in _FILLED})
            if not any(merged[key] for key in _ADDRESS):
                merged.update({key: row[key] for key in _ADDRESS})
            keys.append(("email", email))
        elif phone:
            by_phone.setdefault(phone, row)
            keys.append(("phone", phone))
        else:
            anonymous.append(row)
            keys.append(("new", row["id"]))
    found: dict[str, dict[Any, UUID]] = {
        "lead": {contact_id: contact_id for contact_id in known.values()},
        "email": await _upsert(session, by_email, "email"),
        "phone": await _find_by_phone(session, by_phone),
        "new": {row["id"]: row["id"] for row in anonymous},
    }
    await insert_rows(session, Contact, anonymous)
    return [found[kind][key] for kind, key in keys]


async def _upsert(session: AsyncSession, rows: dict[str, dict[str, Any]], column: str) -> dict[str, UUID]:
    """Insert contacts, or fill what is still empty in those that exist; ordered, so that writers cannot deadlock."""
    if not rows:
        return {}
    kept = await session.execute(_UPSERTS[column], [rows[key] for key in sorted(rows)])
    return {row.key: row.id for row in kept}


async def _find_by_phone(session: AsyncSession, rows: dict[str, dict[str, Any]]) -> dict[str, UUID]:
    if not rows:
        return {}
    known = await session.execute(
        select(Contact.phone, Contact.id)
        .where(Contact.org_id == session.info["org_id"], Contact.phone.in_(sorted(rows)))
        .order_by(Contact.id.desc())
        .with_for_update()
    )
    found: dict[str, UUID] = {row.phone: row.id for row in known}
    missing = {phone: row for phone, row in rows.items() if phone not in found}
    return found | await _upsert(session, missing, "phone")
