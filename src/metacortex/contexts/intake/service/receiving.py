"""The way every channel hands an arrival on: to a lead, and its words to the conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.leads import public as leads

_TITLE_LENGTH = 80
NOWHERE = leads.Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody who got in touch by API, form or table; email and phone are normalised."""

    channel: str
    source_name: str
    received_at: datetime
    name: str = ""
    email: str | None = None
    phone: str | None = None
    company: str = ""
    place: leads.Place = NOWHERE
    title: str = ""
    message: str = ""
    actor_id: UUID | None = None


def name_lead(*, title: str, message: str, name: str, address: str | None) -> str:
    """Return what a lead is called: its title, else how the message begins, else who sent it."""
    first_line = message.strip().split("\n", 1)[0].strip()
    if len(first_line) > _TITLE_LENGTH:
        first_line = first_line[:_TITLE_LENGTH].rsplit(" ", 1)[0] + "…"
    return title or first_line or name or address or "New lead"


async def receive_arrivals(session: AsyncSession, arrivals: Sequence[Arrival]) -> list[leads.ReceivedLead]:
    """Make leads of arrivals, or join them to open leads, and keep what was written; answers in the order given."""
    received = await leads.receive_leads(
        session,
        [
            leads.NewLead(
                name=one.name or None,
                email=one.email,
                phone=one.phone,
                company=one.company or None,
                place=one.place,
                title=name_lead(title=one.title, message=one.message, name=one.name, address=one.email or one.phone),
                source_name=one.source_name,
                channel=one.channel,
                received_at=one.received_at,
                has_message=bool(one.message),
                actor_id=one.actor_id,
            )
            for one in arrivals
        ],
    )
    messages = [
        conversations.NewMessage(
            lead_id=lead.lead_id,
            opens_lead=not lead.joined,
            subject=one.title,
            from_name=one.name,
            from_email=one.email or "",
            text=one.message,
            sent_at=one.received_at,
            received_at=one.received_at,
        )
        for one, lead in zip(arrivals, received, strict=True)
        if one.message
    ]
    if messages:
        await conversations.record_messages(session, messages)
    return received
