"""Facts about what people ask; they name requests, never addresses: every member's browser hears them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from metacortex.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonExportRequested(Event):
    """A person wants everything that is kept about them; who knows contacts finds them first."""

    request_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonErasureRequested(Event):
    """A person is to be forgotten; who knows contacts finds and blanks them first."""

    request_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonLocated(Event):
    """The contacts and leads of a person to be forgotten are known; whoever holds rows about them erases those."""

    request_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonLocatedForExport(Event):
    """The contacts and leads of a person who wants their data are known; the others gather their rows."""

    request_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonExported(Event):
    """Every context has handed out its part of an export."""

    request_id: UUID


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """Every context has erased a person in this pass."""

    request_id: UUID
    pass_number: int


@dataclass(frozen=True, kw_only=True)
class PersonRequestFinished(Event):
    """An export can be fetched, or an erasure has its certificate."""

    request_id: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class RetentionDue(Event):
    """Data older than its time is to be forgotten."""

    on: date
