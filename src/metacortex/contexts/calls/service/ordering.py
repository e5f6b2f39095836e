"""The order in which a campaign calls its list, learned from the organization's past calls."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import DialTarget
from metacortex.contexts.calls.queries import campaign_calls
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.rules.best_time import AnswerRates, Best, Slot, Try, find_priority
from metacortex.contexts.calls.rules.numbers import BadNumber, read_number
from metacortex.contexts.calls.rules.zones import Whereabouts, locate, prefer
from metacortex.contexts.leads import public as leads
from metacortex.platform.database import utc_now

LOOK_BACK = timedelta(days=120)
CHUNK = 2000
CALLING_HOURS = (8, 21)
ANYWHERE = ("", ZoneInfo("UTC"))


def locate_number(number: str, person: Whereabouts | None) -> tuple[str, ZoneInfo]:
    """Return a number's country and the first zone that its person may be in."""
    try:
        read = read_number(number)
    except BadNumber:
        return ANYWHERE
    names = locate(read, person).names
    return read.country, ZoneInfo(names[0]) if names else ZoneInfo("UTC")


async def _locate_targets(session: AsyncSession, targets: Sequence[DialTarget]) -> dict[UUID, tuple[str, ZoneInfo]]:
    of_leads, by_phone = await leads.list_people(
        session,
        lead_ids={target.lead_id for target in targets if target.lead_id},
        phones={target.number for target in targets},
    )
    return {
        target.id: locate_number(
            target.number,
            prefer((of_leads.get(target.lead_id) if target.lead_id else None) or by_phone.get(target.number), target),
        )
        for target in targets
    }


async def read_rates(session: AsyncSession) -> AnswerRates:
    """Return the organization's answer rates by country and hour of the week."""
    now = utc_now()
    found = await campaign_calls.list_tries(session, since=now - LOOK_BACK)
    numbers = sorted({row.to_number for row in found})
    zones: dict[str, tuple[str, ZoneInfo]] = {}
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        _, people = await leads.list_people(session, lead_ids=(), phones=some)
        zones |= {number: locate_number(number, people.get(number)) for number in some}
    return AnswerRates(
        Try(
            zones[row.to_number][0],
            row.requested_at.astimezone(zones[row.to_number][1]),
            now - row.requested_at,
            is_answered=row.is_answered,
        )
        for row in found
    )


async def order_campaign(session: AsyncSession, campaign_id: UUID) -> int:
    """Give everybody who waits on a campaign's list their place by how good this hour is for them; return how many."""
    rates = await read_rates(session)
    now = utc_now()
    slots: dict[tuple[str, ZoneInfo], Slot] = {}
    after: UUID | None = None
    done = 0
    while targets := await queries.list_targets(session, campaign_id, state="waiting", after=after, limit=CHUNK):
        changes = []
        places = await _locate_targets(session, targets)
        for target in targets:
            place = places[target.id]
            if place not in slots:
                local = now.astimezone(place[1])
                slots[place] = (local.weekday(), local.hour)
            priority = find_priority(rates, place[0], slots[place], attempts=target.attempts)
            if priority != target.priority:
                changes.append({"org_id": target.org_id, "id": target.id, "priority": priority})
        await queries.write_priorities(session, changes)
        after, done = targets[-1].id, done + len(targets)
        session.expunge_all()
    return done


async def list_best_times(session: AsyncSession, campaign_id: UUID) -> list[tuple[str, Best]]:
    """Return, for each country among the first of a campaign's list, the hour of the week its people answer best."""
    rates = await read_rates(session)
    targets = await queries.list_targets(session, campaign_id, state=None, after=None, limit=CHUNK)
    countries = sorted({place[0] for place in (await _locate_targets(session, targets)).values()})
    week = [(day, hour) for day in range(7) for hour in range(*CALLING_HOURS)]
    return [(country, rates.find_best(country, week)) for country in countries]
