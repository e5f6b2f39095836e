"""Is this process alive, can it serve, and what does it count."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from metacortex.platform.database import RELAY_ROLE, transaction
from metacortex.platform.errors import Unavailable
from metacortex.platform.events import NO_ORGANIZATION
from metacortex.platform.http.problems import problems
from metacortex.platform.jobs.dead_letters import count_dead_letters
from metacortex.platform.jobs.registry import QUEUES
from metacortex.platform.telemetry import metrics

router = APIRouter(tags=["operations"])
_WAITING = text("SELECT priority, count(*) AS waiting FROM jobs WHERE due_at <= now() GROUP BY priority")


@router.get("/health/live")
async def is_alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready", responses=problems(Unavailable))
async def is_ready() -> dict[str, str]:
    """The process can serve: its database answers and is migrated."""
    try:
        async with transaction(None) as session:
            await session.execute(text("SELECT 1 FROM jobs LIMIT 1"))
    except Exception as error:
        raise Unavailable("The database does not answer yet.") from error
    return {"status": "ok"}


async def count_jobs() -> None:
    """Bring the gauges of owed and given-up jobs up to date."""
    async with transaction(None, role=RELAY_ROLE) as session:
        waiting = {row.priority: row.waiting for row in await session.execute(_WAITING)}
    given_up = await count_dead_letters(NO_ORGANIZATION)
    metrics.dead_letters.set(given_up.total)
    metrics.dead_letters_of_no_organization.set(given_up.of_organization)
    for place, queue in enumerate(QUEUES):
        metrics.jobs_waiting.labels(queue).set(waiting.get(place, 0))


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def read_metrics(_: Annotated[None, Depends(count_jobs)]) -> Any:
    """Counters in Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
