"""Tables of privacy: what people were told and said, whom to leave alone, what they asked, how long data is kept."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, Moment, TenantTable, utc_now


class ConsentText(TenantTable, Base):
    """What a person reads when they consent; never changed, only followed by a newer version."""

    __tablename__ = "consent_texts"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "published_by"], ["members.org_id", "members.id"]),
        Index("uq_consent_texts_version", "org_id", "purpose", "channel", "language", "version", unique=True),
    )

    purpose: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    text: Mapped[str]
    published_at: Mapped[Moment] = mapped_column(default=utc_now)
    published_by: Mapped[UUID]


class Consent(TenantTable, Base):
    """A decision of a person about one purpose and channel, with its proof; decisions are added, never changed.

    The address is found by its keyed hash and kept to be shown; an erasure leaves the hash alone.
    """

    __tablename__ = "consents"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "text_id"], ["consent_texts.org_id", "consent_texts.id"]),
        Index("ix_consents_latest", "org_id", "address_hash", "purpose", "channel", text("at DESC"), text("id DESC")),
        Index("ix_consents_newest", "org_id", text("id DESC")),
    )

    address_kind: Mapped[str]
    address_hash: Mapped[str]
    address: Mapped[str | None]
    purpose: Mapped[str]
    channel: Mapped[str]
    decision: Mapped[str]
    text_id: Mapped[UUID | None]
    at: Mapped[Moment]
    source: Mapped[str]
    client_address: Mapped[str | None]
    proof: Mapped[dict[str, Any]]
    actor_id: Mapped[UUID | None]


class Suppression(TenantTable, Base):
    """An address that may not be used, known only by its keyed hash."""

    __tablename__ = "suppressions"
    __table_args__ = (Index("uq_suppressions_address", "org_id", "address_hash", "reason", unique=True),)

    address_kind: Mapped[str]
    address_hash: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)


class PrivacyRequest(TenantTable, Base):
    """A person's wish to have their data or to be forgotten; who it is stands here only until it is fulfilled."""

    __tablename__ = "privacy_requests"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "requested_by"], ["members.org_id", "members.id"]),
        Index("ix_privacy_requests_newest", "org_id", text("id DESC")),
    )

    kind: Mapped[str]
    status: Mapped[str]
    requested_by: Mapped[UUID]
    subject_hashes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    emails: Mapped[list[str]] = mapped_column(ARRAY(Text))
    phones: Mapped[list[str]] = mapped_column(ARRAY(Text))
    by_phone_only: Mapped[bool]
    contact_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    lead_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    row_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    erased_at: Mapped[Moment | None]
    pass_number: Mapped[int] = mapped_column(default=1)
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    certificate: Mapped[dict[str, Any] | None]
    object_key: Mapped[str | None]
    received_at: Mapped[Moment] = mapped_column(default=utc_now)
    due_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]
    expires_at: Mapped[Moment | None]


class RetentionRule(TenantTable, Base):
    """How many days an organization keeps one kind of data, where it is not the usual number."""

    __tablename__ = "retention_rules"
    __table_args__ = (Index("uq_retention_rules_kind", "org_id", "kind", unique=True),)

    kind: Mapped[str]
    keep_days: Mapped[int]
    changed_at: Mapped[Moment] = mapped_column(default=utc_now)
