"""Facts about leads."""

from dataclasses import dataclass
from uuid import UUID

from metacortex.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class LeadReceived(Event):
    """A new lead stands on the board."""

    lead_id: UUID


@dataclass(frozen=True, kw_only=True)
class LeadJoined(Event):
    """Somebody with an open lead got in touch again; the arrival was joined to that lead."""

    lead_id: UUID


@dataclass(frozen=True, kw_only=True)
class LeadChanged(Event):
    """A person changed a lead, its notes or its tasks."""

    lead_id: UUID
    actor_id: UUID | None
    what: str
