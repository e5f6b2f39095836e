"""One HTTP request to Asterisk: its timeouts, retries, breaker, metrics; what it means is read elsewhere."""

import asyncio
import random
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import orjson
from prometheus_client import Histogram
from yarl import URL

from metacortex.contexts.calls.clients.asterisk import metrics
from metacortex.contexts.calls.clients.asterisk.breaker import Breaker
from metacortex.contexts.calls.clients.asterisk.masking import mask_numbers
from metacortex.contexts.calls.settings import CallsSettings, Server
from metacortex.contexts.calls.types import AsteriskUnreachable
from metacortex.platform.telemetry import log

# Asterisk closes an idle connection after 15 seconds; a request sent into the closing one would be lost.
KEEPALIVE_SECONDS = 10.0
CHUNK_BYTES = 64 * 1024
_FIRST_RETRY_SECONDS = 0.05
# What a proxy before Asterisk answers while nobody is behind it.
_PASSING_FAULTS = frozenset({502, 503, 504})


class AnswerLost(Exception):
    """The request may have reached Asterisk, but no answer was read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Asterisk said; `body` is None where it broke off. `is_repeated`: an earlier try may have had its effect."""

    status: int
    body: bytes | None
    is_repeated: bool = False

    @property
    def is_good(self) -> bool:
        """Whether Asterisk did what was asked."""
        return 200 <= self.status < 300

    @property
    def reason(self) -> str:
        """What Asterisk says about a refusal, numbers masked."""
        found = self.read_json()
        text = (found.get("message") or found.get("error")) if isinstance(found, dict) else None
        return mask_numbers(str(text)[:200]) if text else f"status {self.status}"

    def read_json(self) -> Any:
        """Return the body's JSON; None where there is none."""
        try:
            return orjson.loads(self.body or b"null")
        except orjson.JSONDecodeError:
            return None


class Rest:
    """The HTTP side of one Asterisk."""

    def __init__(self, server: Server, settings: CallsSettings) -> None:
        self.server = server
        self.settings = settings
        self.breaker = Breaker(settings.breaker_failures, settings.breaker_pause_seconds)
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections, made at the first use within the running loop."""
        if self._session is None:
            self._session = _open_session(self.server, self.settings)
        return self._session

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def build_url(self, *path: str, query: Mapping[str, str] | None = None) -> URL:
        """Return the address of a resource, each part of its path escaped: a recording's name may hold a slash."""
        text = "/".join((self.server.url, *(quote(part, safe="") for part in path)))
        return URL(f"{text}?{urlencode(query)}" if query else text, encoded=True)

    async def send(
        self, operation: str, method: str, url: URL, body: Mapping[str, Any] | None = None, *, tries: int | None = None
    ) -> Answer:
        """Send a request that may be repeated, and repeat it while its answer fails to come; `tries=1` never does.

        Raises AsteriskUnreachable when nothing was sent the last time, AnswerLost when that is not known.
        """
        data = None if body is None else orjson.dumps(body)
        is_repeated = False
        last = self.settings.request_tries if tries is None else tries
        for turn in range(1, last + 1):
            try:
                answer = await self.send_once(operation, method, url, data)
            except (AsteriskUnreachable, AnswerLost) as error:
                is_repeated = is_repeated or isinstance(error, AnswerLost)
                if turn == last or self.breaker.is_open:
                    raise
            else:
                if answer.status not in _PASSING_FAULTS or turn == last:
                    return Answer(answer.status, answer.body, is_repeated) if is_repeated else answer
                is_repeated = True
            await asyncio.sleep(_FIRST_RETRY_SECONDS * 2**turn * random.uniform(0.5, 1.5))
        raise AsteriskUnreachable(self._tell_unreachable())

    async def send_once(self, operation: str, method: str, url: URL, data: bytes | None = None) -> Answer:
        """Send a request exactly once.

        Raises AsteriskUnreachable when it was not sent for certain, AnswerLost when it may have been.
        """
        result, started = "cancelled", perf_counter()
        self._require_closed(operation)
        try:
            async with self.session.request(method, url, data=data, allow_redirects=False) as response:
                status, body = response.status, await _read_body(response)
            result = _name_result(status)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            result = "unreachable"
            raise AsteriskUnreachable(self._tell_unreachable()) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            result = "lost"
            raise AnswerLost(f"Asterisk {self.server.name} did not answer {operation}.") from error
        finally:
            self._count(operation, result, perf_counter() - started)
        return Answer(status, body)

    @asynccontextmanager
    async def stream(self, operation: str, url: URL) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
        """Open an answer that is read bit by bit, as its status and chunks; only silence, not length, ends it early.

        Raises AsteriskUnreachable when it does not come, or, within the block, when it breaks off.
        """
        result, started, is_open = "cancelled", perf_counter(), False
        self._require_closed(operation)
        try:
            async with self.session.get(url, timeout=self._stream_timeout, allow_redirects=False) as response:
                is_open = True
                yield response.status, self._read_chunks(operation, response)
                result = _name_result(response.status)
        except AsteriskUnreachable:
            result = "lost"
            raise
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if is_open:
                raise  # the reader's own trouble, as a full disk
            result = "lost"
            raise self._tell_broken(operation) from error
        finally:
            self._count(operation, result, perf_counter() - started)

    async def _read_chunks(self, operation: str, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        try:
            async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                yield chunk
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._tell_broken(operation) from error

    @property
    def _stream_timeout(self) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(
            total=None, connect=self.settings.connect_seconds, sock_read=self.settings.request_seconds
        )

    def _tell_broken(self, operation: str) -> AsteriskUnreachable:
        return AsteriskUnreachable(f"Asterisk {self.server.name} broke off {operation}.")

    def _require_closed(self, operation: str) -> None:
        if not self.breaker.admit():
            metrics.requests.labels(self.server.name, operation, "breaker").inc()
            raise AsteriskUnreachable(self._tell_unreachable())

    def _tell_unreachable(self) -> str:
        return f"Asterisk {self.server.name} cannot be reached. Check that it runs and that its address is right."

    def _count(self, operation: str, result: str, seconds: float) -> None:
        _requests_of(self.server.name, operation, result).inc()
        _seconds_of(operation).observe(seconds)
        if result == "cancelled":
            self.breaker.release()
        elif result in {"unreachable", "lost", "failed"}:
            self.breaker.fail()
            log.warning("asterisk.request_failed", server=self.server.name, operation=operation, result=result)
        else:
            self.breaker.succeed()


def _open_session(server: Server, settings: CallsSettings) -> aiohttp.ClientSession:
    login = b64encode(f"{server.username}:{server.password.get_secret_value()}".encode()).decode()
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=settings.connections, keepalive_timeout=KEEPALIVE_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Authorization": f"Basic {login}", "Content-Type": "application/json", "User-Agent": "metacortex"},
        timeout=aiohttp.ClientTimeout(total=settings.request_seconds, connect=settings.connect_seconds),
    )


async def _read_body(response: aiohttp.ClientResponse) -> bytes | None:
    """Return the body; None where it breaks off, for the status alone already tells what became of the request."""
    try:
        return await response.read()
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None


def _name_result(status: int) -> str:
    if status == 500:
        return "error"  # Asterisk is well, and will not do this
    return "ok" if status < 300 else "refused" if status < 500 else "failed"


@lru_cache(maxsize=1024)
def _requests_of(server: str, operation: str, result: str) -> Any:
    return metrics.requests.labels(server, operation, result)


@lru_cache(maxsize=128)
def _seconds_of(operation: str) -> Histogram:
    return metrics.request_seconds.labels(operation)
