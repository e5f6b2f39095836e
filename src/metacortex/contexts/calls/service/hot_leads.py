"""Speed to lead: a lead that proves hot is called by itself, the owner first, else the agents that somebody names."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries as call_queries
from metacortex.contexts.calls.clients.asterisk import Fleet
from metacortex.contexts.calls.models import CallingSettings
from metacortex.contexts.calls.queries import agents as queries
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.placing import Order, place_call
from metacortex.contexts.calls.service.refusals import CallKeyReused, NoPhone
from metacortex.contexts.calls.service.store import PostgresCalls
from metacortex.contexts.calls.settings import calls_settings
from metacortex.contexts.calls.types import Mode, Ringing
from metacortex.contexts.calls.types.campaigns import AgentState
from metacortex.contexts.leads import public as leads
from metacortex.platform.database import transaction
from metacortex.platform.errors import Problem

OrderAgents = Callable[[AsyncSession, UUID], Awaitable[Sequence[UUID]]]
"""Who is to be rung for a lead when its owner cannot be, best first."""


async def list_longest_ready(session: AsyncSession, lead_id: UUID) -> Sequence[UUID]:
    """Return the agents who are ready, longest first, whoever the lead is."""
    del lead_id
    return [one.member_id for one in await queries.list_presences(session) if one.state == AgentState.READY]


async def call_leads(
    org_id: UUID, lead_ids: Collection[UUID], order_agents: OrderAgents = list_longest_ready
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
        owner = [person.owner_id] if person and person.owner_id else []
        members = tuple(dict.fromkeys([*owner, *await order_agents(session, lead_id)]))
    if not members:
        raise NoPhone
    order = Order(
        lead_id=lead_id,
        mode=Mode.AGENT_FIRST,
        agent_ids=members,
        ringing=Ringing(own.ringing),
        timeout_seconds=own.ring_seconds,
        key=f"hot-lead:{lead_id}",
    )
    await place_call(engine, org_id, order)


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
