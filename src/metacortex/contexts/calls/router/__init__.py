"""Calls over HTTP: placing and following them, what people do on them, what is kept of them, how one calls."""

from fastapi import APIRouter

from metacortex.contexts.calls.router import agents, calls, campaigns, commands, recordings, records, setting, wording

router = APIRouter()
for part in (records, calls, commands, recordings, setting, agents, wording, campaigns):
    router.include_router(part.router)

__all__ = ["router"]
