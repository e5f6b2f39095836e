"""Who a request acts for, as dependencies of routes."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from metacortex.platform.errors import Refused, Unauthenticated
from metacortex.platform.security.permissions import PERMISSIONS, Permission, Principal, is_allowed
from metacortex.platform.security.tokens import read_access_token

_bearer = HTTPBearer(auto_error=False, scheme_name="access_token", description="The `access_token` of a sign-in.")
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


async def current_principal(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    """Return the member whose access token the request carries."""
    if credentials is None:
        raise Unauthenticated(headers=_CHALLENGE)
    try:
        principal = read_access_token(credentials.credentials)
    except Unauthenticated as error:
        raise Unauthenticated(error.detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}) from error
    request.state.principal = principal
    return principal


CurrentMember = Annotated[Principal, Depends(current_principal)]


def require(permission: Permission) -> Callable[..., Awaitable[Principal]]:
    """Return a dependency that lets through only members whose role holds the permission."""
    if permission not in PERMISSIONS:
        message = f"{permission!r} is not a permission; add it to platform/security/permissions.py."
        raise ValueError(message)

    async def allowed_principal(principal: CurrentMember) -> Principal:
        if not is_allowed(principal.role, permission):
            raise Refused
        return principal

    return allowed_principal
