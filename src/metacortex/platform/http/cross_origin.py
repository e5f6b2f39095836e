"""Which other sites' pages may call the API: those named in the settings, and in development this machine's own."""

import re
from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from metacortex.platform.http.settings import http_settings
from metacortex.platform.settings import settings

_LOCAL_ORIGIN = r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_TAKEN = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-Request-ID", "traceparent")
_SHOWN = ("ETag", "Idempotency-Replayed", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID")


class CrossOrigin:
    """Answers preflights and marks answers (https://fetch.spec.whatwg.org/#http-cors-protocol).

    Cookies go only to named sites. A site that is neither gets an answer without any permission, which its browser
    keeps from the page. `open_paths` answer for themselves.
    """

    def __init__(self, app: ASGIApp, *, open_paths: Sequence[str] = ()) -> None:
        named = http_settings().cors_origins
        self.app, self._open_paths, self._named = app, tuple(open_paths), frozenset(named)
        self._local = re.compile(_LOCAL_ORIGIN) if settings().environment == "development" else None
        self._to_named = CORSMiddleware(
            app,
            allow_origins=named,
            allow_methods=_METHODS,
            allow_headers=_TAKEN,
            expose_headers=_SHOWN,
            allow_credentials=True,
        )
        self._to_local = CORSMiddleware(
            app,
            allow_origin_regex=_LOCAL_ORIGIN,
            allow_methods=_METHODS,
            allow_headers=_TAKEN,
            expose_headers=_SHOWN,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        await self._choose(scope)(scope, receive, send)

    def _choose(self, scope: Scope) -> ASGIApp:
        if scope["type"] != "http" or scope["path"].startswith(self._open_paths):
            return self.app
        origin = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), "")
        if origin in self._named:
            return self._to_named
        if self._local is not None and self._local.fullmatch(origin):
            return self._to_local
        return self.app
