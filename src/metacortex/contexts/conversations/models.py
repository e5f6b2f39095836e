"""Tables of conversations: threads of messages, each thread about one lead."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, Moment, TenantTable, utc_now


class Conversation(TenantTable, Base):
    """Messages that answer each other."""

    __tablename__ = "conversations"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "lead_id"], ["leads.org_id", "leads.id"]),
        Index("ix_conversations_lead", "org_id", "lead_id"),
    )

    lead_id: Mapped[UUID]
    subject: Mapped[str]
    last_message_at: Mapped[Moment]


class Message(TenantTable, Base):
    """One message as a person wrote it, apart from what it quotes and how it is signed."""

    __tablename__ = "messages"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "conversation_id"], ["conversations.org_id", "conversations.id"]),
        ForeignKeyConstraint(["org_id", "lead_id"], ["leads.org_id", "leads.id"]),
        Index(
            "uq_messages_rfc_message_id",
            "org_id",
            "rfc_message_id",
            unique=True,
            postgresql_where=text("rfc_message_id IS NOT NULL"),
        ),
        Index("ix_messages_lead", "org_id", "lead_id", "received_at", "id"),
    )

    conversation_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    direction: Mapped[str]
    rfc_message_id: Mapped[str | None]
    in_reply_to: Mapped[str | None]
    subject: Mapped[str]
    from_name: Mapped[str]
    from_email: Mapped[str]
    to_emails: Mapped[list[Any]] = mapped_column(default=list)
    text: Mapped[str]
    quoted: Mapped[str]
    signature: Mapped[str]
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    raw_key: Mapped[str | None]
    sent_at: Mapped[Moment | None]
    received_at: Mapped[Moment] = mapped_column(default=utc_now)
    automatic: Mapped[bool]
