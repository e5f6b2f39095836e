"""HTTP: the request's transaction, one shape of answers, cursors, idempotency, problem documents, live updates."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from metacortex.platform.http.envelope import Envelope, Page, envelope, page, read_cursor, write_cursor
from metacortex.platform.http.problems import problems

if TYPE_CHECKING:
    from metacortex.platform.http.idempotency import IdempotencyKey, IdempotentRoute
    from metacortex.platform.http.sessions import Session

__all__ = [
    "Envelope",
    "IdempotencyKey",
    "IdempotentRoute",
    "Page",
    "Session",
    "envelope",
    "page",
    "problems",
    "read_cursor",
    "write_cursor",
]

_WITH_DATABASE = {"IdempotencyKey": "idempotency", "IdempotentRoute": "idempotency", "Session": "sessions"}


def __getattr__(name: str) -> Any:
    """Import what works on the database only for those who name it: the calls API alone has none."""
    if name not in _WITH_DATABASE:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_WITH_DATABASE[name]}"), name)
