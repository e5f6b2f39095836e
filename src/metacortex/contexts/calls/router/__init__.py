"""Calls over HTTP: placing and following them, what people do on them, how an organization calls."""

from fastapi import APIRouter

from metacortex.contexts.calls.router import agents, calls, campaigns, commands, setting, wording

router = APIRouter()
for part in (calls, commands, setting, agents, wording, campaigns):
    router.include_router(part.router)

__all__ = ["router"]
