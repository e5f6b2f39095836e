"""Which source a mail address names."""

import re
import secrets

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_KEY = re.compile(r"^[a-z0-9]{6,40}$")


def make_key() -> str:
    """Return a fresh address key: 14 characters, 69 random bits, none that is misread on paper."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(14))


def looks_like_key(text: str) -> bool:
    """Tell whether `text` can be a source key at all."""
    return _KEY.match(text) is not None


def read_address(address: str, domain: str) -> tuple[str, str] | None:
    """Split `key+tag@domain` into (key, tag); None when it is not an address of `domain`.

    Mail systems treat our local parts without case; the tag keeps its case (RFC 5233 sub-addressing).
    """
    local, at, host = address.strip().strip("<>").rpartition("@")
    if not at or host.rstrip(".").lower() != domain.rstrip(".").lower():
        return None
    key, _, tag = local.strip('"').partition("+")
    key = key.lower()
    if not looks_like_key(key):
        return None
    return key, tag[:120]


def write_address(key: str, domain: str) -> str:
    """Return the address that takes mail for the source `key`."""
    return f"{key}@{domain}"
