"""Rate limits over HTTP: who is counted, what answers tell, and what nobody gets around."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from metacortex.platform.embedded import ValkeyServer
from metacortex.platform.http.addresses import client_address, network_of
from metacortex.platform.http.limits import PLAN_LIMITS, AddressLimit, by_field, limit_principal, limit_route
from metacortex.platform.http.middleware import RequestFrame
from metacortex.platform.http.problems import install_problems
from metacortex.platform.http.settings import http_settings
from metacortex.platform.limits import Limit, close_limits, limit_settings
from metacortex.platform.settings import settings
from tests.conftest import PASSWORD

Configure = Callable[..., None]
POLICY = re.compile(r'"([a-z_]+)";q=(\d+);w=(\d+)')
LEFT = re.compile(r'"([a-z_]+)";r=(\d+);t=(\d+)')


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Set METACORTEX_* variables for one test."""
    caches = (http_settings, limit_settings, settings)

    def set_variables(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"METACORTEX_{name.upper()}", value)
        for one in caches:
            one.cache_clear()

    yield set_variables
    monkeypatch.undo()
    for one in caches:
        one.cache_clear()


@pytest.fixture
def address() -> str:
    """An address in a network that no other test comes from."""
    part = uuid4().hex
    return f"2001:db8:{part[:4]}:{part[4:8]}::1"


def visit(app: Any, address: str, **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)


class Named(BaseModel):
    email: str = ""


def build_app() -> FastAPI:
    """A small application behind the same frame and limits."""
    app = FastAPI()
    app.state.base_url = "http://test"
    install_problems(app)
    app.add_middleware(AddressLimit)
    app.add_middleware(RequestFrame)
    pace = Limit("pace", "fixed", 2, 3600)

    @app.get("/api/free")
    async def free() -> str:
        return "yes"

    @app.get("/api/paced", dependencies=[Depends(limit_route(pace))])
    async def paced() -> str:
        return "yes"

    @app.post("/api/mail", dependencies=[Depends(limit_route(pace, by=by_field("email")))])
    async def mail(body: Named) -> str:
        return body.email

    own_pace = Limit(f"pace-{uuid4().hex}", "fixed", 2, 3600)

    @app.post("/api/raw", dependencies=[Depends(limit_route(own_pace, by=by_field("email")))])
    async def raw(request: Request) -> int:
        return len(await request.body())

    @app.get("/api/item/{token}", dependencies=[Depends(limit_route(pace, by=by_field("token")))])
    async def item(token: str) -> str:
        return token

    async def principal(request: Request, org: UUID, key: str, plan: str) -> None:
        await limit_principal(request, org_id=org, key=key, plan=plan)

    @app.get("/api/work")
    async def work(_: Annotated[None, Depends(principal)]) -> str:
        return "yes"

    @app.get("/health/live")
    async def live() -> str:
        return "yes"

    return app


def assert_refused(answer: httpx.Response, limit: str) -> int:
    """Check a 429 with its fields; return the seconds to wait."""
    assert answer.status_code == 429, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert (document["code"], document["request_id"]) == ("too_many_requests", answer.headers["x-request-id"])
    assert re.search(r"wait \d+ (second|minute)", document["detail"])
    assert POLICY.fullmatch(answer.headers["ratelimit-policy"]).group(1) == limit
    assert LEFT.fullmatch(answer.headers["ratelimit"]).group(1, 2) == (limit, "0")
    assert answer.headers["retry-after"].isdigit()
    assert int(answer.headers["retry-after"]) >= 1
    return int(answer.headers["retry-after"])


async def test_an_address_is_held_to_its_limit_and_others_are_not(
    product: Any, configure: Configure, address: str
) -> None:
    configure(address_limit="3")
    app = build_app()
    async with visit(app, address) as client:
        answers = [await client.get("/api/free") for _ in range(3)]
        assert [one.status_code for one in answers] == [200] * 3
        found = [LEFT.fullmatch(one.headers["ratelimit"]).group(1, 2) for one in answers]
        assert found == [("address", "2"), ("address", "1"), ("address", "0")]
        assert {one.headers["ratelimit-policy"] for one in answers} == {'"address";q=3;w=60'}
        assert assert_refused(await client.get("/api/free"), "address") <= 120
        assert_refused(await client.get("/api/nothing"), "address")
        health = await client.get("/health/live")
        assert health.status_code == 200
        assert "ratelimit" not in health.headers
    async with visit(app, "198.51.100.7") as client:
        assert (await client.get("/api/free")).status_code == 200


async def test_a_refused_request_is_answered_before_its_body_is_read(
    product: Any, configure: Configure, address: str
) -> None:
    configure(address_limit="1")
    app = build_app()

    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    async with visit(app, address) as client:
        await client.get("/api/free")
        assert_refused(await client.post("/api/raw", content=never()), "address")


async def test_the_tightest_limit_is_told(product: Any, address: str) -> None:
    async with visit(build_app(), address) as client:
        first, second, third = [await client.get("/api/paced") for _ in range(3)]
    assert first.headers["ratelimit-policy"] == '"pace";q=2;w=3600'
    assert LEFT.fullmatch(first.headers["ratelimit"]).group(1, 2) == ("pace", "1")
    assert second.status_code == 200
    assert assert_refused(third, "pace") <= 3600


async def test_a_field_is_counted_whatever_its_case_and_whoever_else_is_named(product: Any, address: str) -> None:
    async with visit(build_app(), address) as client:
        names = ["a@example.com", " A@Example.com", "b@example.com", "a@EXAMPLE.com"]
        answers = [await client.post("/api/mail", json={"email": one}) for one in names]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        tokens = [(await client.get(f"/api/item/{token}")).status_code for token in "xxyxx"]
    assert tokens == [200, 200, 200, 429, 429]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[1]", b'{"email": {"a": [1]}}', b'{"email": "\\ud800"}', b"null"]
)
async def test_a_body_that_has_no_such_field_is_counted_all_the_same(product: Any, address: str, body: bytes) -> None:
    async with visit(build_app(), address) as client:
        answers = [(await client.post("/api/raw", content=body)).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


async def test_each_key_has_its_limit_and_all_share_their_organizations(
    product: Any, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    org, each, together = uuid4(), Limit("key", "bucket", 3, 86_400), Limit("organization", "bucket", 5, 86_400)
    monkeypatch.setitem(PLAN_LIMITS, "free", (together, each))
    async with visit(build_app(), address) as client:

        async def work(key: str, plan: str = "free") -> httpx.Response:
            return await client.get("/api/work", params={"org": str(org), "key": key, "plan": plan})

        answers = await asyncio.gather(*(work("one") for _ in range(5)))
        assert sorted(one.status_code for one in answers) == [200, 200, 200, 429, 429]
        assert_refused(next(one for one in answers if one.status_code == 429), "key")
        others = [await work("two", "no such plan") for _ in range(3)]
        assert [one.status_code for one in others] == [200, 200, 429]
        assert_refused(others[2], "organization")


async def test_off_means_no_limits_and_no_fields(product: Any, configure: Configure, address: str) -> None:
    configure(address_limit="1", limits="off")
    async with visit(build_app(), address) as client:
        answers = [await client.get("/api/paced") for _ in range(5)]
    assert [one.status_code for one in answers] == [200] * 5
    assert "ratelimit" not in answers[0].headers


@pytest.mark.parametrize(
    ("method", "path", "body", "variable"),
    [
        ("POST", "sign-up", {"organization_name": "A", "name": "B", "email": "no", "password": "x"}, "sign_up_limit"),
        ("POST", "sign-in", {"email": "nobody@example.com", "password": PASSWORD}, "sign_in_limit"),
        ("POST", "sign-in/link", {"token": "x" * 30}, "sign_in_limit"),
        ("POST", "invitations/accept", {"token": "x" * 30, "name": "A", "password": PASSWORD}, "invitation_limit"),
        ("GET", "invitations/by-token/abc", None, "invitation_limit"),
    ],
)
async def test_doors_open_before_sign_in_are_paced(
    app: Any, configure: Configure, address: str, method: str, path: str, body: Any, variable: str
) -> None:
    configure(**{variable: "2"})
    async with visit(app, address) as client:
        answers = [await client.request(method, f"/api/v1/{path}", json=body) for _ in range(3)]
    assert [one.status_code < 429 for one in answers[:2]] == [True, True]
    assert_refused(answers[2], variable.removesuffix("_limit"))


async def test_a_forged_forwarding_header_gets_around_nothing(product: Any, configure: Configure, address: str) -> None:
    configure(address_limit="2", trusted_proxies="")
    async with visit(build_app(), address) as client:
        answers = [await client.get("/api/free", headers={"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]


async def test_one_customers_whole_ipv6_network_is_one_address(product: Any, configure: Configure) -> None:
    configure(address_limit="2")
    app, network = build_app(), f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    answers = []
    for host in ("::1", "::2", "abcd:1:2:3"):
        async with visit(app, network + (host if host[0] == ":" else ":" + host)) as client:
            answers.append((await client.get("/api/free")).status_code)
    assert answers == [200, 200, 429]


def connection(peer: str, *forwarded: str) -> dict[str, Any]:
    return {"client": (peer, 1), "headers": [(b"x-forwarded-for", one.encode("latin-1")) for one in forwarded]}


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", ("1.2.3.4",), "203.0.113.9"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("1.2.3.4",), "1.2.3.4"),
        ("10.0.0.1", ("6.6.6.6, 1.2.3.4",), "1.2.3.4"),
        ("10.0.0.1", ("6.6.6.6, 1.2.3.4, 10.0.0.2",), "1.2.3.4"),
        ("10.0.0.1", ("6.6.6.6", "1.2.3.4,10.0.0.2"), "1.2.3.4"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("10.0.0.1", ("1.2.3.4, nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("1.2.3.4, nonsense, 10.0.0.2",), "10.0.0.2"),
        ("10.0.0.1", ("1.2.3.4:5678",), "1.2.3.4"),
        ("fd00::1", ("[2001:db8::7]:443",), "2001:db8::7"),
        ("::ffff:10.0.0.1", ("::ffff:1.2.3.4",), "1.2.3.4"),
        ("10.0.0.1", ("",), "10.0.0.1"),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(
    configure: Configure, peer: str, forwarded: tuple[str, ...], expected: str
) -> None:
    configure(trusted_proxies="10.0.0.0/8, fd00::/8")
    assert client_address(connection(peer, *forwarded)) == expected


@given(peer=st.text(max_size=40), forwarded=st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_address_however_odd_breaks_anything(peer: str, forwarded: str) -> None:
    assert isinstance(network_of(client_address(connection(peer, forwarded))), str)
    assert isinstance(client_address({"client": None, "headers": []}), str)


@pytest.mark.parametrize("given", ["10.0.0.0/33", "everyone", "10.0.0.1/8", "*"])
def test_a_proxy_that_is_no_network_is_refused_by_name(configure: Configure, given: str) -> None:
    configure(trusted_proxies=given)
    with pytest.raises(ValueError, match="trusted_proxies"):
        http_settings()


@pytest.fixture
async def own_valkey(tmp_path: Path, configure: Configure) -> AsyncIterator[ValkeyServer]:
    tmp_path.chmod(0o755)  # noqa: ASYNC240
    server = ValkeyServer()
    await close_limits()
    configure(redis_url=server.start(tmp_path), address_limit="3", limits_timeout_seconds="0.5")
    yield server
    server.child.send_signal(signal.SIGCONT)
    await close_limits()
    server.stop()


async def test_while_valkey_is_away_requests_are_served_and_limited_here(
    own_valkey: ValkeyServer, address: str
) -> None:
    async with visit(build_app(), address) as client:
        assert (await client.get("/api/free")).status_code == 200
        own_valkey.child.send_signal(signal.SIGSTOP)
        answers = [await client.get("/api/free") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert_refused(answers[3], "address")


async def test_too_many_live_connections_are_refused(product: Any, configure: Configure, address: str) -> None:
    configure(address_limit="1")
    sent: list[str] = []

    async def accept(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])

    for _ in range(2):
        scope = {"type": "websocket", "path": "/api/v1/live", "headers": [], "client": (address, 1)}
        await AddressLimit(accept)(scope, receive, send)
    assert sent == ["websocket.accept", "websocket.close"]
