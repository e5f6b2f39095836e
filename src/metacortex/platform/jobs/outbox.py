"""Owing work: job rows collected in a transaction and written, with one wake-up, just before its commit."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database import last_rows, new_id, notify, utc_now
from metacortex.platform.jobs.models import DeadLetter, JobRow
from metacortex.platform.jobs.registry import QUEUES, Job, jobs
from metacortex.platform.telemetry import current_trace

T = TypeVar("T")


def enqueue(session: AsyncSession, job: Job[T], args: T, *, run_at: datetime | None = None) -> None:
    """Owe one call of `job`, from `run_at` on, if and only if this transaction commits."""
    trace = current_trace()
    row = {
        "org_id": session.info["org_id"],
        "id": new_id(),
        "name": job.name,
        "priority": job.priority,
        "batch": job.batch,
        "args": job.args.dump_python(args, mode="json"),
        "due_at": run_at or utc_now(),
        "traceparent": trace.traceparent if trace else None,
    }
    _owe(session, row)


def _owe(session: AsyncSession, row: dict[str, Any]) -> None:
    last_rows(session).insert(JobRow, row)
    notify(session, "jobs")


def replay_job(session: AsyncSession, letter: DeadLetter) -> UUID:
    """Owe a given-up job again, with all its attempts; return the id of the new row."""
    known = jobs.get(letter.name)
    row: dict[str, Any] = {
        "org_id": letter.org_id,
        "id": new_id(),
        "name": letter.name,
        "priority": known.priority if known else QUEUES.index("default"),
        "batch": known.batch if known else 1,
        "args": letter.args,
        "due_at": utc_now(),
        "traceparent": letter.traceparent,
    }
    _owe(session, row)
    replayed: UUID = row["id"]
    return replayed
