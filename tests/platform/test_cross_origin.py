"""Other sites' pages: who may call the API, by environment."""

from typing import Any

import httpx
import pytest

from metacortex.entrypoints.api import create_app
from metacortex.platform.http.settings import http_settings
from tests.platform.test_http_limits import Configure, assert_refused, configure, visit

__all__ = ["configure"]
NAMED = "https://app.example.com"
PREFLIGHT = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match"}


async def ask(app: Any, origin: str) -> tuple[httpx.Response, httpx.Response]:
    """Return the answers to a preflight and to a request of a page of `origin`."""
    async with visit(app, "198.51.100.20", Origin=origin) as client:
        return (
            await client.options("/api/v1/leads/0198c0de-0000-7000-8000-000000000000", headers=PREFLIGHT),
            await client.get("/api/v1/me"),
        )


@pytest.mark.parametrize(
    ("environment", "origins", "origin", "is_allowed", "with_cookies"),
    [
        ("production", "", NAMED, False, False),
        ("production", "", "http://localhost:5173", False, False),
        ("production", NAMED, NAMED, True, True),
        ("production", f"https://other.example,{NAMED}/", NAMED, True, True),
        ("production", NAMED, "https://app.example.com.evil.example", False, False),
        ("production", NAMED, "http://app.example.com", False, False),
        ("production", NAMED, "https://app.example.com:8443", False, False),
        ("production", NAMED, "null", False, False),
        ("production", NAMED, "http://localhost:5173", False, False),
        ("production", "http://localhost:5173", "http://localhost:5173", True, True),
        ("development", "", "http://localhost:5173", True, False),
        ("development", "", "http://localhost", True, False),
        ("development", "", "http://127.0.0.1:3000", True, False),
        ("development", "", "https://app.example.com", False, False),
        ("development", "", "http://localhost.evil.example", False, False),
        ("development", "", "http://evil.example/http://localhost:5173", False, False),
        ("development", "", "http://127.0.0.1.evil.example", False, False),
        ("development", "", "null", False, False),
        ("development", NAMED, NAMED, True, True),
    ],
)
async def test_who_may_call_the_api(
    product: Any,
    configure: Configure,
    environment: str,
    origins: str,
    origin: str,
    is_allowed: bool,
    with_cookies: bool,
) -> None:
    configure(environment=environment, cors_origins=origins)
    preflight, answer = await ask(create_app(), origin)
    for one in (preflight, answer):
        assert one.headers.get("access-control-allow-origin") == (origin if is_allowed else None)
        assert ("access-control-allow-credentials" in one.headers) == with_cookies
    assert answer.status_code == 401
    assert (preflight.status_code == 200) == is_allowed
    if is_allowed:
        assert "PATCH" in preflight.headers["access-control-allow-methods"]
        taken = preflight.headers["access-control-allow-headers"].lower()
        assert all(one in taken for one in ("authorization", "if-match", "idempotency-key", "content-type"))
        shown = answer.headers["access-control-expose-headers"].lower()
        assert all(one in shown for one in ("ratelimit", "retry-after", "etag", "x-request-id"))
        assert "origin" in answer.headers["vary"].lower()


async def test_a_refusal_by_a_limit_can_be_read_by_an_allowed_page(product: Any, configure: Configure) -> None:
    configure(cors_origins=NAMED, environment="production", address_limit="1")
    app = create_app()
    async with visit(app, "198.51.100.21", Origin=NAMED) as client:
        answers = [await client.get("/api/v1/me") for _ in range(2)]
    assert_refused(answers[1], "address")
    assert answers[1].headers["access-control-allow-origin"] == NAMED


@pytest.mark.parametrize("environment", ["development", "production"])
async def test_forms_stay_open_to_every_site(product: Any, configure: Configure, environment: str) -> None:
    configure(environment=environment, cors_origins=NAMED)
    app = create_app()
    for origin in ("https://shop.example", NAMED, "http://localhost:5173"):
        async with visit(app, "198.51.100.22", Origin=origin) as client:
            allowed = await client.options(
                "/api/v1/forms/nosuchform", headers={"Access-Control-Request-Method": "POST"}
            )
            answer = await client.post("/api/v1/forms/nosuchform", json={"email": "a@example.com"})
        assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, "*")
        assert (answer.status_code, answer.headers.get_list("access-control-allow-origin")) == (404, ["*"])
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "given",
    ["*", f"{NAMED},*", "app.example.com", "https://*.example.com", "https://a.example/path", "null", "https://u@a.b"],
)
def test_an_origin_that_names_no_single_site_is_refused_by_name(configure: Configure, given: str) -> None:
    configure(cors_origins=given)
    with pytest.raises(ValueError, match="cors_origins"):
        create_app()
    with pytest.raises(ValueError, match="not one site's origin"):
        http_settings()
