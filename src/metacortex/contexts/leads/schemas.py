"""Shapes of requests and answers about leads."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=NO_NUL)]
OptionalLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_NUL)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000, pattern=NO_NUL)]


class Sent(BaseModel):
    """A request body; unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class ContactOut(BaseModel):
    """Who the lead is about."""

    id: UUID
    name: str | None
    email: str | None
    phone: str | None
    company: str | None
    time_zone: str | None
    country: str | None
    region: str | None
    postal_code: str | None


class ReasonOut(BaseModel):
    """One reason for the score; points are signed."""

    label: str
    points: float


class LeadCard(BaseModel):
    """A lead as the board shows it."""

    id: UUID
    version: int
    title: str
    stage_id: UUID
    owner_id: UUID | None
    contact: ContactOut
    intent: str | None
    band: str | None
    score: int | None
    score_state: Literal["waiting", "scored", "not_enough", "failed"]
    reasons: list[ReasonOut]
    summary: str | None
    source: str
    channel: str
    language: str | None
    next_step: str | None
    message_count: int
    received_at: datetime
    updated_at: datetime
    last_message_at: datetime | None


class StageOut(BaseModel):
    """A column of the board; counting stops at 10,000."""

    id: UUID
    name: str
    position: int
    kind: Literal["open", "won", "lost"]
    lead_count: int


class ContactChange(Sent):
    """What to correct about the contact; null empties a value."""

    name: OptionalLine | None = None
    email: OptionalLine | None = None
    phone: OptionalLine | None = None
    company: OptionalLine | None = None
    time_zone: OptionalLine | None = Field(None, description="IANA name; it decides when they may be called.")
    country: OptionalLine | None = Field(None, description="ISO 3166-1 alpha-2, or an English name.")
    region: OptionalLine | None = Field(None, description="State or province: its code or name.")
    postal_code: OptionalLine | None = None


class ChangeLead(Sent):
    """What to change; fields left out stay."""

    title: Line | None = None
    stage_id: UUID | None = None
    owner_id: UUID | None = None
    contact: ContactChange | None = None


class TimelineOut(BaseModel):
    """One entry of a lead's history."""

    id: UUID
    kind: str
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    body: dict[str, Any]


class NewNote(Sent):
    """A note."""

    text: Prose


class NewTask(Sent):
    """Something to do about a lead."""

    title: Line
    due_at: AwareDatetime | None = None
    assignee_id: UUID | None = None


class ChangeTask(Sent):
    """What to change about a task; fields left out stay."""

    title: Line | None = None
    due_at: AwareDatetime | None = None
    assignee_id: UUID | None = None
    done: bool | None = Field(None, description="true: done now; false: open again.")


class TaskOut(BaseModel):
    """A task."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    lead_id: UUID
    title: str
    due_at: datetime | None
    assignee_id: UUID | None
    done_at: datetime | None
    created_at: datetime


class CreatedOut(BaseModel):
    """The id of what was made."""

    id: UUID
