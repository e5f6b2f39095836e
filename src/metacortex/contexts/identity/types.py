"""Small values of identity."""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# One "@", no blanks, quotes, brackets or control characters, and a domain that is dotted or this machine.
# Whether mail arrives there only a mail can tell.
_PLAIN = r"[^@\s<>()\[\]\\,;:\"\x00-\x1f\x7f{}]"
_LOCAL, _LABEL = _PLAIN.format(""), _PLAIN.format("./")
_EMAIL = re.compile(rf"{_LOCAL}{{1,64}}@(localhost|{_LABEL}+(\.{_LABEL}+)+)")
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


def plain_code(code: str) -> str:
    """Return a typed code without what people add to read it: blanks, dashes, capitals."""
    return re.sub(r"[\s-]", "", code).lower()


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """Which acts to look for; None asks for all. An action that ends in a dot asks for all that begin so."""

    action: str | None = None
    actor_id: UUID | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProvenIdentity:
    """Who an outside issuer says somebody is, after everything that says so was verified.

    `email_verified`: the issuer has seen that mail to the address reaches the person. `email_trusted`: the issuer is
    also the one that decides about addresses of this domain.
    """

    issuer: str
    subject: str
    email: str | None
    name: str
    email_verified: bool
    email_trusted: bool
