"""Shapes of answers about messages."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class AttachmentOut(BaseModel):
    """A file that came with a message."""

    name: str
    media_type: str
    size: int


class MessageOut(BaseModel):
    """One message of a lead, as safe plain text."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    lead_id: UUID
    conversation_id: UUID
    direction: Literal["in", "out"]
    subject: str
    from_name: str
    from_email: str
    text: str
    quoted: str
    signature: str
    attachments: list[AttachmentOut]
    automatic: bool
    sent_at: datetime | None
    received_at: datetime
