"""Small values of identity."""

import hashlib
import re
import secrets
import unicodedata

# One "@", no blanks, quotes or brackets, and a domain that is dotted or this machine. Whether mail arrives there
# only a mail can tell.
_EMAIL = re.compile(r"[^@\s<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@(localhost|[\w-]+(\.[\w-]+)+)")
LONGEST_EMAIL = 254


def normalise_email(address: str) -> str | None:
    """Return the address in the one spelling it is stored under, or None if it is not an e-mail address."""
    address = unicodedata.normalize("NFKC", address).strip().lower()
    if len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        return None
    return address


def new_token() -> str:
    """Return 256 random bits that fit in a URL or a cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return what is stored of a token; its 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
