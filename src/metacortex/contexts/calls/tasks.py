"""Jobs of the calls: filling campaigns' lists, and counting whom they could call."""

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.events import CampaignOrderDue, FillStarted, PreflightStarted
from metacortex.contexts.calls.models import DialFill
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.service import filling, hot_leads, ordering, preflight
from metacortex.contexts.calls.types.campaigns import FillState
from metacortex.contexts.qualification.events import LeadQualified
from metacortex.platform.jobs import Work, enqueue, job


async def show_fill_stuck(session: AsyncSession, call: FillStarted) -> None:
    """Say at the campaign that filling its list stopped, and how to go on."""
    fill = await session.get(DialFill, (session.info["org_id"], call.fill_id))
    if fill is not None:
        filling.finish_fill(fill, FillState.FAILED, "This stopped by a fault of ours. Who was added stays; try again.")


@job(queue="bulk", gave_up=show_fill_stuck)
async def fill_list(work: Work[FillStarted]) -> None:
    """Put the next people on a campaign's list, then owe those after them."""
    async with work.finish() as session:
        for call in work.calls:
            if await filling.fill_chunk(session, call.fill_id):
                enqueue(session, fill_list, call)


async def show_preflight_stuck(session: AsyncSession, call: PreflightStarted) -> None:
    """Say at the campaign that counting stopped."""
    campaign = await queries.find_campaign(session, call.campaign_id, lock="update")
    if campaign is not None and campaign.preflight:
        campaign.preflight = {**campaign.preflight, "state": FillState.FAILED.value}


@job(queue="default", gave_up=show_preflight_stuck)
async def count_callable(work: Work[PreflightStarted]) -> None:
    """Count whom a campaign could call now, some at a time, then owe the others."""
    async with work.finish() as session:
        for call in work.calls:
            if await preflight.check_chunk(session, call.campaign_id):
                enqueue(session, count_callable, call)


@job(queue="urgent", batch=50)
async def call_hot_leads(work: Work[LeadQualified]) -> None:
    """Call leads that proved hot, where the organization wants it; who cannot be called now is somebody's task."""
    lead_ids = {call.lead_id for call in work.calls if call.band == "hot"}
    uncalled = await hot_leads.call_leads(work.org_id, lead_ids) if lead_ids else {}
    async with work.finish() as session:
        for lead_id, problem in uncalled.items():
            await hot_leads.owe_call(session, lead_id, problem)


@job(queue="bulk")
async def order_list(work: Work[CampaignOrderDue]) -> None:
    """Put those likeliest to answer this hour first on a campaign's list."""
    async with work.finish() as session:
        for call in work.calls:
            await ordering.order_campaign(session, call.campaign_id)
