"""What every outside issuer publishes: JSON over HTTPS, keys (RFC 7517) and tokens signed by them (RFC 7519, RFC 8725).

An issuer gets two tries within ten seconds; its redirects are not followed and no more than 256 KiB are read.
"""

import asyncio
import random
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import httpx
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from metacortex.contexts.identity.settings import ALGORITHMS

DEADLINE_SECONDS = 10.0
LARGEST_ANSWER_BYTES = 256 * 1024
LONGEST_TOKEN = 16 * 1024
CLOCK_SKEW_SECONDS = 30
KEYS_LIFETIME_SECONDS = 3600.0
KEYS_PAUSE_SECONDS = 60.0
_SMALLEST_RSA_BITS = 2048
_TIMEOUT = httpx.Timeout(5.0)


class IssuerUnreachable(Exception):
    """The issuer did not answer, or not as an issuer does."""


class IssuerRefused(Exception):
    """The issuer said that what it was asked is not right."""


class TokenNotValid(Exception):
    """A token does not prove what it says; the message is for the log, never for the person."""


async def get_json(url: str, *, access_token: str | None = None) -> dict[str, Any]:
    """Read a JSON object; asked a second time when the first fails on the way."""
    headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
    return await _ask(url, (httpx.TransportError, _Busy), headers=headers)


async def post_form(url: str, form: Mapping[str, str], *, login: tuple[str, str] | None = None) -> dict[str, Any]:
    """Send a form and read a JSON object; asked again only if nothing had been sent, as codes work once."""
    auth = httpx.BasicAuth(*login) if login else None
    return await _ask(url, (httpx.ConnectError, httpx.ConnectTimeout), form=dict(form), auth=auth)


class _Busy(Exception):
    """The issuer answered that it cannot answer now."""


async def _ask(url: str, worth_repeating: tuple[type[Exception], ...], **request: Any) -> dict[str, Any]:
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            try:
                return await _ask_once(url, **request)
            except worth_repeating:
                await asyncio.sleep(random.uniform(0.05, 0.25))
                return await _ask_once(url, **request)
    except (httpx.HTTPError, httpx.InvalidURL, _Busy, TimeoutError) as error:
        raise IssuerUnreachable(f"{url}: {error!r}") from error


async def _ask_once(
    url: str, *, form: dict[str, str] | None = None, headers: dict[str, str] | None = None, auth: Any = None
) -> dict[str, Any]:
    # Compressed answers are not asked for, so that the bytes counted are the bytes read.
    sent = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
    method = "GET" if form is None else "POST"
    body = bytearray()
    async with (
        httpx.AsyncClient(verify=_trust(), timeout=_TIMEOUT, follow_redirects=False) as client,
        client.stream(method, url, data=form, headers=sent, auth=auth) as answer,
    ):
        if answer.status_code >= 500 or answer.status_code == 429:
            raise _Busy(answer.status_code)
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > LARGEST_ANSWER_BYTES:
                raise IssuerUnreachable(f"{url}: more than {LARGEST_ANSWER_BYTES} bytes")
    if 400 <= answer.status_code < 500:
        raise IssuerRefused(f"{url}: {answer.status_code}")
    try:
        found = orjson.loads(body)
    except ValueError as error:
        raise IssuerUnreachable(f"{url}: no JSON") from error
    if answer.status_code != 200 or not isinstance(found, dict):
        raise IssuerUnreachable(f"{url}: {answer.status_code}, not a JSON object")
    return found


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@dataclass(slots=True)
class IssuerKeys:
    """An issuer's keys, read again after an hour and, at most once a minute, for a key id that is not among them."""

    url: str
    clock: Callable[[], float] = time.monotonic
    _keys: list[dict[str, Any]] = field(default_factory=list, init=False)
    _read_at: float | None = field(default=None, init=False)
    _asked_at: float = field(default=0.0, init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def find(self, kid: str | None, algorithm: str) -> jwt.PyJWK:
        """Return the key a token names; a token that names none is served where the issuer has one key only."""
        async with self._lock:
            if self._is_old() or (self._choose(kid) is None and self.clock() - self._asked_at > KEYS_PAUSE_SECONDS):
                await self._read()
        found = self._choose(kid)
        if found is None:
            raise TokenNotValid(f"no key {kid!r}")
        return _load_key(found, algorithm)

    def _is_old(self) -> bool:
        return self._read_at is None or self.clock() - self._read_at > KEYS_LIFETIME_SECONDS

    async def _read(self) -> None:
        self._asked_at = self.clock()
        keys = (await get_json(self.url)).get("keys")
        if not isinstance(keys, list):
            raise IssuerUnreachable(f"{self.url}: no keys")
        self._keys = [key for key in keys if isinstance(key, dict) and key.get("use", "sig") == "sig"]
        self._read_at = self._asked_at

    def _choose(self, kid: str | None) -> dict[str, Any] | None:
        found = [key for key in self._keys if kid is None or key.get("kid") == kid]
        return found[0] if len(found) == 1 else None


def _load_key(published: dict[str, Any], algorithm: str) -> jwt.PyJWK:
    if published.get("alg", algorithm) != algorithm:
        raise TokenNotValid(f"key {published.get('kid')!r} is not for {algorithm}")
    try:
        key = jwt.PyJWK.from_dict(published, algorithm=algorithm)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise TokenNotValid(f"key {published.get('kid')!r}: {error!r}") from error
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < _SMALLEST_RSA_BITS:
        raise TokenNotValid(f"key {published.get('kid')!r} is shorter than {_SMALLEST_RSA_BITS} bits")
    return key


async def read_signed(
    token: str,
    keys: IssuerKeys,
    *,
    issuer: str,
    audience: str | None,
    algorithms: Iterable[str],
    required: Iterable[str],
) -> dict[str, Any]:
    """Return the claims of a token after its signature, issuer, audience and times were checked.

    The header only chooses among the keys that the issuer publishes and the algorithms that the settings allow: neither
    a key within the token, nor `none`, nor a secret made of the public key can sign (RFC 8725 section 2.1).
    """
    if len(token) > LONGEST_TOKEN:
        raise TokenNotValid("too long")
    try:
        header = jwt.get_unverified_header(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS.intersection(algorithms) or "crit" in header:
            raise TokenNotValid(f"algorithm {algorithm!r}")
        key = await keys.find(kid, algorithm)
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            issuer=issuer,
            audience=audience,
            leeway=CLOCK_SKEW_SECONDS,
            options={"require": list(required), "verify_aud": audience is not None},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise TokenNotValid(repr(error)) from error
    if not isinstance(claims.get("sub"), str) or not claims["sub"] or len(claims["sub"]) > 255:
        raise TokenNotValid("no subject")
    return claims
