"""Every select about the calls that campaigns placed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import (
    CallRow,
)
from metacortex.contexts.calls.types import CallState, Outcome

_FINISHED: tuple[ColumnElement[Any], ...] = (
    CallRow.requested_at.label("requested_at"),
    CallRow.answered_at.label("answered_at"),
    CallRow.waiting_at.label("waiting_at"),
    CallRow.connected_at.label("connected_at"),
    CallRow.abandoned_at.label("abandoned_at"),
    CallRow.ended_at.label("ended_at"),
    CallRow.verdict.label("verdict"),
)


async def list_open_calls(session: AsyncSession, campaign_id: UUID) -> list[CallRow]:
    """Return a campaign's calls that are on."""
    found = await session.scalars(
        select(CallRow).where(
            CallRow.org_id == session.info["org_id"],
            CallRow.campaign_id == campaign_id,
            CallRow.state != CallState.ENDED.value,
        )
    )
    return list(found)


async def count_outcomes(session: AsyncSession, campaign_id: UUID, *, since: datetime) -> dict[str, int]:
    """Return how many of a campaign's calls since then had each outcome."""
    found = await session.execute(
        select(CallRow.outcome, func.count())
        .where(
            CallRow.org_id == session.info["org_id"],
            CallRow.campaign_id == campaign_id,
            CallRow.requested_at >= since,
            CallRow.outcome.is_not(None),
        )
        .group_by(CallRow.outcome)
    )
    return {str(row[0]): int(row[1]) for row in found}


async def count_live_answers(
    session: AsyncSession,
    campaign_id: UUID,
    *,
    since: datetime,
    until: datetime | None = None,
    within_seconds: float | None = None,
) -> tuple[int, int]:
    """Return how many of a campaign's calls placed in a period people answered, and how many of those found nobody.

    They count as soon as that is known, while the call is still on. Whoever waited for an agent longer than
    `within_seconds` found nobody, even if one came later.
    """
    is_abandoned = or_(CallRow.outcome == Outcome.ABANDONED.value, CallRow.abandoned_at.is_not(None))
    if within_seconds is not None:
        waited = CallRow.connected_at - CallRow.waiting_at
        is_abandoned = or_(is_abandoned, waited > timedelta(seconds=within_seconds))
    is_talk = or_(
        CallRow.outcome == Outcome.ANSWERED.value, and_(CallRow.outcome.is_(None), CallRow.connected_at.is_not(None))
    )
    query = select(
        func.count().filter(or_(is_abandoned, is_talk)),
        func.count().filter(is_abandoned),
    ).where(
        CallRow.org_id == session.info["org_id"],
        CallRow.campaign_id == campaign_id,
        CallRow.requested_at >= since,
    )
    if until is not None:
        query = query.where(CallRow.requested_at < until)
    row = (await session.execute(query)).one()
    return int(row[0]), int(row[1])


async def list_finished_calls(
    session: AsyncSession, campaign_id: UUID, *, after: datetime | None, limit: int
) -> list[Row[Any]]:
    """Return moments of a campaign's calls that have ended, oldest first, for the pacing to learn from."""
    query = (
        select(*_FINISHED)
        .where(
            CallRow.org_id == session.info["org_id"],
            CallRow.campaign_id == campaign_id,
            CallRow.ended_at.is_not(None),
        )
        .order_by(CallRow.ended_at)
        .limit(limit)
    )
    if after is not None:
        query = query.where(CallRow.ended_at > after)
    return list((await session.execute(query)).all())


async def list_last_outcomes(session: AsyncSession, campaign_id: UUID, *, since: datetime, limit: int) -> list[Outcome]:
    """Return how a campaign's latest attempts since then ended, the newest first; those still on are left out."""
    found = await session.scalars(
        select(CallRow.outcome)
        .where(
            CallRow.org_id == session.info["org_id"],
            CallRow.campaign_id == campaign_id,
            CallRow.requested_at >= since,
            CallRow.outcome.is_not(None),
        )
        .order_by(CallRow.requested_at.desc())
        .limit(limit)
    )
    return [Outcome(str(one)) for one in found]


async def list_tries(session: AsyncSession, *, since: datetime, limit: int = 100_000) -> list[Row[Any]]:
    """Return the newest attempts that could have been answered: whom, when, and whether a person did."""
    columns: tuple[ColumnElement[Any], ...] = (
        CallRow.to_number.label("to_number"),
        CallRow.requested_at.label("requested_at"),
        CallRow.outcome.in_(["answered", "abandoned", "agent-left"]).label("is_answered"),
    )
    query = (
        select(*columns)
        .where(
            CallRow.org_id == session.info["org_id"],
            CallRow.requested_at >= since,
            CallRow.to_number.is_not(None),
            CallRow.outcome.in_(["answered", "abandoned", "agent-left", "no-answer", "busy", "rejected", "machine"]),
        )
        .order_by(CallRow.id.desc())
        .limit(limit)
    )
    return list((await session.execute(query)).all())
