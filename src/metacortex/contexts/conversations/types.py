"""Values of the conversations context."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Direction(StrEnum):
    """Whether a message came to us or left us."""

    IN = "in"
    OUT = "out"


class UnreadableMail(ValueError):
    """The bytes hold nothing that could be shown to a person."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file enclosed in a message; `size` is in bytes after decoding."""

    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class ParsedMail:
    """One e-mail, read: what the person wrote apart from what came along with it.

    Message ids carry no angle brackets. Every text is free of NUL, control characters and lone surrogates.
    """

    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    from_name: str
    from_email: str
    reply_to_name: str
    reply_to_email: str
    to: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    text: str
    quoted: str
    signature: str
    disclaimer: str
    attachments: tuple[Attachment, ...]
    automatic: bool
    forwarded_from_name: str
    forwarded_from_email: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What is needed to record a message; `conversation_id` None starts or joins the lead's own conversation.

    `opens_lead` says that the lead is new, so that nobody looks for its earlier conversation.
    """

    lead_id: UUID
    opens_lead: bool = False
    direction: Direction = Direction.IN
    conversation_id: UUID | None = None
    rfc_message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    subject: str = ""
    from_name: str = ""
    from_email: str = ""
    to_emails: tuple[str, ...] = ()
    text: str = ""
    quoted: str = ""
    signature: str = ""
    attachments: tuple[Attachment, ...] = ()
    raw_key: str | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """Where a message stands that was kept earlier."""

    message_id: UUID
    conversation_id: UUID
    lead_id: UUID
    received_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedMessage:
    """Where a message was kept; `is_new` is False when the same message had been kept before."""

    message_id: UUID
    conversation_id: UUID
    lead_id: UUID
    is_new: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation, and so the lead, that an earlier message belongs to."""

    lead_id: UUID
    conversation_id: UUID
