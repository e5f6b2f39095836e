"""Every select about agents and their phones, pause codes, dispositions and scripts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import (
    AgentChange,
    AgentPhone,
    AgentPresence,
    Disposition,
    LegRow,
    PauseCode,
    Script,
)
from metacortex.contexts.calls.types import LegState
from metacortex.contexts.calls.types.campaigns import AgentState
from metacortex.platform.database import first_id_at

PHONES_SEED = 7_203_144_522
"""Keeps the locks of organizations' phones apart from others'."""


async def find_presence(session: AsyncSession, member_id: UUID, *, lock: bool = False) -> AgentPresence | None:
    """Return what a member is doing, if they ever signed in; locked until the transaction ends if asked."""
    query = select(AgentPresence).where(
        AgentPresence.org_id == session.info["org_id"], AgentPresence.member_id == member_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(query)


async def list_presences(session: AsyncSession, *, campaign_id: UUID | None = None) -> list[AgentPresence]:
    """Return what agents are doing, all or those of a campaign."""
    query = select(AgentPresence).where(AgentPresence.org_id == session.info["org_id"]).order_by(AgentPresence.since_at)
    if campaign_id:
        query = query.where(AgentPresence.campaign_id == campaign_id)
    return list(await session.scalars(query))


async def lock_presences_of_call(session: AsyncSession, call_id: UUID) -> list[AgentPresence]:
    """Return those who are on a call or kept for it, locked."""
    found = await session.scalars(
        select(AgentPresence)
        .where(AgentPresence.org_id == session.info["org_id"], AgentPresence.call_id == call_id)
        .order_by(AgentPresence.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)


async def lock_presence_of_line(session: AsyncSession, leg_id: UUID) -> AgentPresence | None:
    """Return the agent whose line this leg is, locked."""
    return await session.scalar(
        select(AgentPresence)
        .where(AgentPresence.org_id == session.info["org_id"], AgentPresence.line_leg_id == leg_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def lock_kept_agent(session: AsyncSession, call_id: UUID, member_id: UUID, server: str) -> AgentPresence | None:
    """Return the agent who is kept for a call, if they still are."""
    return await session.scalar(
        select(AgentPresence)
        .where(
            AgentPresence.org_id == session.info["org_id"],
            AgentPresence.member_id == member_id,
            AgentPresence.call_id == call_id,
            AgentPresence.state == AgentState.RESERVED.value,
            AgentPresence.server == server,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def lock_longest_ready(
    session: AsyncSession, campaign_id: UUID, *, server: str | None = None, member_id: UUID | None = None
) -> AgentPresence | None:
    """Return the agent of a campaign who has been ready longest, passing over those others are picking now."""
    query = select(AgentPresence).where(
        AgentPresence.org_id == session.info["org_id"],
        AgentPresence.campaign_id == campaign_id,
        AgentPresence.state == AgentState.READY.value,
    )
    if server is not None:
        query = query.where(AgentPresence.server == server)
    if member_id is not None:
        query = query.where(AgentPresence.member_id == member_id)
    return await session.scalar(
        query.order_by(AgentPresence.since_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


async def lock_ended_wrap_ups(session: AsyncSession, campaign_id: UUID, now: datetime) -> list[AgentPresence]:
    """Return agents whose wrap-up is over, passing over those being changed now."""
    found = await session.scalars(
        select(AgentPresence)
        .where(
            AgentPresence.org_id == session.info["org_id"],
            AgentPresence.campaign_id == campaign_id,
            AgentPresence.state == AgentState.WRAP_UP.value,
            AgentPresence.until_at <= now,
        )
        .order_by(AgentPresence.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(found)


async def list_changes(session: AsyncSession, member_id: UUID, *, since: datetime, limit: int) -> list[AgentChange]:
    """Return a member's changes of state, newest first."""
    found = await session.scalars(
        select(AgentChange)
        .where(
            AgentChange.org_id == session.info["org_id"], AgentChange.member_id == member_id, AgentChange.at >= since
        )
        .order_by(AgentChange.id.desc())
        .limit(limit)
    )
    return list(found)


async def list_pause_codes(session: AsyncSession) -> Sequence[PauseCode]:
    """Return the reasons to pause, by name."""
    query = select(PauseCode).where(PauseCode.org_id == session.info["org_id"]).order_by(PauseCode.label)
    return list(await session.scalars(query))


async def find_pause_code(session: AsyncSession, code: str) -> PauseCode | None:
    """Return a reason to pause."""
    return await session.scalar(
        select(PauseCode).where(PauseCode.org_id == session.info["org_id"], PauseCode.code == code)
    )


async def list_dispositions(session: AsyncSession) -> Sequence[Disposition]:
    """Return the ways a conversation can end, by name."""
    query = select(Disposition).where(Disposition.org_id == session.info["org_id"]).order_by(Disposition.label)
    return list(await session.scalars(query))


async def find_disposition(session: AsyncSession, code: str) -> Disposition | None:
    """Return a way a conversation can end."""
    return await session.scalar(
        select(Disposition).where(Disposition.org_id == session.info["org_id"], Disposition.code == code)
    )


async def list_scripts(session: AsyncSession) -> Sequence[Script]:
    """Return the scripts, by name."""
    return list(
        await session.scalars(select(Script).where(Script.org_id == session.info["org_id"]).order_by(Script.name))
    )


async def find_script(session: AsyncSession, script_id: UUID) -> Script | None:
    """Return a script."""
    return await session.get(Script, (session.info["org_id"], script_id))


async def is_on_call(session: AsyncSession, member_id: UUID) -> bool:
    """Tell whether a member's phone is ringing or in use."""
    return bool(await list_engaging_legs(session, member_id))


async def list_engaging_legs(session: AsyncSession, member_id: UUID) -> list[UUID]:
    """Return the legs for which a member's phone is ringing or in use."""
    return list(await session.scalars(select(LegRow.id).where(*_engage(session, [member_id]))))


async def is_any_leaving(session: AsyncSession, member_ids: Collection[UUID]) -> bool:
    """Tell whether one of these members is on a call that was hung up, and on no other."""
    hung_up = func.bool_and(LegRow.is_hung_up_by_us)
    query = select(LegRow.member_id).where(*_engage(session, member_ids)).group_by(LegRow.member_id).having(hung_up)
    return (await session.scalars(query)).first() is not None


def _engage(session: AsyncSession, member_ids: Collection[UUID]) -> tuple[ColumnElement[bool], ...]:
    return (
        LegRow.org_id == session.info["org_id"],
        LegRow.member_id.in_(member_ids),
        LegRow.state.not_in([LegState.PLANNED.value, LegState.ENDED.value]),
    )


async def list_longest_uncalled(session: AsyncSession, member_ids: Collection[UUID], *, since: datetime) -> list[UUID]:
    """Return those of these members who have a phone: first who had no call since then, then by when it was over."""
    rung = (
        select(LegRow.member_id, func.max(func.coalesce(LegRow.ended_at, LegRow.requested_at)).label("last_at"))
        .where(
            LegRow.org_id == session.info["org_id"],
            LegRow.id >= first_id_at(since),
            LegRow.member_id.in_(member_ids),
            LegRow.requested_at.is_not(None),
        )
        .group_by(LegRow.member_id)
        .subquery("rung")
    )
    found = await session.scalars(
        select(AgentPhone.member_id)
        .outerjoin(rung, rung.c.member_id == AgentPhone.member_id)
        .where(AgentPhone.org_id == session.info["org_id"], AgentPhone.member_id.in_(member_ids))
        .order_by(rung.c.last_at.asc().nulls_first(), AgentPhone.id)
    )
    return list(found)


async def find_phone_of_account(session: AsyncSession, account: str) -> AgentPhone | None:
    """Return the phone of the bound organization that rings an account of the phone server."""
    return await session.scalar(
        select(AgentPhone).where(
            AgentPhone.org_id == session.info["org_id"], func.lower(AgentPhone.account) == account.lower()
        )
    )


async def hold_phones(session: AsyncSession) -> None:
    """Let nobody else begin to ring agents of the organization until the transaction ends.

    Whoever needs this and locks of calls or agents takes this first, so that no two wait for each other.
    """
    said = str(session.info["org_id"])
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(said, PHONES_SEED))))
