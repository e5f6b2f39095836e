"""Calls over HTTP: placing and following them, what people do on them, how an organization calls.

`router` is all of it; `alone` is the calls API of an installation without a database, and loads none.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter

    router: APIRouter

__all__ = ["router"]


def __getattr__(name: str) -> "APIRouter":
    """Assemble `router` when it is asked for."""
    if name != "router":
        raise AttributeError(name)
    from fastapi import APIRouter

    from metacortex.contexts.calls.router import calls, commands, setting

    whole = APIRouter()
    for part in (calls, commands, setting):
        whole.include_router(part.router)
    return whole
