"""Who a request acts for, and what they may do, as dependencies of routes."""

import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from metacortex.platform.errors import Refused, Unauthenticated
from metacortex.platform.origin import current_origin
from metacortex.platform.security.permissions import PERMISSIONS, Permission, Principal, may
from metacortex.platform.security.revocations import refuse_revoked
from metacortex.platform.security.tokens import read_access_token
from metacortex.platform.telemetry import bind_ids

API_KEY_PREFIX = "mc_"
PROOF_SECONDS = 600
_bearer = HTTPBearer(
    auto_error=False, scheme_name="access_token", description="The `access_token` of a sign-in, or an API key."
)
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_demands: dict[Callable[..., Any], Permission] = {}


class SecondFactorMissing(Refused):
    """The organization demands a second factor, and the member has none."""

    code = "second_factor_missing"
    title = "Your organization asks for a second factor. Set one up under Security, then go on."


class ProofNeeded(Refused):
    """The last proof of who it is was too long ago for this act."""

    code = "proof_needed"
    title = "Show once more that it is you to do this."


class OutsideScope(Refused):
    """An API key asked for what its scopes leave out, or for what only a person may do."""

    code = "outside_scope"
    title = "This API key was not given the right to do this. Make one with the scope you need."


async def current_principal(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    """Return the member whose access token or API key the request carries."""
    if credentials is None:
        raise Unauthenticated(headers=_CHALLENGE)
    try:
        principal = await _identify(request, credentials.credentials)
    except Unauthenticated as error:
        raise Unauthenticated(error.detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}) from error
    key = principal.api_key_id or principal.member_id
    await request.app.state.limit_principal(request, org_id=principal.org_id, key=str(key), plan=principal.plan)
    request.state.principal = principal
    origin = current_origin()
    origin.actor_kind = "api_key" if principal.api_key_id else "member"
    origin.actor_id = principal.api_key_id or principal.member_id
    bind_ids(org_id=str(principal.org_id))
    return principal


async def _identify(request: Request, token: str) -> Principal:
    if token.startswith(API_KEY_PREFIX):
        found: Principal = await request.app.state.read_api_key(token)
        return found
    principal = read_access_token(token)
    await refuse_revoked(principal)
    return principal


Caller = Annotated[Principal, Depends(current_principal)]


async def _signed_in_person(principal: Caller) -> Principal:
    if principal.scopes is not None:
        raise OutsideScope
    return principal


CurrentMember = Annotated[Principal, Depends(_signed_in_person)]


def require(permission: Permission) -> Callable[..., Awaitable[Principal]]:
    """Return a dependency that lets through only callers who hold the permission."""
    if permission not in PERMISSIONS:
        message = f"{permission!r} is not a permission; add it to platform/security/permissions.py."
        raise ValueError(message)

    async def allowed_principal(principal: Caller) -> Principal:
        if may(principal, permission):
            return principal
        if principal.restricted:
            raise SecondFactorMissing
        raise OutsideScope if principal.scopes is not None else Refused

    _demands[allowed_principal] = permission
    return allowed_principal


def permission_of(dependency: Callable[..., Any]) -> Permission | None:
    """Return the permission that a dependency made by `require` demands, so that routes can be asked for theirs."""
    return _demands.get(dependency)


async def recent_proof(principal: CurrentMember) -> Principal:
    """Let through only a person who showed within ten minutes that it is them (step-up before a dangerous act)."""
    if time.time() - principal.proved_at > PROOF_SECONDS:
        raise ProofNeeded
    return principal


RecentProof = Depends(recent_proof)
