"""Signing up and in, as a browser does it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from sqlalchemy import func, select, update

from metacortex.contexts.identity.models import LoginLink, Member, Organization, RefreshToken, SignInSession, User
from metacortex.contexts.identity.queries import replace_password_hash, see_as_user, see_by_token
from metacortex.contexts.identity.types import hash_token
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.events.models import EventRow
from metacortex.platform.security import PERMISSIONS, passwords, read_access_token
from metacortex.platform.security.settings import SecuritySettings

PASSWORD = "correct horse battery staple"


def new_email() -> str:
    return f"person-{uuid4().hex[:12]}@example.com"


def sign_up_body(**change: str) -> dict[str, str]:
    body = {"organization_name": "Rao Interiors", "name": "Asha Rao", "email": new_email(), "password": PASSWORD}
    return {**body, **change}


async def read_hash(email: str) -> str:
    async with transaction(None) as session:
        found = await session.scalar(select(User.password_hash).where(User.email == email))
    assert found is not None
    return found


def read_cookie(answer: httpx.Response) -> str:
    cookies = SimpleCookie(answer.headers["set-cookie"])
    return cookies["metacortex_refresh"].value


async def refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    client.cookies.clear()
    return await client.post("/api/v1/session/refresh", headers={"Cookie": f"metacortex_refresh={token}"})


async def test_sign_up_makes_an_organization_and_its_owner(client: httpx.AsyncClient) -> None:
    body = sign_up_body(email=f"  {new_email().upper()} ")
    answer = await client.post("/api/v1/sign-up", json=body)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    data = answer.json()["data"]
    assert set(data) == {"access_token", "expires_in_seconds", "member", "organization", "restricted"}
    assert data["expires_in_seconds"] == 3600
    assert data["organization"]["name"] == "Rao Interiors"
    assert data["member"]["email"] == body["email"].strip().lower()
    assert (data["member"]["name"], data["member"]["role"]) == ("Asha Rao", "owner")
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {data['access_token']}"})
    assert me.status_code == 200
    assert me.json()["data"] == {
        "member": data["member"],
        "organization": {
            **data["organization"],
            "requires_second_factor": False,
            "plan_requires_second_factor": False,
        },
        "organizations": [{**data["organization"], "role": "owner"}],
        "permissions": sorted(PERMISSIONS),
        "restricted": False,
    }


async def test_sign_up_publishes_the_new_organization(client: httpx.AsyncClient) -> None:
    data = (await client.post("/api/v1/sign-up", json=sign_up_body())).json()["data"]
    org_id = UUID(data["organization"]["id"])
    async with transaction(org_id) as session:
        rows = (await session.execute(select(EventRow.type, EventRow.data).where(EventRow.org_id == org_id))).all()
    assert ("OrganizationCreated", {"organization_id": str(org_id)}) in [tuple(row) for row in rows]


async def test_password_is_kept_only_as_a_bcrypt_hash(client: httpx.AsyncClient) -> None:
    body = sign_up_body()
    await client.post("/api/v1/sign-up", json=body)
    async with transaction(None) as session:
        user = await session.scalar(select(User).where(User.email == body["email"]))
    assert user is not None
    assert user.password_hash is not None
    assert user.password_hash.startswith("$2b$10$")
    assert PASSWORD not in user.password_hash


async def test_a_sign_in_after_the_rounds_changed_hashes_anew(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = sign_up_body()
    await client.post("/api/v1/sign-up", json=body)
    before = await read_hash(body["email"])
    changed = SecuritySettings(password_hash_rounds=11)
    monkeypatch.setattr(passwords, "security_settings", lambda: changed)
    credentials = {"email": body["email"], "password": PASSWORD}
    wrong = await client.post("/api/v1/sign-in", json={**credentials, "password": "not this one"})
    assert (wrong.status_code, await read_hash(body["email"])) == (401, before)
    assert (await client.post("/api/v1/sign-in", json=credentials)).status_code == 200
    after = await read_hash(body["email"])
    assert (before[:7], after[:7]) == ("$2b$10$", "$2b$11$")
    assert (await client.post("/api/v1/sign-in", json=credentials)).status_code == 200
    assert await read_hash(body["email"]) == after


async def test_a_hash_made_anew_never_undoes_a_new_password(client: httpx.AsyncClient) -> None:
    body = sign_up_body()
    await client.post("/api/v1/sign-up", json=body)
    now = await read_hash(body["email"])
    async with transaction(None) as session:
        user = (await session.scalars(select(User).where(User.email == body["email"]))).one()
        await replace_password_hash(session, user.id, "the hash of a password since replaced", "its new hash")
    assert await read_hash(body["email"]) == now


async def test_refresh_cookie_is_out_of_reach_of_scripts_and_other_sites(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/sign-up", json=sign_up_body())
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/;" in cookie
    assert "max-age=2592000" in cookie
    async with transaction(UUID(answer.json()["data"]["organization"]["id"])) as session:
        stored = await session.scalar(
            select(RefreshToken.token_hash).where(RefreshToken.token_hash == hash_token(read_cookie(answer)))
        )
    assert stored is not None


async def test_repeated_sign_up_leads_into_the_same_organization(client: httpx.AsyncClient) -> None:
    body = sign_up_body()
    first, again = [await client.post("/api/v1/sign-up", json=body) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["data"]["organization"] == again.json()["data"]["organization"]
    assert first.json()["data"]["member"] == again.json()["data"]["member"]


async def test_sign_up_with_somebody_elses_address_is_refused(client: httpx.AsyncClient) -> None:
    body = sign_up_body()
    await client.post("/api/v1/sign-up", json=body)
    taken = {**body, "password": "another long password", "organization_name": f"Copy {uuid4().hex}"}
    answer = await client.post("/api/v1/sign-up", json=taken)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_in_use")
    assert "set-cookie" not in answer.headers
    async with transaction(None) as session:
        made = await session.scalar(select(func.count()).where(Organization.name == taken["organization_name"]))
    assert made == 0


async def test_of_two_sign_ups_at_once_with_one_address_one_user_stays(client: httpx.AsyncClient) -> None:
    body = sign_up_body()
    answers = await asyncio.gather(*(client.post("/api/v1/sign-up", json=body) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) in ([201, 201], [201, 409])
    async with transaction(None) as session:
        assert await session.scalar(select(func.count()).where(User.email == body["email"])) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"email": "asha"},
        {"email": ""},
        {"email": "x" * 300 + "@example.com"},
        {"password": "short"},
        {"password": "x" * 1025},
        {"password": "with\x00nul and more"},
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 121},
        {"name": "As\x00ha"},
        {"name": "Asha\r\nBcc: all"},
        {"organization_name": ""},
        {"organization_name": "\x00"},
        {"role": "owner"},
        {"name": None},
        {"name": ["Asha"]},
        {"password": 12345678},
    ],
)
async def test_unusable_sign_up_is_refused_with_the_field(client: httpx.AsyncClient, change: dict[str, object]) -> None:
    body = {**sign_up_body(), **change}
    async with transaction(None) as session:
        before = await session.scalar(select(func.count()).select_from(User))
    answer = await client.post("/api/v1/sign-up", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == list(change)
    assert str(body["password"]) not in answer.text
    async with transaction(None) as session:
        assert await session.scalar(select(func.count()).select_from(User)) == before


async def test_long_passwords_count_to_their_last_byte(client: httpx.AsyncClient) -> None:
    body = sign_up_body(password=PASSWORD * 8 + "1")
    await client.post("/api/v1/sign-up", json=body)
    right = await client.post("/api/v1/sign-in", json={"email": body["email"], "password": body["password"]})
    wrong = await client.post("/api/v1/sign-in", json={"email": body["email"], "password": PASSWORD * 8 + "2"})
    assert (right.status_code, wrong.status_code) == (200, 401)


async def test_wrong_password_and_unknown_address_get_the_same_answer(client: httpx.AsyncClient) -> None:
    body = sign_up_body()
    await client.post("/api/v1/sign-up", json=body)
    answers = [
        await client.post("/api/v1/sign-in", json={"email": body["email"], "password": "wrong password"}),
        await client.post("/api/v1/sign-in", json={"email": new_email(), "password": "wrong password"}),
        await client.post("/api/v1/sign-in", json={"email": body["email"], "password": "x"}),
    ]
    assert {(answer.status_code, answer.json()["code"], answer.json()["detail"]) for answer in answers} == {
        (401, "wrong_credentials", "The e-mail address or the password is not right.")
    }
    assert not any("set-cookie" in answer.headers for answer in answers)


async def test_sign_in_chooses_the_organization_asked_for_else_the_last_used(client: httpx.AsyncClient) -> None:
    body = sign_up_body(organization_name="First")
    first = (await client.post("/api/v1/sign-up", json=body)).json()["data"]["organization"]
    second = (await client.post("/api/v1/sign-up", json={**body, "organization_name": "Second"})).json()["data"]
    credentials = {"email": body["email"], "password": PASSWORD}
    last = await client.post("/api/v1/sign-in", json=credentials)
    chosen = await client.post("/api/v1/sign-in", json={**credentials, "organization_id": first["id"]})
    after = await client.post("/api/v1/sign-in", json=credentials)
    assert last.json()["data"]["organization"] == second["organization"]
    assert chosen.json()["data"]["organization"] == after.json()["data"]["organization"] == first
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {after.json()['data']['access_token']}"})
    assert {one["name"] for one in me.json()["data"]["organizations"]} == {"First", "Second"}


async def test_sign_in_to_an_organization_of_others_is_refused(client: httpx.AsyncClient) -> None:
    body = sign_up_body()
    await client.post("/api/v1/sign-up", json=body)
    other = (await client.post("/api/v1/sign-up", json=sign_up_body())).json()["data"]["organization"]["id"]
    answer = await client.post(
        "/api/v1/sign-in", json={"email": body["email"], "password": PASSWORD, "organization_id": other}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_member")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x.y.z", "Basic YTpi", "bearer null", "Bearer a b"])
async def test_without_a_valid_token_nothing_is_shown(client: httpx.AsyncClient, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for path in ("/api/v1/me", "/api/v1/members", "/api/v1/invitations"):
        answer = await client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_refresh_gives_fresh_tokens_once(client: httpx.AsyncClient) -> None:
    signed_up = await client.post("/api/v1/sign-up", json=sign_up_body())
    answer = await refresh(client, read_cookie(signed_up))
    assert answer.status_code == 200
    assert answer.json()["data"]["member"] == signed_up.json()["data"]["member"]
    tokens = [one.json()["data"]["access_token"] for one in (signed_up, answer)]
    assert tokens[0] != tokens[1]
    principals = [replace(read_access_token(token), issued_at=0) for token in tokens]
    assert principals[0] == principals[1]
    sids = {jwt.decode(token, options={"verify_signature": False})["sid"] for token in tokens}
    assert len(sids) == 1
    assert read_cookie(answer) != read_cookie(signed_up)
    assert (await refresh(client, read_cookie(answer))).status_code == 200


async def test_a_session_ends_after_ninety_days_however_much_it_is_used(client: httpx.AsyncClient) -> None:
    signed_up = await client.post("/api/v1/sign-up", json=sign_up_body())
    data = signed_up.json()["data"]
    for days, expected in ((89, 200), (90, 401)):
        async with transaction(UUID(data["organization"]["id"])) as session:
            await session.execute(update(SignInSession).values(created_at=utc_now() - timedelta(days=days)))
        signed_up = await refresh(client, read_cookie(signed_up))
        assert signed_up.status_code == expected


async def test_replayed_refresh_token_ends_the_whole_session(client: httpx.AsyncClient) -> None:
    body = sign_up_body()
    stolen = read_cookie(await client.post("/api/v1/sign-up", json=body))
    client.cookies.clear()
    other_device = read_cookie(
        await client.post("/api/v1/sign-in", json={"email": body["email"], "password": PASSWORD})
    )
    rightful = read_cookie(await refresh(client, stolen))
    replay = await refresh(client, stolen)
    assert (replay.status_code, replay.json()["code"]) == (401, "session_ended")
    assert "set-cookie" not in replay.headers
    assert (await refresh(client, rightful)).status_code == 401
    assert (await refresh(client, other_device)).status_code == 200


async def test_of_refreshes_at_once_with_one_token_one_succeeds(client: httpx.AsyncClient) -> None:
    signed_up = await client.post("/api/v1/sign-up", json=sign_up_body())
    token = read_cookie(signed_up)
    answers = await asyncio.gather(*(refresh(client, token) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert (await refresh(client, read_cookie(winner))).status_code == 401
    async with transaction(UUID(signed_up.json()["data"]["organization"]["id"])) as session:
        families = (await session.scalars(select(SignInSession))).all()
        issued = await session.scalar(select(func.count()).select_from(RefreshToken))
    assert [family.revoked_at is not None for family in families] == [True]
    assert issued == 2


async def test_expired_refresh_token_is_refused_without_ending_the_session(client: httpx.AsyncClient) -> None:
    signed_up = await client.post("/api/v1/sign-up", json=sign_up_body())
    async with transaction(UUID(signed_up.json()["data"]["organization"]["id"])) as session:
        await session.execute(update(RefreshToken).values(expires_at=utc_now()))
    assert (await refresh(client, read_cookie(signed_up))).status_code == 401
    async with transaction(UUID(signed_up.json()["data"]["organization"]["id"])) as session:
        assert await session.scalar(select(SignInSession.revoked_at)) is None


@pytest.mark.parametrize("token", ["", "unknown", "x" * 150, "%00", "é"])
async def test_unknown_refresh_token_is_refused(client: httpx.AsyncClient, token: str) -> None:
    headers = {b"Cookie": b"metacortex_refresh=" + token.encode()}
    answer = await client.post("/api/v1/session/refresh", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
    assert (await client.post("/api/v1/session/refresh")).status_code == 401


async def test_sign_out_ends_the_session_and_clears_the_cookie(client: httpx.AsyncClient) -> None:
    token = read_cookie(await client.post("/api/v1/sign-up", json=sign_up_body()))
    client.cookies.clear()
    headers = {"Cookie": f"metacortex_refresh={token}"}
    first, again = [await client.post("/api/v1/session/sign-out", headers=headers) for _ in range(2)]
    bare = await client.post("/api/v1/session/sign-out")
    assert {answer.status_code for answer in (first, again, bare)} == {204}
    assert "max-age=0" in first.headers["set-cookie"].lower()
    assert "metacortex_device" not in first.headers["set-cookie"], "guessing elsewhere must not hinder this browser"
    assert first.headers["clear-site-data"] == '"cache", "storage"'
    assert (await refresh(client, token)).status_code == 401


async def test_key_set_is_public(client: httpx.AsyncClient) -> None:
    answer = await client.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    token = (await client.post("/api/v1/sign-up", json=sign_up_body())).json()["data"]["access_token"]
    keys = {key["kid"]: jwt.PyJWK(key) for key in answer.json()["keys"]}
    key = keys[jwt.get_unverified_header(token)["kid"]]
    assert jwt.decode(token, key, algorithms=["RS256"], audience="metacortex-api")["role"] == "owner"


async def test_row_level_security_hides_identity_from_others(client: httpx.AsyncClient) -> None:
    body = sign_up_body()
    signed_up = await client.post("/api/v1/sign-up", json=body)
    token_hash = hash_token(read_cookie(signed_up))
    user_id = UUID(signed_up.json()["data"]["member"]["user_id"])
    await client.post("/api/v1/sign-up", json=sign_up_body())
    for table in (Member, SignInSession, RefreshToken, LoginLink):
        async with transaction(None) as session:
            assert (await session.scalars(select(table))).all() == []
    async with transaction(None) as session:
        await see_as_user(session, user_id)
        assert [one.user_id for one in await session.scalars(select(Member))] == [user_id]
        await session.execute(update(Member).values(role="viewer"))
    async with transaction(None) as session:
        await see_by_token(session, token_hash)
        assert [one.token_hash for one in await session.scalars(select(RefreshToken))] == [token_hash]
    async with transaction(UUID(signed_up.json()["data"]["organization"]["id"])) as session:
        assert (await session.scalars(select(Member.role))).all() == ["owner"]
