"""Attacks on signing in with others: each goes through the front door and ends with nobody signed in."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlalchemy import select, update
from starlette.responses import JSONResponse, RedirectResponse, Response

from metacortex.contexts.identity.clients.issuers import (
    KEYS_PAUSE_SECONDS,
    LARGEST_ANSWER_BYTES,
    IssuerKeys,
    TokenNotValid,
)
from metacortex.contexts.identity.models import ExternalIdentity, User
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.settings import settings
from tests.conftest import PASSWORD, Owner, open_client
from tests.fakes.evil_issuer import EvilIssuer, make_key, read_query, sign_by_secret, to_jwk
from tests.fakes.oidc_server import CLIENT_ID, OidcServer
from tests.identity.conftest import CALLBACK, UseIssuer
from tests.identity.test_federation import come_back, new_login, set_up, sets_refresh_cookie

SIGN_IN = "/sign-in?problem="


async def depart(client: httpx.AsyncClient, start: str, **query: str) -> dict[str, str]:
    """Begin a sign-in; return what the browser is sent to the issuer with."""
    answer = await client.get(start, params=query)
    assert answer.status_code == 302, answer.text
    return read_query(answer.headers["location"])


async def arrive(client: httpx.AsyncClient, issuer: EvilIssuer, state: str, **change: str) -> httpx.Response:
    """Come back from the evil issuer."""
    return await client.get(CALLBACK, params={"state": state, "code": "any", "iss": issuer.issuer, **change})


async def sign_in(
    client: httpx.AsyncClient, issuer: EvilIssuer, use_issuer: UseIssuer, **claims: Any
) -> httpx.Response:
    """Sign in with an ID token of these claims."""
    sent = await depart(client, use_issuer(issuer.issuer))
    issuer.tell(**{"nonce": sent["nonce"], **claims})
    return await arrive(client, issuer, sent["state"])


def is_let_in(answer: httpx.Response) -> bool:
    return answer.headers.get("location", "").startswith("/sign-up?federated=") or sets_refresh_cookie(answer)


def assert_refused(answer: httpx.Response, code: str = "identity_not_proved") -> None:
    assert answer.status_code == 302
    assert answer.headers["location"] == SIGN_IN + code
    assert not sets_refresh_cookie(answer)


async def test_the_issuer_of_these_attacks_is_believed_when_it_is_honest(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer
) -> None:
    assert is_let_in(await sign_in(client, evil_issuer, use_issuer))


# ID tokens


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["a"]},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": []},
        {"aud": [CLIENT_ID, "another"]},
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"azp": "another"},
        {"iss": "https://accounts.google.com"},
        {"iss": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "soon"},
        {"iat": 4_000_000_000, "exp": 4_000_000_300},
        {"iat": None},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": "a" * 256},
        {"sub": 7},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"at_hash": None, "iss": "https://evil.example"},
    ],
    ids=str,
)
async def test_an_id_token_with_a_wrong_claim_is_refused(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer, lie: dict[str, Any]
) -> None:
    assert_refused(await sign_in(client, evil_issuer, use_issuer, **lie))
    assert evil_issuer.asked[-1] in {"token", "keys"}, "it was the token that was refused"


def by_hmac_of_the_public_key(issuer: EvilIssuer) -> str:
    return sign_by_secret(issuer.claims, issuer.public_pem())


def by_hmac_of_the_modulus(issuer: EvilIssuer) -> str:
    return sign_by_secret(issuer.claims, json.dumps(issuer.keys[0]).encode())


def by_hmac_of_the_client_secret(issuer: EvilIssuer) -> str:
    return sign_by_secret(issuer.claims, b"a secret of tests, long enough to be one")


def by_nobody(issuer: EvilIssuer) -> str:
    return issuer.sign(key=None, algorithm="none")


def by_nobody_in_capitals(issuer: EvilIssuer) -> str:
    return sign_by_secret(issuer.claims, b"", alg="nOnE").rpartition(".")[0] + "."


def by_an_unknown_key(issuer: EvilIssuer) -> str:
    return issuer.sign(key=make_key(), headers={"kid": "foreign"})


def by_another_key_of_that_name(issuer: EvilIssuer) -> str:
    return issuer.sign(key=make_key())


def by_a_key_within_the_token(issuer: EvilIssuer) -> str:
    key = make_key()
    return issuer.sign(key=key, headers={"kid": "mine", "jwk": to_jwk(key, "mine")})


def by_a_key_at_an_address_within_the_token(issuer: EvilIssuer) -> str:
    return issuer.sign(key=make_key(), headers={"kid": "mine", "jku": f"{issuer.issuer}/keys"})


def by_an_algorithm_not_agreed(issuer: EvilIssuer) -> str:
    return issuer.sign(algorithm="RS512")


def by_a_key_of_another_algorithm(issuer: EvilIssuer) -> str:
    issuer.keys = [to_jwk(issuer.key, "one", alg="PS256")]
    return issuer.sign()


def by_a_key_for_encryption(issuer: EvilIssuer) -> str:
    issuer.keys = [to_jwk(issuer.key, "one", use="enc")]
    return issuer.sign()


def by_a_short_key(issuer: EvilIssuer) -> str:
    short = generate_private_key(public_exponent=65537, key_size=1024)
    issuer.keys = [to_jwk(short, "one")]
    return issuer.sign(key=short)


def by_one_of_two_keys_of_one_name(issuer: EvilIssuer) -> str:
    issuer.keys = [to_jwk(make_key(), "one"), to_jwk(issuer.key, "one")]
    return issuer.sign()


def with_no_key_named_among_several(issuer: EvilIssuer) -> str:
    issuer.keys = [to_jwk(issuer.key, "one"), to_jwk(make_key(), "two")]
    return jwt.encode(issuer.claims, issuer.key, "RS256")


def with_a_demand_that_nobody_understands(issuer: EvilIssuer) -> str:
    return issuer.sign(headers={"kid": "one", "crit": ["b64"], "b64": False})


def with_another_name_put_in(issuer: EvilIssuer) -> str:
    head, _, signature = issuer.sign().split(".")
    issuer.claims["email"] = "victim@example.com"
    return ".".join([head, issuer.sign().split(".")[1], signature])


def of_no_shape(_: EvilIssuer) -> str:
    return "a.b"


def of_great_length(issuer: EvilIssuer) -> str:
    issuer.claims["padding"] = "a" * 20_000
    return issuer.sign()


@pytest.mark.parametrize(
    "forge",
    [
        by_hmac_of_the_public_key,
        by_hmac_of_the_modulus,
        by_hmac_of_the_client_secret,
        by_nobody,
        by_nobody_in_capitals,
        by_an_unknown_key,
        by_another_key_of_that_name,
        by_a_key_within_the_token,
        by_a_key_at_an_address_within_the_token,
        by_an_algorithm_not_agreed,
        by_a_key_of_another_algorithm,
        by_a_key_for_encryption,
        by_a_short_key,
        by_one_of_two_keys_of_one_name,
        with_no_key_named_among_several,
        with_a_demand_that_nobody_understands,
        with_another_name_put_in,
        of_no_shape,
        of_great_length,
    ],
)
async def test_a_forged_id_token_is_refused(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer, forge: Callable[[EvilIssuer], str]
) -> None:
    sent = await depart(client, use_issuer(evil_issuer.issuer))
    evil_issuer.tell(sent["nonce"])
    evil_issuer.id_token = forge(evil_issuer)
    assert_refused(await arrive(client, evil_issuer, sent["state"]))


async def test_foreign_key_names_do_not_make_us_ask_the_issuer_each_time(evil_issuer: EvilIssuer) -> None:
    now = [1000.0]
    keys = IssuerKeys(f"{evil_issuer.issuer}/keys", clock=lambda: now[0])
    assert (await keys.find("one", "RS256")).key_id == "one"
    for number in range(20):
        with pytest.raises(TokenNotValid):
            await keys.find(f"foreign-{number}", "RS256")
    assert evil_issuer.asked == ["keys"]
    evil_issuer.keys = [to_jwk(evil_issuer.key, "two")]
    now[0] += KEYS_PAUSE_SECONDS + 1
    found = await asyncio.gather(*(keys.find("two", "RS256") for _ in range(10)))
    assert {key.key_id for key in found} == {"two"}
    assert evil_issuer.asked == ["keys", "keys"]
    with pytest.raises(TokenNotValid):
        await keys.find("one", "RS256")


# Issuers


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://accounts.google.com"},
        {"issuer": None},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
async def test_an_issuer_that_is_not_what_the_settings_say_is_left_alone(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer, lie: dict[str, Any]
) -> None:
    evil_issuer.metadata = lie
    assert_refused(await client.get(use_issuer(evil_issuer.issuer)), "provider_unavailable")


@pytest.mark.parametrize("place", ["metadata", "keys", "token"])
@pytest.mark.parametrize(
    "answer",
    [
        Response("x" * (LARGEST_ANSWER_BYTES + 1)),
        Response("not json"),
        JSONResponse([]),
        Response(status_code=503),
        RedirectResponse("/elsewhere"),
    ],
    ids=["endless", "no JSON", "no object", "busy", "redirect"],
)
async def test_an_issuer_that_answers_badly_is_given_up(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer, place: str, answer: Response
) -> None:
    evil_issuer.answers[place] = answer
    start = use_issuer(evil_issuer.issuer)
    if place == "metadata":
        refused = await client.get(start)
    else:
        refused = await sign_in(client, evil_issuer, use_issuer)
    assert_refused(refused, "provider_unavailable")
    assert "inwards" not in evil_issuer.asked, "no redirect is followed"
    assert evil_issuer.asked.count("token") <= 1, "a code is not sent twice"


@pytest.mark.parametrize(("more", "code"), [(0, ""), (LARGEST_ANSWER_BYTES, "provider_unavailable")])
async def test_an_issuer_is_not_read_without_end(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer, more: int, code: str
) -> None:
    """What it says is right, but followed by blanks, which JSON allows."""
    evil_issuer.answers["keys"] = Response(json.dumps({"keys": evil_issuer.keys}) + " " * more)
    answer = await sign_in(client, evil_issuer, use_issuer)
    assert is_let_in(answer) == (more == 0)
    assert answer.headers["location"].startswith(SIGN_IN + code if more else "/sign-up?")


async def test_an_issuer_that_is_gone_is_told_plainly(client: httpx.AsyncClient, use_issuer: UseIssuer) -> None:
    assert_refused(await client.get(use_issuer("http://127.0.0.1:9")), "provider_unavailable")


@pytest.mark.parametrize("change", [{"iss": "https://other.example"}, {"iss": ""}])
async def test_an_answer_of_another_issuer_is_refused(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer, change: dict[str, str]
) -> None:
    sent = await depart(client, use_issuer(evil_issuer.issuer))
    evil_issuer.tell(sent["nonce"])
    assert_refused(await arrive(client, evil_issuer, sent["state"], **change))
    assert "token" not in evil_issuer.asked, "the code was not given away"


async def test_an_answer_that_hides_its_issuer_is_refused_where_it_promised_to_tell(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer
) -> None:
    sent = await depart(client, use_issuer(evil_issuer.issuer))
    evil_issuer.tell(sent["nonce"])
    assert_refused(await client.get(CALLBACK, params={"state": sent["state"], "code": "any"}))


# The way there and back


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/..//evil.example"]
)
async def test_no_open_redirect(
    client: httpx.AsyncClient, app: object, oidc_server: OidcServer, use_issuer: UseIssuer, path: str
) -> None:
    start, login = use_issuer(oidc_server.issuer), new_login()
    await set_up(oidc_server, login)
    arrived = await come_back(client, oidc_server, start, login, next=path)
    body = {"token": read_query(arrived.headers["location"])["federated"], "organization_name": "Rao"}
    data = (await client.post("/api/v1/sign-up/federated", json=body)).json()["data"]
    client.cookies.clear()
    arrived = await come_back(client, oidc_server, start, login, next=path)
    assert sets_refresh_cookie(arrived)
    assert arrived.headers["location"] == "/"
    async with open_client(app, data["access_token"]) as person:
        began = await person.post("/api/v1/me/identities", json={"provider": "somewhere", "next": path})
        back = await oidc_server.sign_in(began.json()["data"]["authorization_url"], login)
        assert (await person.get(back)).headers["location"] == "/"


async def test_the_issuer_cannot_choose_where_the_browser_ends(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer
) -> None:
    sent = await depart(client, use_issuer(evil_issuer.issuer))
    evil_issuer.tell(sent["nonce"])
    answer = await arrive(
        client, evil_issuer, sent["state"], next="https://evil.example", redirect_uri="//evil.example"
    )
    place = urlsplit(answer.headers["location"])
    assert (place.scheme, place.netloc, place.path) == ("", "", "/sign-up")


async def test_an_attackers_code_does_not_sign_a_victim_in_as_the_attacker(
    client: httpx.AsyncClient, app: object, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    """Login cross-site request forgery: the victim is led to the attacker's callback address."""
    start, attacker = use_issuer(oidc_server.issuer), new_login()
    await set_up(oidc_server, attacker)
    async with open_client(app) as attackers_browser:
        departed = await attackers_browser.get(start)
        back = await oidc_server.sign_in(departed.headers["location"], attacker)
        assert_refused(await client.get(back), "attempt_not_valid")

        victims = await depart(client, start)
        mixed = str(httpx.URL(back).copy_set_param("state", victims["state"]))
        assert_refused(await client.get(mixed), "identity_not_proved")
        assert is_let_in(await attackers_browser.get(back)), "what was refused is otherwise good"


async def test_a_stolen_code_is_worth_nothing_in_another_browser(
    client: httpx.AsyncClient, app: object, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    """The attacker reads the victim's code and puts it into a sign-in of their own: PKCE and nonce do not fit."""
    start, victim = use_issuer(oidc_server.issuer), new_login()
    await set_up(oidc_server, victim)
    departed = await client.get(start)
    code = read_query(await oidc_server.sign_in(departed.headers["location"], victim))["code"]
    async with open_client(app) as attackers_browser:
        own = await depart(attackers_browser, start)
        answer = await attackers_browser.get(
            CALLBACK, params={"state": own["state"], "code": code, "iss": oidc_server.issuer}
        )
    assert_refused(answer)


async def test_the_browser_sends_a_challenge_and_only_the_server_the_verifier(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer
) -> None:
    import base64
    import hashlib

    sent = await depart(client, use_issuer(evil_issuer.issuer))
    assert sent["code_challenge_method"] == "S256"
    evil_issuer.tell(sent["nonce"])
    await arrive(client, evil_issuer, sent["state"])
    [verifier] = evil_issuer.forms[0]["code_verifier"]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == sent["code_challenge"]
    assert verifier not in sent.values()
    assert len(verifier) >= 43


@pytest.mark.parametrize("state", ["", "unknown", "\x00", "a" * 5000, "\ud800".encode("utf-8", "surrogatepass")])
async def test_an_unknown_state_is_refused(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer, state: str
) -> None:
    sent = await depart(client, use_issuer(evil_issuer.issuer))
    evil_issuer.tell(sent["nonce"])
    answer = await client.get(
        httpx.URL(CALLBACK)
        .copy_merge_params({"code": "any", "state": "STATE"})
        .__str__()
        .replace("STATE", "".join(f"%{byte:02x}" for byte in (state if isinstance(state, bytes) else state.encode())))
    )
    assert_refused(answer, "attempt_not_valid")
    assert "token" not in evil_issuer.asked


async def test_a_callback_works_once(client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer) -> None:
    sent = await depart(client, use_issuer(evil_issuer.issuer))
    evil_issuer.tell(sent["nonce"])
    answers = await asyncio.gather(*(arrive(client, evil_issuer, sent["state"]) for _ in range(5)))
    assert sorted(map(is_let_in, answers)) == [False, False, False, False, True]
    assert evil_issuer.asked.count("token") == 1


async def test_an_attempt_ends(client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer) -> None:
    from metacortex.contexts.identity.models import FederationAttempt

    sent = await depart(client, use_issuer(evil_issuer.issuer))
    evil_issuer.tell(sent["nonce"])
    async with transaction(None) as session:
        await session.execute(update(FederationAttempt).values(expires_at=utc_now()))
    assert_refused(await arrive(client, evil_issuer, sent["state"]), "attempt_not_valid")
    await depart(client, use_issuer(evil_issuer.issuer))
    async with transaction(None) as session:
        kept = (await session.scalars(select(FederationAttempt.expires_at))).all()
    assert all(moment > utc_now() for moment in kept), "old attempts are forgotten"


async def test_nothing_kept_can_finish_a_sign_in(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer
) -> None:
    """Whoever reads the table finds hashes only."""
    from metacortex.contexts.identity.models import FederationAttempt

    sent = await depart(client, use_issuer(evil_issuer.issuer))
    secret = client.cookies["metacortex_federation"]
    async with transaction(None) as session:
        rows = (await session.execute(select(FederationAttempt.__table__))).all()
    kept = json.dumps([list(map(str, row)) for row in rows])
    assert rows
    assert not [value for value in (secret, sent["state"], sent["nonce"]) if value in kept]


async def test_session_fixation(
    client: httpx.AsyncClient, app: object, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    """An attacker who plants cookies in the victim's browser before the sign-in holds nothing afterwards."""
    start, victim = use_issuer(oidc_server.issuer), new_login()
    await set_up(oidc_server, victim)
    arrived = await come_back(client, oidc_server, start, victim)
    token = read_query(arrived.headers["location"])["federated"]
    await client.post("/api/v1/sign-up/federated", json={"token": token, "organization_name": "Rao"})

    planted = {"metacortex_federation": "planted-by-the-attacker", "metacortex_refresh": "planted-too"}
    async with open_client(app) as browser:
        for name, value in planted.items():
            browser.cookies.set(name, value, domain="127.0.0.1", path="/")
        departed = await browser.get(start)
        given = departed.headers["set-cookie"]
        assert given.startswith("metacortex_federation=")
        assert planted["metacortex_federation"] not in given
        assert all(rule in given for rule in ("HttpOnly", "SameSite=lax", "Path=/"))
        back = await oidc_server.sign_in(departed.headers["location"], victim)
        async with open_client(app) as attackers_browser:
            stolen = await attackers_browser.get(
                back, headers={"Cookie": "metacortex_federation=planted-by-the-attacker"}
            )
            assert_refused(stolen, "attempt_not_valid")
        value = given.partition("=")[2].partition(";")[0]
        arrived = await client.get(
            back, headers={"Cookie": f"metacortex_federation={value}; metacortex_refresh=planted-too"}
        )
    assert arrived.headers["location"] == "/"
    fresh = next(line for line in arrived.headers.get_list("set-cookie") if line.startswith("metacortex_refresh="))
    assert "planted-too" not in fresh
    async with open_client(app) as attackers_browser:
        refused = await attackers_browser.post(
            "/api/v1/session/refresh", headers={"Cookie": "metacortex_refresh=planted-too"}
        )
    assert refused.status_code == 401


async def test_on_https_no_other_host_can_set_the_cookie(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METACORTEX_PUBLIC_URL", "https://crm.example.com")
    settings.cache_clear()
    try:
        departed = await client.get(use_issuer(evil_issuer.issuer))
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    given = departed.headers["set-cookie"]
    assert given.startswith("__Host-metacortex_federation=")
    assert all(rule in given for rule in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    assert "Domain" not in given
    wanted = "https://crm.example.com/api/v1/sign-in/oidc/somewhere/callback"
    assert read_query(departed.headers["location"])["redirect_uri"] == wanted


# Taking over an account by its address


async def make_user(client: httpx.AsyncClient, email: str, *, verified: bool) -> UUID:
    body = {"organization_name": "Victim's", "name": "Victim", "email": email, "password": PASSWORD}
    user_id = UUID((await client.post("/api/v1/sign-up", json=body)).json()["data"]["member"]["user_id"])
    if verified:
        async with transaction(None) as session:
            await session.execute(update(User).where(User.id == user_id).values(email_verified_at=utc_now()))
    return user_id


async def find_identities(user_id: UUID) -> list[str]:
    async with transaction(None) as session:
        found = await session.scalars(select(ExternalIdentity.subject).where(ExternalIdentity.user_id == user_id))
        return list(found)


@pytest.mark.parametrize(
    ("claims", "user_verified", "code"),
    [
        ({"email_verified": False}, True, "email_not_verified"),
        ({"email_verified": None}, True, "email_not_verified"),
        ({"email_verified": "false"}, True, "email_not_verified"),
        ({"email_verified": True}, False, "sign_in_and_link"),
        ({"email_verified": True, "elsewhere": True}, True, "sign_in_and_link"),
        ({"email_verified": True, "elsewhere": True, "hd": "elsewhere.example"}, True, "sign_in_and_link"),
    ],
    ids=str,
)
async def test_an_address_alone_takes_over_no_account(
    client: httpx.AsyncClient,
    evil_issuer: EvilIssuer,
    use_issuer: UseIssuer,
    claims: dict[str, Any],
    user_verified: bool,
    code: str,
) -> None:
    claims = dict(claims)
    domain = "elsewhere.example" if claims.pop("elsewhere", False) else "trusted.example"
    email = f"victim-{uuid4().hex[:12]}@{domain}"
    user_id = await make_user(client, email, verified=user_verified)
    sent = await depart(client, use_issuer(evil_issuer.issuer, trusted_domains=["trusted.example"]))
    evil_issuer.tell(sent["nonce"], sub=uuid4().hex, email=email.upper(), **claims)
    assert_refused(await arrive(client, evil_issuer, sent["state"]), code)
    assert await find_identities(user_id) == []


async def test_an_unverified_address_does_not_tell_whether_it_has_an_account(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer
) -> None:
    email = f"victim-{uuid4().hex[:12]}@trusted.example"
    await make_user(client, email, verified=True)
    for address in (email, f"nobody-{uuid4().hex[:12]}@trusted.example"):
        answer = await sign_in(client, evil_issuer, use_issuer, email=address, email_verified=False)
        assert_refused(answer, "email_not_verified")


async def test_an_account_made_in_advance_does_not_catch_its_owner(
    client: httpx.AsyncClient, evil_issuer: EvilIssuer, use_issuer: UseIssuer
) -> None:
    """The attacker signs up by password with the victim's address and waits for the victim to come by the issuer."""
    email = f"victim-{uuid4().hex[:12]}@trusted.example"
    waiting = await make_user(client, email, verified=False)
    sent = await depart(client, use_issuer(evil_issuer.issuer, trusted_domains=["trusted.example"]))
    evil_issuer.tell(sent["nonce"], sub=uuid4().hex, email=email)
    assert_refused(await arrive(client, evil_issuer, sent["state"]), "sign_in_and_link")
    assert await find_identities(waiting) == []


async def test_one_issuers_subject_is_nobody_at_another(
    client: httpx.AsyncClient, owner: Owner, evil_issuer: EvilIssuer, use_issuer: UseIssuer
) -> None:
    subject = uuid4().hex
    user_id = UUID((await owner.client.get("/api/v1/me")).json()["data"]["member"]["user_id"])
    async with transaction(None) as session:
        session.add(ExternalIdentity(issuer="https://accounts.google.com", subject=subject, user_id=user_id))
    answer = await sign_in(client, evil_issuer, use_issuer, sub=subject, email=f"{subject}@evil.example")
    assert answer.headers["location"].startswith("/sign-up?federated=")
    assert not sets_refresh_cookie(answer)


async def test_linking_needs_the_browser_that_began_it(
    owner: Owner, client: httpx.AsyncClient, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    """The attacker begins to add an identity to their own account and has the victim finish it, or the reverse."""
    use_issuer(oidc_server.issuer)
    login = new_login()
    await set_up(oidc_server, login)
    began = await owner.client.post("/api/v1/me/identities", json={"provider": "somewhere"})
    back = await oidc_server.sign_in(began.json()["data"]["authorization_url"], login)
    assert_refused(await client.get(back), "attempt_not_valid")
    assert (await owner.client.get("/api/v1/me/identities")).json()["data"] == []
    nobody = await client.post("/api/v1/me/identities", json={"provider": "somewhere"})
    assert nobody.status_code == 401


async def test_a_removed_identity_lets_nobody_in(
    owner: Owner, client: httpx.AsyncClient, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    start, login = use_issuer(oidc_server.issuer), new_login()
    await oidc_server.set_claims(login, email=owner.email, email_verified=True)
    began = await owner.client.post("/api/v1/me/identities", json={"provider": "somewhere"})
    await owner.client.get(await oidc_server.sign_in(began.json()["data"]["authorization_url"], login))
    assert sets_refresh_cookie(await come_back(client, oidc_server, start, login))
    [added] = (await owner.client.get("/api/v1/me/identities")).json()["data"]
    await owner.client.delete(f"/api/v1/me/identities/{added['id']}")
    assert_refused(await come_back(client, oidc_server, start, login), "sign_in_and_link")
