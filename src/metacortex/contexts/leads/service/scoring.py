"""Keeping on the board what a reading said of a lead."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import bindparam, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.leads.events import LeadChanged
from metacortex.contexts.leads.models import Lead
from metacortex.contexts.leads.types import LeadScore
from metacortex.platform.database import new_id, utc_now
from metacortex.platform.events import publish

_READ = """
    FROM jsonb_to_recordset(CAST(:scores AS jsonb)) AS said(
        lead_id uuid, intent text, band text, score smallint, score_state text, reasons jsonb, summary text,
        language text, next_step text, name text, phone text, company text, entry_id uuid)
"""
_FILL_CONTACTS = text(
    f"""
    UPDATE contacts SET name = coalesce(contacts.name, said.name), company = coalesce(contacts.company, said.company),
        phone = coalesce(contacts.phone, CASE WHEN contacts.email IS NOT NULL THEN said.phone END)
    {_READ} JOIN leads ON leads.org_id = :org_id AND leads.id = said.lead_id
    WHERE contacts.org_id = :org_id AND contacts.id = leads.contact_id
      AND (contacts.name IS NULL AND said.name IS NOT NULL OR contacts.company IS NULL AND said.company IS NOT NULL
           OR contacts.phone IS NULL AND contacts.email IS NOT NULL AND said.phone IS NOT NULL)
    """
).bindparams(bindparam("scores", type_=JSONB))
_SCORE = text(
    f"""
    UPDATE leads SET intent = said.intent, band = said.band, score = said.score, score_state = said.score_state,
        reasons = said.reasons, summary = said.summary, language = said.language, next_step = said.next_step,
        priority = coalesce(said.score, -1), version = version + 1, updated_at = now()
    {_READ} WHERE leads.org_id = :org_id AND leads.id = said.lead_id
    """
).bindparams(bindparam("scores", type_=JSONB))

# A reading that changes nothing, such as one after new weights that move no score, is not worth a line of history.
_TELL = text(
    f"""
    INSERT INTO timeline_entries (org_id, id, lead_id, kind, body, at)
    SELECT leads.org_id, said.entry_id, leads.id, 'scored',
        jsonb_build_object('band', said.band, 'score', said.score, 'intent', said.intent), now()
    {_READ} JOIN leads ON leads.org_id = :org_id AND leads.id = said.lead_id
    WHERE (leads.score_state, leads.band, leads.score, leads.intent)
        IS DISTINCT FROM (said.score_state, said.band, said.score, said.intent)
    """
).bindparams(bindparam("scores", type_=JSONB))


async def record_scores(session: AsyncSession, scores: Sequence[LeadScore]) -> None:
    """Write the newest reading of each lead; contacts gain only values that are still empty."""
    if not scores:
        return
    values = {"org_id": session.info["org_id"], "scores": [{**asdict(score), "entry_id": new_id()} for score in scores]}
    await session.execute(_FILL_CONTACTS, values)
    await session.execute(_TELL, values)
    await session.execute(_SCORE, values)


async def mark_unscored(session: AsyncSession, lead_id: UUID) -> None:
    """Show that a lead waits for a score in vain; a later reading puts it right."""
    waiting = (Lead.org_id == session.info["org_id"], Lead.id == lead_id, Lead.score_state == "waiting")
    await session.execute(
        update(Lead).where(*waiting).values(score_state="failed", version=Lead.version + 1, updated_at=utc_now())
    )
    publish(session, LeadChanged(lead_id=lead_id, actor_id=None, what="score_state"))
