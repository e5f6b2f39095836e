"""No role, key or visitor gets more than the table of permissions says, on any operation there is."""

import re
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from metacortex.platform.security import PERMISSIONS, ROLE_PERMISSIONS, Role
from tests.attacks.operations import Operation, find_operations
from tests.attacks.people import join, make_key, token_as
from tests.conftest import Owner, open_client

pytestmark = pytest.mark.slow

REFUSALS = {401, 403}
PUBLIC = {
    "POST /api/v1/sign-up": "nobody is known before",
    "POST /api/v1/sign-in": "takes the password",
    "POST /api/v1/sign-in/link": "takes a one-time token",
    "POST /api/v1/sign-in/second-factor": "takes the token of a sign-in half done",
    "POST /api/v1/sign-in/passkey/options": "gives out a challenge, which is worth nothing without the passkey",
    "POST /api/v1/sign-in/passkey": "takes the signature of a passkey",
    "GET /api/v1/sign-in/providers": "names the buttons of the sign-in page",
    "GET /api/v1/sign-in/oidc/{provider}": "leads to the issuer",
    "GET /api/v1/sign-in/oidc/{provider}/callback": "takes the issuer's answer, bound to the browser",
    "POST /api/v1/sign-up/federated": "takes the cookie of an attempt that an issuer has answered",
    "POST /api/v1/sign-in/clerk": "takes a token signed by Clerk",
    "POST /api/v1/webhooks/clerk": "takes what Clerk has signed",
    "POST /api/v1/privacy/unsubscribe/{token}": "takes the token of a mail",
    "GET /api/v1/recordings/{token}": "takes the token of a link that was given to a player",
    "POST /api/v1/password/reset-link": "for people who cannot sign in",
    "POST /api/v1/password/reset": "takes a mailed token",
    "POST /api/v1/email/verify": "takes a mailed token",
    "POST /api/v1/invitations/accept": "takes the token of an invitation",
    "GET /api/v1/invitations/by-token/{token}": "takes the token of an invitation",
    "POST /api/v1/session/refresh": "takes the refresh cookie",
    "POST /api/v1/session/sign-out": "takes the refresh cookie",
    "POST /api/v1/forms/{key}": "a form on a public site",
    "OPTIONS /api/v1/forms/{key}": "a form on a public site",
}
"""What needs no access token, and why."""
LOOKS_BY_POST = {"POST /api/v1/privacy/checks", "POST /api/v1/privacy/suppressions/check"}
"""What changes nothing, and is a POST to keep people's addresses out of URLs."""
ONESELF = ("/api/v1/me", "/api/v1/session/proof")
"""Operations on oneself, which need no permission but a person."""


def api_operations(app: FastAPI) -> list[Operation]:
    return [one for one in find_operations(app) if one.path.startswith("/api/")]


async def ask(client: httpx.AsyncClient, operation: Operation, token: str | None = None) -> httpx.Response:
    """Call an operation with nothing that fits it: whoever may not call it must not even learn that."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body: dict[str, Any] = {"json": {"surprise": 1}} if operation.changes else {}
    return await client.request(operation.method, operation.address(), headers=headers, **body)


def test_the_walk_sees_what_openapi_lists(app: FastAPI) -> None:
    walked = {one.name for one in find_operations(app)}
    listed = {f"{method.upper()} {path}" for path, found in app.openapi()["paths"].items() for method in found}
    assert listed <= walked
    assert {permission for one in find_operations(app) for permission in one.permissions} <= PERMISSIONS
    assert len(api_operations(app)) >= 60


def test_every_operation_asks_who_one_is_or_says_why_not(app: FastAPI) -> None:
    open_to_all = {one.name for one in api_operations(app) if not one.is_authenticated}
    assert open_to_all - PUBLIC.keys() == set(), "asks nobody who they are, and is not on the list"
    assert PUBLIC.keys() - open_to_all == set(), "is on the list, and asks who one is, or exists no more"


def test_every_operation_demands_a_permission_or_is_about_oneself(app: FastAPI) -> None:
    for one in api_operations(app):
        if one.is_authenticated and not one.permissions:
            assert one.path.startswith(ONESELF), f"{one.name} demands no permission"
            assert one.needs_person, f"{one.name} is open to every API key"


def test_what_only_looks_may_be_given_to_those_who_only_look(app: FastAPI) -> None:
    for one in api_operations(app):
        for permission in one.permissions:
            if one.changes and one.name not in LOOKS_BY_POST:
                assert not permission.endswith(":view"), f"{one.name} changes something for whoever may look"


@pytest.mark.parametrize("role", Role)
async def test_a_role_is_let_in_exactly_where_the_table_says(app: FastAPI, owner: Owner, role: Role) -> None:
    token = token_as(owner, role=role, session_id=uuid4(), member_id=uuid4())
    async with open_client(app) as client:
        for one in api_operations(app):
            if one.permissions:
                answer = await ask(client, one, token)
                is_refused = answer.status_code in REFUSALS and answer.json()["code"] == "not_allowed"
                allowed = one.permissions <= ROLE_PERMISSIONS[role]
                if allowed and one.path.startswith(("/api/v1/members", "/api/v1/invitations")) and one.changes:
                    continue  # these ask the database once more, which knows no such member; test_sessions.py
                assert is_refused == (not allowed), f"{role}: {one.name} answers {answer.status_code} {answer.text}"


async def test_members_made_through_the_front_door_are_held_to_their_role(app: FastAPI, owner: Owner) -> None:
    for role in set(Role) - {Role.OWNER}:
        client = (await join(app, owner, role)).client
        for one in api_operations(app):
            if one.permissions and not one.permissions <= ROLE_PERMISSIONS[role]:
                answer = await ask(client, one)
                assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), (role, one.name)


@pytest.mark.slow
@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
async def test_a_key_reaches_its_scope_and_nothing_else(app: FastAPI, owner: Owner, permission: str) -> None:
    key = await make_key(owner, permission)
    async with open_client(app) as client:
        for one in api_operations(app):
            if not one.is_authenticated:
                continue
            answer = await ask(client, one, key)
            allowed = bool(one.permissions) and one.permissions <= {permission} and not one.needs_person
            if allowed:
                assert answer.status_code not in REFUSALS, f"{permission}: {one.name} answers {answer.text}"
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope"), (permission, one.name)


async def test_without_the_second_factor_that_is_demanded_only_oneself_is_open(app: FastAPI, owner: Owner) -> None:
    token = token_as(owner, restricted=True)
    async with open_client(app) as client:
        for one in api_operations(app):
            if one.permissions:
                answer = await ask(client, one, token)
                assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing"), one.name


async def test_a_visitor_gets_in_nowhere(app: FastAPI) -> None:
    async with open_client(app) as client:
        for one in api_operations(app):
            if one.is_authenticated:
                for token in (None, "", "x", "mc_00000000_nobody", "Bearer"):
                    answer = await ask(client, one, token)
                    assert answer.status_code == 401, f"{one.name} answers {answer.status_code} to {token!r}"
                    assert "www-authenticate" in answer.headers


async def test_the_right_comes_before_the_body(app: FastAPI, owner: Owner) -> None:
    viewer = token_as(owner, role=Role.VIEWER)
    async with open_client(app) as client:
        for one in api_operations(app):
            if one.changes and one.permissions:
                for body in ({}, {"surprise": 1}, [], "text", None):
                    answer = await client.request(
                        one.method, one.address(), json=body, headers={"Authorization": f"Bearer {viewer}"}
                    )
                    assert answer.status_code == 403, f"{one.name} looks at {body!r} first: {answer.text}"
                    assert answer.json()["errors"] == []


async def test_step_up_is_asked_for_where_a_thief_would_do_most(app: FastAPI, owner: Owner) -> None:
    guarded = {one.name for one in api_operations(app) if one.needs_proof}
    wanted = re.compile(r"(POST|DELETE) /api/v1/(api-keys$|me/(totp|passkeys|recovery-codes))|PATCH .*/organization$")
    asked = {one.name for one in api_operations(app) if wanted.match(one.name)}
    assert asked, "the expression fits nothing"
    assert asked <= guarded
    old = token_as(owner, proved_at=time.time() - 3600)
    async with open_client(app) as client:
        for one in api_operations(app):
            if one.needs_proof:
                answer = await ask(client, one, old)
                assert (answer.status_code, answer.json()["code"]) == (403, "proof_needed"), one.name


async def test_an_answer_kept_for_a_key_is_not_given_to_who_may_not_ask(app: FastAPI, owner: Owner) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    body = {"name": "Asha", "email": "asha@example.com"}
    first = await owner.client.post("/api/v1/leads", json=body, headers=headers)
    assert first.status_code == 201
    lead = first.json()["data"]["id"]
    noted = await owner.client.post(f"/api/v1/leads/{lead}/notes", json={"text": "hush"}, headers={**headers})
    assert noted.status_code == 422, "one key, two requests"
    key = {"Idempotency-Key": uuid4().hex}
    kept = await owner.client.post(f"/api/v1/leads/{lead}/notes", json={"text": "hush"}, headers=key)
    assert kept.status_code == 201
    viewer = {"Authorization": f"Bearer {token_as(owner, role=Role.VIEWER)}"}
    async with open_client(app) as client:
        for path, sent, used in (("leads", body, headers), (f"leads/{lead}/notes", {"text": "hush"}, key)):
            answer = await client.post(f"/api/v1/{path}", json=sent, headers={**used, **viewer})
            assert answer.status_code == 403, answer.text
            assert "Idempotency-Replayed" not in answer.headers


async def test_nobody_raises_themselves(app: FastAPI, owner: Owner) -> None:
    admin = await join(app, owner, Role.ADMIN)
    manager = await join(app, owner, Role.MANAGER)
    for role in ("owner", "admin"):
        answer = await manager.client.patch(f"/api/v1/members/{manager.member_id}", json={"role": role})
        assert answer.status_code == 403
    up = await admin.client.patch(f"/api/v1/members/{admin.member_id}", json={"role": "owner"})
    assert (up.status_code, up.json()["code"]) == (403, "only_owners")
    down = await admin.client.patch(f"/api/v1/members/{owner.member_id}", json={"role": "viewer"})
    assert (down.status_code, down.json()["code"]) == (403, "only_owners")
    gone = await admin.client.delete(f"/api/v1/members/{owner.member_id}")
    assert gone.json()["code"] == "only_owners"
    invited = await admin.client.post("/api/v1/invitations", json={"email": "x@example.com", "role": "owner"})
    assert invited.json()["code"] == "only_owners"
    key = await manager.client.post("/api/v1/api-keys", json={"name": "k", "scopes": ["team:edit"]})
    assert key.status_code == 403
