"""The chain's arithmetic: HMAC-SHA-256 over an entry and the hash before it."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from metacortex.platform.security.secret_key import derive_key

FIRST_HASH = "0" * 64
SEALED = (
    "org_id",
    "id",
    "sequence",
    "occurred_at",
    "action",
    "subject",
    "actor_kind",
    "actor_id",
    "address",
    "user_agent",
    "request_id",
    "before",
    "after",
    "previous_hash",
)


def hash_entry(entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry, given its columns; nobody without the secret can make one."""
    return _sign(b"entry", {name: _plain(entry[name]) for name in SEALED})


def seal_head(org_id: UUID, sequence: int, last_hash: str) -> str:
    """Return the seal that says where the chain ends."""
    return _sign(b"head", {"org_id": str(org_id), "sequence": sequence, "hash": last_hash})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value


def _sign(kind: bytes, content: dict[str, Any]) -> str:
    written = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hmac.new(derive_key("audit"), kind + b"\n" + written, hashlib.sha256).hexdigest()
