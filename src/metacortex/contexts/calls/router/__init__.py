"""Calls over HTTP: placing and following them, what people do on them, what is kept of them, how one calls.

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

    from metacortex.contexts.calls.router import (
        agents,
        calls,
        campaigns,
        commands,
        recordings,
        records,
        setting,
        wording,
    )

    whole = APIRouter()
    for part in (records, calls, commands, recordings, setting, agents, wording, campaigns):
        whole.include_router(part.router)
    return whole
