"""Calls over HTTP: placing and following them, what people do on them, how an organization calls."""

from fastapi import APIRouter

from metacortex.contexts.calls.router import calls, commands, setting

router = APIRouter()
for part in (calls, commands, setting):
    router.include_router(part.router)

__all__ = ["router"]
