"""From bytes of a claimed charset to text that any store and any page can take."""

import codecs
import re
from functools import lru_cache

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff]"
)
_NEWLINES = re.compile("\r\n?|[\u2028\u2029\x85]")
_NOT_FOR_MAIL = {"unicode-escape", "raw-unicode-escape", "undefined", "idna", "punycode", "mbcs", "oem"}
# Senders that claim these mean windows-1252 (WHATWG encoding standard), and often send UTF-8.
_WEAK_CLAIMS = {"ascii", "iso8859-1", "cp1252"}
_CYRILLIC_SHARE = 0.4


@lru_cache(maxsize=256)
def find_codec(charset: str) -> str | None:
    """Return Python's name of a charset that mail may use, or None."""
    name = charset.strip().strip("\"'").lower().removeprefix("x-").replace("_", "-")
    name = {"windows-874": "cp874", "ks-c-5601-1987": "cp949", "unicode-1-1-utf-7": "utf-7", "gb2312": "gb18030"}.get(
        name, name
    )
    if not name or len(name) > 40 or name in _NOT_FOR_MAIL:
        return None
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    is_text = getattr(found, "_is_text_encoding", True)
    return found.name if is_text and found.name not in _NOT_FOR_MAIL else None


def decode_text(content: bytes, charset: str | None) -> tuple[str, bool]:
    """Decode by the claimed charset, else UTF-8, else a guess; the flag tells whether the claim failed."""
    if content.isascii() and (
        charset is None or not charset.lower().startswith(("utf-7", "utf-16", "utf-32", "iso-2022", "hz"))
    ):
        return content.decode("ascii"), False
    codec = find_codec(charset) if charset else None
    claimed = codec is not None and codec not in _WEAK_CLAIMS
    for name in (codec, "utf-8") if claimed else ("utf-8",):
        try:
            return content.decode(str(name)), name != codec and claimed
        except (UnicodeError, ValueError):
            continue
    if claimed and codec is not None:
        lenient = content.decode(codec, "replace")
        if lenient.count("\ufffd") * 20 <= len(lenient):
            return lenient, True
    return _guess(content), claimed or (charset is not None and codec is None)


def _guess(content: bytes) -> str:
    """Decode bytes that are not UTF-8: windows-1252,"
    " or the likelier Cyrillic charset where most letters are high."""
    sample = content[:4000]
    letters = sum(byte >= 0xC0 or 65 <= byte <= 90 or 97 <= byte <= 122 for byte in sample)
    high = sum(byte >= 0xC0 for byte in sample)
    if letters and high / letters > _CYRILLIC_SHARE:
        # Lower-case letters, which prevail in prose, lie at E0-FF in windows-1251 and at C0-DF in KOI8-R.
        upper_half = sum(byte >= 0xE0 for byte in sample)
        return content.decode("cp1251" if upper_half * 2 >= high else "koi8-r", "replace")
    return content.decode("cp1252", "replace").replace("\ufffd", "")


def clean_text(text: str) -> str:
    """Drop NULs, control and invisible characters and lone surrogates; unify line ends and spaces."""
    return _UNWANTED.sub("", _NEWLINES.sub("\n", text)).replace("\u00a0", " ").replace("\u202f", " ")


def clean_line(text: str, limit: int = 500) -> str:
    """Clean a text that must stand on one line."""
    return " ".join(clean_text(text[: limit * 4]).split())[:limit]
