"""The calls API of an installation without a database: the same addresses and shapes, from memory."""

from fastapi import APIRouter

from metacortex.contexts.calls.router.alone import calls, commands, operations, signing_in

router = APIRouter()
for part in (signing_in, calls, commands, operations):
    router.include_router(part.router)

__all__ = ["router"]
