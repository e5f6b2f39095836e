"""Jobs of calls: recordings, what a person asks, what is older than its time, campaigns' lists, and hot leads."""

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.events import (
    CallRecorded,
    CampaignOrderDue,
    FillStarted,
    PreflightStarted,
    RecordingChanged,
)
from metacortex.contexts.calls.models import DialFill
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.service import erasing, filling, hot_leads, ordering, preflight, recordings
from metacortex.contexts.calls.types.campaigns import FillState
from metacortex.contexts.privacy import public as privacy
from metacortex.contexts.privacy.events import PersonLocated, PersonLocatedForExport, RetentionDue
from metacortex.contexts.qualification.events import LeadQualified
from metacortex.platform.database import transaction
from metacortex.platform.jobs import Work, enqueue, job

ATTEMPTS = 12
"""Over about forty minutes: an Asterisk that is being upgraded comes back meanwhile."""


@job(queue="bulk", max_attempts=ATTEMPTS, gave_up=recordings.show_failed)
async def store_recording(work: Work[CallRecorded]) -> None:
    """Bring the recording of a call that is over from Asterisk into object storage."""
    [call] = work.calls
    fetched = await recordings.fetch(work.org_id, call.call_id)
    async with work.finish() as session:
        if fetched is not None:
            await recordings.keep(session, fetched)


@job(queue="bulk", max_attempts=ATTEMPTS)
async def clear_recording(work: Work[RecordingChanged]) -> None:
    """Delete the file in Asterisk of a recording that was stored or deleted, and the object of one deleted."""
    for call in work.calls:
        await recordings.clear(work.org_id, call.call_id)


@job(queue="bulk")
async def forget_old_recordings(work: Work[RetentionDue]) -> None:
    """Delete recordings that were kept long enough."""
    async with work.finish() as session:
        if await recordings.forget_old(session):
            enqueue(session, forget_old_recordings, work.calls[0])


@job(queue="bulk")
async def forget_old_call_events(work: Work[RetentionDue]) -> None:
    """Delete what happened on calls, in campaigns and on shifts so long ago that only how calls ended is kept."""
    async with work.finish() as session:
        if await erasing.forget_history(session):
            enqueue(session, forget_old_call_events, work.calls[0])


@job(queue="default", gave_up=privacy.show_failed)
async def erase_person_from_calls(work: Work[PersonLocated]) -> None:
    """Delete the recordings of a person's calls, and blank their numbers."""
    [call] = work.calls
    async with transaction(work.org_id) as session:
        subject = await privacy.read_subject(session, call.request_id)
    if subject is not None:
        await erasing.delete_sounds(work.org_id, subject)
    await privacy.erase_part(work, erasing.erase_person)


@job(queue="default", gave_up=privacy.show_failed)
async def export_person_from_calls(work: Work[PersonLocatedForExport]) -> None:
    """Gather a person's calls."""
    await privacy.export_part(work, privacy.Part.CALLS, erasing.export_person)


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
