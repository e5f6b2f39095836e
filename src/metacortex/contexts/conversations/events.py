"""Facts about conversations."""

from dataclasses import dataclass
from uuid import UUID

from metacortex.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageReceived(Event):
    """A person's message was added to a lead; it is not understood yet."""

    lead_id: UUID
    message_id: UUID
