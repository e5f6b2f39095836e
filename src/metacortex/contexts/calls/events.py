"""Facts about calls."""

from dataclasses import dataclass
from uuid import UUID

from metacortex.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class CallChanged(Event):
    """A call got further, or somebody joined or left it."""

    call_id: UUID
    lead_id: UUID | None
    member_id: UUID | None
    campaign_id: UUID | None = None
    state: str


@dataclass(frozen=True, kw_only=True)
class CallEnded(Event):
    """A call is over, with its one outcome."""

    call_id: UUID
    lead_id: UUID | None
    member_id: UUID | None
    campaign_id: UUID | None = None
    outcome: str
    is_recorded: bool


@dataclass(frozen=True, kw_only=True)
class CallRecorded(Event):
    """A call is over of which a recording was begun, which is to be fetched."""

    call_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecordingChanged(Event):
    """A recording was stored, was found missing, could not be stored, or was deleted."""

    call_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class AgentChanged(Event):
    """An agent began to do something else."""

    member_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class CampaignChanged(Event):
    """A dial campaign was changed, or its list was."""

    campaign_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class FillStarted(Event):
    """People are to be put on a dial campaign's list."""

    fill_id: UUID


@dataclass(frozen=True, kw_only=True)
class PreflightStarted(Event):
    """It is to be counted whom a dial campaign could call now."""

    campaign_id: UUID


@dataclass(frozen=True, kw_only=True)
class CampaignOrderDue(Event):
    """The order in which a running campaign calls its list is to be learned anew."""

    campaign_id: UUID
