"""HTTP: the request's transaction, one shape of answers, cursors, idempotency, problem documents, live updates."""

from metacortex.platform.http.envelope import Envelope, Page, envelope, page, read_cursor, write_cursor
from metacortex.platform.http.idempotency import IdempotencyKey, IdempotentRoute
from metacortex.platform.http.problems import problems
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
