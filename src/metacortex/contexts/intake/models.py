"""Tables of the intake: where messages come in, what came in, and the files people upload."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, Moment, TenantTable, utc_now


class Source(TenantTable, Base):
    """A mail address or a web form of an organization, known to the world by its unguessable key."""

    __tablename__ = "sources"
    __table_args__ = (Index("uq_sources_key", "key", unique=True),)

    kind: Mapped[str]
    name: Mapped[str]
    key: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    created_at: Mapped[Moment] = mapped_column(default=utc_now)


class InboundMessage(TenantTable, Base):
    """A message as it arrived, kept raw in object storage; `dedupe_key` lets it in only once."""

    __tablename__ = "inbound_messages"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "source_id"], ["sources.org_id", "sources.id"]),
        Index("uq_inbound_messages_dedupe_key", "org_id", "dedupe_key", unique=True),
        Index("ix_inbound_messages_state", "org_id", "state", "received_at", "id"),
    )

    source_id: Mapped[UUID]
    channel: Mapped[str]
    dedupe_key: Mapped[str]
    raw_key: Mapped[str | None]
    size: Mapped[int] = mapped_column(default=0)
    envelope_from: Mapped[str] = mapped_column(default="")
    envelope_to: Mapped[str] = mapped_column(default="")
    tag: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="received")
    error: Mapped[str | None]
    subject: Mapped[str | None]
    from_email: Mapped[str | None]
    lead_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    received_at: Mapped[Moment] = mapped_column(default=utc_now)
    read_at: Mapped[Moment | None]


class Import(TenantTable, Base):
    """An uploaded table and how far it has been turned into leads."""

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_created_at", "org_id", "created_at", "id"),)

    file_name: Mapped[str]
    raw_key: Mapped[str]
    chunk_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    columns: Mapped[list[Any]]
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="uploaded")
    row_count: Mapped[int] = mapped_column(default=0)
    done_count: Mapped[int] = mapped_column(default=0)
    created_count: Mapped[int] = mapped_column(default=0)
    joined_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    next_chunk: Mapped[int] = mapped_column(default=0)
    member_id: Mapped[UUID]
    error: Mapped[str | None]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    finished_at: Mapped[Moment | None]


class ImportRefusal(TenantTable, Base):
    """A row of an uploaded table that could not become a lead, with the reason for the person who uploaded it."""

    __tablename__ = "import_refusals"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "import_id"], ["imports.org_id", "imports.id"]),
        Index("uq_import_refusals_row_number", "org_id", "import_id", "row_number", unique=True),
    )

    import_id: Mapped[UUID]
    row_number: Mapped[int]
    reason: Mapped[str]
    cells: Mapped[list[Any]]
