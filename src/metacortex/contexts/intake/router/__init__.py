"""The intake over HTTP: leads by API, sources, forms, imports, messages that failed."""

from fastapi import APIRouter

from metacortex.contexts.intake.router import forms, imports, inbound, leads, sources

router = APIRouter()
for part in (leads, sources, forms, imports, inbound):
    router.include_router(part.router)

__all__ = ["router"]
