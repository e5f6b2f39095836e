"""Sessions under attack: rights that are over, tokens that were stolen, cookies of other sites, planted cookies."""

import asyncio
import inspect
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
import websockets
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed

from metacortex.contexts.identity.router import cookies
from metacortex.contexts.identity.router.cookies import REFRESH_COOKIE as COOKIE
from metacortex.contexts.identity.service.recovery import write_reset_mail
from metacortex.contexts.leads.events import LeadReceived
from metacortex.platform.database import new_id, transaction
from metacortex.platform.events import publish
from metacortex.platform.http import live
from metacortex.platform.security import Role
from metacortex.platform.settings import settings
from tests.attacks.operations import find_operations
from tests.attacks.people import Person, code_of, join, set_up_totp, token_as
from tests.conftest import PASSWORD, MakeOwner, Owner, open_client
from tests.stand import free_port, live_protocols, wait_for

pytestmark = pytest.mark.slow

NEW_PASSWORD = "another horse, another battery"


async def reset_password(client: httpx.AsyncClient, email: str) -> None:
    async with transaction(None) as session:
        mail = await write_reset_mail(session, email)
    assert mail is not None
    token = mail.text.split("token=")[1].split()[0]
    answer = await client.post("/api/v1/password/reset", json={"token": token, "password": NEW_PASSWORD})
    assert answer.status_code == 204, answer.text


async def demote(owner: Owner, person: Person) -> None:
    answer = await owner.client.patch(f"/api/v1/members/{person.member_id}", json={"role": "viewer"})
    assert answer.status_code == 200, answer.text


async def remove(owner: Owner, person: Person) -> None:
    assert (await owner.client.delete(f"/api/v1/members/{person.member_id}")).status_code == 204


async def sign_out(_: Owner, person: Person) -> None:
    assert (await person.client.post("/api/v1/session/sign-out")).status_code == 204


async def reset(_: Owner, person: Person) -> None:
    await reset_password(person.client, person.email)


async def end_from_elsewhere(_: Owner, person: Person) -> None:
    sessions = (await person.client.get("/api/v1/me/sessions")).json()["data"]
    assert (await person.client.delete(f"/api/v1/me/sessions/{sessions[0]['id']}")).status_code == 204


ENDINGS = [demote, remove, sign_out, reset, end_from_elsewhere]


@pytest.mark.parametrize("end", ENDINGS)
async def test_a_token_from_before_opens_nothing_any_more(app: FastAPI, owner: Owner, end: Any) -> None:
    person = await join(app, owner, Role.ADMIN)
    assert (await person.client.get("/api/v1/audit")).status_code == 200
    await end(owner, person)
    thief = open_client(app, person.token)
    for one in find_operations(app):
        if one.is_authenticated:
            answer = await thief.request(one.method, one.address(), json={} if one.changes else None)
            assert answer.status_code == 401, f"{one.name} answers {answer.status_code} after {end.__name__}"


@pytest.mark.parametrize("end", [remove, sign_out, reset, end_from_elsewhere])
async def test_a_refresh_token_from_before_makes_no_session(app: FastAPI, owner: Owner, end: Any) -> None:
    person = await join(app, owner, Role.AGENT)
    thief = open_client(app)
    thief.cookies.update(person.client.cookies)
    await end(owner, person)
    assert (await thief.post("/api/v1/session/refresh")).status_code == 401


async def test_who_was_demoted_gets_tokens_of_the_new_role_only(app: FastAPI, owner: Owner) -> None:
    person = await join(app, owner, Role.ADMIN)
    await demote(owner, person)
    fresh = (await person.client.post("/api/v1/session/refresh")).json()["data"]
    assert fresh["member"]["role"] == "viewer"
    person.client.headers["Authorization"] = f"Bearer {fresh['access_token']}"
    assert (await person.client.get("/api/v1/audit")).status_code == 403


async def test_a_key_dies_with_its_makers_membership_and_shrinks_with_their_role(app: FastAPI, owner: Owner) -> None:
    person = await join(app, owner, Role.ADMIN)
    made = await person.client.post("/api/v1/api-keys", json={"name": "k", "scopes": ["audit:view", "leads:view"]})
    key = open_client(app, made.json()["data"]["secret"])
    assert (await key.get("/api/v1/audit")).status_code == 200
    await demote(owner, person)
    assert [(await key.get(f"/api/v1/{path}")).status_code for path in ("audit", "leads")] == [403, 200]
    await remove(owner, person)
    assert (await key.get("/api/v1/leads")).status_code == 401


async def test_a_stolen_refresh_token_ends_the_session_it_was_stolen_from(app: FastAPI, owner: Owner) -> None:
    person = await join(app, owner, Role.AGENT)
    thief = open_client(app)
    thief.cookies.update(person.client.cookies)
    rotated = await person.client.post("/api/v1/session/refresh")
    mine = rotated.json()["data"]["access_token"]
    assert (await thief.post("/api/v1/session/refresh")).json()["code"] == "session_ended"
    assert (await open_client(app, mine).get("/api/v1/leads")).status_code == 401
    assert (await person.client.post("/api/v1/session/refresh")).status_code == 401
    entries = (await owner.client.get("/api/v1/audit?action=session.token_replayed")).json()["data"]
    assert [entry["after"]["member_id"] for entry in entries] == [person.member_id]


async def test_a_refresh_token_used_by_two_at_once_leaves_nobody_in(app: FastAPI, owner: Owner) -> None:
    person = await join(app, owner, Role.AGENT)
    thief = open_client(app)
    thief.cookies.update(person.client.cookies)
    answers = await asyncio.gather(*(one.post("/api/v1/session/refresh") for one in (person.client, thief)))
    assert sorted(answer.status_code for answer in answers) == [200, 401]
    won = next(answer for answer in answers if answer.status_code == 200).json()["data"]["access_token"]
    assert (await open_client(app, won).get("/api/v1/leads")).status_code == 401


async def test_a_cookie_planted_before_sign_in_is_never_adopted(
    client: httpx.AsyncClient, app: FastAPI, owner: Owner, make_owner: MakeOwner
) -> None:
    attacker = await join(app, await make_owner(), Role.AGENT)
    planted = dict(attacker.client.cookies)[COOKIE]
    for value in (planted, "chosen-by-the-attacker"):
        headers = {"Cookie": f"{COOKIE}={value}"}
        body = {"email": owner.email, "password": PASSWORD}
        answer = await client.post("/api/v1/sign-in", json=body, headers=headers)
        given = answer.cookies[COOKIE]
        assert given != value
        assert len(given) == 43
        async with transaction(None) as session:
            assert await session.scalar(text("SELECT count(*) FROM refresh_tokens")) == 0, "seen without its token"
    assert (await attacker.client.get("/api/v1/me")).status_code == 401, "of a browser's two sessions one ends"
    refreshed = await client.post("/api/v1/session/refresh", headers={"Cookie": f"{COOKIE}=chosen-by-the-attacker"})
    assert refreshed.status_code == 401


async def test_each_sign_in_opens_a_session_of_its_own(app: FastAPI, owner: Owner) -> None:
    answers = [
        await open_client(app).post("/api/v1/sign-in", json={"email": owner.email, "password": PASSWORD})
        for _ in range(3)
    ]
    assert len({answer.cookies[COOKIE] for answer in answers}) == 3
    assert len((await owner.client.get("/api/v1/me/sessions")).json()["data"]) == 4


async def test_the_cookie_can_be_read_by_no_script_and_sent_by_no_other_site(
    owner: Owner, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"email": owner.email, "password": PASSWORD}
    for url, is_secure in (("http://127.0.0.1:8000", False), ("https://crm.example.com", True)):
        reach_by(monkeypatch, url)
        browser = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=url)
        signed_in = await browser.post("/api/v1/sign-in", json=body)
        given = signed_in.headers.get_list("set-cookie")
        prefix = "__Host-" if is_secure else ""
        assert sorted(one.partition("=")[0] for one in given) == [f"{prefix}metacortex_device", f"{prefix}{COOKIE}"]
        for cookie in given:
            parts = {part.strip() for part in cookie.lower().split(";")}
            assert {"httponly", "samesite=strict", "path=/"} <= parts
            assert ("secure" in parts) == is_secure
            assert "domain=" not in cookie.lower()
        assert (await browser.post("/api/v1/session/refresh")).status_code == 200
        plain = {"Cookie": f"{COOKIE}={browser.cookies[prefix + COOKIE]}"}
        if is_secure:
            unprefixed = await open_client(app).post("/api/v1/session/refresh", headers=plain)
            assert unprefixed.status_code == 401, "a name that another host may set counts over http alone"
        assert (await browser.post("/api/v1/session/sign-out")).status_code == 204
        assert list(browser.cookies) == [f"{prefix}metacortex_device"]


def reach_by(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Let the product take this for the address that browsers reach it by."""
    monkeypatch.setattr(cookies, "settings", lambda: settings().model_copy(update={"public_url": url}))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://crm.example.com"])
async def test_a_sign_in_ends_the_session_its_browser_was_in(
    app: FastAPI, owner: Owner, make_owner: MakeOwner, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    reach_by(monkeypatch, url)
    other = await make_owner()
    secret, _ = await set_up_totp(other.client)
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=url)
    first = await browser.post("/api/v1/sign-in", json={"email": owner.email, "password": PASSWORD})
    mine = open_client(app, first.json()["data"]["access_token"])
    for body in ({"email": owner.email, "password": "not the password"}, {"email": "no", "password": PASSWORD}):
        assert (await browser.post("/api/v1/sign-in", json=body)).status_code in {401, 422}
    halfway = await browser.post("/api/v1/sign-in", json={"email": other.email, "password": PASSWORD})
    assert halfway.json()["code"] == "second_factor_required"
    assert (await mine.get("/api/v1/me")).status_code == 200, "nobody is in yet"
    body = {"token": halfway.json()["token"], "code": code_of(secret)}
    assert (await browser.post("/api/v1/sign-in/second-factor", json=body)).status_code == 200
    assert (await mine.get("/api/v1/me")).status_code == 401
    assert (await owner.client.get("/api/v1/me")).status_code == 200, "another browser's session goes on"
    (entry,) = (await owner.client.get("/api/v1/audit?action=session.replaced")).json()["data"]
    assert entry["after"] == {"member_id": str(owner.member_id)}
    assert (await other.client.get("/api/v1/audit?action=session.replaced")).json()["data"] == []
    again = await browser.post("/api/v1/session/refresh")
    assert again.json()["data"]["member"]["email"] == other.email


async def test_a_cookie_alone_changes_nothing_but_its_own_session(app: FastAPI, owner: Owner) -> None:
    person = await join(app, owner, Role.ADMIN)
    del person.client.headers["Authorization"]
    cookie = {"Cookie": f"{COOKIE}={dict(person.client.cookies)[COOKIE]}"}
    for one in find_operations(app):
        if one.is_authenticated:
            answer = await person.client.request(one.method, one.address(), headers=cookie)
            assert answer.status_code == 401, one.name
    takers = [
        f"{method} {route.path_format}"
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
        and "refresh_token" in inspect.signature(route.original_route.endpoint).parameters
        for method in route.methods or ()
    ]
    assert sorted(takers) == ["POST /api/v1/session/refresh", "POST /api/v1/session/sign-out"]


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:8000.evil.example"},
    {"Origin": "http://127.0.0.1:8001"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
]


@pytest.fixture(scope="module")
async def person(app: FastAPI, lasting_owner: Owner) -> Person:
    """A member whose session lasts through the tests that try to use it from elsewhere."""
    return await join(app, lasting_owner, Role.AGENT)


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["refresh", "sign-out"])
async def test_another_site_uses_no_cookie_of_ours(person: Person, headers: dict[str, str], path: str) -> None:
    answer = await person.client.post(f"/api/v1/session/{path}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
    assert "set-cookie" not in answer.headers
    own = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    assert (await person.client.post("/api/v1/session/refresh", headers=own)).status_code == 200


@pytest.fixture
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The application on a port, for clients that speak WebSocket; returns where."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off"))
    following, serving = asyncio.create_task(app.state.live.run()), asyncio.create_task(server.serve())
    await asyncio.to_thread(wait_for, lambda: server.started, seconds=20, what="Serving")
    yield f"127.0.0.1:{port}"
    server.should_exit = True
    await serving
    following.cancel()


async def follow(served: str, token: str, **options: Any) -> websockets.ClientConnection:
    url = f"ws://{served}/api/v1/live"
    return await websockets.connect(url, subprotocols=live_protocols(token), proxy=None, **options)


async def closing_code(socket: websockets.ClientConnection) -> int:
    """Return the code a socket is closed with before it has said anything."""
    with pytest.raises(ConnectionClosed):
        await asyncio.wait_for(socket.recv(), 20)
    assert socket.close_code is not None
    return socket.close_code


@pytest.mark.parametrize("end", ENDINGS)
async def test_a_token_from_before_follows_nothing(app: FastAPI, owner: Owner, served: str, end: Any) -> None:
    person = await join(app, owner, Role.ADMIN)
    socket = await follow(served, person.token)
    assert json.loads(await socket.recv())["type"] == "ready"
    await socket.close()
    await end(owner, person)
    assert await closing_code(await follow(served, person.token)) == live.SIGN_IN_AGAIN


@pytest.mark.parametrize("end", ENDINGS)
async def test_an_open_socket_says_nothing_more_once_the_right_is_over(
    app: FastAPI, owner: Owner, served: str, end: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "CHECK_SECONDS", 0)
    person = await join(app, owner, Role.ADMIN)
    socket = await follow(served, person.token)
    assert json.loads(await socket.recv())["type"] == "ready"
    await end(owner, person)
    async with transaction(owner.org_id) as session:
        publish(session, LeadReceived(lead_id=new_id()))
    heard = []
    with pytest.raises(ConnectionClosed):
        while True:
            heard.append(json.loads(await asyncio.wait_for(socket.recv(), 20))["type"])
    assert socket.close_code == live.SIGN_IN_AGAIN
    assert "LeadReceived" not in heard


async def test_sockets_are_closed_to_bad_tokens_keys_other_sites_and_the_restricted(owner: Owner, served: str) -> None:
    made = await owner.client.post("/api/v1/api-keys", json={"name": "k", "scopes": ["leads:view"]})
    for token in ("x", "a.b.c", owner.token[:-4] + "AAAA", made.json()["data"]["secret"]):
        assert await closing_code(await follow(served, token)) == live.SIGN_IN_AGAIN
    assert await closing_code(await follow(served, token_as(owner, restricted=True))) == live.NOT_ALLOWED
    for origin in ("https://evil.example", f"http://{served}.evil.example", "null"):
        assert await closing_code(await follow(served, owner.token, origin=origin)) == live.NOT_ALLOWED
    for origin in (f"http://{served}", None):
        socket = await follow(served, owner.token, origin=origin)
        assert json.loads(await socket.recv())["type"] == "ready"
        await socket.close()
