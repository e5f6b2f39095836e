"""Facts of the intake that others act on."""

from dataclasses import dataclass
from uuid import UUID

from metacortex.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageArrived(Event):
    """A raw message was accepted and stored; it is not read yet."""

    inbound_id: UUID


@dataclass(frozen=True, kw_only=True)
class ImportProgressed(Event):
    """Some more rows of an import were turned into leads or refused."""

    import_id: UUID
    done_count: int
    row_count: int


@dataclass(frozen=True, kw_only=True)
class ImportStarted(Event):
    """A person said what the columns of an uploaded table mean; its rows are owed as leads."""

    import_id: UUID
