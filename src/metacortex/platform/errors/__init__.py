"""The kinds of refusal a use case may raise; one place turns them into RFC 9457 problem documents."""

from typing import Any, ClassVar


class Problem(Exception):
    """A fact that stops a request, told in words for the person who caused it."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side. Nothing of yours was lost; try again in a moment."

    def __init__(
        self,
        detail: str = "",
        *,
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = errors or []
        self.headers = headers or {}
        self.extra = extra


class Invalid(Problem):
    status, code, title = 422, "invalid_request", "Some of what was sent cannot be used."


class Malformed(Problem):
    status, code = 400, "malformed_request"
    title = "The request could not be read. Send valid JSON in UTF-8, nested less deeply."


class MethodNotAllowed(Problem):
    status, code, title = 405, "method_not_allowed", "This address does not answer that kind of request."


class Unauthenticated(Problem):
    status, code, title = 401, "unauthenticated", "Sign in to go on."


class Refused(Problem):
    status, code, title = 403, "not_allowed", "Your role does not allow this. Ask an owner or admin of your team."


class NotFound(Problem):
    status, code, title = 404, "not_found", "There is nothing here."


class Conflict(Problem):
    status, code, title = 409, "conflict", "This does not fit what is already there."


class PreconditionFailed(Problem):
    status, code, title = 412, "stale_version", "Somebody changed this since you loaded it."


class PreconditionRequired(Problem):
    status, code, title = 428, "version_required", "Send the version you are changing in an If-Match header."


class TooLarge(Problem):
    status, code, title = 413, "too_large", "This is larger than what is accepted."


class TooMany(Problem):
    status, code, title = 429, "too_many_requests", "Too many requests; wait a little and try again."


class Unavailable(Problem):
    status, code, title = 503, "unavailable", "A part of the product is not reachable right now; try again in a moment."
