"""Whether a page of our own, or of a site we named, sends a request: asked where a cookie alone lets in."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Depends, Request

from metacortex.platform.errors import Refused
from metacortex.platform.http.settings import http_settings


class ForeignOrigin(Refused):
    """A page of another site tried to use this browser's session."""

    code = "foreign_origin"
    title = "This came from another site. Open MetaCortex itself, then try again."


def is_own_origin(headers: Mapping[str, str], base_url: str) -> bool:
    """Tell whether a request comes from a page of ours, or from a program, which sends neither header.

    Source: https://www.w3.org/TR/fetch-metadata/, and the Origin header of RFC 6454.
    """
    origin = headers.get("origin")
    if origin is not None:
        ours = (_origin_of(base_url), *http_settings().cors_origins)
        return origin in ours or (origin != "null" and urlsplit(origin).netloc == headers.get("host"))
    return headers.get("sec-fetch-site", "none") in {"same-origin", "none"}


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def refuse_foreign_origin(request: Request) -> None:
    """Raise ForeignOrigin for a request that a page of another origin sends (cross-site request forgery)."""
    if not is_own_origin(request.headers, request.app.state.base_url):
        raise ForeignOrigin


OwnOrigin = Depends(refuse_foreign_origin)
