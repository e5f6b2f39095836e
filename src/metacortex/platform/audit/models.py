"""Tables of the audit log. The product's role may add entries, never change or remove one."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, BigInt, Moment, TenantTable


class AuditEntry(TenantTable, Base):
    """One critical act; `hash` seals this entry and, through `previous_hash`, all before it."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        UniqueConstraint("org_id", "sequence", name="uq_audit_entries_sequence"),
        Index("ix_audit_entries_occurred_at", "org_id", "occurred_at"),
    )

    sequence: Mapped[BigInt]
    occurred_at: Mapped[Moment]
    action: Mapped[str]
    subject: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    address: Mapped[str | None]
    user_agent: Mapped[str | None]
    request_id: Mapped[str | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AuditHead(TenantTable, Base):
    """Where an organization's chain ends; `seal` keeps the end from being cut off. Its id is the organization's."""

    __tablename__ = "audit_heads"

    sequence: Mapped[BigInt]
    hash: Mapped[str]
    seal: Mapped[str]
