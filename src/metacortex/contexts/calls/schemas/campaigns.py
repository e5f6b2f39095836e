"""Shapes of requests and answers about dial campaigns."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from metacortex.contexts.calls.schemas import NO_NUL, CallOut, Minute, Number, Sent, Sound
from metacortex.contexts.calls.schemas.agents import Code, Label
from metacortex.contexts.calls.types import Outcome
from metacortex.contexts.calls.types.campaigns import (
    AbandonmentWindow,
    AgentState,
    CampaignMode,
    CampaignState,
    FillState,
    TargetState,
)

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_NUL)]
Table = Annotated[str, StringConstraints(min_length=1, max_length=8_000_000, pattern=NO_NUL)]


class RecyclingRule(BaseModel):
    """What happens to a target after an outcome; no attempts: it is done with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    again_after_seconds: int = Field(3600, ge=0, le=90 * 86_400)
    attempts: int = Field(3, ge=0, le=50, description="How often this outcome may be tried again, in all.")
    other_number: bool = Field(False, description="Try the person's next number, if there is one.")
    other_time_of_day: bool = Field(False, description="Wait for another part of the day.")


class CampaignSettings(BaseModel):
    """How a campaign dials; what is left out has its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: Literal["sales", "debt"] = Field(
        "sales", description="What it is about: laws differ on calls about debts."
    )
    ratio: float = Field(
        1.5, ge=1, le=5, description="Power mode: most lines per ready agent; the limit may say fewer."
    )
    abandonment_limit: float = Field(
        0.03,
        gt=0,
        le=1,
        description="The share of live answers that may find no agent; left out: as the law says. 1: no limit.",
    )
    abandonment_window: AbandonmentWindow = Field(
        AbandonmentWindow.THIRTY_DAYS, description="Left out: the shortest that a law of the people on the list names."
    )
    hold_seconds: float = Field(
        2, ge=0, le=10, description="How long a lead waits for an agent before the message; the law wants 2 at most."
    )
    wrap_up_seconds: int = Field(60, ge=0, le=1800)
    ring_seconds: int = Field(25, ge=15, le=120)
    detect_machine: bool = False
    machine_error_share: float = Field(
        0.01,
        ge=0,
        lt=1,
        description="The share of people who answer whom machine detection takes for machines, by your estimate. "
        "With detection on they count as abandoned.",
    )
    record: bool | None = Field(None, description="Null: as the organization's settings say.")
    caller_ids: list[Number] = Field([], max_length=50, description="Of the organization's numbers; none: any.")
    opens_at: Minute | None = Field(None, description="Own hours in the zone of the person called, inside the law's.")
    closes_at: Minute | None = None
    calls_per_second: float = Field(2, gt=0, le=100)
    concurrency: int = Field(50, ge=1, le=5000)
    attempts: int = Field(6, ge=1, le=50, description="Most attempts at one target, whatever the outcomes.")
    recycling: dict[Outcome, RecyclingRule] = Field({}, description="Per outcome; what is left out has its default.")
    abandonment_sound: Sound | None = Field(None, description="What a lead hears for whom nobody was free.")
    voicemail_sound: Sound | None = Field(None, description="Left on answering machines; null: hang up.")
    dispositions: list[Code] = Field([], max_length=50, description="Offered to agents; none: all.")

    @model_validator(mode="after")
    def _require_both_hours(self) -> "CampaignSettings":
        if (self.opens_at is None) != (self.closes_at is None) or (self.opens_at or "") > (self.closes_at or ""):
            message = "Say both when calling begins and when it ends, the end after the beginning."
            raise ValueError(message)
        return self


class CampaignOut(BaseModel):
    """A dial campaign; `targets` counts its list by state."""

    id: UUID
    name: str
    mode: CampaignMode
    state: CampaignState
    settings: CampaignSettings
    script_id: UUID | None
    targets: dict[TargetState, int]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class NewCampaign(Sent):
    """A dial campaign; it calls nobody before it is started."""

    name: Label
    mode: CampaignMode = CampaignMode.PROGRESSIVE
    settings: CampaignSettings = CampaignSettings()
    script_id: UUID | None = None


class ChangeCampaign(Sent):
    """What to change; what is left out stays. Settings are replaced as a whole, and take effect at the next call."""

    name: Label | None = None
    mode: CampaignMode | None = None
    settings: CampaignSettings | None = None
    script_id: UUID | None = None


class LeadFilter(Sent):
    """Which leads to put on the list; every condition given must hold. Closed leads are left out unless asked for."""

    stage_id: UUID | None = None
    owner_id: UUID | None = None
    band: Line | None = None
    intent: Line | None = None
    source: Line | None = None


class TableFill(Sent):
    """A CSV table with a header; its columns for number, further numbers and name are found, or named here.

    Columns `time zone`, `country`, `state` and `postal code` say where people are whose contact does not. Columns
    `consent_source` (where their consent to be called about an offer is kept) and `consented_at` (an ISO 8601 date or
    time) record that consent for the row's numbers; `consent_text` may say to which words. Without both none is.
    """

    text: Table = Field(description="The table itself.")
    number_column: Line | None = None
    name_column: Line | None = None
    other_number_columns: list[Line] = Field([], max_length=5)


class FillOut(BaseModel):
    """How far putting people on the list is, and who was left out."""

    id: UUID
    source: Literal["leads", "table"]
    state: FillState
    read: int
    added: int
    duplicates: int
    bad_numbers: dict[str, int] = Field(description="By reason.")
    message: str | None
    created_at: datetime
    finished_at: datetime | None


class PreflightOut(BaseModel):
    """Whom the campaign could call now, counted exactly: each waiting target is in one of these counts."""

    state: FillState
    total: int
    checked: int
    callable_now: int
    do_not_call: int
    no_consent: int
    closed_now: int
    called_too_often: int
    bad_numbers: int
    duplicates: int = Field(description="Left out when the list was filled.")
    places_known: int = Field(0, description="Of those checked: whose contact, or table, says where they are.")
    opens_at: datetime | None = Field(description="When the first of those closed now may be called.")
    started_at: datetime
    finished_at: datetime | None


class TargetOut(BaseModel):
    """Somebody on a campaign's list."""

    id: UUID
    number: str
    name: str | None
    lead_id: UUID | None
    state: TargetState
    attempts: int
    next_at: datetime | None
    priority: int
    last_outcome: str | None
    reason: str | None = Field(description="Why they are not called now, or not any more.")
    callback_at: datetime | None
    callback_member_id: UUID | None


class DecisionOut(BaseModel):
    """How many calls were placed at a moment, and why."""

    at: datetime
    calls: int
    reason: str
    capped_by: str | None
    detail: dict[str, Any]


class AbandonmentOut(BaseModel):
    """Live answers that found no agent, against the limit."""

    window: AbandonmentWindow
    live: int
    abandoned: int
    rate: float = Field(description="With those whom machine detection is assumed to take for machines.")
    limit: float


class CampaignLiveOut(BaseModel):
    """A campaign as it runs."""

    state: CampaignState
    mode: CampaignMode
    agents: dict[AgentState, int]
    ringing: int
    waiting: int = Field(description="Answered, with no agent yet.")
    talking: int
    targets: dict[TargetState, int]
    outcomes: dict[str, int] = Field(description="Of calls that ended in the last 24 hours.")
    abandonment: AbandonmentOut
    last_decision: DecisionOut | None
    next_at: datetime | None = Field(description="When the next target that waits may be called.")
    refusals: dict[str, int] = Field(description="Why targets that wait were not called when it was their turn.")


class BestTimeOut(BaseModel):
    """When people of a country are likeliest to answer, learned from the organization's calls."""

    country: str
    day: int = Field(description="Monday is 0.")
    hour: int = Field(description="Where the person is.")
    rate: float
    calls: float = Field(description="How many calls that hour's rate rests on; old ones count less.")
    sentence: str


class PreviewOut(BaseModel):
    """Whom to call next, for an agent who decides; yours until `until_at`."""

    target: TargetOut
    until_at: datetime
    script: str | None
    history: list[CallOut]


class Skip(Sent):
    """Why this person is not called."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=NO_NUL)]


class PlacedOut(BaseModel):
    """A placed preview call."""

    call_id: UUID
