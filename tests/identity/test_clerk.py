"""Clerk: its session tokens, signed by keys on loopback, and its webhooks, signed as Svix documents it.

Payloads after Clerk's pages "Webhooks overview" and "Session tokens".
"""

import asyncio
import base64
import hmac
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from sqlalchemy import func, select, update

from metacortex.contexts.identity.models import ClerkMessage, ClerkObject, ExternalIdentity, Member, Organization, User
from metacortex.contexts.identity.queries import see_as_user, see_organization
from metacortex.contexts.identity.settings import federation_settings
from metacortex.platform.database import transaction, utc_now
from tests.conftest import PASSWORD, Owner, open_client
from tests.fakes.evil_issuer import EvilIssuer, make_key, sign_by_secret, to_jwk

SECRET = "whsec_" + base64.b64encode(b"a secret that Clerk shows once, 32B").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"another secret, of another endpoint").decode()
HOOK = "/api/v1/webhooks/clerk"
NOW = 1_770_000_000_000


@pytest.fixture
def clerk(evil_issuer: EvilIssuer, monkeypatch: pytest.MonkeyPatch) -> Iterator[EvilIssuer]:
    """Clerk's keys on loopback, and the settings that name it."""
    monkeypatch.setenv("METACORTEX_CLERK_ISSUER", evil_issuer.issuer)
    monkeypatch.setenv("METACORTEX_CLERK_JWKS_URL", f"{evil_issuer.issuer}/keys")
    monkeypatch.setenv("METACORTEX_CLERK_WEBHOOK_SECRET", SECRET)
    federation_settings.cache_clear()
    yield evil_issuer
    federation_settings.cache_clear()


def sign(body: bytes, message_id: str, timestamp: int, secret: str = SECRET) -> str:
    """Sign as Svix does: HMAC-SHA-256 of id, time and body by the secret's bytes."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


@dataclass
class Message:
    """A webhook with its three headers; whatever is not given is right."""

    event: dict[str, Any]
    message_id: str = field(default_factory=lambda: f"msg_{uuid4().hex}")
    timestamp: int = field(default_factory=lambda: int(time.time()))

    @property
    def body(self) -> bytes:
        return json.dumps(self.event).encode()

    @property
    def headers(self) -> dict[str, str]:
        return {
            "content-type": "application/json",
            "svix-id": self.message_id,
            "svix-timestamp": str(self.timestamp),
            "svix-signature": sign(self.body, self.message_id, self.timestamp),
        }


async def send(client: httpx.AsyncClient, *events: dict[str, Any]) -> None:
    """Deliver webhooks, one after the other."""
    for event in events:
        message = Message(event)
        answer = await client.post(HOOK, content=message.body, headers=message.headers)
        assert answer.status_code == 204, answer.text


@dataclass(frozen=True)
class Person:
    """A user, an organization and a membership at Clerk, with names of their own."""

    key: str = field(default_factory=lambda: uuid4().hex[:12])

    @property
    def email(self) -> str:
        return f"{self.key}@example.com"

    def event(self, kind: str, data: dict[str, Any], at: int) -> dict[str, Any]:
        return {"object": "event", "type": kind, "timestamp": at, "instance_id": "ins_1", "data": data}

    def user(self, at: int = NOW, *, fact: str = "updated", **change: Any) -> dict[str, Any]:
        data = {
            "id": f"user_{self.key}",
            "object": "user",
            "first_name": "Asha",
            "last_name": "Rao",
            "email_addresses": [
                {"id": "idn_old", "email_address": "old@example.com", "verification": {"status": "verified"}},
                {"id": "idn_1", "email_address": self.email, "verification": {"status": "verified"}},
            ],
            "primary_email_address_id": "idn_1",
            "created_at": NOW - 10,
            "updated_at": at,
        }
        return self.event(f"user.{fact}", {**data, **change}, at)

    def organization(self, at: int = NOW, *, fact: str = "updated", **change: Any) -> dict[str, Any]:
        data = {"id": f"org_{self.key}", "object": "organization", "name": "Acme", "slug": "acme", "updated_at": at}
        return self.event(f"organization.{fact}", {**data, **change}, at)

    def membership(
        self, at: int = NOW, *, fact: str = "updated", role: str = "org:admin", number: int = 1
    ) -> dict[str, Any]:
        data = {
            "id": f"orgmem_{self.key}_{number}",
            "object": "organization_membership",
            "organization": {"id": f"org_{self.key}", "object": "organization", "name": "Acme"},
            "public_user_data": {"user_id": f"user_{self.key}", "identifier": self.email, "first_name": "Asha"},
            "role": role,
            "updated_at": at,
        }
        return self.event(f"organizationMembership.{fact}", data, at)

    def deletion(self, kind: str, prefix: str, at: int = NOW) -> dict[str, Any]:
        clerk_id = f"{prefix}_{self.key}" + ("_1" if prefix == "orgmem" else "")
        return self.event(f"{kind}.deleted", {"id": clerk_id, "object": kind, "deleted": True}, at)


async def describe(person: Person) -> dict[str, Any]:
    """Return what has become of a person here."""
    async with transaction(None) as session:
        told = await session.get(ClerkObject, f"user_{person.key}")
        place = await session.get(ClerkObject, f"org_{person.key}")
        user = await session.get(User, told.user_id) if told and told.user_id else None
        known = await session.scalar(
            select(func.count()).select_from(ExternalIdentity).where(ExternalIdentity.subject == f"user_{person.key}")
        )
        organization = (
            await session.get(Organization, place.organization_id) if place and place.organization_id else None
        )
        found: dict[str, Any] = {
            "name": user.name if user else None,
            "email": user.email if user else None,
            "identities": known,
            "organization": organization.name if organization else None,
            "role": None,
        }
        if user and organization:
            await see_organization(session, organization.id)
            member = await session.scalar(
                select(Member).where(Member.org_id == organization.id, Member.user_id == user.id)
            )
            found["role"] = member.role if member and member.removed_at is None else None
        return found


def made(person: Person, **change: Any) -> dict[str, Any]:
    usual = {"name": "Asha Rao", "email": person.email, "identities": 1, "organization": "Acme", "role": "owner"}
    return {**usual, **change}


# What webhooks tell


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
async def test_user_organization_and_membership_may_come_in_any_order(
    client: httpx.AsyncClient, clerk: EvilIssuer, order: tuple[int, ...]
) -> None:
    person = Person()
    events = [person.user(fact="created"), person.organization(fact="created"), person.membership(fact="created")]
    await send(client, *(events[place] for place in order))
    assert await describe(person) == made(person)


async def test_the_newest_version_wins_however_late_the_older_ones_come(
    client: httpx.AsyncClient, clerk: EvilIssuer
) -> None:
    person = Person()
    newest = [
        person.user(NOW + 9, first_name="Usha"),
        person.organization(NOW + 9, name="Acme Homes"),
        person.membership(NOW + 9, role="org:member"),
    ]
    older = [
        person.membership(NOW, fact="created"),
        person.organization(NOW, fact="created"),
        person.user(NOW + 8, last_name="Iyer"),
        person.user(NOW, fact="created"),
    ]
    await send(client, *newest, *older)
    expected = made(person, name="Usha Rao", organization="Acme Homes", role="agent")
    assert await describe(person) == expected
    await send(client, person.membership(NOW + 10, role="org:billing"))
    assert await describe(person) == {**expected, "role": "viewer"}


@pytest.mark.parametrize(
    ("kind", "prefix", "left"),
    [
        ("user", "user", {"identities": 0, "role": None}),
        ("organization", "org", {"role": None}),
        ("organizationMembership", "orgmem", {"role": None}),
    ],
)
async def test_what_is_deleted_stays_deleted(
    client: httpx.AsyncClient, clerk: EvilIssuer, kind: str, prefix: str, left: dict[str, Any]
) -> None:
    person = Person()
    await send(client, person.user(), person.organization(), person.membership())
    await send(client, person.deletion(kind, prefix, NOW + 5))
    assert await describe(person) == made(person, **left)
    await send(client, person.user(NOW + 9), person.organization(NOW + 9), person.membership(NOW + 9))
    assert await describe(person) == made(person, **left)


async def test_a_deletion_that_comes_first_is_remembered(client: httpx.AsyncClient, clerk: EvilIssuer) -> None:
    person = Person()
    await send(client, person.deletion("user", "user", NOW + 5), person.user(fact="created"))
    assert await describe(person) == made(person, name=None, email=None, identities=0, organization=None, role=None)


async def test_a_deletion_ends_the_sessions(client: httpx.AsyncClient, clerk: EvilIssuer, app: object) -> None:
    person = Person()
    await send(client, person.user(), person.organization(), person.membership())
    signed_in = await exchange(client, clerk, person)
    assert signed_in.status_code == 200
    await send(client, person.deletion("user", "user", NOW + 5))
    assert (await client.post("/api/v1/session/refresh")).json()["code"] == "session_ended"
    assert (await exchange(client, clerk, person)).json()["code"] == "identity_not_proved"


async def test_a_deletion_ends_sessions_in_organizations_that_are_not_clerks(
    client: httpx.AsyncClient, clerk: EvilIssuer
) -> None:
    person = Person()
    await make_user(client, person.email, verified=True)
    await send(client, person.user())
    signed_in = await exchange(client, clerk, person)
    assert signed_in.json()["data"]["organization"]["name"] == "Victim's"
    await send(client, person.deletion("user", "user", NOW + 5))
    assert (await client.post("/api/v1/session/refresh")).json()["code"] == "session_ended"


async def test_what_a_crash_interrupted_is_done_when_clerk_repeats_it(
    client: httpx.AsyncClient, clerk: EvilIssuer
) -> None:
    """The API was killed after it had kept what Clerk told and before it acted on it."""
    person = Person()
    await send(client, person.organization(), person.membership())
    async with transaction(None) as session:
        told = {"name": "Asha Rao", "email": person.email}
        session.add(ClerkObject(id=f"user_{person.key}", kind="user", version=NOW, **told))
    await send(client, person.user())
    assert await describe(person) == made(person)
    async with transaction(None) as session:
        await session.execute(update(ClerkObject).where(ClerkObject.id == f"user_{person.key}").values(deleted=True))
    await send(client, person.deletion("user", "user"))
    assert await describe(person) == made(person, identities=0, role=None)


async def test_a_second_membership_outlives_the_first(client: httpx.AsyncClient, clerk: EvilIssuer) -> None:
    """Somebody is removed and added again, and the removal comes last."""
    person = Person()
    again = person.membership(NOW + 5, fact="created", role="org:member", number=2)
    await send(client, person.user(), person.organization(), person.membership(), again)
    await send(client, person.membership(NOW, fact="deleted"))
    assert await describe(person) == made(person, role="agent")


async def test_webhooks_at_once_end_as_webhooks_in_a_row(client: httpx.AsyncClient, clerk: EvilIssuer) -> None:
    person = Person()
    events = [person.user(NOW + n, first_name=f"Asha{n}") for n in range(4)]
    events += [person.organization(NOW + n, name=f"Acme{n}") for n in range(4)]
    events += [person.membership(NOW + n, role=("org:admin", "org:member")[n % 2]) for n in range(4)]
    messages = [Message(event) for event in events]
    answers = await asyncio.gather(
        *(client.post(HOOK, content=one.body, headers=one.headers) for one in messages + messages[::-1])
    )
    assert {answer.status_code for answer in answers} == {204}
    assert await describe(person) == made(person, name="Asha3 Rao", organization="Acme3", role="agent")
    async with transaction(None) as session:
        people = await session.scalar(select(func.count()).select_from(User).where(User.email == person.email))
        named = select(func.count()).select_from(Organization).where(Organization.name == "Acme3")
        assert (people, await session.scalar(named)) == (1, 1)


async def test_a_new_address_is_followed_when_it_is_verified(client: httpx.AsyncClient, clerk: EvilIssuer) -> None:
    person, new = Person(), f"new-{uuid4().hex[:12]}@example.com"
    await send(client, person.user())
    address = {"id": "idn_2", "email_address": new, "verification": {"status": "unverified"}}
    change = {"email_addresses": [address], "primary_email_address_id": "idn_2"}
    await send(client, person.user(NOW + 1, **change))
    assert (await describe(person))["email"] == person.email
    address["verification"] = {"status": "verified"}
    await send(client, person.user(NOW + 2, **change))
    assert (await describe(person))["email"] == new


@pytest.mark.parametrize("change", [{"verification": {"status": "unverified"}}, {"verification": None}])
async def test_an_unverified_address_makes_nobody(
    client: httpx.AsyncClient, clerk: EvilIssuer, change: dict[str, Any]
) -> None:
    person = Person()
    address = {"id": "idn_1", "email_address": person.email, **change}
    await send(client, person.user(email_addresses=[address]), person.organization(), person.membership())
    assert await describe(person) == made(person, name=None, email=None, identities=0, role=None)
    assert (await exchange(client, clerk, person)).json()["code"] == "sign_in_and_link"


# Attacks on webhooks


async def refuse(client: httpx.AsyncClient, body: bytes, headers: dict[str, str], code: str) -> None:
    answer = await client.post(HOOK, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == ({"webhook_not_signed": 401}.get(code, 422), code)


def tamper_body(message: Message) -> tuple[bytes, dict[str, str]]:
    return message.body.replace(b"Asha", b"Eve "), message.headers


def tamper_id(message: Message) -> tuple[bytes, dict[str, str]]:
    return message.body, {**message.headers, "svix-id": "msg_other"}


def tamper_time(message: Message) -> tuple[bytes, dict[str, str]]:
    return message.body, {**message.headers, "svix-timestamp": str(message.timestamp + 1)}


def sign_by_another(message: Message) -> tuple[bytes, dict[str, str]]:
    signature = sign(message.body, message.message_id, message.timestamp, OTHER_SECRET)
    return message.body, {**message.headers, "svix-signature": signature}


def sign_by_nobody(message: Message) -> tuple[bytes, dict[str, str]]:
    return message.body, {**message.headers, "svix-signature": "v1,"}


def sign_by_another_version(message: Message) -> tuple[bytes, dict[str, str]]:
    return message.body, {**message.headers, "svix-signature": message.headers["svix-signature"].replace("v1", "v2")}


def send_no_headers(message: Message) -> tuple[bytes, dict[str, str]]:
    return message.body, {"content-type": "application/json"}


def send_old(message: Message) -> tuple[bytes, dict[str, str]]:
    message.timestamp -= 301
    return message.body, message.headers


def send_of_the_future(message: Message) -> tuple[bytes, dict[str, str]]:
    message.timestamp += 302
    return message.body, message.headers


def send_at_no_time(message: Message) -> tuple[bytes, dict[str, str]]:
    return message.body, {**message.headers, "svix-timestamp": "²"}


@pytest.mark.parametrize(
    "attack",
    [
        tamper_body,
        tamper_id,
        tamper_time,
        sign_by_another,
        sign_by_nobody,
        sign_by_another_version,
        send_no_headers,
        send_old,
        send_of_the_future,
        send_at_no_time,
    ],
)
async def test_a_webhook_that_is_not_clerks_changes_nothing(
    client: httpx.AsyncClient, clerk: EvilIssuer, attack: Callable[[Message], tuple[bytes, dict[str, str]]]
) -> None:
    person = Person()
    body, headers = attack(Message(person.user()))
    await refuse(client, body, {name: value.encode() for name, value in headers.items()}, "webhook_not_signed")
    async with transaction(None) as session:
        assert await session.get(ClerkObject, f"user_{person.key}") is None


async def test_a_replayed_webhook_changes_nothing(client: httpx.AsyncClient, clerk: EvilIssuer, owner: Owner) -> None:
    person = Person()
    join = Message(person.membership())
    await send(client, person.user(), person.organization())
    assert (await client.post(HOOK, content=join.body, headers=join.headers)).status_code == 204
    async with transaction(None) as session:
        place = await session.get(ClerkObject, f"org_{person.key}")
        assert place is not None
        assert place.organization_id is not None
        await see_organization(session, place.organization_id)
        await session.execute(update(Member).where(Member.org_id == place.organization_id).values(role="viewer"))
    join.timestamp += 1
    assert (await client.post(HOOK, content=join.body, headers=join.headers)).status_code == 204
    assert await describe(person) == made(person, role="viewer")
    async with transaction(None) as session:
        assert await session.get(ClerkMessage, join.message_id) is not None


async def test_a_secret_can_be_changed_without_losing_webhooks(
    client: httpx.AsyncClient, clerk: EvilIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METACORTEX_CLERK_WEBHOOK_SECRET", f"{OTHER_SECRET} {SECRET}")
    federation_settings.cache_clear()
    person = Person()
    await send(client, person.user())
    message = Message(person.user(NOW + 1, first_name="Usha"))
    both = f"{sign(b'x', 'x', 1)} {sign(message.body, message.message_id, message.timestamp, OTHER_SECRET)}"
    answer = await client.post(HOOK, content=message.body, headers={**message.headers, "svix-signature": both})
    assert answer.status_code == 204
    assert (await describe(person))["name"] == "Usha Rao"


@pytest.mark.parametrize(
    "event",
    [
        [],
        {},
        {"type": 7, "data": {}},
        {"type": "user.created"},
        {"type": "user.created", "data": []},
        {"type": "user.created", "data": {"id": 7, "updated_at": NOW}},
        {"type": "user.created", "data": {"id": "a" * 201, "updated_at": NOW}},
        {"type": "user.created", "data": {"id": "user_\x00", "updated_at": NOW}},
        {"type": "user.created", "data": {"id": "user_1"}},
        {"type": "user.created", "data": {"id": "user_1", "updated_at": 2**70}},
        {"type": "user.created", "data": {"id": "user_1", "updated_at": NOW, "email_addresses": 7}},
        {"type": "user.created", "data": {"id": "user_1", "updated_at": NOW, "first_name": 7}},
        {"type": "organization.created", "data": {"id": "org_1", "updated_at": NOW, "name": None}},
        {"type": "organizationMembership.created", "data": {"id": "orgmem_1", "updated_at": NOW}},
    ],
    ids=lambda event: json.dumps(event)[:80],
)
async def test_an_unreadable_webhook_is_refused(client: httpx.AsyncClient, clerk: EvilIssuer, event: Any) -> None:
    message = Message(event)
    await refuse(client, message.body, message.headers, "webhook_not_readable")


@pytest.mark.parametrize("kind", ["session.created", "user.merged", "email.created", ""])
async def test_what_is_not_kept_is_taken_and_forgotten(client: httpx.AsyncClient, clerk: EvilIssuer, kind: str) -> None:
    await send(client, {"type": kind, "data": {"id": "sess_1"}})


async def test_nothing_answers_where_clerk_is_not_set_up(client: httpx.AsyncClient) -> None:
    message = Message(Person().user())
    hook = await client.post(HOOK, content=message.body, headers=message.headers)
    assert (hook.status_code, hook.json()["code"]) == (404, "clerk_not_set_up")
    sign_in = await client.post("/api/v1/sign-in/clerk", json={"token": "a.b.c"})
    assert (sign_in.status_code, sign_in.json()["code"]) == (404, "clerk_not_set_up")


# Taking over an account


async def make_user(client: httpx.AsyncClient, email: str, *, verified: bool) -> UUID:
    body = {"organization_name": "Victim's", "name": "Victim", "email": email, "password": PASSWORD}
    data = (await client.post("/api/v1/sign-up", json=body)).json()["data"]
    if verified:
        async with transaction(None) as session:
            await session.execute(update(User).where(User.email == email).values(email_verified_at=utc_now()))
    return UUID(data["member"]["user_id"])


async def test_clerk_links_only_users_whose_address_was_verified_here(
    client: httpx.AsyncClient, clerk: EvilIssuer
) -> None:
    victim, known = Person(), Person()
    await make_user(client, victim.email, verified=False)
    user_id = await make_user(client, known.email, verified=True)
    await send(client, victim.user(), known.user())
    assert (await describe(victim))["identities"] == 0
    assert (await exchange(client, clerk, victim)).json()["code"] == "sign_in_and_link"
    assert (await describe(known))["name"] == "Victim", "who was here before Clerk keeps their name"
    signed_in = await exchange(client, clerk, known)
    assert signed_in.json()["data"]["member"]["user_id"] == str(user_id)


async def test_an_account_is_linked_by_hand_and_joins_clerks_organizations(
    client: httpx.AsyncClient, app: object, clerk: EvilIssuer
) -> None:
    person = Person()
    user_id = await make_user(client, person.email, verified=False)
    await send(client, person.user(), person.organization(), person.membership(role="org:member"))
    signed_in = await client.post("/api/v1/sign-in", json={"email": person.email, "password": PASSWORD})
    async with open_client(app, signed_in.json()["data"]["access_token"]) as member:
        token = make_token(clerk, person)
        assert (await member.post("/api/v1/me/identities/clerk", json={"token": token})).status_code == 204
        [added] = (await member.get("/api/v1/me/identities")).json()["data"]
        assert added["provider"] == "Clerk"
        assert await describe(person) == made(person, name="Victim", role="agent")
        client.cookies.clear()
        answer = await exchange(client, clerk, person, o={"id": f"org_{person.key}", "rol": "member"})
        assert answer.json()["data"]["organization"]["name"] == "Acme"
        assert answer.json()["data"]["member"]["user_id"] == str(user_id)
        assert (await member.delete(f"/api/v1/me/identities/{added['id']}")).status_code == 204
    async with transaction(None) as session:
        await session.execute(update(User).where(User.id == user_id).values(email_verified_at=utc_now()))
    await send(client, person.user(NOW + 1))
    assert (await describe(person))["identities"] == 0, "what a person removed does not come back by itself"
    other = Person()
    await send(client, other.user())
    async with open_client(app, signed_in.json()["data"]["access_token"]) as member:
        refused = await member.post("/api/v1/me/identities/clerk", json={"token": make_token(clerk, other)})
    assert (refused.status_code, refused.json()["code"]) == (409, "identity_in_use")


# Session tokens


def make_token(clerk: EvilIssuer, person: Person, headers: dict[str, Any] | None = None, **change: Any) -> str:
    """Make a session token of version 2, right in all but what is changed."""
    return jwt.encode(read_claims(clerk, person, **change), clerk.key, "RS256", headers=headers or {"kid": "one"})


def read_claims(clerk: EvilIssuer, person: Person, **change: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": clerk.issuer,
        "sub": f"user_{person.key}",
        "sid": "sess_1",
        "azp": "http://127.0.0.1:8000",
        "iat": now,
        "nbf": now - 10,
        "exp": now + 60,
        "sts": "active",
        "v": 2,
    }
    return {name: value for name, value in {**claims, **change}.items() if value is not None}


async def exchange(client: httpx.AsyncClient, clerk: EvilIssuer, person: Person, **change: Any) -> httpx.Response:
    return await client.post("/api/v1/sign-in/clerk", json={"token": make_token(clerk, person, **change)})


async def test_a_session_at_clerk_opens_one_here(client: httpx.AsyncClient, app: object, clerk: EvilIssuer) -> None:
    person, other = Person(), Person()
    early = await exchange(client, clerk, person)
    assert (early.status_code, early.json()["code"]) == (409, "account_on_its_way")
    await send(client, person.user())
    homeless = await exchange(client, clerk, person)
    assert (homeless.status_code, homeless.json()["code"]) == (403, "not_a_member")
    await send(client, person.organization(), person.membership())
    second = other.organization(name="Second")
    joining = person.membership(number=2)
    joining["data"]["organization"]["id"] = second["data"]["id"]
    await send(client, second, joining)
    for chosen, name in (({"o": {"id": f"org_{person.key}"}}, "Acme"), ({"org_id": f"org_{other.key}"}, "Second")):
        answer = await exchange(client, clerk, person, **chosen)
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"]["organization"]["name"] == name
        assert "metacortex_refresh" in answer.headers["set-cookie"]
    async with open_client(app, answer.json()["data"]["access_token"]) as member:
        me = (await member.get("/api/v1/me")).json()["data"]
    assert me["member"]["email"] == person.email
    async with transaction(None) as session:
        await see_as_user(session, UUID(me["member"]["user_id"]))
        assert await session.scalar(select(func.count()).select_from(Member)) == 2


@pytest.mark.parametrize(
    "lie",
    [
        {"azp": "https://evil.example"},
        {"azp": None},
        {"iss": "https://clerk.evil.example"},
        {"iss": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"nbf": None},
        {"sid": None},
        {"sub": None},
        {"sts": "pending"},
        {"headers": {"kid": "foreign"}},
    ],
    ids=str,
)
async def test_a_wrong_session_token_is_refused(
    client: httpx.AsyncClient, clerk: EvilIssuer, lie: dict[str, Any]
) -> None:
    person = Person()
    await send(client, person.user(), person.organization(), person.membership())
    answer = await exchange(client, clerk, person, **lie)
    assert (answer.status_code, answer.json()["code"]) == (401, "identity_not_proved")
    assert "set-cookie" not in answer.headers


async def test_a_forged_session_token_is_refused(client: httpx.AsyncClient, clerk: EvilIssuer) -> None:
    person, foreign = Person(), make_key()
    await send(client, person.user(), person.organization(), person.membership())
    claims = read_claims(clerk, person)
    forged = [
        sign_by_secret(claims, clerk.public_pem()),
        jwt.encode(claims, None, "none"),
        jwt.encode(claims, foreign, "RS256", headers={"kid": "one"}),
        jwt.encode(claims, foreign, "RS256", headers={"kid": "mine", "jwk": to_jwk(foreign, "mine")}),
        jwt.encode(claims, clerk.key, "PS256", headers={"kid": "one"}),
        "a.b.c",
        "\u0000",
    ]
    for token in forged:
        answer = await client.post("/api/v1/sign-in/clerk", json={"token": token})
        assert (answer.status_code, answer.json()["code"]) == (401, "identity_not_proved"), token
    assert (await exchange(client, clerk, person)).status_code == 200, "the claims are otherwise good"
