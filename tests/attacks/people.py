"""Members, keys, sessions and mails to attack with, made through the front door or signed by our own key."""

import asyncio
import smtplib
import time
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pyotp

from metacortex.contexts.intake import public as intake
from metacortex.platform.database import utc_now
from metacortex.platform.security import Role, issue_access_token, key_ring, read_access_token
from tests.conftest import PASSWORD, Owner, open_client


@dataclass(frozen=True)
class Person:
    """A signed-in member: their client holds the access token, and the refresh cookie in its jar."""

    client: httpx.AsyncClient
    email: str
    member_id: str
    token: str


async def join(app: Any, owner: Owner, role: Role) -> Person:
    """Invite somebody in a role and accept for them."""
    email = f"{role}-{uuid4().hex[:12]}@example.com"
    invited = await owner.client.post("/api/v1/invitations", json={"email": email, "role": role})
    assert invited.status_code == 201, invited.text
    client = open_client(app)
    token = invited.json()["data"]["accept_url"].rsplit("/", 1)[1]
    answer = await client.post(
        "/api/v1/invitations/accept", json={"token": token, "name": "Ravi", "password": PASSWORD}
    )
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    client.headers["Authorization"] = f"Bearer {data['access_token']}"
    return Person(client, email, data["member"]["id"], data["access_token"])


def token_as(owner: Owner, **changes: Any) -> str:
    """Sign a token for an owner's member that differs from theirs in some way the signature then covers."""
    known = read_access_token(owner.token)
    return issue_access_token(replace(known, **{"proved_at": time.time(), **changes}))


def sign_claims(claims: dict[str, Any], **header: Any) -> str:
    """Sign any claims with our own key."""
    ring = key_ring()
    return jwt.encode(
        claims, ring.signing_key, algorithm="RS256", headers={"kid": ring.signing_kid, "typ": "at+jwt", **header}
    )


async def make_key(owner: Owner, *scopes: str) -> str:
    """Make an API key; return its secret."""
    made = await owner.client.post("/api/v1/api-keys", json={"name": "key", "scopes": list(scopes)})
    assert made.status_code == 201, made.text
    return str(made.json()["data"]["secret"])


def code_of(secret: str, steps: int = 0) -> str:
    """Return the code an authenticator app shows, some steps of 30 seconds from now."""
    return str(pyotp.TOTP(secret).at(int(utc_now().timestamp()) + steps * 30))


async def set_up_totp(client: httpx.AsyncClient) -> tuple[str, list[str]]:
    """Set an authenticator app up for a signed-in person; return its secret and the recovery codes."""
    begun = await client.post("/api/v1/me/totp")
    assert begun.status_code == 201, begun.text
    secret = str(begun.json()["data"]["secret"])
    confirmed = await client.post("/api/v1/me/totp/confirm", json={"code": code_of(secret, -1)})
    assert confirmed.status_code == 200, confirmed.text
    return secret, confirmed.json()["data"]["codes"]


async def deliver_mail(owner: Owner, content: bytes) -> None:
    """Have the mail receiver take a message for an organization."""
    address = str(await intake.read_default_address(owner.org_id))

    def deliver(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
            smtp.sendmail("relay@example.com", [address], content)

    async with intake.open_mail_receiver(host="127.0.0.1", port=0) as port:
        await asyncio.to_thread(deliver, port)
