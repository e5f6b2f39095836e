"""Standing lines: an agent who signs in is rung once, and their channel waits, with music, for leads."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import AgentPresence
from metacortex.contexts.calls.queries import agents as queries
from metacortex.contexts.calls.queries import campaigns
from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.service.agents import NotSignedIn, OnCall, set_state
from metacortex.contexts.calls.service.campaigns import CampaignNotFound, CampaignOver
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.placing import choose_server, insert_call, plan_agents
from metacortex.contexts.calls.service.refusals import CallRefused
from metacortex.contexts.calls.service.trunks import require_room
from metacortex.contexts.calls.types import Call, Mode
from metacortex.contexts.calls.types.campaigns import AgentState, CampaignState
from metacortex.platform.database import new_id, table_of, transaction, utc_now

_RING_SECONDS = 30
_OVER = {CampaignState.STOPPED.value, CampaignState.DONE.value}


async def sign_in(engine: Engine, org_id: UUID, member_id: UUID, campaign_id: UUID) -> AgentPresence:
    """Let an agent take a campaign's calls; rings their phone unless it is connected already.

    Raises CampaignNotFound, CampaignOver, NoPhone, AgentBusy, OnCall, TrunkBusy, CallsUnavailable or CallRefused.
    """
    async with transaction(org_id) as session:
        await _require_open(session, campaign_id)
    server = await choose_server(engine)
    async with transaction(org_id) as session:
        await _require_open(session, campaign_id)
        await queries.hold_phones(session)
        presence = await _lock_or_make(session, org_id, member_id)
        if presence.state in {AgentState.RESERVED, AgentState.ON_CALL}:
            raise OnCall
        presence.campaign_id = campaign_id
        if presence.line_leg_id is not None:
            state = AgentState(presence.state)
            if state is not AgentState.OFFLINE:
                set_state(session, presence, state, at=utc_now(), pause_code=presence.pause_code)
            return presence
        [leg] = await plan_agents(session, server, (member_id,), _RING_SECONDS)
        call = Call(org_id=org_id, id=new_id(), mode=Mode.LINE, legs=(leg,), server=server.name, requested_at=utc_now())
        call, actions = flow.start(call, utc_now())
        await require_room(session, server.server, call)
        await insert_call(session, call, None, purpose="line", requested_by=member_id)
        presence.line_call_id, presence.line_leg_id, presence.server = call.id, leg.id, server.name
        set_state(session, presence, AgentState.OFFLINE, at=utc_now())
    if await engine.act(call, actions):
        raise CallRefused(call_id=str(call.id))
    async with transaction(org_id) as session:
        return await queries.find_presence(session, member_id) or presence


async def _require_open(session: AsyncSession, campaign_id: UUID) -> None:
    campaign = await campaigns.find_campaign(session, campaign_id)
    if campaign is None:
        raise CampaignNotFound
    if campaign.state in _OVER:
        raise CampaignOver


async def _lock_or_make(session: AsyncSession, org_id: UUID, member_id: UUID) -> AgentPresence:
    row = {
        "org_id": org_id,
        "id": new_id(),
        "member_id": member_id,
        "state": AgentState.OFFLINE.value,
        "since_at": utc_now(),
    }
    statement = insert(table_of(AgentPresence)).values(row)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["org_id", "member_id"]))
    presence = await queries.find_presence(session, member_id, lock=True)
    assert presence is not None
    return presence


async def sign_out(engine: Engine, org_id: UUID, member_id: UUID) -> AgentPresence:
    """Let an agent go, and hang up their line; raises NotSignedIn, or OnCall while they are on a call."""
    async with transaction(org_id) as session:
        presence = await queries.find_presence(session, member_id, lock=True)
        if presence is None or presence.campaign_id is None:
            raise NotSignedIn
        if presence.state in {AgentState.RESERVED, AgentState.ON_CALL}:
            raise OnCall
        line_call_id = presence.line_call_id
        presence.campaign_id = presence.next_pause_code = None
        presence.line_call_id = presence.line_leg_id = presence.server = None
        set_state(session, presence, AgentState.OFFLINE, at=utc_now())
    if line_call_id is not None:
        await engine.change(org_id, line_call_id, lambda call: flow.hang_up(call, utc_now()))
    return presence
