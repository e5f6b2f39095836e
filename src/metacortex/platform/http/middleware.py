"""What happens around every request: ids, limits, security headers, metrics, the last word on failures. Plain ASGI."""

import re
import time

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from metacortex.platform.errors import Problem
from metacortex.platform.http.addresses import client_address
from metacortex.platform.http.json import dump_json
from metacortex.platform.http.problems import answer_problem, route_of
from metacortex.platform.ids import new_id
from metacortex.platform.origin import Origin, start_origin
from metacortex.platform.telemetry import bind_ids, log, metrics, start_trace

_REQUEST_ID = re.compile(rb"^[\w.-]{8,64}$")
MAX_BODY_BYTES = 1024 * 1024
MAX_UPLOAD_BYTES = 21 * 1024 * 1024
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self' ws: wss:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS: list[tuple[bytes, bytes]] = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(self)"),
]
# Said only where browsers reach the product by https (RFC 6797 section 7.2).
TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
# Of what the API answers, browsers and proxies keep nothing, unless a route says otherwise.
NOT_KEPT = (b"cache-control", b"no-store")


class BodyTooLarge(HTTPException):
    """More bytes arrived than the route accepts; FastAPI takes any other exception while reading for bad JSON."""

    def __init__(self) -> None:
        super().__init__(413)


class RequestFrame:
    """Gives each request its ids, bounds its body, times it and adds the security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        sent_id = headers.get(b"x-request-id", b"")
        request_id = sent_id.decode() if _REQUEST_ID.match(sent_id) else str(new_id())
        trace = start_trace(headers.get(b"traceparent", b"").decode("latin-1"))
        scope.setdefault("state", {})["request_id"] = request_id
        bind_ids(request_id=request_id, trace_id=trace.trace_id)
        start_origin(_read_origin(scope, headers, request_id))
        limit = MAX_UPLOAD_BYTES if scope["path"].startswith("/api/v1/imports") else MAX_BODY_BYTES
        started, status, began = time.perf_counter(), 500, False

        async def send_framed(message: Message) -> None:
            nonlocal status, began
            if message["type"] == "http.response.start":
                status, began = message["status"], True
                present = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode()),
                    (b"traceparent", trace.traceparent.encode()),
                    *(one for one in SECURITY_HEADERS if one[0] not in present),
                    *([NOT_KEPT] if scope["path"].startswith("/api/") and NOT_KEPT[0] not in present else []),
                    *([TRANSPORT_SECURITY] if scope["app"].state.base_url.startswith("https:") else []),
                ]
            await send(message)

        received = 0

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise BodyTooLarge
            return message

        try:
            if _is_longer(headers.get(b"content-length"), limit):
                raise BodyTooLarge
            await self.app(scope, receive_bounded, send_framed)
        except Exception as error:
            if began:
                raise
            if isinstance(error, BodyTooLarge):
                await _refuse_size(send_framed, request_id, limit)
            else:
                log.exception("http.failed", route=route_of(scope))
                await answer_problem(Request(scope), Problem())(scope, receive, send_framed)
        finally:
            _measure(scope, status, time.perf_counter() - started)


def _read_origin(scope: Scope, headers: dict[bytes, bytes], request_id: str) -> Origin:
    agent = headers.get(b"user-agent", b"").decode("latin-1")
    return Origin(client_address(scope), "".join(filter(str.isprintable, agent))[:300], request_id)


def _is_longer(declared: bytes | None, limit: int) -> bool:
    """Tell whether a Content-Length says too much, or nothing that can be read."""
    if not declared:
        return False
    return not declared.isdigit() or int(declared) > limit


def _measure(scope: Scope, status: int, seconds: float) -> None:
    path = route_of(scope)
    metrics.http_requests.labels(scope["method"], path, str(status)).inc()
    metrics.http_seconds.labels(path).observe(seconds)


async def _refuse_size(send: Send, request_id: str, limit: int) -> None:
    title = f"This is larger than the {limit // 1024} KiB accepted here."
    document = {
        "type": "/problems/too_large",
        "title": title,
        "status": 413,
        "detail": title,
        "code": "too_large",
        "errors": [],
        "request_id": request_id,
    }
    await send(
        {
            "type": "http.response.start",
            "status": 413,
            "headers": [(b"content-type", b"application/problem+json"), (b"connection", b"close")],
        }
    )
    await send({"type": "http.response.body", "body": dump_json(document)})
