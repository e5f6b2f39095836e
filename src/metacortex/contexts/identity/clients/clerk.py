"""Clerk: its session tokens and its webhooks.

Sources: Clerk's pages "Session tokens" (claims of versions 1 and 2), "Manual JWT verification" and "Webhooks overview";
Svix's page "Verifying webhooks manually". The signature takes fewer lines here than either library has dependencies.
"""

import base64
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import orjson

from metacortex.contexts.identity.clients.issuers import IssuerKeys, TokenNotValid, read_signed
from metacortex.contexts.identity.types import normalise_email

WEBHOOK_TOLERANCE_SECONDS = 300
LONGEST_ID = 200
_REQUIRED = ("iss", "sub", "sid", "azp", "exp", "iat", "nbf")
_KINDS: dict[str, Literal["user", "organization", "membership"]] = {
    "user": "user",
    "organization": "organization",
    "organizationMembership": "membership",
}


class WebhookNotValid(Exception):
    """A webhook is not from Clerk, not recent or not readable; the message is for the log."""


@dataclass(frozen=True, slots=True)
class ClerkSession:
    """Who is signed in at Clerk, and in which of Clerk's organizations."""

    clerk_user_id: str
    clerk_organization_id: str | None


@dataclass(frozen=True, slots=True)
class ClerkEvent:
    """One of Clerk's objects as it was at `version` (milliseconds); `email` is the primary one if verified."""

    id: str
    kind: Literal["user", "organization", "membership"]
    version: int
    deleted: bool
    name: str = ""
    email: str | None = None
    role: str | None = None
    clerk_user_id: str | None = None
    clerk_organization_id: str | None = None


async def read_session_token(token: str, *, issuer: str, jwks_url: str, parties: Collection[str]) -> ClerkSession:
    """Return whom a session token speaks for; raise TokenNotValid unless Clerk made it, just now, for one of `parties`.

    Clerk's own libraries let tokens without `azp` pass; here it must be there, as it is what ties a token to our pages.
    """
    claims = await read_signed(
        token, _keys(jwks_url), issuer=issuer, audience=None, algorithms=("RS256",), required=_REQUIRED
    )
    if claims["azp"] not in parties:
        raise TokenNotValid(f"made for {claims['azp']!r}")
    if claims.get("sts", "active") != "active":
        raise TokenNotValid(f"session is {claims['sts']!r}")
    organization = claims.get("o")
    chosen = organization.get("id") if isinstance(organization, dict) else claims.get("org_id")
    return ClerkSession(claims["sub"], chosen if isinstance(chosen, str) else None)


@lru_cache(maxsize=8)
def _keys(url: str) -> IssuerKeys:
    return IssuerKeys(url)


def check_signature(
    body: bytes, *, message_id: str, timestamp: str, signatures: str, secrets: Iterable[bytes], now: float
) -> None:
    """Raise WebhookNotValid unless one of the secrets signed this very message within the last five minutes.

    Signed is `id.timestamp.body` by HMAC-SHA-256; the header lists `v1,<base64>` for every secret in use.
    """
    if not message_id or len(message_id) > LONGEST_ID or not timestamp.isascii() or not timestamp.isdigit():
        raise WebhookNotValid("no id or time")
    if len(timestamp) > 12 or abs(now - int(timestamp)) > WEBHOOK_TOLERANCE_SECONDS:
        raise WebhookNotValid("too old or of the future")
    signed = f"{message_id}.{timestamp}.".encode() + body
    given = [one.partition(",")[2].encode() for one in signatures.split() if one.startswith("v1,")]
    expected = [base64.b64encode(hmac.digest(secret, signed, "sha256")) for secret in secrets]
    # Every pair is compared, so that the time taken says nothing.
    if not sum(hmac.compare_digest(one, other) for one in given for other in expected):
        raise WebhookNotValid("not signed by our secret")


def read_event(body: bytes) -> ClerkEvent | None:
    """Return what a webhook tells of an object, or None if it is of a kind that we do not keep."""
    try:
        sent = orjson.loads(body)
        kind, _, fact = sent["type"].partition(".")
        if kind not in _KINDS or fact not in {"created", "updated", "deleted"}:
            return None
        data = sent["data"]
        deleted = fact == "deleted"
        version = _read_version(data.get("updated_at"), sent.get("timestamp"))
        return _READERS[kind](_read_id(data["id"]), version, deleted, data)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WebhookNotValid(f"not readable: {error!r}") from error


def _read_user(clerk_id: str, version: int, deleted: bool, data: dict[str, Any]) -> ClerkEvent:  # noqa: FBT001
    if deleted:
        return ClerkEvent(clerk_id, "user", version, deleted=True)
    name = " ".join(filter(None, (data.get("first_name"), data.get("last_name"))))
    return ClerkEvent(clerk_id, "user", version, deleted=False, name=name, email=_read_email(data))


def _read_organization(clerk_id: str, version: int, deleted: bool, data: dict[str, Any]) -> ClerkEvent:  # noqa: FBT001
    return ClerkEvent(
        clerk_id, "organization", version, deleted=deleted, name="" if deleted else _require_text(data["name"])
    )


def _read_membership(clerk_id: str, version: int, deleted: bool, data: dict[str, Any]) -> ClerkEvent:  # noqa: FBT001
    if deleted and ("organization" not in data or "public_user_data" not in data):
        return ClerkEvent(clerk_id, "membership", version, deleted=True)
    return ClerkEvent(
        clerk_id,
        "membership",
        version,
        deleted=deleted,
        role=_require_text(data["role"]),
        clerk_user_id=_read_id(data["public_user_data"]["user_id"]),
        clerk_organization_id=_read_id(data["organization"]["id"]),
    )


_READERS = {"user": _read_user, "organization": _read_organization, "organizationMembership": _read_membership}


def _read_email(data: dict[str, Any]) -> str | None:
    for one in data.get("email_addresses") or []:
        if one["id"] == data.get("primary_email_address_id"):
            sent = _require_text(one["email_address"]).strip()
            verified = (one.get("verification") or {}).get("status") == "verified"
            email = normalise_email(sent)
            return email if verified and email == sent.lower() else None
    return None


def _read_version(*candidates: object) -> int:
    for one in candidates:
        if isinstance(one, int) and 0 < one < 2**53:
            return one
    message = "neither updated_at nor timestamp"
    raise ValueError(message)


def _read_id(clerk_id: object) -> str:
    if not isinstance(clerk_id, str) or not clerk_id or len(clerk_id) > LONGEST_ID or "\x00" in clerk_id:
        message = "no id"
        raise ValueError(message)
    return clerk_id


def _require_text(text: object) -> str:
    if not isinstance(text, str):
        message = "no text"
        raise TypeError(message)
    return text
