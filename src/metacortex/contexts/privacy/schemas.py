"""Shapes of requests and answers of the privacy context."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from metacortex.contexts.privacy.types import (
    AddressKind,
    Channel,
    DataKind,
    Decision,
    Purpose,
    RequestKind,
    RequestStatus,
    SuppressionReason,
)

_NO_NUL = r"^[^\x00]*$"
AddressText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=320, pattern=_NO_NUL)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_NUL)]


class Sent(BaseModel):
    """A request body; unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """An answer made of a row."""

    model_config = ConfigDict(from_attributes=True)


class NewConsentTextIn(Sent):
    """The words a person agrees to, for one purpose and channel in one language (BCP 47)."""

    purpose: Purpose
    channel: Channel
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000, pattern=_NO_NUL)]


class ConsentTextOut(Shown):
    """A published text; it never changes."""

    id: UUID
    purpose: Purpose
    channel: Channel
    language: str
    version: int
    text: str
    published_at: datetime
    published_by: UUID


class NewConsentIn(Sent):
    """A decision a person told you: by phone, on paper, in an earlier system."""

    address: AddressText
    purpose: Purpose
    channel: Channel
    decision: Decision
    text_id: UUID | None = None
    source: Line
    at: AwareDatetime | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=_NO_NUL)] | None = None


class ConsentOut(Shown):
    """A recorded decision; the address is gone once the person was erased."""

    id: UUID
    address_kind: AddressKind
    address: str | None
    purpose: Purpose
    channel: Channel
    decision: Decision
    text_id: UUID | None
    at: datetime
    source: str
    client_address: str | None
    proof: dict[str, Any]
    actor_id: UUID | None


class CheckIn(Sent):
    """May this address be used?"""

    address: AddressText
    purpose: Purpose
    channel: Channel
    country: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")] | None = None


class CheckOut(BaseModel):
    """The basis an act would rest on, or why it is not allowed."""

    allowed: bool
    basis: str | None
    since: datetime | None
    law: str | None
    refused_for: SuppressionReason | Literal["no_consent"] | None


class AddressIn(Sent):
    """An email address or a phone number; only its keyed hash is kept."""

    address: AddressText


class NewSuppressionIn(AddressIn):
    """An address to leave alone."""

    reason: Literal["objected", "complained", "bounced", "manual"] = "manual"


class SuppressionCountOut(BaseModel):
    """How many addresses are on the list."""

    address_kind: AddressKind
    reason: SuppressionReason
    count: int


class SuppressionOut(Shown):
    """Why an address is on the list, and since when."""

    reason: SuppressionReason
    created_at: datetime


class SuppressedOut(BaseModel):
    """Whether an address is on the list."""

    suppressed: bool
    reasons: list[SuppressionOut]


class RemovedOut(BaseModel):
    """How many entries were taken off the list."""

    removed: int


class NewRequestIn(Sent):
    """Whom a request is about: an email, a phone, or both when they are the same person's."""

    kind: RequestKind
    email: AddressText | None = None
    phone: AddressText | None = None


class PartOut(BaseModel):
    """What one part of the product found or erased, by kind of row."""

    counts: dict[str, int]


class PrivacyRequestOut(Shown):
    """How far a request is; it names nobody."""

    id: UUID
    kind: RequestKind
    status: RequestStatus
    requested_by: UUID
    subject_hashes: list[str]
    pass_number: int
    parts: dict[str, PartOut]
    received_at: datetime
    due_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None


class RetentionRuleOut(BaseModel):
    """How many days a kind of data is kept."""

    kind: DataKind
    keep_days: int
    default_days: int
    most_days: int
    changed_at: datetime | None


class ChangeRetentionRuleIn(Sent):
    """Keep a kind of data for so many days."""

    keep_days: Annotated[int, Field(ge=1, le=3650)]


class UnsubscribedOut(BaseModel):
    """You will get no more of these messages."""

    unsubscribed: Literal[True]
