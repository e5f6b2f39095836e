"""The first login: a new installation lets in whoever started it, once, by a link."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select, update

from metacortex.contexts.identity import public as identity
from metacortex.contexts.identity.models import ExternalIdentity, LoginLink, Member, Organization, User
from metacortex.contexts.identity.types import hash_token
from metacortex.migrations import upgrade
from metacortex.platform.database import close_engines, transaction, utc_now
from metacortex.platform.embedded import PostgresServer
from metacortex.platform.security import Role
from metacortex.platform.settings import settings

PASSWORD = "correct horse battery staple"


@pytest.fixture
async def new_installation(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Lead the product to a database in which nobody has ever signed up."""
    with tempfile.TemporaryDirectory(prefix="mc-empty-") as folder:
        server = PostgresServer(durable=False)
        url = await asyncio.to_thread(start_server, server, Path(folder))
        try:
            await asyncio.to_thread(upgrade, url)
            with monkeypatch.context() as patch:
                patch.setenv("METACORTEX_DATABASE_URL", url)
                settings.cache_clear()
                # The other database is named before: what goes on meanwhile may open a pool as soon as one is closed.
                await close_engines()
                yield
            settings.cache_clear()
            await close_engines()
        finally:
            await asyncio.to_thread(server.stop)


def start_server(server: PostgresServer, folder: Path) -> str:
    """The server may run as another account, which must be able to enter the folder."""
    folder.chmod(0o755)
    return server.start(folder)


async def use_link(client: httpx.AsyncClient, token: str, **change: object) -> httpx.Response:
    return await client.post("/api/v1/sign-in/link", json={"token": token, **change})


async def test_a_link_stays_good_after_an_easy_password(client: httpx.AsyncClient, new_installation: None) -> None:
    issued = await identity.issue_first_login()
    assert issued is not None
    for easy in ("Password1234!", "my company my company", "asha@example.com"):
        answer = await use_link(client, issued.token, email="asha@example.com", password=easy)
        assert (answer.status_code, answer.json()["code"]) == (422, "password_easy_to_guess"), easy
    async with transaction(None) as session:
        assert (await session.scalars(select(User.password_hash))).all() == [None]
    assert (await use_link(client, issued.token, password=PASSWORD)).status_code == 200


async def test_first_owner_gets_in_by_link_until_a_password_is_set(
    client: httpx.AsyncClient, new_installation: None
) -> None:
    together = await asyncio.gather(*(identity.issue_first_login() for _ in range(3)))
    async with transaction(None) as session:
        assert (await session.scalars(select(Organization.name))).all() == ["My company"]
        assert await session.scalar(select(func.count()).select_from(User)) == 1
    first = await identity.issue_first_login()
    assert first is not None
    for one in together:
        assert one is not None
        assert one.org_id == first.org_id
        assert (await use_link(client, one.token)).json()["code"] == "link_not_valid"

    signed_in = await use_link(client, first.token)
    assert signed_in.status_code == 200
    assert signed_in.json()["data"]["member"]["role"] == "owner"
    assert signed_in.json()["data"]["organization"] == {"id": str(first.org_id), "name": "My company"}
    assert "metacortex_refresh" in signed_in.cookies
    again = await use_link(client, first.token)
    assert (again.status_code, again.json()["code"]) == (401, "link_not_valid")

    second = await identity.issue_first_login()
    assert second is not None
    assert second.token != first.token
    introduced = await use_link(
        client,
        second.token,
        name="Asha Rao",
        email="Asha@Example.com",
        password=PASSWORD,
        organization_name="Rao Interiors",
    )
    assert introduced.status_code == 200
    data = introduced.json()["data"]
    assert (data["member"]["name"], data["member"]["email"]) == ("Asha Rao", "asha@example.com")
    assert data["organization"] == {"id": str(first.org_id), "name": "Rao Interiors"}
    by_password = await client.post("/api/v1/sign-in", json={"email": "asha@example.com", "password": PASSWORD})
    assert by_password.json()["data"]["member"] == data["member"]
    assert await identity.issue_first_login() is None

    late = await make_late_link(first.org_id)
    assert (await use_link(client, late)).json()["code"] == "link_not_valid"
    taken = await client.post(
        "/api/v1/sign-up",
        json={"organization_name": "X", "name": "X", "email": "other@example.com", "password": PASSWORD},
    )
    assert taken.status_code == 201
    async with transaction(first.org_id) as session:
        await session.execute(update(User).where(User.email == "asha@example.com").values(password_hash=None))
    third = await identity.issue_first_login()
    assert third is not None
    refused = await use_link(client, third.token, email="other@example.com", password=PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (409, "email_in_use")
    assert (await use_link(client, third.token)).json()["data"]["member"]["email"] == "asha@example.com"


async def test_an_owner_who_signs_in_with_others_needs_no_link(
    client: httpx.AsyncClient, new_installation: None
) -> None:
    first = await identity.issue_first_login()
    assert first is not None
    async with transaction(first.org_id) as session:
        user_id = (await session.scalars(select(Member.user_id))).one()
        session.add(ExternalIdentity(issuer="https://accounts.google.com", subject="1", user_id=user_id))
    assert await identity.issue_first_login() is None


async def make_late_link(org_id: UUID) -> str:
    """A link of yesterday."""
    token = uuid4().hex
    async with transaction(org_id) as session:
        member = (await session.scalars(select(Member))).one()
        session.add(
            LoginLink(
                org_id=org_id,
                member_id=member.id,
                token_hash=hash_token(token),
                expires_at=utc_now() - timedelta(seconds=1),
            )
        )
    return token


async def test_an_installation_with_an_owner_gives_no_link(client: httpx.AsyncClient, new_installation: None) -> None:
    async with transaction(None) as session:
        await identity.create_organization(session, "Demo Homes")
        await identity.create_member(session, name="Demo", email="demo@example.com", role=Role.OWNER, password=PASSWORD)
    assert await identity.issue_first_login() is None


@pytest.mark.parametrize(
    "change",
    [{"password": "short"}, {"email": "asha"}, {"name": "\x00"}, {"organization_name": ""}, {"role": "owner"}],
)
async def test_unusable_introduction_is_refused(client: httpx.AsyncClient, change: dict[str, str]) -> None:
    assert (await use_link(client, "unknown", **change)).status_code == 422


@pytest.mark.parametrize("token", ["unknown", "x" * 200])
async def test_unknown_link_is_refused(client: httpx.AsyncClient, token: str) -> None:
    answer = await use_link(client, token, password=PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (401, "link_not_valid")
    assert "set-cookie" not in answer.headers
