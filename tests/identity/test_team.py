"""The team: invitations, roles and removals, with the rules about owners."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, text, update

from metacortex.contexts.identity import public as identity
from metacortex.contexts.identity.models import Invitation, Member
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.errors import Invalid
from metacortex.platform.events.models import EventRow
from metacortex.platform.security import Principal, Role, issue_access_token, read_access_token

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Colleague:
    """Somebody who accepted an invitation."""

    client: httpx.AsyncClient
    id: str
    email: str
    refresh_token: str


def new_email() -> str:
    return f"person-{uuid4().hex[:12]}@example.com"


async def invite(inviter: httpx.AsyncClient, role: str, email: str | None = None) -> httpx.Response:
    return await inviter.post("/api/v1/invitations", json={"email": email or new_email(), "role": role})


async def accept(client: httpx.AsyncClient, invited: httpx.Response, **change: str) -> httpx.Response:
    token = invited.json()["data"]["accept_url"].rsplit("/", 1)[1]
    body = {"token": token, "name": "Ravi Menon", "password": PASSWORD, **change}
    return await client.post("/api/v1/invitations/accept", json=body)


@pytest.fixture
async def join(app: Any, client: httpx.AsyncClient) -> AsyncIterator[Any]:
    """Make somebody a member of the inviter's organization."""
    opened: list[httpx.AsyncClient] = []

    async def join_as(inviter: httpx.AsyncClient, role: str) -> Colleague:
        answer = await accept(client, await invite(inviter, role))
        assert answer.status_code == 200, answer.text
        data = answer.json()["data"]
        opened.append(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app),
                base_url="http://127.0.0.1:8000",
                headers={"Authorization": f"Bearer {data['access_token']}"},
            )
        )
        cookie = answer.cookies["metacortex_refresh"]
        client.cookies.clear()
        return Colleague(opened[-1], data["member"]["id"], data["member"]["email"], cookie)

    yield join_as
    for one in opened:
        await one.aclose()


async def sign_in_again(person: Any) -> None:
    """Get a fresh token, as the web app does by itself when a role has changed."""
    answer = await person.client.post("/api/v1/sign-in", json={"email": person.email, "password": PASSWORD})
    person.client.headers["Authorization"] = f"Bearer {answer.json()['data']['access_token']}"


async def roles_of(owner: Any) -> dict[str, str]:
    return {one["id"]: one["role"] for one in (await owner.client.get("/api/v1/members")).json()["data"]}


async def test_invited_person_sees_the_offer_and_joins(client: httpx.AsyncClient, owner: Any) -> None:
    email = new_email()
    invited = await invite(owner.client, "agent", f" {email.upper()}")
    assert invited.status_code == 201
    offer = invited.json()["data"]
    assert (offer["email"], offer["role"]) == (email, "agent")
    token = offer["accept_url"].rsplit("/", 1)[1]
    seen = await client.get(f"/api/v1/invitations/by-token/{token}")
    assert seen.json()["data"] == {"organization_name": "Acme Homes", "email": email, "role": "agent"}
    listed = (await owner.client.get("/api/v1/invitations")).json()["data"]
    assert listed == [{key: offer[key] for key in ("id", "email", "role", "expires_at")}]

    joined = await accept(client, invited)
    assert joined.status_code == 200
    data = joined.json()["data"]
    assert data["organization"] == {"id": str(owner.org_id), "name": "Acme Homes"}
    assert (data["member"]["email"], data["member"]["role"], data["member"]["name"]) == (email, "agent", "Ravi Menon")
    assert await roles_of(owner) == {str(owner.member_id): "owner", data["member"]["id"]: "agent"}
    assert (await owner.client.get("/api/v1/invitations")).json()["data"] == []
    signed_in = await client.post("/api/v1/sign-in", json={"email": email, "password": PASSWORD})
    assert signed_in.json()["data"]["organization"]["id"] == str(owner.org_id)


async def test_invitation_works_once(client: httpx.AsyncClient, owner: Any) -> None:
    invited = await invite(owner.client, "agent")
    answers = await asyncio.gather(*(accept(client, invited) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404]
    again = await accept(client, invited)
    assert (again.status_code, again.json()["code"]) == (404, "invitation_not_found")
    assert len(await roles_of(owner)) == 2


async def test_of_two_who_accept_one_invitation_at_once_one_is_refused(
    client: httpx.AsyncClient, owner: Any, make_owner: Any
) -> None:
    other = await make_owner()
    invited = await invite(owner.client, "agent", other.email)
    async with transaction(owner.org_id) as session:
        held = select(Invitation).where(Invitation.id == UUID(invited.json()["data"]["id"])).with_for_update()
        await session.execute(held)
        accepting = [asyncio.create_task(accept(client, invited)) for _ in range(2)]
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        for _ in range(200):
            if await session.scalar(waiting) == 2:
                break
            await asyncio.sleep(0.05)
        else:
            pytest.fail("Nobody waits for the invitation.")
    assert sorted([(await one).status_code for one in accepting]) == [200, 404]


async def test_known_person_joins_with_their_own_password_only(
    client: httpx.AsyncClient, owner: Any, make_owner: Any
) -> None:
    other = await make_owner()
    invited = await invite(owner.client, "marketer", other.email)
    wrong = await accept(client, invited, password="not my password")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    assert len(await roles_of(owner)) == 1
    right = await accept(client, invited, name="Changed")
    assert right.status_code == 200
    assert right.json()["data"]["member"]["name"] == "Asha Rao"
    signed_in = await client.post("/api/v1/sign-in", json={"email": other.email, "password": PASSWORD})
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {signed_in.json()['data']['access_token']}"})
    assert {one["id"]: one["role"] for one in me.json()["data"]["organizations"]} == {
        str(owner.org_id): "marketer",
        str(other.org_id): "owner",
    }


async def test_late_revoked_and_replaced_invitations_are_refused(client: httpx.AsyncClient, owner: Any) -> None:
    email = new_email()
    replaced = await invite(owner.client, "agent", email)
    late = await invite(owner.client, "viewer", email)
    revoked = await invite(owner.client, "agent")
    async with transaction(owner.org_id) as session:
        await session.execute(
            update(Invitation)
            .where(Invitation.id == UUID(late.json()["data"]["id"]))
            .values(expires_at=utc_now() - timedelta(seconds=1))
        )
    path = f"/api/v1/invitations/{revoked.json()['data']['id']}"
    assert [(await owner.client.delete(path)).status_code for _ in range(2)] == [204, 404]
    for invited in (replaced, late, revoked):
        token = invited.json()["data"]["accept_url"].rsplit("/", 1)[1]
        seen, accepted = await client.get(f"/api/v1/invitations/by-token/{token}"), await accept(client, invited)
        assert (seen.status_code, accepted.status_code) == (404, 404)
    assert len(await roles_of(owner)) == 1


@pytest.mark.parametrize("token", ["unknown", "x" * 200, "%00", "%F0%9F%98%80", "'"])
async def test_unknown_invitation_is_refused(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.get(f"/api/v1/invitations/by-token/{token}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_member_cannot_be_invited_again(owner: Any) -> None:
    answer = await invite(owner.client, "agent", owner.email)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")


@pytest.mark.parametrize("body", [{"email": "x", "role": "agent"}, {"email": "a@b.co", "role": "emperor"}, {}, []])
async def test_unusable_invitation_is_refused(owner: Any, body: object) -> None:
    assert (await owner.client.post("/api/v1/invitations", json=body)).status_code == 422


@pytest.mark.parametrize("role", ["manager", "agent", "marketer", "viewer"])
async def test_roles_below_admin_see_the_team_and_cannot_change_it(owner: Any, join: Any, role: str) -> None:
    colleague = await join(owner.client, role)
    member = f"/api/v1/members/{owner.member_id}"
    assert (await colleague.client.get("/api/v1/members")).status_code == 200
    refused = [
        await colleague.client.patch(f"/api/v1/members/{colleague.id}", json={"role": "owner"}),
        await colleague.client.patch(member, json={"role": "viewer"}),
        await colleague.client.delete(member),
        await invite(colleague.client, "viewer"),
        await colleague.client.get("/api/v1/invitations"),
        await colleague.client.delete(f"/api/v1/invitations/{new_id()}"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(403, "not_allowed")}
    assert await roles_of(owner) == {str(owner.member_id): "owner", colleague.id: role}


async def test_admins_run_the_team_but_cannot_touch_or_make_owners(owner: Any, join: Any) -> None:
    admin, agent = await join(owner.client, "admin"), await join(owner.client, "agent")
    changed = await admin.client.patch(f"/api/v1/members/{agent.id}", json={"role": "manager"})
    assert (changed.status_code, changed.json()["data"]["role"]) == (200, "manager")
    refused = [
        await admin.client.patch(f"/api/v1/members/{owner.member_id}", json={"role": "admin"}),
        await admin.client.delete(f"/api/v1/members/{owner.member_id}"),
        await admin.client.patch(f"/api/v1/members/{agent.id}", json={"role": "owner"}),
        await admin.client.patch(f"/api/v1/members/{admin.id}", json={"role": "owner"}),
        await invite(admin.client, "owner"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(403, "only_owners")}
    assert await roles_of(owner) == {str(owner.member_id): "owner", admin.id: "admin", agent.id: "manager"}


async def test_last_owner_stays(owner: Any, join: Any) -> None:
    path = f"/api/v1/members/{owner.member_id}"
    refused = [await owner.client.patch(path, json={"role": "admin"}), await owner.client.delete(path)]
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(409, "last_owner")}
    assert (await owner.client.patch(path, json={"role": "owner"})).status_code == 200
    successor = await join(owner.client, "owner")
    assert (await owner.client.patch(path, json={"role": "agent"})).status_code == 200
    assert await roles_of(successor) == {str(owner.member_id): "agent", successor.id: "owner"}


async def test_of_two_owners_who_demote_each_other_one_stays(owner: Any, join: Any) -> None:
    for _ in range(3):
        second = await join(owner.client, "owner")
        answers = await asyncio.gather(
            owner.client.patch(f"/api/v1/members/{second.id}", json={"role": "agent"}),
            second.client.patch(f"/api/v1/members/{owner.member_id}", json={"role": "agent"}),
        )
        # The second to come was demoted meanwhile: by the role's table, or by the end of their token.
        assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 401])
        await sign_in_again(owner)
        await sign_in_again(second)
        owners = [one for one, role in (await roles_of(owner)).items() if role == "owner"]
        assert len(owners) == 1
        if owners == [second.id]:
            back = await second.client.patch(f"/api/v1/members/{owner.member_id}", json={"role": "owner"})
            assert back.status_code == 200
            await sign_in_again(owner)
        await owner.client.delete(f"/api/v1/members/{second.id}")


async def test_of_two_owners_who_leave_at_once_one_stays(owner: Any, join: Any) -> None:
    second = await join(owner.client, "owner")
    answers = await asyncio.gather(
        owner.client.delete(f"/api/v1/members/{owner.member_id}"),
        second.client.delete(f"/api/v1/members/{second.id}"),
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_demoted_admin_cannot_use_an_older_token(owner: Any, join: Any) -> None:
    admin, agent = await join(owner.client, "admin"), await join(owner.client, "agent")
    await owner.client.patch(f"/api/v1/members/{admin.id}", json={"role": "viewer"})
    answers = [await admin.client.patch(f"/api/v1/members/{agent.id}", json={"role": "admin"})]
    await sign_in_again(admin)
    answers.append(await admin.client.patch(f"/api/v1/members/{agent.id}", json={"role": "admin"}))
    assert [answer.json()["code"] for answer in answers] == ["unauthenticated", "not_allowed"]
    assert (await admin.client.get("/api/v1/me")).json()["data"]["member"]["role"] == "viewer"
    assert (await roles_of(owner))[agent.id] == "agent"


async def test_removed_member_is_out_and_can_come_back(client: httpx.AsyncClient, owner: Any, join: Any) -> None:
    agent = await join(owner.client, "agent")
    credentials = {"email": agent.email, "password": PASSWORD}
    assert (await owner.client.delete(f"/api/v1/members/{agent.id}")).status_code == 204
    assert (await owner.client.delete(f"/api/v1/members/{agent.id}")).status_code == 404
    assert await roles_of(owner) == {str(owner.member_id): "owner"}
    assert (await client.post("/api/v1/sign-in", json=credentials)).json()["code"] == "not_a_member"
    headers = {"Cookie": f"metacortex_refresh={agent.refresh_token}"}
    assert (await client.post("/api/v1/session/refresh", headers=headers)).status_code == 401
    assert (await agent.client.get("/api/v1/me")).status_code == 401

    back = await accept(client, await invite(owner.client, "viewer", agent.email))
    assert back.status_code == 200
    assert (back.json()["data"]["member"]["id"], back.json()["data"]["member"]["role"]) == (agent.id, "viewer")
    client.cookies.clear()
    assert (await client.post("/api/v1/session/refresh", headers=headers)).status_code == 401


async def test_an_admin_signs_a_member_out_everywhere_and_they_may_sign_in_again(
    client: httpx.AsyncClient, owner: Any, join: Any
) -> None:
    admin, agent, other = [await join(owner.client, role) for role in ("admin", "agent", "agent")]
    credentials = {"email": agent.email, "password": PASSWORD}
    second = (await client.post("/api/v1/sign-in", json=credentials)).json()["data"]["access_token"]
    assert (await agent.client.delete(f"/api/v1/members/{other.id}/sessions")).status_code == 403
    assert (await admin.client.delete(f"/api/v1/members/{agent.id}/sessions")).status_code == 204
    client.cookies.clear()
    assert (await agent.client.get("/api/v1/me")).status_code == 401
    assert (await client.get("/api/v1/me", headers={"Authorization": f"Bearer {second}"})).status_code == 401
    headers = {"Cookie": f"metacortex_refresh={agent.refresh_token}"}
    assert (await client.post("/api/v1/session/refresh", headers=headers)).status_code == 401
    assert (await other.client.get("/api/v1/me")).status_code == 200, "nobody else is signed out"
    assert (await client.post("/api/v1/sign-in", json=credentials)).status_code == 200
    assert (await roles_of(owner))[agent.id] == "agent"
    entries = (await owner.client.get("/api/v1/audit", params={"action": "member.signed_out"})).json()["data"]
    assert [one["subject"] for one in entries] == [agent.id]


async def test_who_may_sign_whom_out(owner: Any, join: Any, make_owner: Any) -> None:
    admin = await join(owner.client, "admin")
    path = f"/api/v1/members/{owner.member_id}/sessions"
    refused = await admin.client.delete(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "only_owners")
    stranger = await make_owner()
    for unknown in (path, f"/api/v1/members/{uuid4()}/sessions"):
        answer = await stranger.client.delete(unknown)
        assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found")
    principal = read_access_token(owner.token)
    old = issue_access_token(replace(principal, proved_at=principal.proved_at - 601))
    headers = {"Authorization": f"Bearer {old}"}
    refused = await owner.client.delete(f"/api/v1/members/{admin.id}/sessions", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")
    assert (await owner.client.get("/api/v1/me")).status_code == 200
    assert (await admin.client.get("/api/v1/me")).status_code == 200


async def test_changes_of_the_team_are_published(owner: Any, join: Any) -> None:
    agent = await join(owner.client, "agent")
    await owner.client.patch(f"/api/v1/members/{agent.id}", json={"role": "manager"})
    await owner.client.patch(f"/api/v1/members/{agent.id}", json={"role": "manager"})
    await owner.client.delete(f"/api/v1/members/{agent.id}")
    async with transaction(owner.org_id) as session:
        rows = await session.execute(
            select(EventRow.type, EventRow.data)
            .where(EventRow.org_id == owner.org_id, EventRow.data["member_id"].astext == agent.id)
            .order_by(EventRow.id)
        )
    assert [tuple(row) for row in rows] == [
        ("MemberJoined", {"member_id": agent.id}),
        ("MemberRoleChanged", {"member_id": agent.id, "role": "manager"}),
        ("MemberRemoved", {"member_id": agent.id}),
    ]


async def test_nothing_of_another_organization_can_be_seen_or_changed(
    client: httpx.AsyncClient, owner: Any, make_owner: Any
) -> None:
    other = await make_owner()
    invited = (await invite(other.client, "agent")).json()["data"]
    refused = [
        await owner.client.patch(f"/api/v1/members/{other.member_id}", json={"role": "viewer"}),
        await owner.client.delete(f"/api/v1/members/{other.member_id}"),
        await owner.client.delete(f"/api/v1/invitations/{invited['id']}"),
    ]
    assert [answer.status_code for answer in refused] == [404, 404, 404]
    assert await roles_of(owner) == {str(owner.member_id): "owner"}
    assert await roles_of(other) == {str(other.member_id): "owner"}
    token = issue_access_token(
        Principal(
            org_id=other.org_id, member_id=owner.member_id, user_id=new_id(), role=Role.OWNER, session_id=new_id()
        )
    )
    assert (await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code == 401


async def test_later_contexts_ask_for_names_and_membership(owner: Any, make_owner: Any, join: Any) -> None:
    other, agent = await make_owner(), await join(owner.client, "agent")
    await owner.client.delete(f"/api/v1/members/{agent.id}")
    agent_id = UUID(agent.id)
    async with transaction(owner.org_id) as session:
        names = await identity.read_members(session, [owner.member_id, agent_id, other.member_id, new_id()])
        present = [await identity.member_exists(session, one) for one in (owner.member_id, agent_id, other.member_id)]
        team = await identity.list_members(session)
    assert names == {
        owner.member_id: identity.MemberName(owner.member_id, "Asha Rao", owner.email),
        agent_id: identity.MemberName(agent_id, "Ravi Menon", agent.email),
    }
    assert present == [True, False, False]
    assert [(one.id, one.role) for one in team] == [(owner.member_id, Role.OWNER)]


async def test_demo_members_can_sign_in(client: httpx.AsyncClient) -> None:
    email = new_email()
    async with transaction(None) as session:
        org_id = await identity.create_organization(session, "Demo Homes")
        member_id = await identity.create_member(
            session, name="Demo", email=email.upper(), role=Role.OWNER, password=PASSWORD
        )
        with pytest.raises(Invalid):
            await identity.create_member(session, name="Demo", email="nobody", role=Role.AGENT, password=PASSWORD)
    data = (await client.post("/api/v1/sign-in", json={"email": email, "password": PASSWORD})).json()["data"]
    assert (data["organization"]["id"], data["member"]["id"]) == (str(org_id), str(member_id))
    async with transaction(org_id) as session:
        assert (await session.scalars(select(Member.role))).all() == ["owner"]
