"""Running a batch of jobs exactly once, and deciding what happens to those that fail."""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database import transaction, utc_now
from metacortex.platform.jobs.models import DeadLetter, JobRow
from metacortex.platform.jobs.registry import Job, PermanentFailure, jobs
from metacortex.platform.jobs.settings import job_settings
from metacortex.platform.jobs.work import AlreadyDone, Work
from metacortex.platform.telemetry import bind_ids, log, metrics, start_trace

LONGEST_WAIT_SECONDS = 600


async def run_jobs(org_id: UUID, name: str, job_ids: Sequence[UUID]) -> None:
    """Run those of the named jobs that are still owed."""
    rows = await _read_owed(org_id, job_ids)
    job = jobs.get(name)
    if not rows:
        return
    bind_ids(org_id=str(org_id), job=name)
    if job is None:
        await _record_failure(None, rows[0], PermanentFailure(f"This version knows no job named {name}."))
        return
    started = time.perf_counter()
    await _run_together(job, rows)
    metrics.job_seconds.labels(name).observe(time.perf_counter() - started)


async def _run_together(job: Job[Any], rows: Sequence[JobRow]) -> None:
    """Run a batch; where it fails, run each call alone, so that one bad call stops no other."""
    start_trace(rows[0].traceparent)
    try:
        await _run(job, rows)
    except AlreadyDone:
        owed = await _read_owed(rows[0].org_id, [row.id for row in rows])
        if owed and len(owed) < len(rows):
            await _run_together(job, owed)
    except Exception as error:
        if len(rows) == 1:
            await _record_failure(job, rows[0], error)
            return
        log.warning("jobs.batch_failed", job=job.name, size=len(rows), error=repr(error))
        for row in rows:
            await _run_together(job, [row])
    else:
        metrics.jobs_run.labels(job.name, "done").inc(len(rows))


async def _run(job: Job[Any], rows: Sequence[JobRow]) -> None:
    calls = [_read_args(job, row) for row in rows]
    work: Work[Any] = Work(org_id=rows[0].org_id, calls=calls, job_ids=[row.id for row in rows])
    async with asyncio.timeout(job_settings().time_limit_seconds):
        await job.function(work)
    if not work.finished:
        async with work.finish():
            pass


def _read_args(job: Job[Any], row: JobRow) -> Any:
    try:
        return job.args.validate_python(row.args)
    except ValueError as error:
        message = f"The arguments do not fit this version of {job.name}: {error}"
        raise PermanentFailure(message) from error


async def _read_owed(org_id: UUID, job_ids: Sequence[UUID]) -> Sequence[JobRow]:
    async with transaction(org_id) as session:
        found = await session.scalars(
            select(JobRow).where(JobRow.org_id == org_id, JobRow.id.in_(job_ids)).order_by(JobRow.id)
        )
        return found.all()


async def _record_failure(job: Job[Any] | None, row: JobRow, error: Exception) -> None:
    attempts = row.attempts + 1
    reason = f"{type(error).__name__}: {error}"[:4000].replace("\x00", "")
    is_final = job is None or isinstance(error, PermanentFailure) or attempts >= job.max_attempts
    log.warning("job.failed", job=row.name, job_id=str(row.id), attempts=attempts, final=is_final, error=reason)
    async with transaction(row.org_id) as session:
        mine = (JobRow.org_id == row.org_id, JobRow.id == row.id)
        if not is_final:
            wait = min(job_settings().retry_seconds * 2**row.attempts, LONGEST_WAIT_SECONDS) * random.uniform(
                0.75, 1.25
            )
            due_at = utc_now() + timedelta(seconds=wait)
            await session.execute(update(JobRow).where(*mine).values(attempts=attempts, error=reason, due_at=due_at))
        elif (await session.execute(delete(JobRow).where(*mine).returning(JobRow.id))).first():
            session.add(
                DeadLetter(
                    org_id=row.org_id,
                    id=row.id,
                    name=row.name,
                    args=row.args,
                    attempts=attempts,
                    error=reason,
                    traceparent=row.traceparent,
                    created_at=row.created_at,
                )
            )
            await _tell_given_up(session, job, row)
    metrics.jobs_run.labels(row.name, "dead" if is_final else "retried").inc()


async def _tell_given_up(session: AsyncSession, job: Job[Any] | None, row: JobRow) -> None:
    """Let the job say that it was given up; whatever goes wrong there, the dead letter is kept."""
    if job is None or job.gave_up is None:
        return
    try:
        async with session.begin_nested():
            await job.gave_up(session, _read_args(job, row))
    except Exception as error:
        log.exception("job.gave_up_failed", job=job.name, job_id=str(row.id), error=repr(error))
