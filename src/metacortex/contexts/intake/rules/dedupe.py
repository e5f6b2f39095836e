"""How a message that comes twice is known."""

import hashlib
import re

_HEADER_LIMIT = 256 * 1024
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_LONGEST_ID = 400


def find_message_id(raw: bytes) -> str | None:
    """Return the Message-ID of a raw mail, without brackets and white space; None when it has none of use."""
    head = raw[:_HEADER_LIMIT]
    blank = _BLANK_LINE.search(head)
    match = _MESSAGE_ID.search(head[: blank.start()] if blank else head)
    if match is None:
        return None
    text = re.sub(rb"\s+", b"", match.group(1)).decode("utf-8", "replace").replace("\0", "")
    inner = re.search(r"<([^<>]+)>", text)
    value = (inner.group(1) if inner else text).strip("<>")
    return value if 3 <= len(value) <= _LONGEST_ID else None


def dedupe_key(raw: bytes) -> str:
    """Return what makes this mail the same as one already received: its Message-ID, else its content's SHA-256."""
    message_id = find_message_id(raw)
    return f"id:{message_id}" if message_id else f"sha256:{hashlib.sha256(raw).hexdigest()}"
