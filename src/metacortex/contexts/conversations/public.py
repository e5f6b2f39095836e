"""The door of the conversations context."""

from metacortex.contexts.conversations.queries import forget_raw_keys, list_latest_ids, list_message_ids, read_messages
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
    "forget_raw_keys",
    "list_latest_ids",
    "list_message_ids",
    "parse_mail",
    "read_messages",
    "record_messages",
]
