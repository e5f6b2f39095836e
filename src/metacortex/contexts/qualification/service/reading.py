"""Reading messages, judging them, and keeping both; reading happens outside every transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.leads import public as leads
from metacortex.contexts.leads.public import LeadScore
from metacortex.contexts.qualification import queries
from metacortex.contexts.qualification.clients.llm import Outcome
from metacortex.contexts.qualification.events import LeadQualified
from metacortex.contexts.qualification.models import Qualification
from metacortex.contexts.qualification.rules.scoring import judge
from metacortex.contexts.qualification.service.deciding import list_deciding
from metacortex.contexts.qualification.service.ideal_customer import VersionedIdeal, find_ideal
from metacortex.contexts.qualification.service.readers import read_embedded, read_outcomes
from metacortex.contexts.qualification.types import (
    Band,
    Contribution,
    Evidence,
    Field,
    FieldName,
    Intent,
    Message,
    Reading,
    Verdict,
)
from metacortex.platform.database import new_id, table_of, utc_now
from metacortex.platform.events import publish
from metacortex.platform.settings import settings

SUMMARY_LENGTH = 160
REASONS_ON_CARD = 3
_NO_PERSON = frozenset({Intent.AUTOMATIC, Intent.SPAM})


def _keep_newest() -> Any:
    table = table_of(Qualification)
    new = insert(table)
    kept = {"org_id", "id", "lead_id", "message_id"}
    replaced = {column.name: new.excluded[column.name] for column in table.c if column.name not in kept}
    return new.on_conflict_do_update(index_elements=["org_id", "message_id"], set_=replaced)


_KEEP_NEWEST = _keep_newest()


@dataclass(frozen=True, slots=True)
class Unread:
    """A message on its way to a reader."""

    message_id: UUID
    lead_id: UUID
    message: Message


@dataclass(frozen=True, slots=True)
class Judged:
    """A message with what was read in it and what was decided."""

    unread: Unread
    outcome: Outcome
    verdict: Verdict
    ideal_version: int


async def read_unread(session: AsyncSession, message_ids: Sequence[UUID]) -> tuple[list[Unread], VersionedIdeal]:
    """Load messages that came in, and what they are judged by."""
    region = settings().default_region
    stored = await conversations.read_messages(session, message_ids)
    unread = [
        Unread(
            # The driver's own UUID class is none that JSON writers know.
            UUID(int=row.id.int),
            UUID(int=row.lead_id.int),
            Message(
                subject=row.subject,
                body=row.text,
                sender_name=row.from_name,
                sender_email=row.from_email,
                channel="email" if row.rfc_message_id else "form",
                sent_at=row.sent_at or row.received_at,
                region=region,
                automatic=row.automatic,
                quoted=row.quoted,
                signature=row.signature,
            ),
        )
        for row in stored
        if row.direction == "in"
    ]
    return unread, await find_ideal(session)


async def judge_messages(unread: Sequence[Unread], ideal: VersionedIdeal, org_id: UUID) -> list[Judged]:
    """Read and judge messages; no transaction may be open, for a reader may wait for a server."""
    outcomes = await read_outcomes([one.message for one in unread], org_id)
    return [_judge(one, outcome, ideal) for one, outcome in zip(unread, outcomes, strict=True)]


async def judge_again(
    unread: Sequence[Unread], before: dict[UUID, Qualification], ideal: VersionedIdeal
) -> list[Judged]:
    """Judge messages anew without paying for them anew: what a language model read is taken from what was kept."""
    fresh = await read_embedded([one.message for one in unread])
    judged = []
    for one, outcome in zip(unread, fresh, strict=True):
        kept = before.get(one.message_id)
        if kept is not None and kept.reader != outcome.reader:
            outcome = Outcome(_restore_reading(kept), kept.reader, kept.reader_version)  # noqa: PLW2901
        judged.append(_judge(one, outcome, ideal))
    return judged


async def save_judged(session: AsyncSession, judged: Sequence[Judged]) -> None:
    """Keep the qualifications, and write onto each lead the newest that tells something."""
    if not judged:
        return
    lead_ids = list({one.unread.lead_id for one in judged})
    await queries.hold_leads(session, lead_ids)
    await _save_qualifications(session, judged)
    by_message = {one.unread.message_id: one for one in judged}
    deciding = [
        by_message[message_id] for message_id in await list_deciding(session, lead_ids) if message_id in by_message
    ]
    await leads.record_scores(session, [_to_lead_score(one) for one in deciding])
    for one in deciding:
        publish(
            session,
            LeadQualified(
                lead_id=one.unread.lead_id,
                message_id=one.unread.message_id,
                band=one.verdict.band.value,
                score=one.verdict.score,
                intent=one.outcome.reading.intent.value,
            ),
        )


def _judge(unread: Unread, outcome: Outcome, ideal: VersionedIdeal) -> Judged:
    return Judged(unread, outcome, judge(unread.message, outcome.reading, ideal.ideal), ideal.version)


async def _save_qualifications(session: AsyncSession, judged: Sequence[Judged]) -> None:
    org_id, now = session.info["org_id"], utc_now()
    rows = [{"org_id": org_id, "id": new_id(), "created_at": now, **_to_row(one)} for one in judged]
    await session.execute(_KEEP_NEWEST, rows)


def _to_row(judged: Judged) -> dict[str, Any]:
    reading, verdict = judged.outcome.reading, judged.verdict
    return {
        "lead_id": judged.unread.lead_id,
        "message_id": judged.unread.message_id,
        "reader": judged.outcome.reader,
        "reader_version": judged.outcome.reader_version,
        "intent": reading.intent.value,
        "intent_probability": reading.intent_probability,
        "language": reading.language,
        "band": verdict.band.value,
        "score": verdict.score,
        "probability": verdict.probability,
        "fields": [
            {
                "name": field.name.value,
                "value": field.value,
                **_to_quote(field.evidence),
                "confidence": field.confidence,
            }
            for field in reading.fields
        ],
        "contributions": [
            {"label": one.label, "points": one.points, **_to_quote(one.evidence)} for one in verdict.contributions
        ],
        "next_step": verdict.next_step,
        "draft_reply": verdict.draft_reply,
        "flags": list(reading.flags),
        "ideal_customer_version": judged.ideal_version,
    }


def _to_quote(evidence: Evidence | None) -> dict[str, Any]:
    if evidence is None:
        return {"quote": None, "start": None, "end": None}
    return {"quote": evidence.quote, "start": evidence.start, "end": evidence.end}


def _restore_reading(kept: Qualification) -> Reading:
    """Rebuild a language model's reading; like that reader, spread what is left of the probability evenly."""
    intent, sure = Intent(kept.intent), kept.intent_probability
    rest = (1 - sure) / (len(Intent) - 1)
    return Reading(
        intent=intent,
        intent_probability=sure,
        intents={other: sure if other is intent else rest for other in Intent},
        language=kept.language,
        fields=tuple(
            Field(
                FieldName(row["name"]),
                row["value"],
                None if row["quote"] is None else Evidence(row["quote"], row["start"], row["end"]),
                row["confidence"],
            )
            for row in kept.fields
        ),
        flags=tuple(kept.flags),
    )


def _to_lead_score(judged: Judged) -> LeadScore:
    reading, verdict = judged.outcome.reading, judged.verdict
    said = {field.name: str(field.value)[:200] for field in reading.fields}
    person = {} if reading.intent in _NO_PERSON else said
    return LeadScore(
        lead_id=judged.unread.lead_id,
        intent=reading.intent.value,
        band=verdict.band.value,
        score=verdict.score,
        score_state="not_enough" if verdict.band is Band.UNSURE else "scored",
        reasons=[_to_reason(one) for one in verdict.contributions[:REASONS_ON_CARD]],
        summary=_sum_up(judged.unread.message, said.get(FieldName.NEED)),
        language=reading.language,
        next_step=verdict.next_step,
        name=person.get(FieldName.NAME),
        phone=person.get(FieldName.PHONE),
        company=person.get(FieldName.COMPANY),
    )


def _to_reason(contribution: Contribution) -> dict[str, Any]:
    return {"label": contribution.label, "points": contribution.points}


def _sum_up(message: Message, need: str | None) -> str:
    """Return what a card says in one line: the need, else how the message begins, else its subject."""
    words = " ".join((need or message.body[:1_000] or message.subject).split()) or message.subject
    return words if len(words) <= SUMMARY_LENGTH else f"{words[: SUMMARY_LENGTH - 1].rsplit(' ', 1)[0]}…"
