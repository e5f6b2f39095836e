"""Preview dialling: an agent sees who is next, then calls them or says why not."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries as call_queries
from metacortex.contexts.calls.models import AgentPresence, CallingSettings, DialCampaign, DialTarget
from metacortex.contexts.calls.queries import agents
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.agents import NotSignedIn, reserve_agent
from metacortex.contexts.calls.service.campaigns import WrongCampaignState, require_campaign
from metacortex.contexts.calls.service.dialling.attempts import Dialling, store_attempt
from metacortex.contexts.calls.service.dialling.permits import permit_target, put_off, take_consents
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.judging import read_callee
from metacortex.contexts.calls.service.permitting import plan_use
from metacortex.contexts.calls.service.refusals import NumbersUsedUp
from metacortex.contexts.calls.service.showing import hold_numbers
from metacortex.contexts.calls.service.trunks import wait_for_room
from metacortex.contexts.calls.types.campaigns import AgentState, CampaignMode, CampaignState, TargetState
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import new_id, take_lock, transaction, utc_now
from metacortex.platform.errors import Conflict, NotFound, Problem

LEASE = timedelta(minutes=5)
_TRIED_AT_ONCE = 200


class NobodyToPreview(NotFound):
    code = "nobody_to_preview"
    title = "Nobody on the list may be called right now. Look again later."


class TargetNotYours(Conflict):
    code = "target_not_yours"
    title = "This person is not yours to decide about any more. Ask for the next one."


class NotReady(Conflict):
    code = "not_ready"
    title = "You are not ready for a call. End your pause or wrap-up first."


async def lease_next(session: AsyncSession, campaign_id: UUID, member_id: UUID) -> tuple[DialCampaign, DialTarget]:
    """Return whom a member decides about: the one shown already, or the next who may be called now.

    Raises NotSignedIn, WrongCampaignState, NumbersUsedUp or NobodyToPreview.
    """
    campaign = await _require_preview(session, campaign_id)
    await hold_numbers(session, await call_queries.find_settings(session))
    await _require_agent(session, campaign_id, member_id)
    known = await queries.find_leased_target(session, campaign_id, member_id)
    if known is not None and known.lease_until and known.lease_until > utc_now():
        return campaign, known
    settings = CampaignSettings.model_validate(campaign.settings)
    now = utc_now()
    due = await queries.lock_due_targets(session, campaign_id, now, limit=_TRIED_AT_ONCE, members=[member_id])
    for target in await take_consents(session, due):
        try:
            await permit_target(session, settings, target, is_automated=False)
        except NumbersUsedUp:
            raise
        except Problem as problem:
            put_off(target, problem, now)
            continue
        target.state, target.leased_by, target.lease_until = TargetState.LEASED.value, member_id, now + LEASE
        return campaign, target
    raise NobodyToPreview


async def call_leased(engine: Engine, org_id: UUID, campaign_id: UUID, target_id: UUID, member_id: UUID) -> UUID:
    """Call whom a member was shown, for that member; returns the call's id, or raises the Problem that forbids it."""
    return await wait_for_room(lambda: _call_leased(engine, org_id, campaign_id, target_id, member_id))


async def _call_leased(engine: Engine, org_id: UUID, campaign_id: UUID, target_id: UUID, member_id: UUID) -> UUID:
    async with transaction(org_id) as session:
        campaign = await _require_preview(session, campaign_id)
        own = await call_queries.find_settings(session)
        await _take_locks_of_number(session, target_id, own)
        presence = await _require_agent(session, campaign_id, member_id)
        target = await _require_leased(session, campaign_id, target_id, member_id)
        if presence.state != AgentState.READY or presence.server is None:
            raise NotReady
        dialling = Dialling(
            campaign,
            CampaignSettings.model_validate(campaign.settings),
            own,
            utc_now(),
        )
        call_id = new_id()
        call, actions = await store_attempt(
            session,
            dialling,
            target,
            engine.fleet.find(presence.server),
            call_id=call_id,
            member_id=member_id,
            requested_by=member_id,
        )
        if await reserve_agent(session, campaign_id, call_id, member_id=member_id) is None:
            raise NotReady
    await engine.act(call, actions)
    return call_id


async def _take_locks_of_number(session: AsyncSession, target_id: UUID, own: CallingSettings | None) -> None:
    """Take what is to be held before an agent's state: consent for the number, and the numbers to show."""
    target = await session.get(DialTarget, (session.info["org_id"], target_id))
    if target is not None:
        use = plan_use(target.org_id, read_callee(target.number), privacy.Purpose.SALES)
        await take_lock(session, use.lock)
    await hold_numbers(session, own)


async def skip_leased(
    session: AsyncSession, campaign_id: UUID, target_id: UUID, member_id: UUID, reason: str
) -> DialTarget:
    """Leave somebody out, and keep why; raises TargetNotYours."""
    target = await _require_leased(session, campaign_id, target_id, member_id)
    target.state, target.reason = TargetState.DONE.value, f"skipped: {reason}"
    target.lease_until = target.leased_by = None
    target.updated_at = utc_now()
    return target


async def _require_preview(session: AsyncSession, campaign_id: UUID) -> DialCampaign:
    campaign = await require_campaign(session, campaign_id, lock="share")
    if campaign.mode != CampaignMode.PREVIEW or campaign.state != CampaignState.RUNNING:
        message = "Only a running campaign in preview mode shows whom to call next."
        raise WrongCampaignState(message, state=campaign.state, mode=campaign.mode)
    return campaign


async def _require_agent(session: AsyncSession, campaign_id: UUID, member_id: UUID) -> AgentPresence:
    presence = await agents.find_presence(session, member_id, lock=True)
    if presence is None or presence.campaign_id != campaign_id:
        raise NotSignedIn
    return presence


async def _require_leased(session: AsyncSession, campaign_id: UUID, target_id: UUID, member_id: UUID) -> DialTarget:
    target = await queries.lock_target(session, target_id)
    if target is None or target.campaign_id != campaign_id or target.leased_by != member_id:
        raise TargetNotYours
    if target.state != TargetState.LEASED or target.lease_until is None or target.lease_until <= utc_now():
        raise TargetNotYours
    return target
