"""API keys: of others, ended, expired, guessed, misplaced, and used to get more than they were given."""

from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from metacortex.platform.database import transaction, utc_now
from metacortex.platform.security import Role
from tests.attacks.people import make_key
from tests.conftest import MakeOwner, Owner, open_client


async def test_a_key_finds_nothing_of_another_organization(app: FastAPI, owner: Owner, make_owner: MakeOwner) -> None:
    theirs = await make_owner()
    lead = (await theirs.client.post("/api/v1/leads", json={"email": "z@example.com"})).json()["data"]["id"]
    client = open_client(app, await make_key(owner, "leads:view", "leads:edit", "team:edit", "keys:edit"))
    assert (await client.get(f"/api/v1/leads/{lead}")).status_code == 404
    assert (await client.post(f"/api/v1/leads/{lead}/notes", json={"text": "x"})).status_code == 404
    assert (await client.get("/api/v1/leads")).json()["data"] == []
    assert (await client.delete(f"/api/v1/members/{theirs.member_id}")).status_code == 404
    key_id = (await theirs.client.post("/api/v1/api-keys", json={"name": "k", "scopes": ["leads:view"]})).json()[
        "data"
    ]["id"]
    assert (await client.delete(f"/api/v1/api-keys/{key_id}")).status_code == 404


async def test_ended_and_expired_keys_open_nothing(app: FastAPI, owner: Owner) -> None:
    ended, expired = [open_client(app, await make_key(owner, "leads:view")) for _ in range(2)]
    assert [(await one.get("/api/v1/leads")).status_code for one in (ended, expired)] == [200, 200]
    listed = (await owner.client.get("/api/v1/api-keys")).json()["data"]
    assert (await owner.client.delete(f"/api/v1/api-keys/{listed[1]['id']}")).status_code == 204
    async with transaction(owner.org_id) as session:
        await session.execute(
            text("UPDATE api_keys SET expires_at = :past WHERE id = :id"),
            {"past": utc_now() - timedelta(seconds=1), "id": listed[0]["id"]},
        )
    assert [(await one.get("/api/v1/leads")).status_code for one in (ended, expired)] == [401, 401]


async def test_what_is_shown_of_a_key_does_not_open(app: FastAPI, owner: Owner) -> None:
    secret = await make_key(owner, "leads:view")
    shown = (await owner.client.get("/api/v1/api-keys")).json()["data"][0]
    assert "secret" not in shown
    async with transaction(owner.org_id) as session:
        stored = await session.scalar(text("SELECT token_hash FROM api_keys"))
        row = await session.scalar(text("SELECT to_jsonb(k)::text FROM api_keys k"))
    assert secret not in str(row)
    for guess in (
        shown["prefix"],
        f"{shown['prefix']}_",
        stored,
        f"mc_{stored}",
        secret[:-1],
        secret + "x",
        secret.upper(),
    ):
        assert (await open_client(app, guess).get("/api/v1/leads")).status_code == 401, guess
    for headers in ({"X-API-Key": secret}, {"Cookie": f"metacortex_refresh={secret}"}, {"Authorization": secret}):
        assert (await open_client(app).get("/api/v1/leads", headers=headers)).status_code == 401
    assert (await open_client(app).get("/api/v1/leads", params={"api_key": secret})).status_code == 401


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN, Role.MANAGER])
async def test_a_key_hands_on_no_role_that_may_do_more_than_itself(app: FastAPI, owner: Owner, role: Role) -> None:
    client = open_client(app, await make_key(owner, "team:edit", "team:view"))
    invited = await client.post("/api/v1/invitations", json={"email": f"{uuid4().hex}@example.com", "role": role})
    assert (invited.status_code, invited.json()["code"]) == (403, "role_beyond_scope")
    agent = await owner.client.post(
        "/api/v1/invitations", json={"email": f"{uuid4().hex}@example.com", "role": "agent"}
    )
    accepted = await open_client(app).post(
        "/api/v1/invitations/accept",
        json={
            "token": agent.json()["data"]["accept_url"].rsplit("/", 1)[1],
            "name": "R",
            "password": "a long one, this",
        },
    )
    member = accepted.json()["data"]["member"]["id"]
    raised = await client.patch(f"/api/v1/members/{member}", json={"role": role})
    assert (raised.status_code, raised.json()["code"]) == (403, "role_beyond_scope")


async def test_a_key_with_all_that_a_role_may_do_hands_it_on(app: FastAPI, owner: Owner) -> None:
    scopes = ("team:edit", "team:view", "leads:view", "sources:view", "scoring:view")
    client = open_client(app, await make_key(owner, *scopes))
    invited = await client.post("/api/v1/invitations", json={"email": f"{uuid4().hex}@example.com", "role": "viewer"})
    assert invited.status_code == 201, invited.text


async def test_a_key_makes_no_key_and_touches_no_person(app: FastAPI, owner: Owner) -> None:
    client = open_client(app, await make_key(owner, "keys:edit"))
    made = await client.post("/api/v1/api-keys", json={"name": "k", "scopes": ["keys:edit"]})
    assert (made.status_code, made.json()["code"]) == (403, "outside_scope")
    for method, path in (("GET", "me"), ("POST", "me/totp"), ("PUT", "me/password"), ("POST", "session/proof")):
        assert (await client.request(method, f"/api/v1/{path}", json={})).json()["code"] == "outside_scope"
