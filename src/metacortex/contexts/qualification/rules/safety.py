"""Warnings about untrusted text: attempts to instruct the reader, phishing, mass mail. The text itself stays data."""

import re
from functools import lru_cache

from metacortex.contexts.qualification.rules.text import BODY_LIMIT, Text, fold_case, mask_spans, prepare_text, quote
from metacortex.contexts.qualification.rules.wording import (
    INJECTION_RULES,
    INJECTION_SIGNS,
    MASS_MAIL_WORDS,
    PHISHING_RULES,
)
from metacortex.contexts.qualification.types import Evidence, Message

INJECTION = "injection_attempt"
PHISHING = "phishing"
MASS_MAIL = "mass_mail"

# Letters of other scripts that look like Latin ones; all one to one, so that positions hold.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁӏмтвкнαορνıɡ", "aeopcyxijsdlmtbkhaopvig")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f\U000e0000-\U000e007f]"
)
_LEET = str.maketrans("013457@$", "oieastas")
_LEET_WORD = re.compile(r"[a-z][013457@$][a-z0-9@$]{3,20}|[013457@$][a-z][a-z0-9@$]{3,20}")
_SPACED_WORD = re.compile(r"(?:\b[a-z][ .\-_]){4,30}[a-z]\b")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_MAX_ATTACKS = 40


def find_flags(message: Message) -> tuple[str, ...]:
    """Name what is dangerous or bulk-like in a message."""
    text = prepare_text(hide_attacks(message.body))
    flags = []
    if find_attacks(message.body) or find_attacks(message.subject):
        flags.append(INJECTION)
    if find_phishing(text):
        flags.append(PHISHING)
    if find_mass_mail(text):
        flags.append(MASS_MAIL)
    return tuple(flags)


def hide_attacks(body: str) -> str:
    """Blank out what tries to instruct the reader, so that nothing is read from it; positions stay."""
    return mask_spans(body[:BODY_LIMIT], find_attacks(body))


@lru_cache(maxsize=64)
def find_attacks(body: str) -> tuple[tuple[int, int], ...]:
    """Find the spans of a body that address its reader: from the instructing sentence to the end of its paragraph."""
    text = prepare_text(body)
    spans = _find_in(text)
    raw = text.raw
    if not raw.isascii() or _SPACED_WORD.search(text.low) or _LEET_WORD.search(text.low):
        spans += _find_disguised(raw)
    return tuple(_join(sorted(_widen(raw, start, end) for start, end in spans[:_MAX_ATTACKS])))


def find_phishing(text: Text) -> Evidence | None:
    """Cite the first sign of a confidence trick: a demand for credentials, a prize, an advance fee."""
    return _first_match(text, PHISHING_RULES)


def find_mass_mail(text: Text) -> Evidence | None:
    """Cite the first sign that the text was sent to many."""
    for words in MASS_MAIL_WORDS:
        if text.index.keys() >= set(words.split()) and (at := text.low.find(words)) >= 0:
            return quote(text.raw, at, at + len(words))
    return None


def _first_match(text: Text, rules: tuple[tuple[frozenset[str], re.Pattern[str]], ...]) -> Evidence | None:
    for triggers, pattern in rules:
        if text.has(triggers) and (match := pattern.search(text.low)):
            return quote(text.raw, match.start(), match.end())
    return None


def _find_in(text: Text) -> list[tuple[int, int]]:
    spans = []
    for triggers, pattern in INJECTION_RULES:
        if text.has(triggers):
            spans += [match.span() for match in pattern.finditer(text.low)]
    for sign, pattern in INJECTION_SIGNS:
        if sign in text.low:
            spans += [match.span() for match in pattern.finditer(text.low)]
    return spans


def _find_disguised(raw: str) -> list[tuple[int, int]]:
    """Look again with invisible letters removed, look-alikes, digits for letters and s p a c e d words undone."""
    kept = [at for at, letter in enumerate(raw) if not _INVISIBLE.match(letter)]
    hidden = sum(0xE0000 <= ord(letter) <= 0xE007F for letter in raw) if not raw.isascii() else 0
    plain = fold_case("".join(raw[at] for at in kept)).translate(_LOOKALIKES)
    plain = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in plain)
    plain = _LEET_WORD.sub(lambda match: match.group().translate(_LEET), plain)
    spans = [(kept[start], kept[end - 1] + 1) for start, end in _find_in(prepare_text(plain)) if end > start]
    closed = [at for at, letter in enumerate(plain) if letter not in " .-_"]
    if _SPACED_WORD.search(plain) and re.search(
        r"ignore\w*instruct|disregard\w*instruct|setscore|systemprompt|ignoreall|ignoreprevious|forgetall",
        dense := "".join(plain[at] for at in closed),
    ):
        found = re.finditer(r"ignore|disregard|forget|setscore|systemprompt", dense)
        spans.extend((kept[closed[match.start()]], kept[closed[match.end() - 1]] + 1) for match in found)
    if hidden >= 4:
        first = next(at for at, letter in enumerate(raw) if 0xE0000 <= ord(letter) <= 0xE007F)
        spans.append((first, first + 1))
    return spans


def _widen(raw: str, start: int, end: int) -> tuple[int, int]:
    """An order to the reader taints its sentence and what follows it in the paragraph."""
    start = max(raw.rfind(". ", 0, start) + 1, raw.rfind("\n", 0, start) + 1, 0)
    gap = _BLANK_LINE.search(raw, end)
    return start, gap.start() if gap else min(len(raw), BODY_LIMIT)


def _join(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
