"""Is this process alive, can it place calls, and what does it count."""

from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from metacortex.contexts.calls.router.alone.signing_in import TheOffice
from metacortex.platform.errors import Unavailable
from metacortex.platform.http import problems

router = APIRouter(tags=["operations"])


@router.get("/health/live")
async def is_alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready", responses=problems(Unavailable))
async def is_ready(office: TheOffice) -> dict[str, str]:
    """The process can place calls: it hears an Asterisk."""
    if not office.engine.fleet.is_ready:
        raise Unavailable("No Asterisk is heard.")
    return {"status": "ok"}


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def read_metrics() -> Any:
    """Counters in Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
