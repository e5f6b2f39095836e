"""Keyed hashes of people's addresses: they can be recognised when they come again, and read by nobody."""

import hashlib
import hmac
from uuid import UUID

from metacortex.platform.security.secret_key import derive_key

SEAL_BYTES = 16


def pseudonym(org_id: UUID, kind: str, address: str) -> str:
    """Return the HMAC-SHA-256 (RFC 2104) of a normalised address as 64 hex digits; organizations share none."""
    return _mac("privacy/pseudonym", f"{org_id}:{kind}:{address}".encode()).hex()


def seal(content: bytes) -> bytes:
    """Return 16 bytes that only holders of the secret can make for this content."""
    return _mac("privacy/seal", content)[:SEAL_BYTES]


def is_sealed(content: bytes, given: bytes) -> bool:
    """Tell whether `given` is the seal of the content, in a time that tells nothing."""
    return hmac.compare_digest(seal(content), given)


def _mac(purpose: str, content: bytes) -> bytes:
    return hmac.new(derive_key(purpose), content, hashlib.sha256).digest()
