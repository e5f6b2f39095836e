"""Putting people on a campaign's list: leads that match a filter, or the rows of a table; each number once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.events import CampaignChanged, FillStarted
from metacortex.contexts.calls.models import DialFill
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.rules.numbers import BadNumber, read_number
from metacortex.contexts.calls.rules.table import TableUnclear, find_columns, read_entries
from metacortex.contexts.calls.schemas.campaigns import LeadFilter, TableFill
from metacortex.contexts.calls.service.campaigns import ENDED, CampaignOver, require_campaign
from metacortex.contexts.calls.types.campaigns import FillState, TargetState
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.audit import record
from metacortex.platform.database import new_id, notify, utc_now
from metacortex.platform.errors import Invalid
from metacortex.platform.events import publish
from metacortex.platform.settings import settings

CHUNK = 1000
CONSENT_CHUNK = 250
"""So many at once where a table names consents: until they are stored, nobody calls these people."""
UNKNOWN_PLACE, UNCLEAR_CONSENT = "unknown_place", "unclear_consent"


class TableInvalid(Invalid):
    code = "table_unclear"
    title = "This table cannot be used. Check that it is CSV with a header, and name the column of the numbers."


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to call, before the numbers are read."""

    numbers: tuple[str, ...]
    name: str | None
    lead_id: UUID | None = None
    place: tuple[tuple[str, str], ...] = ()
    consent: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Read:
    """Whom a chunk puts on the list, to what they agreed by number, and why the others are left out."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    consents: dict[str, privacy.KeptConsent] = field(default_factory=dict)
    bad: Counter[str] = field(default_factory=Counter)


async def fill_from_leads(session: AsyncSession, campaign_id: UUID, wanted: LeadFilter) -> DialFill:
    """Owe putting the leads that match on a campaign's list."""
    return await _start(session, campaign_id, "leads", wanted.model_dump(mode="json"), None)


async def fill_from_table(session: AsyncSession, campaign_id: UUID, sent: TableFill) -> DialFill:
    """Owe putting a table's people on a campaign's list; raises TableInvalid saying what to do."""
    try:
        find_columns(sent.text, number=sent.number_column, name=sent.name_column, others=sent.other_number_columns)
    except TableUnclear as error:
        raise TableInvalid(str(error)) from error
    return await _start(session, campaign_id, "table", sent.model_dump(mode="json", exclude={"text"}), sent.text)


async def _start(
    session: AsyncSession, campaign_id: UUID, source: str, wanted: dict[str, Any], content: str | None
) -> DialFill:
    campaign = await require_campaign(session, campaign_id)
    if campaign.state in ENDED:
        raise CampaignOver
    fill = DialFill(
        org_id=session.info["org_id"],
        campaign_id=campaign_id,
        source=source,
        state=FillState.RUNNING.value,
        wanted=wanted,
        content=content,
        read=0,
        added=0,
        duplicates=0,
        bad_numbers={},
    )
    session.add(fill)
    await session.flush()
    publish(session, FillStarted(fill_id=fill.id))
    return fill


async def fill_chunk(session: AsyncSession, fill_id: UUID) -> bool:
    """Put the next people on the list; return whether there are more."""
    fill = await session.get(DialFill, (session.info["org_id"], fill_id), with_for_update=True)
    if fill is None or fill.state != FillState.RUNNING:
        return False
    try:
        people, position, is_last = await _read_people(session, fill)
    except TableUnclear as error:
        finish_fill(fill, FillState.FAILED, str(error))
        return False
    read = _read_targets(fill, people)
    added = await queries.insert_targets(session, list(read.rows.values()))
    await _record_consents(session, fill, read)
    fill.read += len(people)
    fill.added += added
    fill.duplicates += len(people) - added - read.bad.total()
    fill.bad_numbers = dict(Counter(fill.bad_numbers) + read.bad)
    fill.position = position
    campaign = await require_campaign(session, fill.campaign_id)
    publish(session, CampaignChanged(campaign_id=campaign.id, state=campaign.state))
    notify(session, "campaigns", str(fill.org_id))
    if is_last:
        finish_fill(fill, FillState.DONE, None)
        return False
    return True


def finish_fill(fill: DialFill, state: FillState, message: str | None) -> None:
    """Say how filling a list ended, and let go of the table."""
    fill.state, fill.message = state.value, message
    fill.content, fill.finished_at = None, utc_now()


async def _record_consents(session: AsyncSession, fill: DialFill, read: _Read) -> None:
    recorded = await privacy.record_kept(
        session,
        read.consents,
        purpose=privacy.Purpose.SALES,
        channel=privacy.Channel.PHONE,
        proof={"campaign": str(fill.campaign_id), "fill": str(fill.id)},
    )
    if recorded:
        record(session, "consent.given", subject=f"dial-fill:{fill.id}", after={"recorded": recorded})


async def _read_people(session: AsyncSession, fill: DialFill) -> tuple[list[Person], str, bool]:
    """Return the next people, how far that is, and whether they are the last."""
    if fill.source == "leads":
        choice = leads.LeadChoice(**LeadFilter.model_validate(fill.wanted).model_dump())
        after = UUID(fill.position) if fill.position else None
        found = await leads.list_lead_people(session, choice, after=after, limit=CHUNK)
        position = str(found[-1].lead_id) if found else fill.position or ""
        people = [Person((one.phone or "",), one.name, one.lead_id) for one in found]
        return people, position, len(people) < CHUNK
    wanted = TableFill.model_validate({**fill.wanted, "text": fill.content or "-"})
    columns = find_columns(
        wanted.text, number=wanted.number_column, name=wanted.name_column, others=wanted.other_number_columns
    )
    after_row = int(fill.position or 0)
    limit = CONSENT_CHUNK if columns.consents else CHUNK
    entries = read_entries(wanted.text, columns, after=after_row, limit=limit)
    people = [Person((one.number, *one.others), one.name, place=one.place, consent=one.consent) for one in entries]
    return people, str(after_row + len(entries)), len(entries) < limit


def _read_targets(fill: DialFill, people: Sequence[Person]) -> _Read:
    """Return rows for those with a number that can be called, and why the others have none.

    Whose place means nothing is left out, as they could be called at night; so is whose consent has no day.
    """
    found, now = _Read(), utc_now()
    for person in people:
        numbers, reason = _read_numbers(person.numbers)
        place, unclear = leads.read_place(**dict(person.place))
        if not numbers or unclear:
            found.bad[reason if not numbers else UNKNOWN_PLACE] += 1
            continue
        try:
            consent = _read_consent(person, now)
        except privacy.ConsentUnclear:
            found.bad[UNCLEAR_CONSENT] += 1
            continue
        if consent is not None:
            found.consents |= dict.fromkeys(numbers, consent)
        if numbers[0] not in found.rows:
            found.rows[numbers[0]] = {
                "org_id": fill.org_id,
                "id": new_id(),
                "campaign_id": fill.campaign_id,
                "lead_id": person.lead_id,
                "number": numbers[0],
                "other_numbers": numbers[1:],
                "name": person.name,
                **asdict(place),
                "state": TargetState.WAITING.value,
                "attempts": 0,
                "outcome_attempts": {},
                "next_at": utc_now(),
                "priority": 0,
                "updated_at": utc_now(),
            }
    return found


def _read_consent(person: Person, now: datetime) -> privacy.KeptConsent | None:
    said = dict(person.consent)
    return privacy.read_kept_consent(said.get("source", ""), said.get("at", ""), said.get("text", ""), now=now)


def _read_numbers(written: Iterable[str]) -> tuple[list[str], str]:
    """Return the numbers that can be called, each once, or why the first cannot."""
    numbers, reason = [], ""
    for one in written:
        try:
            numbers.append(read_number(one, settings().default_region).e164)
        except BadNumber as error:
            reason = reason or error.reason.value
    return list(dict.fromkeys(numbers)), reason
