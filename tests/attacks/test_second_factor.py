"""The second factor against somebody who has the password, or an open session."""

import httpx
import pytest
from fastapi import FastAPI

from metacortex.platform.security import Role
from tests.attacks.people import Person, code_of, join, set_up_totp, token_as
from tests.conftest import PASSWORD, Owner, open_client

pytestmark = pytest.mark.slow


async def begin(client: httpx.AsyncClient, email: str) -> str:
    answer = await client.post("/api/v1/sign-in", json={"email": email, "password": PASSWORD})
    assert answer.json()["code"] == "second_factor_required", answer.text
    return str(answer.json()["token"])


async def finish(client: httpx.AsyncClient, token: str, code: str) -> httpx.Response:
    return await client.post("/api/v1/sign-in/second-factor", json={"token": token, "code": code})


async def test_a_code_seen_over_the_shoulder_proves_nothing_elsewhere(
    app: FastAPI, client: httpx.AsyncClient, owner: Owner
) -> None:
    secret, codes = await set_up_totp(owner.client)
    code = code_of(secret)
    assert (await finish(client, await begin(client, owner.email), code)).status_code == 200
    again = await owner.client.post("/api/v1/session/proof", json={"code": code})
    assert (again.status_code, again.json()["code"]) == (403, "proof_wrong")
    assert (await finish(client, await begin(client, owner.email), code)).json()["code"] == "wrong_code"
    assert (await owner.client.post("/api/v1/session/proof", json={"code": codes[0]})).status_code == 200
    assert (await finish(client, await begin(client, owner.email), codes[0])).json()["code"] == "wrong_code"


async def test_the_password_alone_is_no_proof_where_a_second_factor_is(owner: Owner) -> None:
    await set_up_totp(owner.client)
    answer = await owner.client.post("/api/v1/session/proof", json={"password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "proof_wrong")


async def test_codes_of_another_person_are_wrong(app: FastAPI, client: httpx.AsyncClient, owner: Owner) -> None:
    other = await join(app, owner, Role.AGENT)
    secret, codes = await set_up_totp(other.client)
    await set_up_totp(owner.client)
    for code in (code_of(secret), codes[0]):
        assert (await finish(client, await begin(client, owner.email), code)).json()["code"] == "wrong_code"


async def test_the_token_of_a_half_done_sign_in_opens_nothing(
    app: FastAPI, client: httpx.AsyncClient, owner: Owner
) -> None:
    await set_up_totp(owner.client)
    token = await begin(client, owner.email)
    assert (await open_client(app, token).get("/api/v1/me")).status_code == 401
    headers = {"Cookie": f"metacortex_refresh={token}"}
    assert (await client.post("/api/v1/session/refresh", headers=headers)).status_code == 401
    for path in ("sign-in/link", "email/verify"):
        assert (await client.post(f"/api/v1/{path}", json={"token": token})).status_code == 401
    reset = await client.post("/api/v1/password/reset", json={"token": token, "password": PASSWORD})
    assert reset.status_code == 401


async def test_an_old_session_cannot_remove_the_factor(app: FastAPI, owner: Owner) -> None:
    await set_up_totp(owner.client)
    thief = open_client(app, token_as(owner, proved_at=1))
    for method, path in (("DELETE", "totp"), ("POST", "recovery-codes"), ("POST", "passkeys/options")):
        answer = await thief.request(method, f"/api/v1/me/{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "proof_needed")
    assert (await owner.client.get("/api/v1/me/factors")).json()["data"]["has_totp"] is True


async def test_what_is_demanded_of_all_is_not_got_around_by_refreshing(app: FastAPI, owner: Owner) -> None:
    person: Person = await join(app, owner, Role.AGENT)
    await set_up_totp(owner.client)
    changed = await owner.client.patch("/api/v1/organization", json={"requires_second_factor": True})
    assert changed.status_code == 200, changed.text
    assert (await person.client.get("/api/v1/leads")).status_code == 401
    fresh = (await person.client.post("/api/v1/session/refresh")).json()["data"]
    assert fresh["restricted"] is True
    person.client.headers["Authorization"] = f"Bearer {fresh['access_token']}"
    assert (await person.client.get("/api/v1/leads")).json()["code"] == "second_factor_missing"
    proved = await person.client.post("/api/v1/session/proof", json={"password": PASSWORD})
    assert proved.status_code == 200
    person.client.headers["Authorization"] = f"Bearer {proved.json()['data']['access_token']}"
    assert (await person.client.get("/api/v1/leads")).json()["code"] == "second_factor_missing"


async def test_beginning_anew_gives_no_endless_guesses(client: httpx.AsyncClient, owner: Owner) -> None:
    secret, _ = await set_up_totp(owner.client)
    wrong = str((int(code_of(secret)) + 500_000) % 1_000_000).zfill(6)
    guesses = 0
    for _ in range(6):
        token = (
            (await client.post("/api/v1/sign-in", json={"email": owner.email, "password": PASSWORD}))
            .json()
            .get("token")
        )
        for _ in range(5):
            guesses += token is not None and (await finish(client, token, wrong)).json()["code"] == "wrong_code"
    assert guesses <= 20


async def test_an_open_session_gives_no_endless_guesses(owner: Owner) -> None:
    secret, _ = await set_up_totp(owner.client)
    wrong = str((int(code_of(secret)) + 500_000) % 1_000_000).zfill(6)
    answers = [await owner.client.post("/api/v1/session/proof", json={"code": wrong}) for _ in range(30)]
    assert len([one for one in answers if one.json()["code"] == "proof_wrong"]) <= 20
