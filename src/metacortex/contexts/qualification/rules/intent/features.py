"""Words to numbers: averaged token vectors, hashed words and parts of words, and a few facts about the message."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from metacortex.contexts.qualification.rules.safety import hide_attacks
from metacortex.contexts.qualification.types import Message

from .wordpiece import CACHED_WORDS, Vocabulary, split_wordpieces

BUCKETS = 1 << 15
LONGEST_TEXT = 3_000
SHORT_BODY_WORDS = 25
LONGEST_WORD = 24
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?", re.UNICODE)
COMBINING_WORD = re.compile(r"[\w\u0900-\u097f]+", re.UNICODE)
FORWARDED = re.compile(r"^\s*(?:fwd?|wg|rv|tr|enc)\s*:", re.IGNORECASE)
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
FREE_MAIL = re.compile(
    r"@(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|icloud|aol|gmx|"
    r"web|rediffmail|proton\w*|t-online)\."
)
MACHINE_SENDER = re.compile(
    r"^(?:no-?_?reply|do-?not-?reply|mailer-daemon|postmaster|notifications?|alerts?|"
    r"newsletter|bounces?|news|updates|system)\b"
    r"|noreply|no-reply",
    re.IGNORECASE,
)
ODD_DOMAIN = re.compile(
    r"\.(?:ru|xyz|top|click|info|biz|online|site|tk|cc|live)$|@[^.@]*\d{2,}[^@]*$|-[a-z]+-", re.IGNORECASE
)
GREETING_BY_PLACEHOLDER = re.compile(
    r"dear (?:customer|user|beneficiary|sir/?madam|account holder|winner)"
    r"|sehr geehrter (?:kunde|nutzer)|estimado (?:cliente|usuario)",
    re.IGNORECASE,
)
MONEY = re.compile(r"[$€£₹]|\b(?:usd|eur|inr|rs|lakhs?|lacs?|crores?|cr|euros?|dollars?|pesos)\b", re.IGNORECASE)
REPLY_TO_US = re.compile(r"^\s*(?:re|aw|antw)\s*:", re.IGNORECASE)
FACTS = 14


@dataclass(slots=True)
class Encoder:
    """The token table, with the hashed parts of words met lately remembered."""

    vocabulary: Vocabulary
    vectors: NDArray[np.int8]
    parts: dict[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Features:
    """One message as numbers: `buckets` and `weights` are the sparse part and have the same length."""

    meaning: NDArray[np.float32]
    buckets: NDArray[np.int64]
    weights: NDArray[np.float32]
    facts: NDArray[np.float32]


def compose_text(message: Message) -> str:
    """Return what is read of a message: subject, body, and the forwarded part when the writer's own words are few."""
    body = message.body
    few_words = len(body.split()) < SHORT_BODY_WORDS
    if few_words and message.quoted and FORWARDED.match(message.subject):
        body = f"{body}\n{message.quoted}"
    return hide_attacks(f"{message.subject}\n{body}"[:LONGEST_TEXT])


def encode_message(encoder: Encoder, message: Message, text: str) -> Features:
    """Turn a message, whose `text` was composed before, into the numbers that the linear head weighs."""
    buckets, weights = hash_words(encoder, text, message)
    return Features(average_vectors(encoder, text), buckets, weights, describe_facts(message, text))


def average_vectors(encoder: Encoder, text: str) -> NDArray[np.float32]:
    """Return the unit-length mean of the token vectors of `text`; zeros when nothing in it is known."""
    pieces = [piece for piece in split_wordpieces(text, encoder.vocabulary) if piece != encoder.vocabulary.unknown]
    if not pieces:
        return np.zeros(encoder.vectors.shape[1], np.float32)
    mean = encoder.vectors[pieces].sum(axis=0, dtype=np.int32).astype(np.float32)
    unit: NDArray[np.float32] = mean / np.float32(max(float(np.linalg.norm(mean)), 1e-9))
    return unit


def hash_words(encoder: Encoder, text: str, message: Message) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Hash words, pairs of words and parts of words into buckets; counts are damped and the vector has length one."""
    lowered = text.lower()
    words = (WORD if lowered.isascii() else COMBINING_WORD).findall(lowered)
    found: list[int] = []
    for word in words:
        parts = encoder.parts.get(word)
        if parts is None:
            parts = hash_parts(word)
            if len(encoder.parts) >= CACHED_WORDS:
                encoder.parts.clear()
            encoder.parts[word] = parts
        found.extend(parts)
    found.extend(hash_bucket(f"{left} {right}") for left, right in pairwise(words))
    local_part = message.sender_email.partition("@")[0].lower()
    found.extend(hash_bucket(f"from:{part}") for part in re.split(r"[^a-z]+", local_part) if part)
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    buckets, counts = np.unique(np.asarray(found, np.int64), return_counts=True)
    weights = np.log1p(counts).astype(np.float32)
    return buckets, weights / np.float32(np.linalg.norm(weights))


def hash_bucket(text: str) -> int:
    """Return the bucket of a piece of text."""
    return crc32(text.encode("utf-8", "surrogatepass")) % BUCKETS


def hash_parts(word: str) -> tuple[int, ...]:
    """Return the buckets of a word (digits count by their number only) and of its parts of 3 to 5 letters."""
    if any(character.isdigit() for character in word):
        return (hash_bucket(f"#{min(len(word), 9)}"),)
    word = word[:LONGEST_WORD]
    padded = f"<{word}>"
    parts = {padded[start : start + size] for size in (3, 4, 5) for start in range(len(padded) - size + 1)}
    return (hash_bucket(f"word:{word}"), hash_bucket(f"word:{word}"), *(hash_bucket(part) for part in sorted(parts)))


def describe_facts(message: Message, text: str) -> NDArray[np.float32]:
    """Return yes-or-no facts that words alone do not show, such as a machine's sender address."""
    words = len(text.split())
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    email = message.sender_email.lower()
    facts = (
        message.automatic,
        bool(MACHINE_SENDER.search(email)),
        bool(FREE_MAIL.search(email)),
        bool(ODD_DOMAIN.search(email)),
        bool(LINK.search(text)),
        bool(GREETING_BY_PLACEHOLDER.search(text)),
        bool(MONEY.search(text)),
        "?" in text,
        words < 12,
        words > 90,
        bool(FORWARDED.match(message.subject)),
        bool(REPLY_TO_US.match(message.subject)),
        letters > 20 and capitals > 0.4 * letters,
        message.channel == "form",
    )
    return np.asarray(facts, np.float32)
