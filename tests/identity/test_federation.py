"""Signing in with others, as a browser does it, at a certified OpenID Connect server."""

from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update

from metacortex.contexts.identity.models import ExternalIdentity, FederationAttempt, User
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.security import issue_access_token, read_access_token
from tests.conftest import PASSWORD, MakeOwner, Owner, open_client
from tests.fakes.evil_issuer import read_query
from tests.fakes.oidc_server import OidcServer, run_oidc_server
from tests.identity.conftest import CALLBACK, UseIssuer

DOMAIN = "trusted.example"


def new_login() -> str:
    return f"person-{uuid4().hex[:12]}"


async def come_back(
    client: httpx.AsyncClient, server: OidcServer, start: str, login: str, **query: str
) -> httpx.Response:
    """Go to the issuer, sign in there, and return what our callback answers."""
    departed = await client.get(start, params=query)
    assert departed.status_code == 302, departed.text
    assert departed.headers["location"].startswith(server.issuer)
    return await client.get(await server.sign_in(departed.headers["location"], login))


async def set_up(server: OidcServer, login: str, *, verified: bool = True, domain: str = DOMAIN) -> str:
    """Make somebody known to the issuer; return their address."""
    email = f"{login}@{domain}"
    await server.set_claims(login, email=email, email_verified=verified, name="Asha Rao")
    return email


async def verify_email(email: str) -> None:
    async with transaction(None) as session:
        await session.execute(update(User).where(User.email == email).values(email_verified_at=utc_now()))


async def sign_up(client: httpx.AsyncClient, email: str) -> UUID:
    """Sign up by password; return the user's id."""
    body = {"organization_name": "Rao Interiors", "name": "Asha Rao", "email": email, "password": PASSWORD}
    answer = await client.post("/api/v1/sign-up", json=body)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["data"]["member"]["user_id"])


async def open_by_cookie(answer: httpx.Response, app: object) -> httpx.AsyncClient:
    """Return a client signed in by the refresh cookie that a callback has set, as the web app does it."""
    refresh = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("metacortex_refresh="))
    async with open_client(app) as visitor:
        fresh = await visitor.post("/api/v1/session/refresh", headers={"Cookie": refresh.partition(";")[0]})
    assert fresh.status_code == 200, fresh.text
    return open_client(app, fresh.json()["data"]["access_token"])


def sets_refresh_cookie(answer: httpx.Response) -> bool:
    return any(line.startswith("metacortex_refresh=") for line in answer.headers.get_list("set-cookie"))


async def test_somebody_new_signs_up_then_signs_in(
    client: httpx.AsyncClient, app: object, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    start, login = use_issuer(oidc_server.issuer, trusted_domains=[DOMAIN]), new_login()
    email = await set_up(oidc_server, login)
    arrived = await come_back(client, oidc_server, start, login, next="/leads?band=hot")
    assert arrived.status_code == 302
    page = urlsplit(arrived.headers["location"])
    assert (page.path, page.netloc) == ("/sign-up", "")
    assert not sets_refresh_cookie(arrived)
    body = {"token": read_query(arrived.headers["location"])["federated"], "organization_name": "Rao Interiors"}

    async with open_client(app) as elsewhere:
        refused = await elsewhere.post("/api/v1/sign-up/federated", json=body)
    assert (refused.status_code, refused.json()["code"]) == (401, "attempt_not_valid")

    signed_up = await client.post("/api/v1/sign-up/federated", json=body)
    assert signed_up.status_code == 201, signed_up.text
    data = signed_up.json()["data"]
    assert (data["member"]["email"], data["member"]["name"], data["member"]["role"]) == (email, "Asha Rao", "owner")
    again = await client.post("/api/v1/sign-up/federated", json=body)
    assert (again.status_code, again.json()["code"]) == (401, "attempt_not_valid")
    async with transaction(None) as session:
        user = await session.scalar(select(User).where(User.email == email))
    assert user is not None
    assert user.email_verified_at is not None
    assert user.password_hash is None

    arrived = await come_back(client, oidc_server, start, login, next="/leads?band=hot")
    assert arrived.headers["location"] == "/leads?band=hot"
    async with await open_by_cookie(arrived, app) as signed_in:
        me = (await signed_in.get("/api/v1/me")).json()["data"]
    assert me["member"]["user_id"] == data["member"]["user_id"]


async def test_claims_may_come_from_the_userinfo_endpoint(client: httpx.AsyncClient, use_issuer: UseIssuer) -> None:
    with run_oidc_server(CALLBACK, claims_in_id_token=False) as server:
        start, login = use_issuer(server.issuer), new_login()
        email = await set_up(server, login)
        arrived = await come_back(client, server, start, login)
    token = read_query(arrived.headers["location"])["federated"]
    signed_up = await client.post("/api/v1/sign-up/federated", json={"token": token, "organization_name": "Rao"})
    assert signed_up.json()["data"]["member"]["email"] == email
    async with transaction(None) as session:
        verified_at = await session.scalar(select(User.email_verified_at).where(User.email == email))
    assert verified_at is None, "an issuer that does not decide about the domain proves no address for good"


async def test_whom_an_issuer_lets_in_leaves_the_session_the_browser_was_in(
    client: httpx.AsyncClient, app: object, oidc_server: OidcServer, use_issuer: UseIssuer, owner: Owner
) -> None:
    start, login = use_issuer(oidc_server.issuer, trusted_domains=[DOMAIN]), new_login()
    email = await set_up(oidc_server, login)
    await sign_up(open_client(app), email)
    await verify_email(email)
    body = {"email": owner.email, "password": PASSWORD}
    earlier = (await client.post("/api/v1/sign-in", json=body)).json()["data"]["access_token"]
    bystander = (await open_client(app).post("/api/v1/sign-in", json=body)).json()["data"]["access_token"]
    departed = await client.get(start)
    # As a browser does it: coming from the issuer's page, it brings Lax cookies only.
    del client.cookies["metacortex_refresh"]
    back = await oidc_server.sign_in(departed.headers["location"], login)
    async with open_client(app, earlier) as before, open_client(app, bystander) as other:
        assert (await before.get("/api/v1/me")).status_code == 200
        arrived = await client.get(back)
        assert sets_refresh_cookie(arrived)
        assert ((await before.get("/api/v1/me")).status_code, (await other.get("/api/v1/me")).status_code) == (401, 200)
    async with await open_by_cookie(arrived, app) as signed_in:
        assert (await signed_in.get("/api/v1/me")).json()["data"]["member"]["email"] == email


async def test_an_address_verified_on_both_sides_is_linked(
    client: httpx.AsyncClient, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    start, login = use_issuer(oidc_server.issuer, trusted_domains=[DOMAIN]), new_login()
    email = await set_up(oidc_server, login)
    user_id = await sign_up(client, email)
    await verify_email(email)
    arrived = await come_back(client, oidc_server, start, login)
    assert arrived.headers["location"] == "/"
    assert sets_refresh_cookie(arrived)
    async with transaction(None) as session:
        linked = (await session.scalars(select(ExternalIdentity).where(ExternalIdentity.user_id == user_id))).all()
    assert [(one.issuer, one.subject, one.email) for one in linked] == [(oidc_server.issuer, login, email)]


async def test_the_subject_counts_not_the_address(
    client: httpx.AsyncClient, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    start, login = use_issuer(oidc_server.issuer, trusted_domains=[DOMAIN]), new_login()
    email = await set_up(oidc_server, login)
    user_id = await sign_up(client, email)
    await verify_email(email)
    assert (await come_back(client, oidc_server, start, login)).headers["location"] == "/"
    await oidc_server.set_claims(login, email="renamed@elsewhere.example", email_verified=False)
    arrived = await come_back(client, oidc_server, start, login)
    assert arrived.headers["location"] == "/"
    async with transaction(None) as session:
        found = await session.scalar(select(User).where(User.id == user_id))
    assert found is not None
    assert found.email == email


async def test_cancelling_leads_back_to_the_sign_in_page(
    client: httpx.AsyncClient, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    departed = await client.get(use_issuer(oidc_server.issuer))
    state = read_query(departed.headers["location"])["state"]
    answer = await client.get(
        CALLBACK, params={"state": state, "error": "access_denied", "iss": oidc_server.issuer, "error_description": "x"}
    )
    assert answer.headers["location"] == "/sign-in?problem=sign_in_cancelled"
    assert not sets_refresh_cookie(answer)


async def test_an_invitation_is_accepted_by_whom_it_is_for(
    client: httpx.AsyncClient, owner: Owner, app: object, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    start, login, stranger = use_issuer(oidc_server.issuer), new_login(), new_login()
    email = await set_up(oidc_server, login)
    await set_up(oidc_server, stranger)
    made = await owner.client.post("/api/v1/invitations", json={"email": email, "role": "agent"})
    invitation = made.json()["data"]["accept_url"].rsplit("/", 1)[-1]
    refused = await come_back(client, oidc_server, start, stranger, invitation=invitation)
    assert refused.headers["location"] == "/sign-in?problem=invitation_for_another"
    arrived = await come_back(client, oidc_server, start, login, invitation=invitation)
    assert arrived.headers["location"] == "/"
    async with await open_by_cookie(arrived, app) as signed_in:
        me = (await signed_in.get("/api/v1/me")).json()["data"]
    assert (me["organization"]["id"], me["member"]["role"]) == (str(owner.org_id), "agent")
    again = await come_back(client, oidc_server, start, login, invitation=invitation)
    assert again.headers["location"] == "/sign-in?problem=invitation_not_found"


async def start_link(client: httpx.AsyncClient, **body: str) -> httpx.Response:
    return await client.post("/api/v1/me/identities", json={"provider": "somewhere", **body})


async def test_a_signed_in_person_adds_and_removes_an_identity(
    owner: Owner, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    use_issuer(oidc_server.issuer)
    login = new_login()
    await set_up(oidc_server, login, verified=False)
    began = await start_link(owner.client, next="/settings?tab=ways-in")
    assert began.status_code == 200, began.text
    back = await oidc_server.sign_in(began.json()["data"]["authorization_url"], login)
    arrived = await owner.client.get(back)
    assert arrived.headers["location"] == "/settings?tab=ways-in"
    assert not sets_refresh_cookie(arrived), "adding an identity signs nobody in"
    [added] = (await owner.client.get("/api/v1/me/identities")).json()["data"]
    assert (added["provider"], added["issuer"]) == ("Somewhere", oidc_server.issuer)
    assert added["email"] == f"{login}@{DOMAIN}"
    assert (await owner.client.delete(f"/api/v1/me/identities/{added['id']}")).status_code == 204
    assert (await owner.client.get("/api/v1/me/identities")).json()["data"] == []
    gone = await owner.client.delete(f"/api/v1/me/identities/{added['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "identity_not_found")


async def test_an_identity_belongs_to_one_person(
    make_owner: MakeOwner, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    use_issuer(oidc_server.issuer)
    login, first, second = new_login(), await make_owner(), await make_owner()
    await set_up(oidc_server, login)
    for who, place in ((first, "/"), (second, "/?problem=identity_in_use"), (first, "/")):
        began = await start_link(who.client)
        back = await oidc_server.sign_in(began.json()["data"]["authorization_url"], login)
        assert (await who.client.get(back)).headers["location"] == place
    [added] = (await first.client.get("/api/v1/me/identities")).json()["data"]
    refused = await second.client.delete(f"/api/v1/me/identities/{added['id']}")
    assert (refused.status_code, refused.json()["code"]) == (404, "identity_not_found")


async def test_the_last_way_in_stays(
    client: httpx.AsyncClient, app: object, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    start, login, other = use_issuer(oidc_server.issuer), new_login(), new_login()
    await set_up(oidc_server, login)
    await set_up(oidc_server, other)
    arrived = await come_back(client, oidc_server, start, login)
    token = read_query(arrived.headers["location"])["federated"]
    signed_up = await client.post("/api/v1/sign-up/federated", json={"token": token, "organization_name": "Rao"})
    async with open_client(app, signed_up.json()["data"]["access_token"]) as person:
        [only] = (await person.get("/api/v1/me/identities")).json()["data"]
        refused = await person.delete(f"/api/v1/me/identities/{only['id']}")
        assert (refused.status_code, refused.json()["code"]) == (409, "last_way_in")
        began = await start_link(person)
        await person.get(await oidc_server.sign_in(began.json()["data"]["authorization_url"], other))
        assert (await person.delete(f"/api/v1/me/identities/{only['id']}")).status_code == 204


async def test_ways_in_change_only_after_a_fresh_sign_in(
    owner: Owner, oidc_server: OidcServer, use_issuer: UseIssuer
) -> None:
    use_issuer(oidc_server.issuer)
    principal = read_access_token(owner.token)
    old = issue_access_token(replace(principal, proved_at=principal.proved_at - 601))
    owner.client.headers["Authorization"] = f"Bearer {old}"
    refused = await start_link(owner.client)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")
    refused = await owner.client.delete(f"/api/v1/me/identities/{uuid4()}")
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")
    async with transaction(None) as session:
        begun = select(FederationAttempt).where(FederationAttempt.linking_user_id == principal.user_id)
        assert (await session.scalars(begun)).all() == []


async def test_buttons_are_those_of_the_settings(client: httpx.AsyncClient, use_issuer: UseIssuer) -> None:
    answer = await client.get("/api/v1/sign-in/providers")
    assert answer.json()["data"] == {"providers": [], "clerk": None}
    unknown = await client.get("/api/v1/sign-in/oidc/somewhere")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "provider_not_found")
    path = use_issuer("https://login.example.com")
    answer = await client.get("/api/v1/sign-in/providers")
    assert answer.json()["data"]["providers"] == [{"id": "somewhere", "name": "Somewhere", "path": path}]


@pytest.mark.parametrize("path", ["", "/callback"])
async def test_an_unknown_issuer_is_told_plainly(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/api/v1/sign-in/oidc/nowhere{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "provider_not_found")
