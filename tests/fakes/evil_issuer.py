"""An OpenID Connect issuer that lies as a test tells it to: it controls every part of its answers.

Shapes after OpenID Connect Core 1.0 section 3.1.3.3 and Discovery 1.0 section 3; it asks nobody to sign in.
"""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.fakes.serving import serve

CLIENT_ID = "metacortex"


def make_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def to_jwk(key: RSAPrivateKey, kid: str, **change: Any) -> dict[str, Any]:
    """Publish a key."""
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig", **change}


@dataclass
class EvilIssuer:
    """What it answers next, and what it was asked."""

    issuer: str = ""
    key: RSAPrivateKey = field(default_factory=make_key)
    keys: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    id_token: str | None = None
    answers: dict[str, Response] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, list[str]]] = field(default_factory=list)

    def reset(self) -> None:
        """Be honest again."""
        self.keys, self.id_token = [to_jwk(self.key, "one")], None
        self.metadata, self.claims, self.answers = {}, {}, {}
        self.asked.clear()
        self.forms.clear()

    def tell(self, nonce: str, **claims: Any) -> None:
        """Say what the next ID token says, which is otherwise right in all."""
        now = int(time.time())
        honest = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "somebody",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "email": "somebody@example.com",
            "email_verified": True,
            "name": "Some Body",
        }
        self.claims = {name: value for name, value in {**honest, **claims}.items() if value is not None}

    def sign(self, **change: Any) -> str:
        """Return the ID token, signed by the published key unless `key`, `algorithm` or `headers` say otherwise."""
        options = {"key": self.key, "algorithm": "RS256", "headers": {"kid": "one"}, **change}
        return jwt.encode(self.claims, **options)

    def public_pem(self) -> bytes:
        """Return what everybody may know of the key."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_query(url: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def sign_by_secret(claims: dict[str, Any], secret: bytes, **header: Any) -> str:
    """Sign by HMAC whatever the secret is; libraries refuse to when it looks like a public key."""
    import hmac

    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "typ": "JWT", "kid": "one", **header}, claims)
    ]
    signature = hmac.digest(secret, b".".join(parts), hashlib.sha256)
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def build_app(state: EvilIssuer) -> Starlette:
    """Return the service; what it says comes from the state."""

    async def discover(request: Request) -> Response:
        state.asked.append("metadata")
        found = {
            "issuer": state.issuer,
            "authorization_endpoint": f"{state.issuer}/authorize",
            "token_endpoint": f"{state.issuer}/token",
            "jwks_uri": f"{state.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
            **state.metadata,
        }
        return state.answers.get("metadata") or JSONResponse(found)

    async def show_keys(request: Request) -> Response:
        state.asked.append("keys")
        return state.answers.get("keys") or JSONResponse({"keys": state.keys})

    async def give_token(request: Request) -> Response:
        state.asked.append("token")
        state.forms.append(parse_qs((await request.body()).decode()))
        body = {"access_token": "access", "token_type": "Bearer", "id_token": state.id_token or state.sign()}
        return state.answers.get("token") or JSONResponse(body)

    async def lead_inwards(request: Request) -> Response:
        state.asked.append("inwards")
        return RedirectResponse(f"{state.issuer}/keys")

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", discover),
            Route("/keys", show_keys),
            Route("/token", give_token, methods=["POST"]),
            Route("/elsewhere", lead_inwards),
        ]
    )


@contextmanager
def run_evil_issuer() -> Iterator[EvilIssuer]:
    """Serve on a free loopback port until the block ends."""
    state = EvilIssuer()
    state.reset()
    with serve(build_app(state)) as url:
        state.issuer = url
        yield state
