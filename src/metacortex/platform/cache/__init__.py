"""The connection to Valkey or Redis for what is asked at every request: quick, and out of the way when it is down."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Connection, ConnectionPool, Redis
from redis.exceptions import RedisError

from metacortex.platform.settings import settings
from metacortex.platform.telemetry import log

T = TypeVar("T")
TIMEOUT_SECONDS = 0.25
REST_SECONDS = 1.0
OnConnect = Callable[[Connection], Awaitable[None]]


class CacheDown(Exception):
    """Valkey or Redis did not answer in time, or is not configured; ask the database instead."""


class Cache:
    """A pool for one purpose. After a failure it rests, so that not every request waits for a server that is gone."""

    def __init__(self, on_connect: OnConnect | None = None) -> None:
        self._on_connect = on_connect
        self._client: Redis | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rests_until = 0.0

    async def ask(self, question: Callable[[Redis], Awaitable[T]]) -> T:
        """Return the answer, or raise CacheDown."""
        url = settings().redis_url
        if url is None or time.monotonic() < self._rests_until:
            raise CacheDown
        try:
            return await question(self._connected(url))
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("cache.down", error=repr(error))
            self._rests_until = time.monotonic() + REST_SECONDS
            # What is left of the connections may reach a server that missed something: each is made anew.
            if self._client is not None:
                await self._client.connection_pool.disconnect(inuse_connections=False)
            raise CacheDown from error

    def _connected(self, url: str) -> Redis:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            pool = ConnectionPool.from_url(
                url,
                redis_connect_func=self._connect,
                socket_timeout=TIMEOUT_SECONDS,
                socket_connect_timeout=TIMEOUT_SECONDS,
                max_connections=64,
            )
            self._client, self._loop = Redis.from_pool(pool), loop
        return self._client

    async def _connect(self, connection: Connection) -> None:
        await connection.on_connect()
        if self._on_connect is not None:
            await self._on_connect(connection)

    async def close(self) -> None:
        """Close the connections of this process."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()
