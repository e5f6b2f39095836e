"""A message body prepared once for all rules: capped, folded to lower case letter by letter, and indexed by word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from metacortex.contexts.qualification.types import Evidence

BODY_LIMIT = 20_000
MASK = "\x00"
PREPARED_TEXTS = 64
WORD = re.compile(r"[\w\u0900-\u097f]+")


@dataclass(frozen=True, slots=True)
class Text:
    """`raw` and `low` have the same length, so every position found in `low` is a position of the message body."""

    raw: str
    low: str
    index: dict[str, list[int]]

    def has(self, words: Iterable[str]) -> bool:
        """Tell whether any of these words stands in the text."""
        return not self.index.keys().isdisjoint(words)

    def positions(self, words: frozenset[str] | dict[str, object]) -> list[int]:
        """Return where these words start, in reading order."""
        return sorted(at for word in self.index.keys() & words for at in self.index[word])

    def neighbourhoods(self, words: frozenset[str], reach: int) -> list[tuple[int, int]]:
        """Return the spans within `reach` letters of these words, those that touch joined, in reading order.

        They end between words, so that a pattern sees no word cut short.
        """
        spans: list[tuple[int, int]] = []
        for at in self.positions(words):
            start, end = max(0, at - reach), min(len(self.low), at + reach)
            while end < len(self.low) and not self.low[end].isspace():
                end += 1
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        return spans


@lru_cache(maxsize=PREPARED_TEXTS)
def prepare_text(body: str) -> Text:
    """Cap, fold and index a body; linear in its length. Remembered for a batch: several rules ask for the same body."""
    raw = body[:BODY_LIMIT]
    low = fold_case(raw)
    index: dict[str, list[int]] = {}
    for match in WORD.finditer(low):
        index.setdefault(match.group(), []).append(match.start())
    return Text(raw, low, index)


def fold_case(text: str) -> str:
    """Lower the case without changing the length (Python lowers the dotted capital I to two letters)."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def quote(body: str, start: int, end: int) -> Evidence:
    """Cite a span of the body without the white space around it."""
    while start < end and body[start].isspace():
        start += 1
    while end > start and body[end - 1].isspace():
        end -= 1
    return Evidence(body[start:end], start, end)


def mask_spans(body: str, spans: Iterable[tuple[int, int]]) -> str:
    """Blank out spans with a character that no rule reads across; positions stay the same."""
    for start, end in spans:
        body = body[:start] + MASK * (end - start) + body[end:]
    return body
