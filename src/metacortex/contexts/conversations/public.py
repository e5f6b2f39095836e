"""The door of the conversations context."""

from metacortex.contexts.conversations.queries import list_latest_ids, read_messages
from metacortex.contexts.conversations.rules import parse_mail
from metacortex.contexts.conversations.service import find_thread, find_threads, record_messages
from metacortex.contexts.conversations.types import (
    Attachment,
    Direction,
    NewMessage,
    ParsedMail,
    RecordedMessage,
    Thread,
    UnreadableMail,
)

__all__ = [
    "Attachment",
    "Direction",
    "NewMessage",
    "ParsedMail",
    "RecordedMessage",
    "Thread",
    "UnreadableMail",
    "find_thread",
    "find_threads",
    "list_latest_ids",
    "parse_mail",
    "read_messages",
    "record_messages",
]
