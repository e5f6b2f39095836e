"""Every kind of answer carries the browser's protections, and no failure tells what went wrong inside."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from metacortex.entrypoints import api
from metacortex.entrypoints.api import create_app
from metacortex.platform.database import transaction
from tests.conftest import PASSWORD, Owner, open_client

SECRET = "hush-0d9f"


@pytest.fixture
def exposed(app: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The application with a web app to serve and operations that fail."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>MetaCortex</title>")
    (tmp_path / "assets/app-1a2b.js").write_text("export {}")
    monkeypatch.setattr(api, "PACKAGED_WEB", tmp_path)
    made = create_app()

    async def fail() -> None:
        raise RuntimeError(f"{SECRET} postgresql://user:{SECRET}@host")

    async def fail_by_value() -> None:
        raise ValueError(SECRET)

    async def fail_in_sql() -> None:
        async with transaction(None) as session:
            await session.execute(text("SELECT :secret FROM nowhere"), {"secret": SECRET})

    for place, function in enumerate((fail, fail_by_value, fail_in_sql)):
        made.add_api_route(f"/fails/{place}", function, methods=["GET"])
        made.router.routes.insert(0, made.router.routes.pop())
    return made


async def gather_answers(exposed: FastAPI, owner: Owner) -> dict[str, httpx.Response]:
    """Return one answer of every kind."""
    client = open_client(exposed, owner.token)
    sources = (await client.get("/api/v1/sources")).json()["data"]
    form = next(one["form_url"] for one in sources if one["kind"] == "form").rsplit("/", 1)[1]
    upload = await client.post("/api/v1/imports", files={"file": ("a.csv", b"email\na@example.com\n", "text/csv")})
    sent = {"email": "a@example.com"}
    page = {"Accept": "text/html"}
    return {
        "200": await client.get("/api/v1/me"),
        "201": upload,
        "204": await client.post("/api/v1/session/sign-out"),
        "303": await client.post(f"/api/v1/forms/{form}", data=sent, headers=page),
        "400": await client.post("/api/v1/leads", content=b"{", headers={"Content-Type": "application/json"}),
        "401": await open_client(exposed).get("/api/v1/me"),
        "403": await client.post("/api/v1/session/refresh", headers={"Origin": "https://evil.example"}),
        "404": await client.get("/api/v1/nothing"),
        "405": await client.delete("/api/v1/me"),
        "413": await client.post("/api/v1/leads", content=b"x" * 2_000_000),
        "413 unread": await client.post("/api/v1/leads", headers={"Content-Length": "many"}),
        "422": await client.post("/api/v1/leads", json={"surprise": 1}),
        "500": await client.get("/fails/0"),
        "500 value": await client.get("/fails/1"),
        "500 sql": await client.get("/fails/2"),
        "page": await client.get("/leads"),
        "script": await client.get("/assets/app-1a2b.js"),
        "form": await client.get(f"/f/{form}"),
        "form gone": await client.get("/f/nowhere"),
        "export": await client.get("/api/v1/audit/export"),
        "refused.csv": await client.get(f"/api/v1/imports/{upload.json()['data']['id']}/refused.csv"),
        "metrics": await client.get("/metrics"),
        "openapi": await client.get("/api/v1/openapi.json"),
        "keys": await client.get("/.well-known/jwks.json"),
        "options": await client.options(f"/api/v1/forms/{form}"),
    }


async def test_every_kind_of_answer_protects_the_browser(exposed: FastAPI, owner: Owner) -> None:
    for kind, answer in (await gather_answers(exposed, owner)).items():
        assert kind[:3] not in {"500", "413"} or str(answer.status_code) == kind[:3], (kind, answer.text)
        headers = answer.headers
        policy = {part.split()[0]: part.split()[1:] for part in headers["content-security-policy"].split(";")}
        assert policy["frame-ancestors"] == ["'none'"], kind
        assert policy["base-uri"] == ["'none'"], kind
        assert policy.get("object-src", policy["default-src"]) == ["'none'"], kind
        assert "unsafe" not in headers["content-security-policy"], kind
        assert "*" not in headers["content-security-policy"], kind
        assert headers["x-content-type-options"] == "nosniff", kind
        assert headers["x-frame-options"] == "DENY", kind
        assert headers["referrer-policy"] in {"no-referrer", "same-origin", "strict-origin-when-cross-origin"}, kind
        assert "geolocation=()" in headers["permissions-policy"], kind
        assert headers["cross-origin-opener-policy"] == "same-origin", kind
        assert headers["x-request-id"], kind
        assert "server" not in headers, kind
        assert "strict-transport-security" not in headers, "over http browsers must not believe it (RFC 6797)"


async def test_over_https_browsers_are_told_to_stay_there(exposed: FastAPI, owner: Owner) -> None:
    exposed.state.base_url = "https://crm.example.com"
    for kind, answer in (await gather_answers(exposed, owner)).items():
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains", kind


@pytest.mark.parametrize("place", range(3))
async def test_a_failure_says_nothing_of_the_inside(exposed: FastAPI, place: int) -> None:
    answer = await open_client(exposed).get(f"/fails/{place}")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    for told in (SECRET, "Traceback", "nowhere", "SELECT", "RuntimeError", "ValueError", "postgresql"):
        assert told not in answer.text


async def test_what_is_downloaded_is_never_shown_as_a_page(exposed: FastAPI, owner: Owner) -> None:
    answers = await gather_answers(exposed, owner)
    for kind in ("export", "refused.csv"):
        assert answers[kind].headers["content-disposition"].startswith("attachment; filename="), kind
        assert answers[kind].headers["cache-control"] == "no-store", kind


async def test_answers_with_secrets_are_kept_in_no_cache(client: httpx.AsyncClient, owner: Owner) -> None:
    http = owner.client
    answers: list[httpx.Response] = [
        await client.post("/api/v1/sign-in", json={"email": owner.email, "password": PASSWORD}),
        await client.post("/api/v1/session/refresh"),
        await http.post("/api/v1/session/proof", json={"password": PASSWORD}),
        await http.post("/api/v1/me/totp"),
        await http.post("/api/v1/api-keys", json={"name": "k", "scopes": ["leads:view"]}),
        await http.post("/api/v1/invitations", json={"email": "new@example.com", "role": "agent"}),
        await http.get("/api/v1/me"),
        await http.get("/api/v1/leads"),
    ]
    for answer in answers:
        assert answer.is_success, answer.text
        assert answer.headers.get("cache-control") == "no-store", answer.request.url


async def test_other_sites_are_answered_only_where_forms_are(app: FastAPI, owner: Owner) -> None:
    client = open_client(app, owner.token)
    for path in ("me", "leads", "sign-in", "session/refresh", "imports"):
        for method in ("GET", "POST", "OPTIONS"):
            answer: Any = await client.request(
                method,
                f"/api/v1/{path}",
                headers={"Origin": "https://evil.example"},
                json={} if method == "POST" else None,
            )
            assert "access-control-allow-origin" not in answer.headers, path


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND"])
async def test_methods_that_echo_are_not_answered(app: FastAPI, owner: Owner, method: str) -> None:
    for path in ("/", "/api/v1/me", "/health/live"):
        answer = await owner.client.request(method, path, headers={"X-Echo": SECRET})
        assert answer.status_code == 405, path
        assert SECRET not in answer.text
