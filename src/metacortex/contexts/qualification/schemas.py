"""Shapes of requests and answers about readings and the ideal customer."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from metacortex.contexts.qualification.types import Band, Intent

NO_NUL = r"^[^\x00]*$"
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000, pattern=NO_NUL)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000, pattern=NO_NUL)]
WeightName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=NO_NUL)]
Weight = Annotated[float, Field(allow_inf_nan=False)]


class Sent(BaseModel):
    """A request body; unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class FieldOut(BaseModel):
    """A fact with the place it was read from; without a quote it comes from the message's header."""

    name: str
    value: str | int | float
    quote: str | None
    start: int | None
    end: int | None
    confidence: float


class ContributionOut(BaseModel):
    """A reason for the score; points are signed."""

    label: str
    points: float
    quote: str | None
    start: int | None
    end: int | None


class QualificationOut(BaseModel):
    """What was read in a lead's deciding message; `start` and `end` count characters of that message's `text`."""

    id: UUID
    message_id: UUID
    reader: str
    reader_version: str
    intent: Intent
    intent_probability: float
    language: str
    band: Band
    score: int | None
    probability: float | None
    not_enough_to_say: bool
    fields: list[FieldOut]
    contributions: list[ContributionOut]
    next_step: str
    draft_reply: str | None
    flags: list[str]
    ideal_customer_version: int
    created_at: datetime


class FeedbackIn(Sent):
    """Whether the reading was right, and what would have been."""

    verdict: Literal["right", "wrong"]
    intent: Intent | None = None
    band: Band | None = None
    note: Note | None = None


class FeedbackOut(BaseModel):
    """A kept verdict."""

    id: UUID
    verdict: Literal["right", "wrong"]
    intent: Intent | None
    band: Band | None
    note: str | None
    created_at: datetime


class IdealCustomerIn(Sent):
    """Whom the organization wants, in words, and how much single signals count (1 is as usual)."""

    description: Description
    weights: dict[WeightName, Weight] = Field(default_factory=dict, max_length=60)


class IdealCustomerOut(BaseModel):
    """What scores are measured by; version 0 and no date until somebody described it."""

    description: str
    weights: dict[str, float]
    version: int
    updated_at: datetime | None
