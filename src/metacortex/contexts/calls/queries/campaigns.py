"""Every select about dial campaigns, their lists and decisions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, any_, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import (
    AgentPresence,
    CallRow,
    DialCampaign,
    DialDecision,
    DialFill,
    DialTarget,
    DoNotCall,
)
from metacortex.contexts.calls.queries import PREFIX_DIGITS
from metacortex.contexts.calls.types import CallState
from metacortex.contexts.calls.types.campaigns import AgentState, CampaignState, TargetState
from metacortex.platform.database import table_of

DIALLING = (CampaignState.RUNNING.value, CampaignState.DRAINING.value)
COUNTED = 500
COUNTRY_DIGITS = 7
"""With the plus; by so many the islands that share a calling code with Britain are told from it."""


async def list_dialling(session: AsyncSession) -> list[tuple[UUID, UUID]]:
    """Return organization and id of every campaign that the role sees and the dialer has to look after.

    Those whose agents are signed in or whose calls are on count too, whatever their state.
    """
    running = select(DialCampaign.org_id, DialCampaign.id).where(DialCampaign.state.in_(DIALLING))
    staffed = select(AgentPresence.org_id, AgentPresence.campaign_id).where(
        AgentPresence.campaign_id.is_not(None), AgentPresence.state != AgentState.OFFLINE.value
    )
    talking = select(CallRow.org_id, CallRow.campaign_id).where(
        CallRow.campaign_id.is_not(None), CallRow.state != CallState.ENDED.value
    )
    found = await session.execute(running.union(staffed, talking))
    return [(row[0], row[1]) for row in found]


async def find_campaign(session: AsyncSession, campaign_id: UUID, *, lock: str = "") -> DialCampaign | None:
    """Return a campaign; `lock` is `update`, or `share` to keep its state from being changed meanwhile."""
    query = select(DialCampaign).where(DialCampaign.org_id == session.info["org_id"], DialCampaign.id == campaign_id)
    if lock:
        query = query.with_for_update(read=lock == "share").execution_options(populate_existing=True)
    return await session.scalar(query)


async def list_campaigns(session: AsyncSession) -> list[DialCampaign]:
    """Return the campaigns, newest first."""
    query = select(DialCampaign).where(DialCampaign.org_id == session.info["org_id"]).order_by(DialCampaign.id.desc())
    return list(await session.scalars(query))


async def count_targets(session: AsyncSession, campaign_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Return how many targets of these campaigns stand in each state."""
    counted: dict[UUID, dict[str, int]] = {one: {} for one in campaign_ids}
    found = await session.execute(
        select(DialTarget.campaign_id, DialTarget.state, func.count())
        .where(DialTarget.org_id == session.info["org_id"], DialTarget.campaign_id.in_(campaign_ids))
        .group_by(DialTarget.campaign_id, DialTarget.state)
    )
    for campaign_id, state, count in found:
        counted[campaign_id][state] = count
    return counted


async def list_targets(
    session: AsyncSession, campaign_id: UUID, *, state: str | None, after: UUID | None, limit: int
) -> list[DialTarget]:
    """Return a campaign's targets in the order of their ids, after one of them."""
    query = (
        select(DialTarget)
        .where(DialTarget.org_id == session.info["org_id"], DialTarget.campaign_id == campaign_id)
        .order_by(DialTarget.id)
        .limit(limit)
    )
    if state:
        query = query.where(DialTarget.state == state)
    if after:
        query = query.where(DialTarget.id > after)
    return list(await session.scalars(query))


async def lock_target(session: AsyncSession, target_id: UUID) -> DialTarget | None:
    """Return a target, locked."""
    return await session.get(
        DialTarget, (session.info["org_id"], target_id), with_for_update=True, populate_existing=True
    )


async def lock_due_targets(
    session: AsyncSession, campaign_id: UUID, now: datetime, *, limit: int, members: Collection[UUID] | None = None
) -> list[DialTarget]:
    """Return targets to call now, locked: callbacks whose minute has come, then by priority and waiting time.

    Callbacks promised by a member are returned only if they are among `members`, or nobody is asked for.
    """
    mine = or_(DialTarget.callback_member_id.is_(None), DialTarget.callback_member_id.in_(members or ()))
    own = (DialTarget.org_id == session.info["org_id"]) & (DialTarget.campaign_id == campaign_id)
    callbacks = (
        select(DialTarget)
        .where(own, DialTarget.state == TargetState.CALLBACK.value, DialTarget.next_at <= now, mine)
        .order_by(DialTarget.callback_at)
    )
    waiting = (
        select(DialTarget)
        .where(own, DialTarget.state == TargetState.WAITING.value, DialTarget.next_at <= now)
        .order_by(DialTarget.priority.desc(), DialTarget.next_at, DialTarget.id)
    )
    found: list[DialTarget] = []
    for query in (callbacks, waiting):
        if len(found) < limit:
            locked = query.limit(limit - len(found)).with_for_update(skip_locked=True)
            found += await session.scalars(locked.execution_options(populate_existing=True))
    return found


async def count_due_targets(session: AsyncSession, campaign_id: UUID, now: datetime) -> int:
    """Return how many targets may be called now; counting stops at `COUNTED`."""
    due = (
        select(DialTarget.id)
        .where(
            DialTarget.org_id == session.info["org_id"],
            DialTarget.campaign_id == campaign_id,
            DialTarget.state.in_([TargetState.WAITING.value, TargetState.CALLBACK.value]),
            DialTarget.next_at <= now,
        )
        .limit(COUNTED)
    )
    return int(await session.scalar(select(func.count()).select_from(due.subquery())) or 0)


async def lock_expired_leases(session: AsyncSession, campaign_id: UUID, now: datetime) -> list[DialTarget]:
    """Return targets that were shown to an agent who did not decide in time."""
    found = await session.scalars(
        select(DialTarget)
        .where(
            DialTarget.org_id == session.info["org_id"],
            DialTarget.campaign_id == campaign_id,
            DialTarget.state == TargetState.LEASED.value,
            DialTarget.lease_until <= now,
        )
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(found)


async def find_leased_target(session: AsyncSession, campaign_id: UUID, member_id: UUID) -> DialTarget | None:
    """Return the target that a member is deciding about."""
    return await session.scalar(
        select(DialTarget)
        .where(
            DialTarget.org_id == session.info["org_id"],
            DialTarget.campaign_id == campaign_id,
            DialTarget.state == TargetState.LEASED.value,
            DialTarget.leased_by == member_id,
        )
        .limit(1)
    )


async def has_number(session: AsyncSession, campaign_id: UUID, number: str) -> bool:
    """Tell whether a number is on a campaign's list."""
    found = select(DialTarget.id).where(
        DialTarget.org_id == session.info["org_id"],
        DialTarget.campaign_id == campaign_id,
        DialTarget.number == number,
    )
    return (await session.scalar(found)) is not None


async def list_forbidden(session: AsyncSession, numbers: Collection[str]) -> set[str]:
    """Return which of these numbers the do-not-call list names, or a beginning of them."""
    entries = {
        number: [number, *(f"{number[:digits]}*" for digits in PREFIX_DIGITS if digits < len(number))]
        for number in numbers
    }
    asked = {entry for of_number in entries.values() for entry in of_number}
    found = await session.scalars(
        select(DoNotCall.number).where(
            DoNotCall.org_id == session.info["org_id"], DoNotCall.number == any_(cast(list(asked), ARRAY(Text)))
        )
    )
    listed = set(found)
    return {number for number, of_number in entries.items() if not listed.isdisjoint(of_number)}


async def list_attempts_at(
    session: AsyncSession, numbers: Collection[str], *, since: datetime
) -> dict[str, list[datetime]]:
    """Return when each of these numbers was rung since then."""
    found = await session.execute(
        select(CallRow.to_number, CallRow.requested_at).where(
            CallRow.org_id == session.info["org_id"],
            CallRow.to_number == any_(cast(list(numbers), ARRAY(Text))),
            CallRow.requested_at >= since,
        )
    )
    attempts: dict[str, list[datetime]] = {}
    for number, at in found:
        attempts.setdefault(str(number), []).append(at)
    return attempts


async def insert_targets(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> int:
    """Put people on a list, each number once; return how many were new."""
    if not rows:
        return 0
    statement = insert(table_of(DialTarget)).on_conflict_do_nothing(index_elements=["org_id", "campaign_id", "number"])
    return len((await session.execute(statement.values(rows).returning(DialTarget.id))).all())


async def list_sample_numbers(session: AsyncSession, campaign_id: UUID) -> list[str]:
    """Return one number of each beginning on a campaign's list, long enough to tell its country."""
    query = (
        select(func.min(DialTarget.number))
        .where(DialTarget.org_id == session.info["org_id"], DialTarget.campaign_id == campaign_id)
        .group_by(func.left(DialTarget.number, COUNTRY_DIGITS))
    )
    return [str(one) for one in await session.scalars(query)]


async def list_countries(session: AsyncSession, campaign_id: UUID) -> list[tuple[str | None, str | None]]:
    """Return the countries and time zones that tables gave for people on a campaign's list, each pair once."""
    query = (
        select(DialTarget.country, DialTarget.time_zone)
        .where(
            DialTarget.org_id == session.info["org_id"],
            DialTarget.campaign_id == campaign_id,
            or_(DialTarget.country.is_not(None), DialTarget.time_zone.is_not(None)),
        )
        .distinct()
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


def select_lead_ids(session: AsyncSession, campaign_id: UUID) -> Select[UUID | None]:
    """Return a statement that reads the leads on a campaign's list."""
    return select(DialTarget.lead_id).where(
        DialTarget.org_id == session.info["org_id"], DialTarget.campaign_id == campaign_id
    )


async def list_refusals(session: AsyncSession, campaign_id: UUID) -> dict[str, int]:
    """Return why targets that wait were not called when it was their turn."""
    found = await session.execute(
        select(DialTarget.reason, func.count())
        .where(
            DialTarget.org_id == session.info["org_id"],
            DialTarget.campaign_id == campaign_id,
            DialTarget.state == TargetState.WAITING.value,
            DialTarget.reason.is_not(None),
        )
        .group_by(DialTarget.reason)
    )
    return {str(row[0]): int(row[1]) for row in found}


async def list_decisions(
    session: AsyncSession, campaign_id: UUID, *, before: UUID | None, limit: int
) -> list[DialDecision]:
    """Return a campaign's decisions, newest first, from one downwards."""
    query = (
        select(DialDecision)
        .where(DialDecision.org_id == session.info["org_id"], DialDecision.campaign_id == campaign_id)
        .order_by(DialDecision.id.desc())
        .limit(limit)
    )
    if before:
        query = query.where(DialDecision.id < before)
    return list(await session.scalars(query))


async def list_fills(session: AsyncSession, campaign_id: UUID) -> list[DialFill]:
    """Return how a campaign's list was filled, newest first."""
    found = await session.scalars(
        select(DialFill)
        .where(DialFill.org_id == session.info["org_id"], DialFill.campaign_id == campaign_id)
        .order_by(DialFill.id.desc())
        .limit(50)
    )
    return list(found)


async def count_agents(session: AsyncSession, campaign_id: UUID) -> dict[str, int]:
    """Return how many of a campaign's agents are in each state."""
    found = await session.execute(
        select(AgentPresence.state, func.count())
        .where(AgentPresence.org_id == session.info["org_id"], AgentPresence.campaign_id == campaign_id)
        .group_by(AgentPresence.state)
    )
    return {str(row[0]): int(row[1]) for row in found}


async def write_priorities(session: AsyncSession, changes: Sequence[dict[str, Any]]) -> None:
    """Set the priorities of targets that still wait."""
    if changes:
        await session.execute(update(DialTarget), list(changes))


async def find_next_moment(session: AsyncSession, campaign_id: UUID) -> datetime | None:
    """Return when the next target that waits may be called; None if nobody waits."""
    return await session.scalar(
        select(func.min(DialTarget.next_at)).where(
            DialTarget.org_id == session.info["org_id"],
            DialTarget.campaign_id == campaign_id,
            DialTarget.state.in_([TargetState.WAITING.value, TargetState.CALLBACK.value]),
        )
    )


async def lock_targets_of_person(
    session: AsyncSession, *, lead_ids: Collection[UUID], phones: Collection[str]
) -> list[DialTarget]:
    """Return what campaigns' lists hold of a person, locked; what was blanked before is passed over."""
    theirs = or_(
        DialTarget.lead_id.in_(lead_ids),
        DialTarget.number.in_(phones),
        DialTarget.other_numbers.op("?|")(cast(list(phones), ARRAY(Text))),
    )
    found = await session.scalars(
        select(DialTarget)
        .where(DialTarget.org_id == session.info["org_id"], theirs, DialTarget.reason.is_distinct_from("erased"))
        .order_by(DialTarget.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)
