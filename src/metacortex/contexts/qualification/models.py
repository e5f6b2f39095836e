"""Tables of the qualification: what was read from each message, what people said of it, what counts as ideal."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, Moment, TenantTable, utc_now


class Qualification(TenantTable, Base):
    """What a reader understood of one message, with the score and its reasons."""

    __tablename__ = "qualifications"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "lead_id"], ["leads.org_id", "leads.id"]),
        ForeignKeyConstraint(["org_id", "message_id"], ["messages.org_id", "messages.id"]),
        Index("uq_qualifications_message", "org_id", "message_id", unique=True),
        Index("ix_qualifications_lead", "org_id", "lead_id", text("created_at DESC")),
    )

    lead_id: Mapped[UUID]
    message_id: Mapped[UUID]
    reader: Mapped[str]
    reader_version: Mapped[str]
    intent: Mapped[str]
    intent_probability: Mapped[float]
    language: Mapped[str]
    band: Mapped[str]
    score: Mapped[int | None] = mapped_column(SmallInteger)
    probability: Mapped[float | None]
    fields: Mapped[list[Any]]
    contributions: Mapped[list[Any]]
    next_step: Mapped[str]
    draft_reply: Mapped[str | None]
    flags: Mapped[list[Any]]
    ideal_customer_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment] = mapped_column(default=utc_now)


class Label(TenantTable, Base):
    """A person's verdict on a reading; readers learn from it."""

    __tablename__ = "labels"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "lead_id"], ["leads.org_id", "leads.id"]),
        ForeignKeyConstraint(["org_id", "qualification_id"], ["qualifications.org_id", "qualifications.id"]),
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"]),
        Index("ix_labels_lead", "org_id", "lead_id", "created_at"),
    )

    lead_id: Mapped[UUID]
    qualification_id: Mapped[UUID]
    verdict: Mapped[str]
    intent: Mapped[str | None]
    band: Mapped[str | None]
    note: Mapped[str | None]
    member_id: Mapped[UUID]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)


class IdealCustomer(TenantTable, Base):
    """Whom an organization wants as customers; one row each."""

    __tablename__ = "ideal_customers"
    __table_args__ = (Index("uq_ideal_customers_org", "org_id", unique=True),)

    description: Mapped[str]
    weights: Mapped[dict[str, Any]]
    version: Mapped[int]
    updated_at: Mapped[Moment] = mapped_column(default=utc_now)


class LlmSpending(TenantTable, Base):
    """Millionths of a US dollar spent on language models, or set aside for calls under way, on one day (UTC)."""

    __tablename__ = "llm_spending"
    __table_args__ = (Index("uq_llm_spending_day", "org_id", "day", unique=True),)

    day: Mapped[date]
    micro_usd: Mapped[int] = mapped_column(BigInteger)
