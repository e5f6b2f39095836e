"""The words of the qualifier: what comes in (a message), what was read in it, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Intent(StrEnum):
    """What the writer of a message wants."""

    BUY = "buy"
    BOOK = "book"
    PRICE_QUESTION = "price_question"
    INFORMATION = "information"
    SUPPORT = "support"
    PARTNERSHIP = "partnership"
    JOB_APPLICATION = "job_application"
    VENDOR_PITCH = "vendor_pitch"
    AUTOMATIC = "automatic"
    SPAM = "spam"
    OTHER = "other"


class Band(StrEnum):
    """How soon a salesperson should call; `unsure` says that the message holds too little to tell."""

    HOT = "hot"
    WARM = "warm"
    COLD = "cold"
    NONE = "none"
    UNSURE = "unsure"


class FieldName(StrEnum):
    """The facts that are looked for in a message."""

    NAME = "name"
    COMPANY = "company"
    ROLE = "role"
    EMAIL = "email"
    PHONE = "phone"
    BUDGET_MIN = "budget_min"
    BUDGET_MAX = "budget_max"
    CURRENCY = "currency"
    NEED = "need"
    TIMELINE = "timeline"
    TIMELINE_ON = "timeline_on"
    LOCATION = "location"
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the qualifier sees it: `body` is plain text without the quoted part, `region` an ISO 3166 code."""

    subject: str
    body: str
    sender_name: str
    sender_email: str
    channel: str
    sent_at: datetime
    region: str = "IN"
    automatic: bool = False
    quoted: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A literal quote: `body[start:end] == quote` holds for the message it was taken from."""

    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Field:
    """One fact; `evidence` is None when it was taken from the message's header."""

    name: FieldName
    value: str | int | float
    evidence: Evidence | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader understood: intent, language code, facts, and warnings such as `injection_attempt`."""

    intent: Intent
    intent_probability: float
    intents: dict[Intent, float]
    language: str
    fields: tuple[Field, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reason for a score in a salesperson's words; `points` are signed points of 100."""

    label: str
    points: float
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class IdealCustomer:
    """Whom an organization wants: free text, and multipliers of named scoring features."""

    description: str
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision about a message; `score` and `probability` are None when there is not enough to say."""

    band: Band
    score: int | None
    probability: float | None
    contributions: tuple[Contribution, ...]
    next_step: str
    draft_reply: str | None


class Reader(Protocol):
    """Understands messages; the embedded reader and the LLM reader are the two implementations."""

    name: str
    version: str

    async def read(self, messages: Sequence[Message]) -> list[Reading]:
        """Read the messages, one reading for each, in their order."""
        ...
