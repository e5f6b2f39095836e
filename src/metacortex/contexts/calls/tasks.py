"""Jobs of calls: recordings, what a person asks, and what is older than its time."""

from metacortex.contexts.calls.events import CallRecorded, RecordingChanged
from metacortex.contexts.calls.service import erasing, recordings
from metacortex.contexts.privacy import public as privacy
from metacortex.contexts.privacy.events import PersonLocated, PersonLocatedForExport, RetentionDue
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
    """Delete what happened on calls so long ago that only how they ended is kept."""
    async with work.finish() as session:
        if await erasing.forget_events(session):
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
