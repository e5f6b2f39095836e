"""Facts about readings and about what they are judged by."""

from dataclasses import dataclass
from uuid import UUID

from metacortex.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class LeadQualified(Event):
    """A message was understood and its lead has a new score; `score` is None when there was not enough to say."""

    lead_id: UUID
    message_id: UUID
    band: str
    score: int | None
    intent: str


@dataclass(frozen=True, kw_only=True)
class IdealCustomerChanged(Event):
    """An organization changed whom it wants; scores made by earlier versions are out of date."""

    version: int
