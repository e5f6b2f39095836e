"""Rate limits of HTTP: by address for the whole API, by organization and key after sign-in, by route where it says so.

Answers carry the tightest limit in the fields of draft-ietf-httpapi-ratelimit-headers-10; a refusal is a 429 problem
document with Retry-After.
"""

import hashlib
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from metacortex.platform.errors import TooMany
from metacortex.platform.http.addresses import client_address, network_of
from metacortex.platform.http.problems import answer_problem
from metacortex.platform.limits import Limit, Verdict, limit_settings, take, tighter

By = Callable[[Request], str | Awaitable[str]]

PLAN_LIMITS: dict[str, tuple[Limit, Limit]] = {
    # plan: (all of an organization together, each of its keys and members)
    "self_hosted": (Limit("organization", "bucket", 60_000, 60), Limit("key", "bucket", 30_000, 60)),
    "free": (Limit("organization", "bucket", 600, 60), Limit("key", "bucket", 300, 60)),
    "team": (Limit("organization", "bucket", 3_000, 60), Limit("key", "bucket", 1_200, 60)),
    "business": (Limit("organization", "bucket", 12_000, 60), Limit("key", "bucket", 6_000, 60)),
}
"""Requests per minute by plan; a plan that is not named here has the limits of `free`."""

_TRY_AGAIN_LATER = 1013


@lru_cache(maxsize=4)
def _address_limit(amount: int) -> Limit:
    return Limit("address", "sliding", amount, 60)


class AddressLimit:
    """Bounds what one network address may ask of the API, before anything is read; writes the RateLimit fields."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] not in {"http", "websocket"} or limit_settings().limits == "off":
            await self.app(scope, receive, send)
            return

        async def send_counted(message: Message) -> None:
            verdict: Verdict | None = scope["state"].get("rate_limit")
            if verdict is not None and message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_fields(verdict)]
            await send(message)

        scope.setdefault("state", {})
        if scope["path"].startswith("/api/"):
            verdict = await take([(_address_limit(limit_settings().address_limit), network_of(client_address(scope)))])
            if not verdict.allowed:
                await _turn_away(scope, receive, send, verdict)
                return
            scope["state"]["rate_limit"] = verdict
        await self.app(scope, receive, send_counted)


async def limit_principal(request: Request, *, org_id: UUID, key: str, plan: str) -> None:
    """Count an authenticated request against its organization's plan and its key (an API key's or a member's id).

    Raises TooMany.
    """
    organization, each = PLAN_LIMITS.get(plan, PLAN_LIMITS["free"])
    verdict = await take([(organization, str(org_id)), (each, f"{org_id}:{key}")])
    hold_to(request, verdict)


def by_address(request: Request) -> str:
    """Count by the network address of the client."""
    return network_of(client_address(request.scope))


def by_field(field: str) -> By:
    """Return a way to count by one field of the path or of the JSON body, whatever its case."""

    async def digest_field(request: Request) -> str:
        value = request.path_params.get(field) or await _read_field(request, field)
        return hashlib.sha256(str(value).strip().casefold().encode("utf-8", "surrogatepass")).hexdigest()[:32]

    return digest_field


def limit_route(*limits: Limit | Callable[[], Limit], by: By = by_address) -> Callable[[Request], Awaitable[None]]:
    """Return a dependency that counts a route's requests; limits given as functions are asked at each request."""

    async def count_request(request: Request) -> None:
        found = by(request)
        key = found if isinstance(found, str) else await found
        verdict = await take([(one if isinstance(one, Limit) else one(), key) for one in limits])
        hold_to(request, verdict)

    return count_request


def hold_to(request: Request, verdict: Verdict, refusal: type[TooMany] = TooMany) -> None:
    """Let the answer's RateLimit fields tell of this limit, if it is the tightest so far; raise what it refuses."""
    before: Verdict | None = getattr(request.state, "rate_limit", None)
    request.state.rate_limit = verdict if before is None else tighter([verdict, before])
    if not verdict.allowed:
        raise _refuse(verdict, refusal)


def _refuse(verdict: Verdict, kind: type[TooMany] = TooMany) -> TooMany:
    """Say when to come back (RFC 9110, section 10.2.3); a refusal of its own kind has its own words."""
    headers = {"Retry-After": str(max(1, verdict.retry_after_seconds))}
    return kind(_wait_words(verdict) if kind is TooMany else "", headers=headers)


def _wait_words(verdict: Verdict) -> str:
    seconds = verdict.retry_after_seconds
    wait = f"{seconds} second{'s' if seconds > 1 else ''}" if seconds < 120 else f"{-(-seconds // 60)} minutes"
    return f"Too many requests; wait {wait}, then try again."


def _fields(verdict: Verdict) -> list[tuple[bytes, bytes]]:
    limit = verdict.limit
    return [
        (b"ratelimit-policy", f'"{limit.name}";q={limit.amount};w={limit.per_seconds}'.encode()),
        (b"ratelimit", f'"{limit.name}";r={verdict.remaining};t={verdict.reset_seconds}'.encode()),
    ]


async def _turn_away(scope: Scope, receive: Receive, send: Send, verdict: Verdict) -> None:
    if scope["type"] == "websocket":
        # Before it was accepted, a server answers this close by a plain HTTP refusal.
        await receive()
        await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER, "reason": _wait_words(verdict)})
        return
    response = answer_problem(Request(scope), _refuse(verdict))
    response.raw_headers.extend(_fields(verdict))
    await response(scope, receive, send)


async def _read_field(request: Request, field: str) -> Any:
    try:
        body = await request.json()
    except ValueError:
        return ""
    return body.get(field, "") if isinstance(body, dict) else ""
