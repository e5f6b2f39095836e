"""The end of what a person wrote: closing words, name and contact lines, and legal text."""

import re
from dataclasses import dataclass

from metacortex.contexts.conversations.rules.wording import CLOSING, DISCLAIMER, DISCLAIMER_STEMS, POINTING, SENT_FROM

_DELIMITER = re.compile(r"^\s*(?:--|—|–|__|---)\s*$")
_LIST_FOOTER = re.compile(r"^\s*[_-]{20,}\s*$")
_CONTACT = re.compile(
    r"@|https?://|www\.|\d[\d\s().-]{6,}\d|\b(?:tel|phone|mobile|cell|fax|skype|whatsapp|linkedin)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"[.!?;]\s+\S|[,;:]$|\?$")
_LONGEST_LINE = 90
_MOST_LINES = 14
_MOST_DELIMITED_LINES = 25


@dataclass(frozen=True, slots=True)
class Closing:
    """A run of a person's own lines, its end taken off."""

    text: str
    signature: str
    disclaimer: str


def strip_closing(lines: list[str], *, sender_name: str = "", is_first: bool = True) -> Closing:
    """Take legal text and then the signature off the end of a run of lines."""
    cut = _find_disclaimer(lines, seen_text=not is_first)
    disclaimer = "\n".join(lines[cut:]).strip()
    delimiter = _find_delimiter(lines[:cut])
    start = _find_signature(lines[:delimiter], sender_name)
    signature = [line for line in lines[start:cut] if line.strip() and not _DELIMITER.match(line)]
    return Closing(_join(lines[:start]), "\n".join(signature).strip(), disclaimer)


def says_nothing(text: str) -> bool:
    """Whether words above a forward are only a signature, or only point at what is below."""
    rest = strip_closing(["-", *text.split("\n")]).text.removeprefix("-").strip()
    return not rest or bool(POINTING.match(rest))


def _join(lines: list[str]) -> str:
    """Join lines, at most one blank between paragraphs."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _find_disclaimer(lines: list[str], *, seen_text: bool) -> int:
    """The line from which all is legal text; only whole paragraphs below the first count."""
    starts_paragraph = True
    lowered = "\n".join(lines).lower()
    may_be_legal = any(stem in lowered for stem in DISCLAIMER_STEMS)
    for index, line in enumerate(lines):
        if not line.strip() or _DELIMITER.match(line):
            starts_paragraph = True
            continue
        if seen_text and _LIST_FOOTER.match(line) and len(lines) - index <= _MOST_LINES:
            return index
        paragraph = " ".join(lines[index : index + 3])[:400] if may_be_legal and starts_paragraph else ""
        if seen_text and paragraph and DISCLAIMER.search(paragraph) and not _has_prose_below(lines, index):
            return index
        seen_text, starts_paragraph = True, False
    return len(lines)


def _has_prose_below(lines: list[str], index: int) -> bool:
    """Whether a question follows the legal words: then they are part of what the person says."""
    return any(line.rstrip().endswith("?") for line in lines[index : index + 40])


def _find_delimiter(lines: list[str]) -> int:
    """The signature delimiter line with few lines below it, or the number of lines."""
    below = sum(bool(line.strip()) for line in lines)
    for index, line in enumerate(lines):
        below -= bool(line.strip())
        if below <= _MOST_DELIMITED_LINES and _DELIMITER.match(line):
            return index
    return len(lines)


def _find_signature(lines: list[str], sender_name: str) -> int:
    """The line from which all is signature, or the number of lines."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    tail = filled[-_MOST_LINES:]
    for place, index in enumerate(tail):
        line = lines[index].strip()
        below = [lines[at].strip() for at in tail[place + 1 :]]
        if SENT_FROM.match(line) and len(below) <= 3:
            return index
        if index == filled[0] or not all(_is_short(one) for one in below):
            continue
        if CLOSING.match(line) and below and _may_be_names(below):
            return index
        if _is_name(line, sender_name) and all(_CONTACT.search(one) or not _SENTENCE.search(one) for one in below):
            return index
    return len(lines)


def _is_short(line: str) -> bool:
    return len(line) <= _LONGEST_LINE


def _may_be_names(below: list[str]) -> bool:
    """Whether the lines under closing words name a person rather than go on talking ("PS: ...")."""
    first = below[0]
    if re.match(r"^p\.?\s?s\b", first, re.IGNORECASE) or any(line.endswith("?") for line in below):
        return False
    if CLOSING.match(first) and len(below) > 1:
        return True
    return (len(first.split()) <= 7 and not re.search(r"[.!?:]\s*$", first.rstrip("."))) or bool(_CONTACT.search(first))


def _is_name(line: str, sender_name: str) -> bool:
    name = " ".join(sender_name.lower().split())
    written = " ".join(line.lower().strip("*_-–— ,.").split())
    return bool(name) and (written == name or (len(name.split()) > 1 and written == name.split()[0]))
