"""Access tokens: RS256 JSON Web Tokens (RFC 7519, RFC 9068) that say who acts, where, in which role."""

import secrets
import time
from functools import lru_cache
from uuid import UUID

import jwt

from metacortex.platform.errors import Unauthenticated
from metacortex.platform.security.keys import find_public_key, key_ring
from metacortex.platform.security.permissions import Principal, Role
from metacortex.platform.settings import settings

ACCESS_TOKEN_SECONDS = 3600
_AUDIENCE = "metacortex-api"
_TYPE = "at+jwt"
_CLOCK_SKEW_SECONDS = 5
_LONGEST_TOKEN = 4096
_CLAIMS = ("iss", "aud", "sub", "iat", "exp", "jti", "org", "member", "role", "sid", "auth_time")


def issue_access_token(principal: Principal) -> str:
    """Return a token valid for one hour for a member who is signed in."""
    now, ring = time.time(), key_ring()
    claims = {
        "iss": settings().base_url,
        "aud": _AUDIENCE,
        "sub": str(principal.user_id),
        "org": str(principal.org_id),
        "member": str(principal.member_id),
        "role": principal.role.value,
        "sid": str(principal.session_id),
        "plan": principal.plan,
        "auth_time": int(principal.proved_at),
        "jti": secrets.token_urlsafe(16),
        "iat": round(now, 3),
        "exp": int(now) + ACCESS_TOKEN_SECONDS,
    }
    if principal.restricted:
        claims["restricted"] = True
    return jwt.encode(claims, ring.signing_key, algorithm="RS256", headers={"kid": ring.signing_kid, "typ": _TYPE})


def read_access_token(token: str) -> Principal:
    """Return whom the token speaks for; anything but a valid token of ours raises Unauthenticated."""
    if len(token) > _LONGEST_TOKEN:
        raise Unauthenticated
    try:
        principal, expires_at = _verify(token)
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError) as error:
        raise Unauthenticated from error
    if time.time() >= expires_at + _CLOCK_SKEW_SECONDS:
        message = "You were signed in too long ago. Sign in again."
        raise Unauthenticated(message)
    return principal


# A browser sends one token with every request of an hour: its signature is checked once, its end every time.
@lru_cache(maxsize=4096)
def _verify(token: str) -> tuple[Principal, int]:
    header = jwt.get_unverified_header(token)
    # The header only chooses among our own keys; the algorithm is never taken from it.
    key = find_public_key(header.get("kid", ""))
    if key is None or header.get("typ") != _TYPE:
        raise Unauthenticated
    claims = jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        audience=_AUDIENCE,
        issuer=settings().base_url,
        leeway=_CLOCK_SKEW_SECONDS,
        options={"require": list(_CLAIMS), "verify_exp": False},
    )
    principal = Principal(
        org_id=UUID(claims["org"]),
        member_id=UUID(claims["member"]),
        user_id=UUID(claims["sub"]),
        role=Role(claims["role"]),
        session_id=UUID(claims["sid"]),
        issued_at=float(claims["iat"]),
        proved_at=float(claims["auth_time"]),
        plan=str(claims.get("plan", "self_hosted")),
        restricted=bool(claims.get("restricted", False)),
    )
    return principal, int(claims["exp"])
