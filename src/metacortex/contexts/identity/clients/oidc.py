"""An OpenID Connect issuer: discovery, the code flow with PKCE, ID tokens.

Sources: OpenID Connect Core 1.0 sections 3.1 and 5.3, OpenID Connect Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (`iss` in
the authorization response). By PyJWT and httpx, which are here already; a client library would replace fewer lines than
its adapter needs.
"""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt

from metacortex.contexts.identity.clients.issuers import (
    IssuerKeys,
    IssuerUnreachable,
    TokenNotValid,
    get_json,
    post_form,
    read_signed,
)
from metacortex.contexts.identity.settings import OidcProvider, is_safe_url

SCOPE = "openid email profile"
METADATA_LIFETIME_SECONDS = 3600.0
_REQUIRED = ("iss", "sub", "aud", "exp", "iat", "nonce")
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512, "DSA": hashlib.sha512}


@dataclass(slots=True)
class OidcIssuer:
    """One issuer, with its discovery document and keys as they were read last."""

    provider: OidcProvider
    _metadata: dict[str, Any] = field(default_factory=dict, init=False)
    _read_at: float = field(default=0.0, init=False)
    _keys: IssuerKeys | None = field(default=None, init=False)

    async def read_metadata(self) -> dict[str, Any]:
        """Return the discovery document, whose `issuer` must be the configured one to the letter."""
        if self._metadata and time.monotonic() - self._read_at < METADATA_LIFETIME_SECONDS:
            return self._metadata
        found = await get_json(self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self.provider.issuer:
            raise IssuerUnreachable(f"{self.provider.issuer} calls itself {found.get('issuer')!r}")
        for name in _ENDPOINTS:
            if not isinstance(found.get(name), str) or not is_safe_url(found[name]):
                raise IssuerUnreachable(f"{self.provider.issuer}: {name} is {found.get(name)!r}")
        if self._keys is None or self._keys.url != found["jwks_uri"]:
            self._keys = IssuerKeys(found["jwks_uri"])
        self._metadata, self._read_at = found, time.monotonic()
        return found

    async def build_authorization_url(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Return where the browser goes to prove who sits before it."""
        endpoint = (await self.read_metadata())["authorization_endpoint"]
        challenge = _encode(hashlib.sha256(verifier.encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"

    async def check_answer(self, issuer: str | None) -> None:
        """Refuse an authorization response that another issuer gave, or that hides which one did (RFC 9207)."""
        says_so = (await self.read_metadata()).get("authorization_response_iss_parameter_supported") is True
        if issuer != self.provider.issuer and (issuer is not None or says_so):
            raise TokenNotValid(f"answered by {issuer!r}")

    async def redeem_code(self, code: str, *, redirect_uri: str, nonce: str, verifier: str) -> dict[str, Any]:
        """Exchange a code for the claims of the person: those of the ID token, else of the userinfo endpoint."""
        metadata = await self.read_metadata()
        answer = await self._ask_for_tokens(metadata, code, redirect_uri, verifier)
        token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str):
            raise TokenNotValid("no ID token")
        claims = await self._read_id_token(token, nonce=nonce, access_token=access_token)
        endpoint = metadata.get("userinfo_endpoint")
        if "email" in claims or not isinstance(endpoint, str) or not isinstance(access_token, str):
            return claims
        return {**claims, **await self._read_userinfo(endpoint, access_token, claims["sub"])}

    async def _ask_for_tokens(
        self, metadata: dict[str, Any], code: str, redirect_uri: str, verifier: str
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        client_id, secret = self.provider.client_id, self.provider.client_secret
        if secret is None:
            return await post_form(metadata["token_endpoint"], {**form, "client_id": client_id})
        if "client_secret_basic" in metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            login = (quote(client_id, safe=""), quote(secret.get_secret_value(), safe=""))
            return await post_form(metadata["token_endpoint"], form, login=login)
        given = {"client_id": client_id, "client_secret": secret.get_secret_value()}
        return await post_form(metadata["token_endpoint"], {**form, **given})

    async def _read_id_token(self, token: str, *, nonce: str, access_token: object) -> dict[str, Any]:
        assert self._keys is not None
        claims = await read_signed(
            token,
            self._keys,
            issuer=self.provider.issuer,
            audience=self.provider.client_id,
            algorithms=self.provider.algorithms,
            required=_REQUIRED,
        )
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.provider.client_id) != self.provider.client_id:
            raise TokenNotValid(f"made for {claims.get('azp')!r}")
        if not isinstance(claims["nonce"], str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
            raise TokenNotValid("another nonce")
        if "at_hash" in claims and claims["at_hash"] != hash_access_token(access_token, token):
            raise TokenNotValid("another access token")
        return claims

    async def _read_userinfo(self, endpoint: str, access_token: str, subject: str) -> dict[str, Any]:
        if not is_safe_url(endpoint):
            raise IssuerUnreachable(f"{self.provider.issuer}: userinfo_endpoint is {endpoint!r}")
        found = await get_json(endpoint, access_token=access_token)
        if found.get("sub") != subject:
            raise TokenNotValid("userinfo of another person")
        return {name: found[name] for name in ("email", "email_verified", "name", "hd") if name in found}


def hash_access_token(access_token: object, id_token: str) -> str | None:
    """Return the `at_hash` of an access token: the left half of the hash that the ID token's algorithm names."""
    digest = _HASHES.get(str(jwt.get_unverified_header(id_token)["alg"])[-3:])
    if digest is None or not isinstance(access_token, str):
        return None
    left = digest(access_token.encode()).digest()
    return _encode(left[: len(left) // 2])


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@lru_cache(maxsize=32)
def open_issuer(provider: OidcProvider) -> OidcIssuer:
    """Return this process's client of an issuer."""
    return OidcIssuer(provider)
