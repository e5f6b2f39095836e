"""Jobs of the privacy context."""

from dataclasses import dataclass
from datetime import timedelta

from metacortex.contexts.privacy.events import PersonErased, PersonExported, RetentionDue
from metacortex.contexts.privacy.service import finishing, requests, retention
from metacortex.platform.database import utc_now
from metacortex.platform.jobs import Work, enqueue, job
from metacortex.platform.jobs.settings import job_settings
from metacortex.platform.storage import delete_object

_CLOCKS_DIFFER_SECONDS = 5
_CELERY_GRACE_SECONDS = 5


@job(queue="default", gave_up=requests.show_failed)
async def finish_erasure_pass(work: Work[PersonErased]) -> None:
    """Erase what the platform remembers; then owe the second pass, or certify."""
    for call in work.calls:
        await finishing.delete_earlier_exports(work.org_id, call.request_id)
    async with work.finish() as session:
        for call in work.calls:
            if await finishing.erase_pass(session, call.request_id):
                enqueue(session, begin_next_pass, call, run_at=utc_now() + _longest_job())


def _longest_job() -> timedelta:
    """After so long no job runs any more that read something before the pass that has just ended."""
    return timedelta(seconds=job_settings().time_limit_seconds + _CELERY_GRACE_SECONDS + _CLOCKS_DIFFER_SECONDS)


@job(queue="default", gave_up=requests.show_failed)
async def begin_next_pass(work: Work[PersonErased]) -> None:
    """Ask every context once more to erase the person."""
    async with work.finish() as session:
        for call in work.calls:
            await finishing.begin_next_pass(session, call.request_id)


@job(queue="default", gave_up=requests.show_failed)
async def finish_export(work: Work[PersonExported]) -> None:
    """Put an export together and show it as ready; its parts are deleted by a job of their own."""
    for call in work.calls:
        archive = await finishing.build_archive(work.org_id, call.request_id)
        async with work.finish() as session:
            if archive is not None:
                await finishing.finish_export(session, call.request_id, archive)
                enqueue(session, drop_objects, ObjectsUnused(keys=archive.part_keys))


@dataclass(frozen=True, kw_only=True)
class ObjectsUnused:
    """Objects that no row names any more."""

    keys: list[str]


@job(queue="bulk")
async def drop_objects(work: Work[ObjectsUnused]) -> None:
    """Delete objects that are no longer needed."""
    for call in work.calls:
        for key in call.keys:
            await delete_object(key)


@job(queue="bulk")
async def forget_old_records(work: Work[RetentionDue]) -> None:
    """Forget exports, events and dead letters that are older than their time."""
    expired = await retention.delete_expired_exports(work.org_id)
    async with work.finish() as session:
        if await retention.forget_records(session, expired):
            enqueue(session, forget_old_records, work.calls[0])
