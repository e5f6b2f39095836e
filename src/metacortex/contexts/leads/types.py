"""Small values of the leads context."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class StageKind(StrEnum):
    """What it means for a lead to stand in a stage."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class ScoreState(StrEnum):
    """How far the reading of a lead has come."""

    WAITING = "waiting"
    SCORED = "scored"
    NOT_ENOUGH = "not_enough"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where somebody lives, as far as it is known; zones are IANA names, countries ISO 3166-1 alpha-2."""

    time_zone: str | None = None
    country: str | None = None
    region: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLead:
    """Somebody who got in touch, as a channel saw them. `lead_id` is set where a thread already belongs to a lead."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    place: Place = Place()
    title: str
    source_name: str
    channel: str
    received_at: datetime
    lead_id: UUID | None = None
    has_message: bool = True
    actor_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivedLead:
    """The lead that an arrival became, or was joined to."""

    lead_id: UUID
    contact_id: UUID
    joined: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadScore:
    """What a reading says of a lead; contact values fill only what is still empty."""

    lead_id: UUID
    intent: str
    band: str
    score: int | None
    score_state: str
    reasons: list[dict[str, Any]]
    summary: str
    language: str
    next_step: str
    name: str | None = None
    phone: str | None = None
    company: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundPerson:
    """The contacts and leads of one person, and by what addresses else they are known."""

    contact_ids: list[UUID]
    lead_ids: list[UUID]
    emails: list[str]
    phones: list[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadPerson:
    """Whom a lead is about and where they live, how to reach them, whose they are, how and when they got in touch."""

    lead_id: UUID
    contact_id: UUID
    name: str | None
    phone: str | None
    owner_id: UUID | None
    channel: str
    last_heard_at: datetime
    time_zone: str | None = None
    country: str | None = None
    region: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadChoice:
    """Which leads are meant: those for which every condition that is given holds."""

    stage_id: UUID | None = None
    owner_id: UUID | None = None
    band: str | None = None
    intent: str | None = None
    source: str | None = None
