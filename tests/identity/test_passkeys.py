"""Passkeys, by a security key in software that can also lie; browsers use one in tests/browser."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import AnyHttpUrl

from metacortex.contexts.identity.service import passkeys
from metacortex.platform.settings import Settings
from tests.conftest import Owner
from tests.fakes.authenticator import USER_PRESENT, Authenticator

pytestmark = pytest.mark.slow

ORIGIN = "http://localhost:8000"


@pytest.fixture(autouse=True)
def named_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passkeys are bound to a name; tests otherwise use an address."""
    monkeypatch.setattr(passkeys, "settings", lambda: Settings(public_url=AnyHttpUrl(ORIGIN)))


async def add(owner: Owner, key: Authenticator, name: str = "Phone") -> httpx.Response:
    asked = (await owner.client.post("/api/v1/me/passkeys/options")).json()["data"]
    body = {"token": asked["token"], "credential": key.register(asked["options"]), "name": name}
    return await owner.client.post("/api/v1/me/passkeys", json=body)


async def sign_in(client: httpx.AsyncClient, key: Authenticator) -> httpx.Response:
    asked = (await client.post("/api/v1/sign-in/passkey/options")).json()["data"]
    body = {"token": asked["token"], "credential": key.sign(asked["options"])}
    return await client.post("/api/v1/sign-in/passkey", json=body)


@pytest.fixture
async def key(owner: Owner) -> Authenticator:
    """A passkey of the owner."""
    made = Authenticator(ORIGIN, "localhost")
    answer = await add(owner, made)
    assert answer.status_code == 201, answer.text
    return made


async def test_a_passkey_signs_in_by_itself(client: httpx.AsyncClient, owner: Owner, key: Authenticator) -> None:
    answer = await sign_in(client, key)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["member"]["email"] == owner.email
    headers = {"Authorization": f"Bearer {answer.json()['data']['access_token']}"}
    sessions = (await client.get("/api/v1/me/sessions", headers=headers)).json()["data"]
    assert ["hwk"] in [one["methods"] for one in sessions]
    [known] = (await owner.client.get("/api/v1/me/factors")).json()["data"]["passkeys"]
    assert (known["name"], known["used_at"] is not None) == ("Phone", True)


async def test_an_answer_works_once(client: httpx.AsyncClient, key: Authenticator) -> None:
    asked = (await client.post("/api/v1/sign-in/passkey/options")).json()["data"]
    body = {"token": asked["token"], "credential": key.sign(asked["options"])}
    assert (await client.post("/api/v1/sign-in/passkey", json=body)).status_code == 200
    again = await client.post("/api/v1/sign-in/passkey", json=body)
    assert (again.status_code, again.json()["code"]) == (401, "challenge_over")
    other = (await client.post("/api/v1/sign-in/passkey/options")).json()["data"]
    replayed = await client.post("/api/v1/sign-in/passkey", json={**body, "token": other["token"]})
    assert (replayed.status_code, replayed.json()["code"]) == (401, "passkey_refused")


def _elsewhere(key: Authenticator) -> None:
    key.origin = "https://localhost.evil.example"


def _for_another_site(key: Authenticator) -> None:
    key.rp_id = "evil.example"


def _unverified(key: Authenticator) -> None:
    key.flags = USER_PRESENT


def _absent(key: Authenticator) -> None:
    key.flags = 0


def _cloned(key: Authenticator) -> None:
    key.count = 0


def _by_another_key(key: Authenticator) -> None:
    key.key = ec.generate_private_key(ec.SECP256R1())


def _unknown(key: Authenticator) -> None:
    key.credential_id = b"x" * 32


LIES = [_elsewhere, _for_another_site, _unverified, _absent, _cloned, _by_another_key, _unknown]


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
async def test_a_lying_key_does_not_open(
    client: httpx.AsyncClient, key: Authenticator, lie: Callable[[Authenticator], None]
) -> None:
    assert (await sign_in(client, key)).status_code == 200
    lie(key)
    answer = await sign_in(client, key)
    assert (answer.status_code, answer.json()["code"]) == (401, "passkey_refused")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("lie", [_elsewhere, _for_another_site, _unverified], ids=lambda lie: lie.__name__)
async def test_a_lying_key_is_not_added(owner: Owner, lie: Callable[[Authenticator], None]) -> None:
    key = Authenticator(ORIGIN, "localhost")
    lie(key)
    answer = await add(owner, key)
    assert (answer.status_code, answer.json()["code"]) == (422, "passkey_unusable")
    assert (await owner.client.get("/api/v1/me/factors")).json()["data"]["passkeys"] == []


async def test_a_passkey_proves_only_its_own_person(owner: Owner, make_owner: Any, key: Authenticator) -> None:
    other = await make_owner()
    path = "/api/v1/session/proof/passkey"
    for person, expected in ((owner, 200), (other, 401)):
        asked = (await person.client.post(f"{path}/options")).json()["data"]
        answer = await person.client.post(
            path, json={"token": asked["token"], "credential": key.sign(asked["options"])}
        )
        assert answer.status_code == expected, answer.text
    asked = (await owner.client.post(f"{path}/options")).json()["data"]
    stolen = await other.client.post(path, json={"token": asked["token"], "credential": key.sign(asked["options"])})
    assert stolen.json()["code"] == "challenge_over"


async def test_a_removed_passkey_opens_nothing(client: httpx.AsyncClient, owner: Owner, key: Authenticator) -> None:
    [known] = (await owner.client.get("/api/v1/me/factors")).json()["data"]["passkeys"]
    assert (await owner.client.delete(f"/api/v1/me/passkeys/{known['id']}")).status_code == 204
    assert (await sign_in(client, key)).json()["code"] == "passkey_refused"
    again = await owner.client.delete(f"/api/v1/me/passkeys/{known['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "passkey_not_found")


@pytest.mark.parametrize(
    "credential", [{}, {"id": 5}, {"id": "x", "rawId": "x"}, {"rawId": "☃"}, {"id": "a", "response": {"x": []}}]
)
async def test_odd_answers_are_refused(client: httpx.AsyncClient, owner: Owner, credential: dict[str, Any]) -> None:
    asked = (await client.post("/api/v1/sign-in/passkey/options")).json()["data"]
    answer = await client.post("/api/v1/sign-in/passkey", json={"token": asked["token"], "credential": credential})
    assert (answer.status_code, answer.json()["code"]) == (401, "passkey_refused")
    asked = (await owner.client.post("/api/v1/me/passkeys/options")).json()["data"]
    body = {"token": asked["token"], "credential": credential, "name": "x"}
    assert (await owner.client.post("/api/v1/me/passkeys", json=body)).json()["code"] == "passkey_unusable"


async def test_an_address_without_name_has_no_passkeys(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passkeys, "settings", lambda: Settings(public_url=AnyHttpUrl("http://127.0.0.1:8000")))
    answer = await client.post("/api/v1/sign-in/passkey/options")
    assert (answer.status_code, answer.json()["code"]) == (409, "passkeys_need_name")
