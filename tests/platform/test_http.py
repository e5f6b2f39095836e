"""Every answer has one shape, every refusal is a problem document, and nothing odd in a request breaks the server."""

import re
from typing import Any

import httpx
import pytest

from metacortex.platform.telemetry.logs import mask_secrets
from tests.conftest import Owner

LISTS = ("members", "invitations", "pipeline", "leads", "sources", "imports", "inbound", "dead-letters")
SINGLE = ("me", "ideal-customer")


def assert_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Check that an answer is a problem document of this status; return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert set(document) >= {"type", "title", "status", "detail", "code", "errors", "request_id"}
    assert document["status"] == status
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


@pytest.fixture(scope="module")
def owner(lasting_owner: Owner) -> Owner:
    """One for all: what these tests send is refused or only looks."""
    return lasting_owner


async def test_a_huge_body_is_refused(owner: Owner) -> None:
    answer = await owner.client.post("/api/v1/leads", json={"name": "x" * (1024 * 1024 + 1)})
    assert assert_problem(answer, 413)["code"] == "too_large"


async def test_a_huge_body_without_a_length_is_refused(owner: Owner) -> None:
    async def pieces() -> Any:
        for _ in range(40):
            yield b"x" * 65536

    answer = await owner.client.post("/api/v1/leads", content=pieces(), headers={"content-type": "application/json"})
    assert_problem(answer, 413)


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        (b"[" * 100_000, {400, 422}),
        (b'{"name":' * 50_000 + b"1" + b"}" * 50_000, {400, 422}),
        (b'{"name": "\xff\xfe"}', {400, 422}),
        (b"\xff\xfe\x00", {400, 422}),
        (b'{"name": "a\\u0000b"}', {422}),
        (b'{"name": "\\ud800"}', {400, 422}),
        (b"", {422}),
    ],
    ids=["nested", "nested objects", "bad text", "no text", "nul", "half a character", "empty"],
)
async def test_an_unreadable_body_is_refused(owner: Owner, body: bytes, accepted: set[int]) -> None:
    answer = await owner.client.post("/api/v1/leads", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in accepted, answer.text
    assert_problem(answer, answer.status_code)


async def test_an_unknown_address_is_a_problem(client: httpx.AsyncClient) -> None:
    assert assert_problem(await client.get("/api/v1/nothing"), 404)["code"] == "not_found"


async def test_a_wrong_method_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/api/v1/me")
    assert assert_problem(answer, 405)["code"] == "method_not_allowed"
    assert "GET" in answer.headers["allow"]


async def test_the_request_id_comes_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/me", headers={"X-Request-ID": "order-2026.11_x"})
    assert assert_problem(answer, 401)["request_id"] == "order-2026.11_x"


@pytest.mark.parametrize("sent", ["short", "with space here", "x" * 65, 'a"quote-inside'])
async def test_an_odd_request_id_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get("/health/live", headers={"X-Request-ID": sent})
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])


async def test_the_trace_is_continued(client: httpx.AsyncClient) -> None:
    trace_id, caller = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    answer = await client.get("/health/live", headers={"traceparent": f"00-{trace_id}-{caller}-01"})
    _, continued, span, _ = answer.headers["traceparent"].split("-")
    assert continued == trace_id
    assert span != caller


async def test_security_headers_are_on_every_answer(client: httpx.AsyncClient) -> None:
    for path in ("/health/live", "/api/v1/nothing", "/api/v1/me"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "referrer-policy" in headers
        assert "permissions-policy" in headers


@pytest.mark.parametrize("path", [*LISTS, *SINGLE])
async def test_every_success_has_one_shape(owner: Owner, path: str) -> None:
    answer = await owner.client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert set(document) == {"data", "meta", "errors"}
    assert document["errors"] == []
    assert isinstance(document["data"], list if path in LISTS else dict)


@pytest.mark.parametrize("name", ["password", "access_token", "Authorization", "Cookie", "api_key", "database_url"])
def test_logs_hide_secrets_by_name(name: str) -> None:
    assert mask_secrets(None, "info", {name: "hush", "event": "kept"}) == {name: "***", "event": "kept"}


@pytest.mark.parametrize(
    "text",
    [
        "connect to postgresql://metacortex:hush@127.0.0.1/metacortex failed",
        "sent Authorization: Bearer hush",
        "token eyJhush.hush.hush was refused",
    ],
)
def test_logs_hide_secrets_by_shape(text: str) -> None:
    masked = mask_secrets(None, "info", {"event": text})["event"]
    assert "hush" not in masked
    assert "***" in masked
