"""WordPiece as BERT's uncased models use it: clean, lower-case, split at punctuation, longest known piece first."""

import re
import unicodedata
from dataclasses import dataclass, field

LONGEST_WORD = 100
CACHED_WORDS = 50_000
PIECES_OF_TEXT = re.compile(r"[^\W_]+|[^\s]", re.UNICODE)


@dataclass(slots=True)
class Vocabulary:
    """Ids of the known pieces, with the words met lately remembered already split."""

    ids: dict[str, int]
    unknown: int
    words: dict[str, tuple[int, ...]] = field(default_factory=dict)


def normalize_text(text: str) -> str:
    """Return `text` in lower case without accents or control characters."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(
        " " if character in "\t\n\r" else character
        for character in decomposed
        if unicodedata.category(character) not in ("Mn", "Cc", "Cf") or character in "\t\n\r"
    )


def is_ideograph(character: str) -> bool:
    """Say whether BERT treats the character as a word of its own."""
    point = ord(character)
    return 0x4E00 <= point <= 0x9FFF or 0x3400 <= point <= 0x4DBF or 0xF900 <= point <= 0xFAFF


def split_words(text: str) -> list[str]:
    """Split normalized text into words and single punctuation marks."""
    words = PIECES_OF_TEXT.findall(normalize_text(text))
    if text.isascii():
        return words
    return [part for word in words for part in (list(word) if any(map(is_ideograph, word)) else [word])]


def split_word(word: str, vocabulary: Vocabulary) -> tuple[int, ...]:
    """Split one word into the ids of the longest known pieces, or the unknown id when it cannot be covered."""
    if len(word) > LONGEST_WORD:
        return (vocabulary.unknown,)
    ids, start, pieces = vocabulary.ids, 0, []
    while start < len(word):
        prefix = "##" if start else ""
        for end in range(len(word), start, -1):
            piece = ids.get(prefix + word[start:end])
            if piece is not None:
                pieces.append(piece)
                start = end
                break
        else:
            return (vocabulary.unknown,)
    return tuple(pieces)


def split_wordpieces(text: str, vocabulary: Vocabulary, limit: int = 512) -> list[int]:
    """Return at most `limit` piece ids of `text`."""
    pieces: list[int] = []
    known = vocabulary.words
    for word in split_words(text):
        split = known.get(word)
        if split is None:
            split = split_word(word, vocabulary)
            if len(known) >= CACHED_WORDS:
                known.clear()
            known[word] = split
        pieces.extend(split)
        if len(pieces) >= limit:
            return pieces[:limit]
    return pieces
