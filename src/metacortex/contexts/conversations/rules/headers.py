"""Header fields: encoded words, addresses, message ids, dates, parameters (RFC 5322, 2047, 2231), all forgiving."""

import binascii
import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from metacortex.contexts.conversations.rules.charset import clean_line, decode_text

Headers = dict[str, list[bytes]]

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)\n?")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,60})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|[^,;"<]+|.', re.DOTALL)
_ANGLE = re.compile(r"^(.*?)<\s*([^<>\s]+@[^<>\s]+)\s*>", re.DOTALL)
_BARE = re.compile(r"[^\s<>,;:\"()\[\]']+@[^\s<>,;:\"()\[\]']+")
_ID = re.compile(r"<([^<>]{1,2000})>")
_MOST_HEADERS = 2000
_LONGEST_VALUE = 8000
_LONGEST_ENTRY = 1000
_LONGEST_ID = 400
_MOST_REFERENCES = 50


def read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """Return the fields by lower-case name, and where the body starts."""
    headers: Headers = {}
    position, count = start, 0
    while position < end and count < _MOST_HEADERS:
        if raw[position] == 10:
            return headers, position + 1
        found = _FIELD.match(raw, position, end)
        if found is None:
            # A line that is no field: the blank line before the body is missing, or a mailbox's separator line leads.
            if count == 0 and raw.startswith((b"From ", b">From "), position):
                position = (raw.find(b"\n", position, end) + 1) or end
                continue
            return headers, position
        headers.setdefault(found.group(1).decode("ascii").lower(), []).append(found.group(2)[:_LONGEST_VALUE])
        position, count = found.end(), count + 1
    blank = raw.find(b"\n\n", max(start, position - 1), end) if count >= _MOST_HEADERS else -1
    return headers, blank + 2 if blank >= 0 else position


def field(headers: Headers, name: str) -> str:
    """Return the first field of this name, unfolded, not yet decoded; empty if there is none."""
    values = headers.get(name)
    if not values:
        return ""
    return decode_text(values[0], None)[0].replace("\n", "").strip()


def decode_words(value: str) -> str:
    """Decode encoded words; what is broken stays as it stands."""
    if "=?" not in value:
        return value
    value = _BETWEEN_WORDS.sub(r"\1", value)
    pieces: list[str] = []
    pending, pending_charset, last = b"", "", 0
    for match in _WORD.finditer(value):
        charset = match.group(1).split("*")[0].lower()
        content = _decode_word(match.group(2), match.group(3))
        if content is None:
            continue
        if pending and (match.start() > last or charset != pending_charset):
            pieces.append(decode_text(pending, pending_charset)[0])
            pending = b""
        pieces.append(value[last : match.start()])
        # Some senders cut a character in two between words of one charset: the bytes are joined before decoding.
        pending, pending_charset, last = pending + content, charset, match.end()
    pieces.append(decode_text(pending, pending_charset)[0] if pending else "")
    return "".join(pieces) + value[last:]


def _decode_word(encoding: str, content: str) -> bytes | None:
    try:
        raw = content.encode("ascii", "replace")
        return decode_base64(raw) if encoding in "bB" else binascii.a2b_qp(raw, header=True)
    except (binascii.Error, ValueError):
        return None


def decode_base64(content: bytes) -> bytes:
    """Decode base64 as far as it goes, whatever is broken in it."""
    try:
        return binascii.a2b_base64(content)
    except binascii.Error:
        letters = re.sub(
            rb"[^A-Za-z0-9+/]", b"", content.split(b"=", 1)[0] if content.rstrip().endswith(b"=") else content
        )
        letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def read_addresses(value: str, most: int = 100) -> list[tuple[str, str]]:
    """Return (name, address) pairs of an address list; groups and comments are looked through."""
    found: list[tuple[str, str]] = []
    entry: list[str] = []
    for piece in [*_PIECE.findall(value), ","]:
        if piece not in (",", ";"):
            entry.append(piece)
            continue
        pair = _read_address("".join(entry)[:_LONGEST_ENTRY])
        entry = []
        if pair is not None:
            found.append(pair)
            if len(found) >= most:
                break
    return found


def _read_address(entry: str) -> tuple[str, str] | None:
    match = _ANGLE.match(entry)
    if match:
        name = match.group(1).strip().rsplit(":", 1)[-1] if '"' not in match.group(1) else match.group(1)
        return _clean_name(name), clean_line(match.group(2), 320)
    bare = _BARE.search(entry)
    if bare:
        comment = re.search(r"\(([^()]*)\)", entry[bare.end() :])
        return _clean_name(comment.group(1) if comment else ""), clean_line(bare.group().strip("."), 320)
    name = _clean_name(entry.replace("<", " ").replace(">", " "))
    return (name, "") if name else None


def _clean_name(name: str) -> str:
    name = name.strip()
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return clean_line(decode_words(name), 200).strip("'\" ")


def read_ids(value: str) -> tuple[str, ...]:
    """Return the message ids of a field without their brackets, the newest last."""
    found = _ID.findall(value) or value.split()[:1]
    ids = [read_id(item) for item in found[-_MOST_REFERENCES:]]
    return tuple(dict.fromkeys(item for item in ids if item))


def read_id(value: str) -> str:
    """Return one message id in the form it is stored; ids too long for an index keep a digest of the rest."""
    item = "".join(clean_line(value, 4 * _LONGEST_ID).split()).strip("<>")
    if len(item) <= _LONGEST_ID:
        return item
    return item[: _LONGEST_ID - 33] + "#" + hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:32]


def read_date(value: str) -> datetime | None:
    """Return the moment a Date field names, in UTC; None if it makes no sense."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value[:200])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return moment if 1980 <= moment.year <= 2200 else None


def read_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the lower-case value of a structured field and its parameters, continuations joined."""
    main, semicolon, _ = value.partition(";")
    if not semicolon:
        return main.strip().lower(), {}
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, raw in _PARAMETER.findall(value, len(main)):
        content = re.sub(r"\\(.)", r"\1", raw[1:-1]) if raw[:1] == '"' and len(raw) > 1 else raw.strip()
        base, star, rest = name.lower().partition("*")
        if not star:
            plain.setdefault(base, content)
            continue
        number = rest.rstrip("*")
        order = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
        pieces.setdefault(base, []).append((order, rest.endswith("*") or not rest, content))
    for base, parts in pieces.items():
        plain[base] = _join_pieces(sorted(parts))
    return main.strip().lower(), plain


def _join_pieces(parts: list[tuple[int, bool, str]]) -> str:
    charset, joined = None, b""
    for index, (_, is_encoded, part) in enumerate(parts):
        content = part
        if index == 0 and is_encoded and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        joined += unquote_to_bytes(content) if is_encoded else content.encode("utf-8", "replace")
    return decode_text(joined, charset)[0]
