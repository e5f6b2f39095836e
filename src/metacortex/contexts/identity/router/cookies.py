"""What a browser keeps for us: cookies that no script reads and that, over https, no other host can set.

The prefix `__Host-` demands Secure, no Domain and the path `/` (RFC 6265bis section 4.1.3.2).
"""

from typing import Annotated, Literal

from fastapi import Depends, Request, Response

from metacortex.contexts.identity.service import sessions
from metacortex.contexts.identity.types import hash_token
from metacortex.platform.settings import settings

REFRESH_COOKIE = "metacortex_refresh"
DEVICE_COOKIE = "metacortex_device"
FEDERATION_COOKIE = "metacortex_federation"
_LONGEST = 200


def name_cookie(name: str) -> str:
    """Return what the cookie is called where browsers reach the product."""
    return f"__Host-{name}" if _is_secure() else name


def set_cookie(
    response: Response, name: str, value: str, *, seconds: float, samesite: Literal["lax", "strict"] = "strict"
) -> None:
    """Have the browser keep a value for these seconds."""
    response.set_cookie(
        name_cookie(name),
        value,
        max_age=int(seconds),
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite=samesite,
    )


def delete_cookie(response: Response, name: str) -> None:
    """Have the browser forget a value."""
    response.delete_cookie(name_cookie(name), path="/", secure=_is_secure(), httponly=True, samesite="strict")


def read_cookie(request: Request, name: str) -> str | None:
    """Return what the browser brought, unless it is longer than anything we gave it."""
    value = request.cookies.get(name_cookie(name))
    return value if value and len(value) <= _LONGEST else None


def _is_secure() -> bool:
    return settings().base_url.startswith("https:")


async def _read_refresh_cookie(request: Request) -> str | None:
    return read_cookie(request, REFRESH_COOKIE)


async def _read_device_cookie(request: Request) -> str | None:
    return read_cookie(request, DEVICE_COOKIE)


RefreshCookie = Annotated[str | None, Depends(_read_refresh_cookie)]
DeviceCookie = Annotated[str | None, Depends(_read_device_cookie)]


async def _leave_earlier_session(refresh_token: RefreshCookie) -> None:
    sessions.leave_session(hash_token(refresh_token) if refresh_token else None)


LeavesEarlierSession = Depends(_leave_earlier_session)
"""For every route that may sign somebody in: the session that the browser brings ends with it."""
