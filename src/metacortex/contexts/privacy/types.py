"""Small values of the privacy context."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Purpose(StrEnum):
    """What somebody's data is used for."""

    MARKETING = "marketing"
    SALES = "sales"
    PROFILING = "profiling"
    ADVERTISING = "advertising"


class Channel(StrEnum):
    """By what way a person is reached, or their data leaves us."""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    UPLOAD = "upload"


class Decision(StrEnum):
    """What a person said about a purpose and channel."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class AddressKind(StrEnum):
    """What an address is."""

    EMAIL = "email"
    PHONE = "phone"


class SuppressionReason(StrEnum):
    """Why an address may not be used."""

    ERASED = "erased"
    OBJECTED = "objected"
    COMPLAINED = "complained"
    BOUNCED = "bounced"
    MANUAL = "manual"


class RequestKind(StrEnum):
    """What a person asks for."""

    EXPORT = "export"
    ERASURE = "erasure"


class RequestStatus(StrEnum):
    """How far a request is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Part(StrEnum):
    """Who answers a request for the rows they hold; a request is done when all have reported."""

    LEADS = "leads"
    CONVERSATIONS = "conversations"
    INTAKE = "intake"
    IMPORTS = "imports"
    QUALIFICATION = "qualification"
    CALLS = "calls"


class DataKind(StrEnum):
    """Kinds of data that are kept for a limited time."""

    RAW_MAIL = "raw_mail"
    CLOSED_MESSAGES = "closed_messages"
    IMPORT_FILES = "import_files"
    EXPORTS = "exports"
    DEAD_LETTERS = "dead_letters"
    EVENTS = "events"
    RECORDINGS = "recordings"
    CALL_EVENTS = "call_events"
    DIAL_DECISIONS = "dial_decisions"
    AGENT_CHANGES = "agent_changes"


class BasisKind(StrEnum):
    """Why an address may be used."""

    CONSENT = "consent"
    ENQUIRY = "enquiry"


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address or a phone number in the one form it is stored in."""

    kind: AddressKind
    value: str


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What a person sent us themself: when, and by which channel (or leaving an address of which channel)."""

    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptConsent:
    """A consent that is kept elsewhere, as a row of a table says: where, since when, and if told to which words."""

    source: str
    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The latest decision of a person about one purpose and channel."""

    decision: Decision
    at: datetime
    consent_id: UUID
    text_id: UUID | None


@dataclass(frozen=True, slots=True)
class ConsentBasis:
    """Why an act is allowed: since when, by which record, under which sections of law."""

    kind: BasisKind
    since: datetime
    law: str
    consent_id: UUID | None = None
    text_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """The person a request is about, and what was found of them.

    `until` is the moment of erasure: what arrived later was sent by the person anew. None before the first pass.
    """

    emails: tuple[str, ...]
    phones: tuple[str, ...]
    by_phone_only: bool
    contact_ids: tuple[UUID, ...]
    lead_ids: tuple[UUID, ...]
    until: datetime | None
