"""Small values of the intake: where a message came in, what became of it, what a column of a table means."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class SourceKind(StrEnum):
    """How messages of a source arrive."""

    EMAIL = "email"
    FORM = "form"
    API = "api"
    CSV = "csv"


class InboundState(StrEnum):
    """What became of a message that was accepted."""

    RECEIVED = "received"
    READ = "read"
    FAILED = "failed"


class ImportState(StrEnum):
    """How far an uploaded table is."""

    UPLOADED = "uploaded"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ColumnField(StrEnum):
    """What a column of an uploaded table holds."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    TIME_ZONE = "time_zone"
    COUNTRY = "country"
    REGION = "region"
    POSTAL_CODE = "postal_code"
    CONSENT_SOURCE = "consent_source"
    CONSENTED_AT = "consented_at"
    CONSENT_TEXT = "consent_text"
    MESSAGE = "message"
    TITLE = "title"
    SOURCE = "source"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A source found by its key before the organization was known."""

    org_id: UUID
    id: UUID
    kind: SourceKind
    active: bool
    name: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """One accepted address of an incoming mail."""

    source: FoundSource
    address: str
    tag: str


@dataclass(frozen=True, slots=True)
class ArrivedMail:
    """One mail for one recipient, as it came over the wire."""

    recipient: Recipient
    envelope_from: str
    content: bytes
    dedupe_key: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table read from an uploaded file: unique column names and rows of text."""

    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class ImportChunk:
    """One run of rows of an import, named by its place in the file."""

    import_id: UUID
    chunk: int


@dataclass(frozen=True, slots=True)
class RowLead:
    """What one row of a table says about a lead, not yet normalised."""

    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    time_zone: str = ""
    country: str = ""
    region: str = ""
    postal_code: str = ""
    consent_source: str = ""
    consented_at: str = ""
    consent_text: str = ""
    message: str = ""
    title: str = ""
    source: str = ""
