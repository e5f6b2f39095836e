"""Forged access tokens at the front door; what the reader itself refuses is in tests/identity/test_tokens.py."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI

from metacortex.contexts.identity.types import new_token
from metacortex.platform.security import key_ring
from tests.attacks.people import sign_claims
from tests.conftest import PASSWORD, MakeOwner, Owner, open_client


def part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def split(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return a token's header, claims and signature."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return jwt.get_unverified_header(token), claims, token.rsplit(".", 1)[1]


@pytest.fixture(scope="module")
def owner(lasting_owner: Owner) -> Owner:
    """One for all: no forged token changes anything."""
    return lasting_owner


async def ask(app: FastAPI, token: str) -> httpx.Response:
    return await open_client(app).get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})


async def assert_refused(app: FastAPI, token: str) -> None:
    answer = await ask(app, token)
    assert answer.status_code == 401, answer.text
    assert answer.json()["code"] == "unauthenticated"
    assert "invalid_token" in answer.headers["www-authenticate"]


async def test_what_the_other_tests_change_is_accepted_unchanged(app: FastAPI, owner: Owner) -> None:
    _, claims, _ = split(owner.token)
    assert (await ask(app, sign_claims(claims))).status_code == 200


async def test_the_published_key_is_no_secret_to_sign_with(app: FastAPI, owner: Owner) -> None:
    header, claims, _ = split(owner.token)
    published = (await open_client(app).get("/.well-known/jwks.json")).json()["keys"][0]
    public = jwt.PyJWK(published).key
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for secret in (pem, pem.strip(), json.dumps(published).encode(), published["n"].encode(), b""):
        for name, digest in (("HS256", hashlib.sha256), ("HS384", hashlib.sha384), ("HS512", hashlib.sha512)):
            signed = f"{part({**header, 'alg': name})}.{part(claims)}"
            signature = hmac.new(secret, signed.encode(), digest).digest()
            await assert_refused(app, f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "NONE", "", None, "RS256 ", "rs256", "ES256", "EdDSA"])
async def test_unsigned_and_renamed(app: FastAPI, owner: Owner, algorithm: str | None) -> None:
    header, claims, signature = split(owner.token)
    for kept in ("", signature):
        await assert_refused(app, f"{part({**header, 'alg': algorithm})}.{part(claims)}.{kept}")


@pytest.fixture
async def keys_of_a_stranger() -> AsyncIterator[tuple[rsa.RSAPrivateKey, str, list[str]]]:
    """A stranger's key, where they publish it, and who came to fetch it."""
    key, asked = rsa.generate_private_key(public_exponent=65537, key_size=2048), []
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    body = json.dumps({"keys": [{**public, "kid": "stranger"}]}).encode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield key, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/keys", asked


async def test_keys_that_a_token_brings_or_points_to_are_not_used(
    app: FastAPI, owner: Owner, keys_of_a_stranger: tuple[rsa.RSAPrivateKey, str, list[str]]
) -> None:
    key, url, asked = keys_of_a_stranger
    header, claims, _ = split(owner.token)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    for kid in ("stranger", header["kid"], "", url, "../../../../dev/null", "0000-first.pem", "' OR 1=1 --", "\x00"):
        for brought in (
            {},
            {"jku": url},
            {"x5u": url},
            {"jwk": public},
            {"x5c": ["AAAA"]},
            {"jku": url, "jwk": public},
        ):
            headers = {"typ": "at+jwt", "kid": kid, **brought}
            await assert_refused(app, jwt.encode(claims, key, algorithm="RS256", headers=headers))
    assert asked == []
    async with httpx.AsyncClient() as client:
        assert (await client.get(url)).json()["keys"]
    assert len(asked) == 1, "a fetch would have been seen"


@pytest.mark.parametrize(
    "change",
    [
        {"exp": int(time.time()) - 60},
        {"exp": -1},
        {"nbf": int(time.time()) + 3600},
        {"iat": int(time.time()) + 3600},
        {"iss": "http://127.0.0.1:8000/"},
        {"iss": "https://elsewhere.example"},
        {"aud": "metacortex"},
        {"aud": None},
        {"role": "Owner"},
        {"role": ["owner"]},
        {"org": "*"},
        {"member": ""},
        {"sid": None},
        {"auth_time": "now"},
    ],
)
async def test_claims_that_do_not_fit_are_refused_though_we_signed_them(
    app: FastAPI, owner: Owner, change: dict[str, Any]
) -> None:
    header, claims, _ = split(owner.token)
    payload = json.dumps({**claims, **change}).encode()
    await assert_refused(app, jwt.api_jws.encode(payload, key_ring().signing_key, algorithm="RS256", headers=header))


@pytest.mark.parametrize("claim", ["org", "member", "sub", "role", "sid", "exp", "auth_time", "restricted"])
async def test_a_changed_claim_breaks_the_signature(
    app: FastAPI, owner: Owner, make_owner: MakeOwner, claim: str
) -> None:
    header, claims, signature = split(owner.token)
    other = split((await make_owner()).token)[1]
    changed = {**other, "role": "viewer", "exp": claims["exp"] + 60, "auth_time": 1, "restricted": False}[claim]
    await assert_refused(app, f"{part(header)}.{part({**claims, claim: changed})}.{signature}")


async def test_the_owners_member_in_another_organization_sees_nothing_of_it(
    app: FastAPI, owner: Owner, make_owner: MakeOwner
) -> None:
    """Even a token signed by us that mixes two organizations reads rows of one only, and finds no member there."""
    _, claims, _ = split(owner.token)
    theirs = await make_owner()
    mixed = sign_claims({**claims, "org": str(theirs.org_id)})
    assert (await ask(app, mixed)).status_code == 401


async def test_other_secrets_of_ours_are_no_access_tokens(app: FastAPI, owner: Owner) -> None:
    signed_in = await open_client(app).post("/api/v1/sign-in", json={"email": owner.email, "password": PASSWORD})
    header, claims, _ = split(owner.token)
    for token in (
        signed_in.cookies["metacortex_refresh"],
        new_token(),
        str(uuid4()),
        sign_claims(claims, typ="JWT"),
        sign_claims(claims, typ="id_token"),
        sign_claims(claims, crit=["unknown"], unknown=1),
        f"{owner.token}.{owner.token}",
        f"{part(header)}.{owner.token}",
        owner.token + "=",
        "mc_" + owner.token,
    ):
        await assert_refused(app, token)


async def test_a_token_counts_nowhere_but_in_its_header(app: FastAPI, owner: Owner) -> None:
    client = open_client(app)
    for sent in (
        {"params": {"access_token": owner.token, "token": owner.token}},
        {"headers": {"Cookie": f"access_token={owner.token}; metacortex_refresh={owner.token}"}},
        {"headers": {"X-API-Key": owner.token, "Proxy-Authorization": f"Bearer {owner.token}"}},
        {"headers": {"Authorization": owner.token}},
        {"headers": {"Authorization": f"Basic {owner.token}"}},
    ):
        assert (await client.get("/api/v1/me", **sent)).status_code == 401, sent
