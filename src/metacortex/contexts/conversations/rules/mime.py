"""The tree of a MIME message, walked without recursion and without copying (RFC 2045, 2046)."""

import binascii
import re
from dataclasses import dataclass

from metacortex.contexts.conversations.rules.charset import clean_line, clean_text, decode_text
from metacortex.contexts.conversations.rules.headers import (
    Headers,
    decode_base64,
    decode_words,
    field,
    read_headers,
    read_parameters,
)

MOST_PARTS = 200
DEEPEST = 20
LONGEST_BODY = 4_000_000
LONGEST_TEXT = 1_000_000
_MEDIA_TYPE = re.compile(r"^[\w.+-]+/[\w.+-]+$", re.ASCII)
_LOOKS_LIKE_BOUNDARY = re.compile(rb"\s{0,20}--([^\n]{1,70}?)[ \t]*\n")


@dataclass(slots=True)
class Part:
    """One leaf of the tree; the content is `raw[start:end]`. `group` is shared by the versions of one text."""

    media_type: str
    parameters: dict[str, str]
    disposition: str
    name: str
    encoding: str
    start: int
    end: int
    group: int


@dataclass(slots=True)
class _Branch:
    headers: Headers
    start: int
    end: int
    depth: int
    group: int
    default_type: str


def list_parts(raw: bytes, headers: Headers, start: int) -> tuple[list[Part], list[str]]:
    """Return the leaves in document order (200 at most), and what was wrong."""
    parts: list[Part] = []
    warnings: list[str] = []
    waiting = [_Branch(headers, start, len(raw), 0, 0, "text/plain")]
    groups = 0
    while waiting:
        branch = waiting.pop()
        if len(parts) >= MOST_PARTS:
            warnings.append(f"Only the first {MOST_PARTS} parts were read.")
            break
        media_type, parameters = read_parameters(field(branch.headers, "content-type"))
        if not _MEDIA_TYPE.match(media_type):
            media_type = branch.default_type
        if media_type.startswith("multipart/"):
            if branch.depth >= DEEPEST:
                warnings.append("Parts enclosed too deeply were left out.")
                continue
            groups += 1
            group = groups if media_type == "multipart/alternative" or not branch.group else branch.group
            default = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
            spans, has_boundary = _split(raw, branch, parameters.get("boundary", ""))
            if has_boundary:
                for begin, end in reversed(spans):
                    below, body = read_headers(raw, begin, end)
                    own = group if media_type == "multipart/alternative" or branch.group else 0
                    waiting.append(_Branch(below, body, end, branch.depth + 1, own, default))
                continue
            warnings.append("The parts of this message could not be told apart.")
            media_type = "text/plain"
        parts.append(_read_leaf(branch, media_type, parameters))
    return parts, warnings


def _split(raw: bytes, branch: _Branch, boundary: str) -> tuple[list[tuple[int, int]], bool]:
    """Return the spans between boundary lines; a missing last boundary ends the last part with the message."""
    mark = boundary.rstrip().encode("utf-8", "replace")[:200]
    if not mark:
        guess = _LOOKS_LIKE_BOUNDARY.match(raw, branch.start, branch.end)
        if guess is None:
            return [], False
        mark = guess.group(1)
    line = b"--" + mark
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    position = branch.start
    while len(spans) <= MOST_PARTS:
        found = raw.find(line, position, branch.end)
        if found < 0:
            break
        stop = raw.find(b"\n", found, branch.end)
        stop = branch.end if stop < 0 else stop
        position = stop
        tail = raw[found + len(line) : min(stop, found + len(line) + 100)].strip()
        if tail not in (b"", b"--") or (found > branch.start and raw[found - 1] != 10):
            position = found + len(line)
            continue
        if opened is not None:
            spans.append((opened, max(opened, found - 1)))
        opened = None if tail else min(stop + 1, branch.end)
        if tail:
            break
    if opened is not None and opened < branch.end and len(spans) <= MOST_PARTS:
        spans.append((opened, branch.end))
    return spans, bool(spans)


def _read_leaf(branch: _Branch, media_type: str, parameters: dict[str, str]) -> Part:
    disposition, more = read_parameters(field(branch.headers, "content-disposition"))
    name = clean_line(decode_words(more.get("filename") or parameters.get("name") or ""), 255)
    encoding = field(branch.headers, "content-transfer-encoding").lower().split(";")[0].strip()
    return Part(media_type, parameters, disposition, name, encoding, branch.start, branch.end, branch.group)


def decode_part(raw: bytes, part: Part) -> bytes:
    """Return a part's content, its transfer encoding undone as far as possible."""
    content = raw[part.start : min(part.end, part.start + LONGEST_BODY)]
    if part.encoding == "base64":
        return decode_base64(content)
    if part.encoding == "quoted-printable":
        try:
            return binascii.a2b_qp(content)
        except binascii.Error:
            return content
    return content


def read_text(raw: bytes, part: Part) -> tuple[str, bool]:
    """Return a text part as clean text, and whether its charset claim failed."""
    text, is_doubtful = decode_text(decode_part(raw, part), part.parameters.get("charset"))
    text = clean_text(text[:LONGEST_TEXT])
    if part.parameters.get("format", "").lower() == "flowed":
        text = _unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text, is_doubtful


def measure_part(raw: bytes, part: Part) -> int:
    """Return the decoded size in bytes without decoding a base64 part."""
    if part.encoding == "quoted-printable":
        return len(decode_part(raw, part))
    if part.encoding != "base64":
        return part.end - part.start
    blanks = sum(raw.count(blank, part.start, part.end) for blank in (b"\n", b" ", b"\t"))
    letters = part.end - part.start - blanks
    padding = raw[max(part.start, part.end - 6) : part.end].count(b"=")
    return max(0, letters * 3 // 4 - padding)


def _unflow(text: str, *, delete_space: bool) -> str:
    """Join the lines that a flowing sender broke (RFC 3676)."""
    paragraphs: list[list[str]] = []
    flowing, last_depth = False, 0
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        if not (flowing and depth == last_depth and bare != "-- "):
            paragraphs.append([">" * depth + " "] if depth else [])
        flowing = bare.endswith(" ") and bare != "-- "
        paragraphs[-1].append(bare[:-1] if flowing and delete_space else bare)
        last_depth = depth
    return "\n".join("".join(pieces) for pieces in paragraphs)
