"""Speed to lead: a lead that proves hot is called by itself, the owner first, else the agents that somebody names."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries as call_queries
from metacortex.contexts.calls.clients.asterisk import Fleet
from metacortex.contexts.calls.models import CallingSettings
from metacortex.contexts.calls.queries import agents as queries
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.placing import Order, place_call
from metacortex.contexts.calls.service.refusals import AgentBusy, CallKeyReused, NoPhone
from metacortex.contexts.calls.service.store import PostgresCalls
from metacortex.contexts.calls.settings import calls_settings
from metacortex.contexts.calls.types import Mode, Ringing
from metacortex.contexts.calls.types.campaigns import AgentState
from metacortex.contexts.identity import public as identity
from metacortex.contexts.leads import public as leads
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Problem
from metacortex.platform.security.permissions import is_allowed

OrderAgents = Callable[[AsyncSession, UUID], Awaitable[Sequence[UUID]]]
"""Who is to be rung for a lead when its owner cannot be, best first."""


MOST_RUNG = 20
"""How many are rung for one lead at most, as many as somebody may name: in turn, the lead's hour goes by meanwhile."""

_LAST_CALL_WITHIN = timedelta(days=1)
_NOBODY_FREE = "Nobody was free: all who could be rung were on a call, after one, or on a pause."
_NOBODY_HAS_PHONE = (
    "Nobody who could be rung has a phone. Set one in the calling settings: an account or a number, for each who calls."
)


async def list_free(session: AsyncSession, lead_id: UUID) -> Sequence[UUID]:
    """Return whom to ring, whoever the lead is: agents who are ready, longest first, where some are signed in at all.

    Where nobody is: members with a phone who may place calls, those first whose last call is longest ago.
    """
    del lead_id
    able = await _list_able(session)
    signed_in = [one for one in await queries.list_presences(session) if one.campaign_id and one.member_id in able]
    if signed_in:
        return [one.member_id for one in signed_in if one.state == AgentState.READY]
    return await queries.list_longest_uncalled(session, able, since=utc_now() - _LAST_CALL_WITHIN)


async def _list_able(session: AsyncSession) -> list[UUID]:
    """Return the present members who may place calls."""
    return [one.id for one in await identity.list_members(session) if is_allowed(one.role, "calls:place")]


async def call_leads(
    org_id: UUID, lead_ids: Collection[UUID], order_agents: OrderAgents = list_free
) -> dict[UUID, Problem]:
    """Call these leads, each once ever, if the organization wants it; return who cannot be called now, and why."""
    async with transaction(org_id) as session:
        own = await call_queries.find_settings(session)
    if own is None or not own.calls_hot_leads:
        return {}
    uncalled: dict[UUID, Problem] = {}
    async with Fleet.open(calls_settings()) as fleet:
        engine = Engine(PostgresCalls(), fleet)
        for lead_id in lead_ids:
            try:
                await _call(engine, org_id, lead_id, own, order_agents)
            except CallKeyReused:
                continue
            except Problem as problem:
                uncalled[lead_id] = problem
        await engine.settle()
    return uncalled


async def _call(engine: Engine, org_id: UUID, lead_id: UUID, own: CallingSettings, order_agents: OrderAgents) -> None:
    async with transaction(org_id) as session:
        person = await leads.find_lead_person(session, lead_id)
        able = await _list_able(session)
        owner = [person.owner_id] if person and person.owner_id and person.owner_id in able else []
        members = tuple(dict.fromkeys([*owner, *await order_agents(session, lead_id)]))[:MOST_RUNG]
        if not members and await call_queries.list_phones(session):
            raise AgentBusy(_NOBODY_FREE)
    if not members:
        raise NoPhone(_NOBODY_HAS_PHONE)
    order = Order(
        lead_id=lead_id,
        mode=Mode.AGENT_FIRST,
        agent_ids=members,
        ringing=Ringing(own.ringing),
        timeout_seconds=own.ring_seconds,
        key=f"hot-lead:{lead_id}",
    )
    try:
        await place_call(engine, org_id, order)
    except AgentBusy as error:
        raise AgentBusy(_NOBODY_FREE) from error
    except NoPhone as error:
        raise NoPhone(_NOBODY_HAS_PHONE) from error


async def owe_call(session: AsyncSession, lead_id: UUID, problem: Problem) -> None:
    """Leave the call to a person: the owner if there is one, at the opening if it is closed now."""
    person = await leads.find_lead_person(session, lead_id)
    if person is None:
        return
    opens_at = problem.extra.get("opens_at")
    await leads.owe_task(
        session,
        lead_id=lead_id,
        title=f"Call this hot lead. It was not called by itself: {problem.detail or problem.title}"[:300],
        due_at=datetime.fromisoformat(opens_at) if opens_at else None,
        assignee_id=person.owner_id,
    )
