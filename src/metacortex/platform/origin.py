"""Who acts, and from where: known to everything that runs for one request or job."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorKind = Literal["member", "api_key", "visitor", "system"]


@dataclass(slots=True)
class Origin:
    """The actor and the client of a request; a job has neither and acts as the system."""

    address: str | None = None
    user_agent: str | None = None
    request_id: str | None = None
    actor_kind: ActorKind = "visitor"
    actor_id: UUID | None = None


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


def start_origin(origin: Origin) -> Origin:
    """Make this the origin of all that the current task does from now on."""
    _origin.set(origin)
    return origin


def current_origin() -> Origin:
    """Return where the running act comes from."""
    return _origin.get() or Origin(actor_kind="system")
