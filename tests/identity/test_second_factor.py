"""The second factor: codes of an authenticator app, recovery codes, and what an organization may demand."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pyotp
import pytest
from sqlalchemy import select, text, update

from metacortex.contexts.identity.models import Organization, TotpFactor, User
from metacortex.contexts.identity.queries import see_as_user
from metacortex.contexts.identity.service import sessions
from metacortex.contexts.identity.settings import SecondFactorSettings
from metacortex.platform.database import transaction, utc_now
from tests.conftest import PASSWORD, MakeOwner, Owner

pytestmark = pytest.mark.slow

STEP = 30


def code_of(secret: str, steps: int = 0) -> str:
    return str(pyotp.TOTP(secret).at(int(utc_now().timestamp()) + steps * STEP))


async def set_up(owner: Owner) -> tuple[str, list[str]]:
    """Set an authenticator app up; return its secret and the recovery codes."""
    begun = await owner.client.post("/api/v1/me/totp")
    assert begun.status_code == 201, begun.text
    secret = begun.json()["data"]["secret"]
    confirmed = await owner.client.post("/api/v1/me/totp/confirm", json={"code": code_of(secret, -1)})
    assert confirmed.status_code == 200, confirmed.text
    return secret, confirmed.json()["data"]["codes"]


async def sign_in(client: httpx.AsyncClient, owner: Owner) -> httpx.Response:
    return await client.post("/api/v1/sign-in", json={"email": owner.email, "password": PASSWORD})


async def begin(client: httpx.AsyncClient, owner: Owner) -> str:
    """Give the password; return the token that asks for the code."""
    answer = await sign_in(client, owner)
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required")
    assert "set-cookie" not in answer.headers
    assert "access_token" not in answer.text
    return str(answer.json()["token"])


async def finish(client: httpx.AsyncClient, token: str, code: str) -> httpx.Response:
    return await client.post("/api/v1/sign-in/second-factor", json={"token": token, "code": code})


async def test_password_alone_no_longer_lets_in(client: httpx.AsyncClient, owner: Owner) -> None:
    secret, _ = await set_up(owner)
    token = await begin(client, owner)
    answer = await finish(client, token, code_of(secret))
    assert answer.status_code == 200
    assert answer.json()["data"]["member"]["email"] == owner.email
    assert (await finish(client, token, code_of(secret, 1))).json()["code"] == "challenge_over"


async def test_set_up_can_begin_again_until_it_is_confirmed(client: httpx.AsyncClient, owner: Owner) -> None:
    first, second = [(await owner.client.post("/api/v1/me/totp")).json()["data"]["secret"] for _ in range(2)]
    assert (await sign_in(client, owner)).status_code == 200
    wrong = await owner.client.post("/api/v1/me/totp/confirm", json={"code": code_of(first)})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_code")
    assert (await owner.client.post("/api/v1/me/totp/confirm", json={"code": code_of(second)})).status_code == 200
    again = await owner.client.post("/api/v1/me/totp")
    assert (again.status_code, again.json()["code"]) == (409, "factor_exists")
    assert (await owner.client.get("/api/v1/me/factors")).json()["data"]["has_totp"] is True


async def test_a_code_works_once_even_when_two_use_it_at_once(client: httpx.AsyncClient, owner: Owner) -> None:
    secret, _ = await set_up(owner)
    tokens = [await begin(client, owner) for _ in range(2)]
    answers = await asyncio.gather(*(finish(client, token, code_of(secret)) for token in tokens))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    older = await finish(client, await begin(client, owner), code_of(secret, -1))
    assert older.json()["code"] == "wrong_code"


async def test_five_wrong_codes_end_the_challenge(client: httpx.AsyncClient, owner: Owner) -> None:
    secret, _ = await set_up(owner)
    token = await begin(client, owner)
    wrong = str((int(code_of(secret)) + 500_000) % 1_000_000).zfill(6)
    codes = [(await finish(client, token, wrong)).json()["code"] for _ in range(6)]
    assert codes == ["wrong_code"] * 5 + ["challenge_over"]
    assert (await finish(client, token, code_of(secret))).json()["code"] == "challenge_over"


async def test_each_recovery_code_works_once(client: httpx.AsyncClient, owner: Owner) -> None:
    _, codes = await set_up(owner)
    assert len(set(codes)) == 10
    assert (await finish(client, await begin(client, owner), codes[0].upper().replace("-", " "))).status_code == 200
    assert (await finish(client, await begin(client, owner), codes[0])).json()["code"] == "wrong_code"
    assert (await owner.client.get("/api/v1/me/factors")).json()["data"]["recovery_codes_left"] == 9
    fresh = (await owner.client.post("/api/v1/me/recovery-codes")).json()["data"]["codes"]
    assert not set(fresh) & set(codes)
    assert (await finish(client, await begin(client, owner), codes[1])).json()["code"] == "wrong_code"
    assert (await finish(client, await begin(client, owner), fresh[1])).status_code == 200


async def test_no_other_way_in_goes_around_the_code(client: httpx.AsyncClient, owner: Owner, make_owner: Any) -> None:
    await set_up(owner)
    body = {"organization_name": "Other", "name": "Asha", "email": owner.email, "password": PASSWORD}
    signed_up = await client.post("/api/v1/sign-up", json=body)
    assert (signed_up.status_code, signed_up.json()["code"]) == (401, "second_factor_required")
    host = await make_owner()
    invited = await host.client.post("/api/v1/invitations", json={"email": owner.email, "role": "agent"})
    token = invited.json()["data"]["accept_url"].rsplit("/", 1)[1]
    accepted = await client.post(
        "/api/v1/invitations/accept", json={"token": token, "name": "Asha", "password": PASSWORD}
    )
    assert (accepted.status_code, accepted.json()["code"]) == (401, "second_factor_required")
    assert "set-cookie" not in accepted.headers


async def test_an_organization_can_demand_a_second_factor(client: httpx.AsyncClient, owner: Owner) -> None:
    demand = {"requires_second_factor": True}
    first = await owner.client.patch("/api/v1/organization", json=demand)
    assert (first.status_code, first.json()["code"]) == (409, "factor_of_your_own_first")
    await set_up(owner)
    invited = await owner.client.post(
        "/api/v1/invitations", json={"email": f"{uuid4().hex}@example.com", "role": "agent"}
    )
    assert (await owner.client.patch("/api/v1/organization", json=demand)).status_code == 200
    ended = await owner.client.get("/api/v1/leads")
    assert ended.status_code == 401, "tokens from before the demand are over"

    token = invited.json()["data"]["accept_url"].rsplit("/", 1)[1]
    body = {"token": token, "name": "Ravi", "password": PASSWORD}
    agent = (await client.post("/api/v1/invitations/accept", json=body)).json()["data"]
    assert agent["restricted"] is True
    client.headers["Authorization"] = f"Bearer {agent['access_token']}"
    refused = await client.get("/api/v1/leads")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_missing")
    begun = (await client.post("/api/v1/me/totp")).json()["data"]
    await client.post("/api/v1/me/totp/confirm", json={"code": code_of(begun["secret"])})
    renewed = (await client.post("/api/v1/session/refresh")).json()["data"]
    assert renewed["restricted"] is False
    client.headers["Authorization"] = f"Bearer {renewed['access_token']}"
    assert (await client.get("/api/v1/leads")).status_code == 200


async def test_a_plan_can_demand_a_second_factor(
    client: httpx.AsyncClient, make_owner: MakeOwner, monkeypatch: pytest.MonkeyPatch
) -> None:
    demanding = SecondFactorSettings(plans_that_require_second_factor=("enterprise",))
    monkeypatch.setattr(sessions, "second_factor_settings", lambda: demanding)
    owner, other = await make_owner(), await make_owner()
    async with transaction(owner.org_id) as session:
        await session.execute(update(Organization).where(Organization.id == owner.org_id).values(plan="enterprise"))

    async def sign_in(who: Owner) -> Any:
        body = {"email": who.email, "password": PASSWORD}
        return (await client.post("/api/v1/sign-in", json=body)).json()["data"]

    assert (await sign_in(other))["restricted"] is False, "another plan demands nothing"
    signed_in = await sign_in(owner)
    assert signed_in["restricted"] is True
    client.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
    assert (await client.get("/api/v1/leads")).json()["code"] == "second_factor_missing"
    shown = (await client.get("/api/v1/me")).json()["data"]["organization"]
    assert (shown["requires_second_factor"], shown["plan_requires_second_factor"]) == (False, True)
    begun = (await client.post("/api/v1/me/totp")).json()["data"]
    await client.post("/api/v1/me/totp/confirm", json={"code": code_of(begun["secret"])})
    renewed = (await client.post("/api/v1/session/refresh")).json()["data"]
    assert renewed["restricted"] is False
    client.headers["Authorization"] = f"Bearer {renewed['access_token']}"
    assert (await client.get("/api/v1/leads")).status_code == 200
    off = await client.patch("/api/v1/organization", json={"requires_second_factor": False})
    assert off.json()["data"]["plan_requires_second_factor"] is True, "no switch of the organization takes it away"


async def test_the_secret_is_kept_sealed_and_seen_by_its_owner_only(owner: Owner, product: Any) -> None:
    secret, codes = await set_up(owner)
    async with transaction(None) as session:
        assert (await session.scalars(select(TotpFactor))).all() == []
        user_id = await session.scalar(select(User.id).where(User.email == owner.email))
        assert user_id is not None
        await see_as_user(session, user_id)
        factor = (await session.scalars(select(TotpFactor))).one()
        assert factor.secret == secret
        stored = (
            await session.scalars(
                text("SELECT t::text FROM totp_factors t UNION ALL SELECT c::text FROM recovery_codes c")
            )
        ).all()
        await see_as_user(session, UUID(int=1))
        assert (await session.scalars(select(TotpFactor.id))).all() == []
    assert len(stored) == 11
    assert secret.encode() not in factor.secret_sealed
    assert not [row for row in stored for known in (secret, *codes) if known in row]


@pytest.mark.parametrize("code", ["", "12345", "0" * 41, "abc def", "٣٣٣٣٣٣", "12345x", "\x00" * 6])
async def test_odd_codes_are_refused(client: httpx.AsyncClient, owner: Owner, code: str) -> None:
    await set_up(owner)
    answer = await finish(client, await begin(client, owner), code)
    assert answer.status_code == 422
