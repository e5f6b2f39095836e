"""Tables of the leads context."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, Moment, TenantTable, utc_now


class Stage(TenantTable, Base):
    """A column of an organization's pipeline."""

    __tablename__ = "stages"
    __table_args__ = (Index("uq_stages_position", "org_id", "position", unique=True),)

    name: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]


class Contact(TenantTable, Base):
    """A person; one per normalised e-mail address, or per phone number where no address is known."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("uq_contacts_email", "org_id", "email", unique=True, postgresql_where=text("email IS NOT NULL")),
        Index(
            "uq_contacts_phone_only",
            "org_id",
            "phone",
            unique=True,
            postgresql_where=text("email IS NULL AND phone IS NOT NULL"),
        ),
        Index("ix_contacts_phone", "org_id", "phone", postgresql_where=text("phone IS NOT NULL")),
    )

    name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    company: Mapped[str | None]
    time_zone: Mapped[str | None]
    country: Mapped[str | None]
    region: Mapped[str | None]
    postal_code: Mapped[str | None]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)


class Lead(TenantTable, Base):
    """One chance to sell to a contact; `version` grows with every change a person can see."""

    __tablename__ = "leads"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "contact_id"], ["contacts.org_id", "contacts.id"]),
        ForeignKeyConstraint(["org_id", "stage_id"], ["stages.org_id", "stages.id"]),
        ForeignKeyConstraint(["org_id", "owner_id"], ["members.org_id", "members.id"]),
        Index("ix_leads_newest", "org_id", text("received_at DESC"), text("id DESC")),
        Index("ix_leads_stage_newest", "org_id", "stage_id", text("received_at DESC"), text("id DESC")),
        Index("ix_leads_stage_score", "org_id", "stage_id", text("priority DESC"), text("id DESC")),
        Index("ix_leads_score", "org_id", text("priority DESC"), text("id DESC")),
        Index("ix_leads_contact", "org_id", "contact_id"),
        Index("ix_leads_owner", "org_id", "owner_id", postgresql_where=text("owner_id IS NOT NULL")),
        Index("ix_leads_search", "search", postgresql_using="gin"),
    )

    contact_id: Mapped[UUID]
    stage_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    title: Mapped[str]
    source: Mapped[str]
    channel: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    message_count: Mapped[int] = mapped_column(default=0, server_default="0")
    intent: Mapped[str | None]
    band: Mapped[str | None]
    score: Mapped[int | None] = mapped_column(SmallInteger)
    priority: Mapped[int] = mapped_column(SmallInteger, default=-1, server_default="-1")
    score_state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    reasons: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    summary: Mapped[str | None]
    language: Mapped[str | None]
    next_step: Mapped[str | None]
    received_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    last_message_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    search: Mapped[str] = mapped_column(TSVECTOR, deferred=True)


class TimelineEntry(TenantTable, Base):
    """Something that happened to a lead, told in order."""

    __tablename__ = "timeline_entries"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "lead_id"], ["leads.org_id", "leads.id"]),
        Index("ix_timeline_entries_lead", "org_id", "lead_id", text("id DESC")),
    )

    lead_id: Mapped[UUID]
    kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    body: Mapped[dict[str, Any]]
    at: Mapped[Moment] = mapped_column(default=utc_now)


class Task(TenantTable, Base):
    """Something a member promised to do about a lead."""

    __tablename__ = "tasks"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "lead_id"], ["leads.org_id", "leads.id"]),
        ForeignKeyConstraint(["org_id", "assignee_id"], ["members.org_id", "members.id"]),
        Index("ix_tasks_lead", "org_id", "lead_id"),
    )

    lead_id: Mapped[UUID]
    title: Mapped[str]
    due_at: Mapped[Moment | None]
    assignee_id: Mapped[UUID | None]
    done_at: Mapped[Moment | None]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
