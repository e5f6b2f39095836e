"""Handing out due jobs: urgent before bulk, organizations in turn, and again whatever was not done in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from metacortex.platform.database import RELAY_ROLE, transaction, utc_now
from metacortex.platform.jobs.registry import QUEUES
from metacortex.platform.jobs.settings import job_settings
from metacortex.platform.jobs.transport import send_batch

_LANES = """
WITH RECURSIVE lanes AS (
    (SELECT priority, org_id FROM jobs ORDER BY priority, org_id LIMIT 1)
    UNION ALL
    SELECT further.priority, further.org_id FROM lanes, LATERAL (
        SELECT priority, org_id FROM jobs WHERE (jobs.priority, jobs.org_id) > (lanes.priority, lanes.org_id)
        ORDER BY priority, org_id LIMIT 1
    ) AS further
)
"""
_FIND_DUE = text(
    _LANES
    + """
SELECT lanes.priority, lanes.org_id, due.name, due.batch, due.id FROM lanes, LATERAL (
    SELECT id, name, batch FROM jobs
    WHERE jobs.priority = lanes.priority AND jobs.org_id = lanes.org_id AND jobs.due_at <= :now
    ORDER BY due_at, id LIMIT :per_lane FOR UPDATE SKIP LOCKED
) AS due
"""
)
_LEASE = text("UPDATE jobs SET due_at = :until WHERE org_id = ANY(:orgs) AND id = ANY(:ids)")
_NEXT_DUE = text(
    _LANES
    + """
SELECT min(due.due_at) FROM lanes, LATERAL (
    SELECT due_at FROM jobs WHERE jobs.priority = lanes.priority AND jobs.org_id = lanes.org_id
    ORDER BY due_at LIMIT 1
) AS due
"""
)
PER_LANE = 200


class Due(NamedTuple):
    """A job that is due; up to `batch` of its name and organization may run together."""

    priority: int
    org_id: UUID
    name: str
    batch: int
    id: UUID


@dataclass(frozen=True)
class Batch:
    """Jobs of one name and organization that one Celery message carries."""

    priority: int
    org_id: UUID
    name: str
    job_ids: tuple[UUID, ...]


async def hand_out_jobs(room: int, served_last: dict[int, UUID]) -> bool:
    """Lease the due jobs that come first and send at most `room` batches; tell whether more may be due.

    `served_last` holds, for each priority, the organization that came last; it is updated.
    """
    async with transaction(None, role=RELAY_ROLE) as session:
        now = utc_now()
        found = (await session.execute(_FIND_DUE, {"now": now, "per_lane": PER_LANE})).all()
        batches = choose_batches([Due(*row) for row in found], room, served_last)
        if not batches:
            return False
        await session.execute(
            _LEASE,
            {
                "until": now + timedelta(seconds=job_settings().lease_seconds),
                "orgs": list({batch.org_id for batch in batches}),
                "ids": [job_id for batch in batches for job_id in batch.job_ids],
            },
        )
    for batch in batches:
        send_batch(QUEUES[batch.priority], batch.org_id, batch.name, batch.job_ids)
        served_last[batch.priority] = batch.org_id
    sent = sum(len(batch.job_ids) for batch in batches)
    return sent < len(found) or len(found) >= PER_LANE


def choose_batches(due: Sequence[Due], room: int, served_last: Mapping[int, UUID]) -> list[Batch]:
    """Group due jobs into batches and take the first `room`: by priority, then one organization after the other.

    The turn begins behind the organization that `served_last` names for the priority.
    """
    batches: list[tuple[tuple[int, int, bool, UUID], Batch]] = []
    for (priority, org_id), lane in groupby(sorted(due, key=_lane), key=_lane):
        names: dict[tuple[str, int], list[UUID]] = {}
        for one in lane:
            names.setdefault((one.name, one.batch), []).append(one.id)
        parts = [
            (name, tuple(ids[start : start + size]))
            for (name, size), ids in names.items()
            for start in range(0, len(ids), size)
        ]
        had_its_turn = org_id <= served_last.get(priority, UUID(int=0))
        batches += [
            ((priority, turn, had_its_turn, org_id), Batch(priority, org_id, *part)) for turn, part in enumerate(parts)
        ]
    batches.sort(key=lambda one: one[0])
    return [batch for _, batch in batches[:room]]


def _lane(due: Due) -> tuple[int, UUID]:
    return due.priority, due.org_id


async def read_seconds_to_next() -> float | None:
    """Return how long until the next job is due; None when nothing is owed."""
    async with transaction(None, role=RELAY_ROLE) as session:
        due_at = await session.scalar(_NEXT_DUE)
    return None if due_at is None else max(0.0, (due_at - utc_now()).total_seconds())
