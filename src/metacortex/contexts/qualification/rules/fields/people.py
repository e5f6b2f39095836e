"""Who writes: name, role and e-mail address from the text, the signature, and the sender line."""

import re

from metacortex.contexts.qualification.rules.fields.companies import ROLE_MAILBOX, find_company
from metacortex.contexts.qualification.rules.fields.places import is_city
from metacortex.contexts.qualification.rules.fields.signatures import (
    FULL_NAME,
    NAME_PATTERN,
    NOT_NAMES,
    ROLE,
    ROLE_WORDS,
    find_signature,
    is_name,
    split_lines,
)
from metacortex.contexts.qualification.rules.text import Text, quote
from metacortex.contexts.qualification.types import Field, FieldName

_INTRO = re.compile(
    r"\b(?P<cue>my name is|name\s?:|this is|i am|i'm|i’m|me llamo|mi nombre es|soy|ich heiße|ich "
    r"heisse|mein name ist|ich bin|mera naam|mera nam|myself|je m'appelle|mi chiamo|meu nome é|मेरा "
    r"नाम)[ \t]+(?:(?:mr|mrs|ms|dr|herr|frau)\.? )?"
)
_NAME_AT = re.compile(NAME_PATTERN)
_HINDI_NAME = re.compile(
    r"(?P<name>[^\W\d_][\w\u0900-\u097f'’.-]{1,24}(?: [^\W\d_][\w\u0900-\u097f'’.-]{1,24}){0,2}) (?=hai\b|he\b|है)"
)
_INTRO_WORDS = frozenset(
    [
        "name",
        "this",
        "am",
        "i'm",
        "i’m",
        "i",
        "llamo",
        "nombre",
        "soy",
        "heiße",
        "heisse",
        "ich",
        "naam",
        "nam",
        "myself",
        "appelle",
        "chiamo",
        "nome",
        "नाम",
    ]
)
_SELF = re.compile(
    r"\b(?:i am|i'm|i’m|i work as|working as|my role is|as|soy|soy el|soy la|ich bin|als|main|role|"
    r"title|position|designation)(?: (?:the|a|an|el|la|der|die|ein|eine|here|their|our))?[ :]{1,3}$"
)
_EMAIL_CUE = re.compile(
    r"(?:my e-?mail|e-?mail me|write to me|reach me|mail me|mi correo|meine e-?mail|e-?mail\s?:|mail "
    r"id|correo\s?:|reply to me)[^\n@]{0,25}$"
)


def find_people(text: Text, sender_name: str, sender_email: str) -> list[Field]:
    """Extract who writes: name, role, company, e-mail."""
    signature = find_signature(text)
    fields = [_find_name(text, signature, sender_name), _find_role(text, signature)]
    fields += [find_company(text, signature, sender_email), _find_email(text, sender_email)]
    return [field for field in fields if field]


def _find_name(text: Text, signature: tuple[int, int], sender_name: str) -> Field | None:
    if text.has(_INTRO_WORDS):
        for number, cue in enumerate(_INTRO.finditer(text.low)):
            if number >= 8:
                break
            hindi = cue.group("cue") in ("mera naam", "mera nam", "मेरा नाम")
            match = (_HINDI_NAME if hindi else _NAME_AT).match(text.raw, cue.end())
            if match and is_name(match.group("name")) and (name := _trim_name(match.group("name"))):
                if cue.group("cue") in ("i am", "i'm", "i’m", "this is", "soy", "ich bin") and (
                    is_city(name) or name.isupper()
                ):
                    continue
                start = match.start("name")
                return Field(FieldName.NAME, name, quote(text.raw, start, start + len(name)), 0.93)
    if signed := _find_signed_name(text, signature):
        return signed
    return _read_header_name(sender_name)


def _find_signed_name(text: Text, signature: tuple[int, int]) -> Field | None:
    for at, line in split_lines(text, signature)[:2]:
        start = at + len(line) - len(line.lstrip(" \t,*-"))
        match = FULL_NAME.match(text.raw, start)
        if match and is_name(match.group("name")) and not ROLE_WORDS.search(match.group("name").lower()):
            name = _trim_name(match.group("name"))
            return Field(FieldName.NAME, name, quote(text.raw, start, start + len(name)), 0.9) if name else None
        if line.strip():
            break
    return None


def _read_header_name(sender_name: str) -> Field | None:
    header = " ".join(sender_name.replace('"', "").replace("_", " ").split())
    if "," in header and len(header.split(",")) == 2:
        header = " ".join(part.strip() for part in reversed(header.split(",")))
    if (
        1 < len(header) < 60
        and "@" not in header
        and not ROLE_MAILBOX.match(header.lower())
        and not any(c.isdigit() for c in header)
    ):
        return Field(FieldName.NAME, header, None, 0.8)
    return None


def _trim_name(name: str) -> str:
    """Stop before a word that cannot belong to a name, and drop the full stop of the sentence."""
    kept: list[str] = []
    for word in name.split(" "):
        if word.lower() in NOT_NAMES:
            break
        kept.append(word)
        if word.endswith(".") and len(word) > 3:
            break
    return " ".join(kept).rstrip(".-'’") if kept else ""


def _find_role(text: Text, signature: tuple[int, int]) -> Field | None:
    if not ROLE_WORDS.search(text.low):
        return None
    for at, line in split_lines(text, signature):
        for part in re.finditer(r"[^|,•·/–\t]+", line):
            piece = part.group().strip()
            if (
                1 < len(piece) <= 50
                and (match := ROLE.search(piece.lower()))
                and match.end() - match.start() >= len(piece) * 0.5
                and "@" not in piece
            ):
                start = at + part.start() + part.group().index(piece)
                return Field(FieldName.ROLE, piece, quote(text.raw, start, start + len(piece)), 0.85)
    for number, match in enumerate(ROLE.finditer(text.low)):
        if number >= 10:
            break
        left = text.low[max(0, match.start() - 30) : match.start()]
        after_name = re.search(r"[a-zà-ÿ], $", left) and re.match(
            r" (?:at|of|with|for|de|bei|von) ", text.low[match.end() : match.end() + 6]
        )
        if _SELF.search(left) or after_name:
            return Field(
                FieldName.ROLE, text.raw[match.start() : match.end()], quote(text.raw, match.start(), match.end()), 0.8
            )
    return None


def _find_email(text: Text, sender_email: str) -> Field | None:
    sender = sender_email.strip().lower()
    usable = "@" in sender and not re.match(
        r"(?:no-?reply|do-?not-?reply|mailer-daemon|notifications?|forms?|bounce)", sender
    )
    at = text.low.find("@")
    for _ in range(6):
        if at < 0:
            break
        left = re.search(r"[a-z0-9][\w.+%-]{0,63}$", text.low[max(0, at - 64) : at])
        right = re.match(r"@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{2,63}){1,4}", text.low[at : at + 200])
        if left and right:
            start, end = at - len(left.group()), at + right.end()
            cued = _EMAIL_CUE.search(text.low[max(0, start - 50) : start])
            if not usable or cued or text.low[start:end] == sender:
                return Field(FieldName.EMAIL, text.low[start:end], quote(text.raw, start, end), 0.95 if cued else 0.85)
        at = text.low.find("@", at + 1)
    return Field(FieldName.EMAIL, sender, None, 0.9) if usable else None
