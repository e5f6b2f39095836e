"""The one request that must be fast goes straight to its function, past the framework's routing."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from metacortex.contexts.calls.router.alone.calls import create_call
from metacortex.platform.errors import Problem

_PATH = "/api/v1/calls"
_KNOWN = (Problem, RequestValidationError, HTTPException)


class Express:
    """Answers `POST /api/v1/calls`, which FastAPI documents and would answer by the same function, and its refusals.

    Added as the innermost middleware. Routing, the solving of dependencies and its stacks of contexts take a third of
    the time that a call costs this process.
    """

    def __init__(self, app: ASGIApp, *, owner: FastAPI) -> None:
        self.app = app
        self._owner = owner
        self._route = APIRoute(_PATH, create_call, methods=["POST"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["path"] != _PATH or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        scope["app"], scope["route"] = self._owner, self._route
        request = Request(scope, receive, send)
        try:
            response = await create_call(request)
        except _KNOWN as error:
            response = await self._refuse(request, error)
        await response(scope, receive, send)

    async def _refuse(self, request: Request, error: Exception) -> ASGIApp:
        """Answer as the application answers this kind of exception."""
        handlers = self._owner.exception_handlers
        kind = next(one for one in type(error).__mro__ if one in handlers)
        answer: ASGIApp = await handlers[kind](request, error)  # type: ignore[misc]
        return answer
