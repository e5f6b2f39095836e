"""Whether people on a list could be called now: judged a thousand at a time, as a call to each would be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries as call_queries
from metacortex.contexts.calls.models import CallingSettings, DialTarget
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.rules import law
from metacortex.contexts.calls.rules.numbers import Number
from metacortex.contexts.calls.rules.zones import Zones, locate, prefer
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.judging import LOOK_BACK, Bounds, judge_law, read_callee
from metacortex.contexts.calls.service.permitting import read_enquiry, require_consent_for_machines
from metacortex.contexts.calls.service.refusals import NumberInvalid, NumberOnDoNotCallList
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import utc_now
from metacortex.platform.errors import Problem

PLACED = frozenset({"contact", "address"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether somebody could be called: the code of the refusal that a call would meet, None if it would meet none.

    `is_placed`: their contact, or the table they came from, says where they are.
    """

    code: str | None = None
    opens_at: datetime | None = None
    is_placed: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept about many numbers, and read at once."""

    own: CallingSettings | None
    zones: dict[str, Zones]
    forbidden: set[str]
    consents: dict[str, privacy.ConsentBasis | privacy.Refusal]
    attempts: dict[str, list[datetime]]


async def judge_targets(
    session: AsyncSession, settings: CampaignSettings, targets: Sequence[DialTarget], *, is_automated: bool
) -> dict[UUID, Judgement]:
    """Return for each target what `permit_target` would say, by seven statements; room of trunks is not asked for."""
    now = utc_now()
    bounds = Bounds(settings.opens_at, settings.closes_at, tuple(settings.caller_ids))
    numbers = {target.id: number for target in targets if (number := _read_number(target.number))}
    known = await _read(session, targets, numbers, now)
    return {
        target.id: replace(
            _judge(number, known, bounds, now, is_automated=is_automated, about=settings.purpose),
            is_placed=known.zones[number.e164].source in PLACED,
        )
        if (number := numbers.get(target.id))
        else Judgement(NumberInvalid.code)
        for target in targets
    }


def _read_number(raw: str) -> Number | None:
    try:
        return read_callee(raw)
    except NumberInvalid:
        return None


async def _read(
    session: AsyncSession, targets: Sequence[DialTarget], numbers: dict[UUID, Number], now: datetime
) -> _Known:
    countries = {number.e164: number.country for number in numbers.values()}
    of_leads, by_phone = await leads.list_people(
        session,
        lead_ids={target.lead_id for target in targets if target.lead_id},
        phones={target.number for target in targets},
    )
    places = {numbers[target.id].e164: target for target in targets if target.id in numbers}
    people = {
        numbers[target.id].e164: (of_leads.get(target.lead_id) if target.lead_id else None)
        or by_phone.get(target.number)
        for target in targets
        if target.id in numbers
    }
    return _Known(
        own=await call_queries.find_settings(session),
        zones={
            number.e164: locate(number, prefer(people.get(number.e164), places[number.e164]))
            for number in numbers.values()
        },
        forbidden=await queries.list_forbidden(session, countries),
        consents=await privacy.judge_consents(
            session,
            purpose=privacy.Purpose.SALES,
            channel=privacy.Channel.PHONE,
            addresses=list(countries),
            countries=countries,
            enquiries={number: read_enquiry(person) for number, person in people.items()},
            is_acted_on=False,
        ),
        attempts=await queries.list_attempts_at(session, countries, since=now - LOOK_BACK),
    )


def _judge(
    number: Number, known: _Known, bounds: Bounds, now: datetime, *, is_automated: bool, about: law.Purpose
) -> Judgement:
    """Judge in the order in which `permit` does, since the first refusal is the one that is told."""
    if number.e164 in known.forbidden:
        return Judgement(NumberOnDoNotCallList.code)
    consent = known.consents[number.e164]
    if isinstance(consent, privacy.Refusal):
        return Judgement((privacy.Suppressed if consent.reason else privacy.ConsentMissing).code)
    attempts = known.attempts.get(number.e164, [])
    try:
        require_consent_for_machines(known.zones[number.e164], consent, is_automated=is_automated, purpose=about)
        judge_law(
            known.zones[number.e164], attempts, known.own, now, is_automated=is_automated, purpose=about, bounds=bounds
        )
    except Problem as problem:
        opens_at = problem.extra.get("opens_at")
        return Judgement(problem.code, datetime.fromisoformat(opens_at) if opens_at else None)
    return Judgement()
