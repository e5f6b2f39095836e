"""API keys: of others, ended, expired, guessed, misplaced, and used to get more than they were given."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, text

from metacortex.contexts.identity.service import api_keys
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.security import Role
from tests.attacks.people import join, make_key
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


async def expire_keys(owner: Owner) -> None:
    async with transaction(owner.org_id) as session:
        await session.execute(text("UPDATE api_keys SET expires_at = :past"), {"past": utc_now() - timedelta(hours=1)})


def advance_clock(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(api_keys, "time", SimpleNamespace(time=lambda: time.time() + seconds))


@contextmanager
def count_reads() -> Iterator[list[str]]:
    """Collect the statements that ask for a key or its maker."""
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "FROM api_keys" in statement or "UPDATE api_keys" in statement or "FROM members" in statement:
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_ended_and_expired_keys_open_nothing(app: FastAPI, owner: Owner) -> None:
    ended, expired = [open_client(app, await make_key(owner, "leads:view")) for _ in range(2)]
    assert (await ended.get("/api/v1/leads")).status_code == 200
    listed = (await owner.client.get("/api/v1/api-keys")).json()["data"]
    assert (await owner.client.delete(f"/api/v1/api-keys/{listed[1]['id']}")).status_code == 204
    await expire_keys(owner)
    assert [(await one.get("/api/v1/leads")).status_code for one in (ended, expired)] == [401, 401]


async def test_a_key_is_read_once_a_minute_and_kept_by_its_hash(
    app: FastAPI, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await make_key(owner, "leads:view")
    client = open_client(app, secret)
    with count_reads() as first:
        await client.get("/api/v1/pipeline")
    with count_reads() as again:
        await client.get("/api/v1/pipeline")
    advance_clock(monkeypatch, 61)
    with count_reads() as later:
        await client.get("/api/v1/pipeline")
    assert (len(first), len(again), len(later)) == (3, 0, 2), "a use is written down once a minute"
    assert secret not in repr(api_keys._kept)


async def test_a_key_expires_while_it_is_kept(app: FastAPI, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"name": "k", "scopes": ["leads:view"], "expires_at": (utc_now() + timedelta(seconds=30)).isoformat()}
    made = (await owner.client.post("/api/v1/api-keys", json=body)).json()["data"]
    client = open_client(app, made["secret"])
    assert (await client.get("/api/v1/leads")).status_code == 200
    await expire_keys(owner)
    assert (await client.get("/api/v1/leads")).status_code == 200, "it was not kept"
    advance_clock(monkeypatch, 31)
    assert (await client.get("/api/v1/leads")).status_code == 401


async def test_a_kept_key_follows_its_maker_at_once(app: FastAPI, owner: Owner) -> None:
    admin = await join(app, owner, Role.ADMIN)
    client = open_client(app, await make_key(admin, "audit:view", "leads:view"))

    async def ask() -> list[int]:
        return [(await client.get(f"/api/v1/{path}")).status_code for path in ("audit", "leads")]

    assert await ask() == [200, 200]
    member = f"/api/v1/members/{admin.member_id}"
    assert (await owner.client.patch(member, json={"role": "viewer"})).status_code == 200
    assert await ask() == [403, 200]
    assert (await owner.client.patch(member, json={"role": "admin"})).status_code == 200
    assert await ask() == [200, 200]
    assert (await owner.client.delete(member)).status_code == 204
    assert await ask() == [401, 401]


async def test_no_more_keys_are_kept_than_there_is_room_for(
    app: FastAPI, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "MOST_KEPT", 2)
    api_keys._kept.clear()
    used = [open_client(app, await make_key(owner, "leads:view")) for _ in range(3)]
    for client in (used[0], used[1], used[0], used[2]):
        assert (await client.get("/api/v1/pipeline")).status_code == 200
    assert len(api_keys._kept) == 2
    with count_reads() as asked:
        await used[0].get("/api/v1/pipeline")
    assert asked == [], "the longest unused is forgotten first"


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
