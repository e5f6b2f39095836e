"""Limits counted in Valkey or Redis, so that every process shares them: one script, one round trip."""

import asyncio
from collections.abc import Sequence
from importlib.resources import files

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from metacortex.platform.limits import rules
from metacortex.platform.limits.rules import Check, Verdict

_CONNECTIONS = 16
_SCRIPT = files("metacortex.platform.limits").joinpath("redis_store.lua").read_text("utf-8")


class RedisStore:
    """One pool of connections of one event loop; keys expire by themselves."""

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds
        self._redis = Redis.from_pool(
            BlockingConnectionPool.from_url(
                url,
                max_connections=_CONNECTIONS,
                timeout=None,
                socket_connect_timeout=timeout_seconds,
                retry=Retry(NoBackoff(), 0),
                protocol=2,
            )
        )
        self._script = self._redis.register_script(_SCRIPT)

    async def take(self, checks: Sequence[Check], cost: int, now: int | None = None) -> list[Verdict]:
        """Count a use against every check, or against none when one refuses; `now` in milliseconds.

        Raises RedisError, OSError or TimeoutError when the server does not answer in time.
        """
        keys = [f"limit:{limit.name}:{limit.strategy}:{limit.per_seconds}:{key}" for limit, key in checks]
        arguments: list[str | int] = [cost, "" if now is None else now]
        for limit, _ in checks:
            arguments += (limit.strategy, limit.amount, limit.window, limit.capacity)
        async with asyncio.timeout(self._timeout_seconds):
            answer = await self._script(keys, arguments)
        return [
            Verdict(
                limit=limit,
                allowed=not answer[place + 2],
                remaining=answer[place],
                reset_seconds=rules.seconds(answer[place + 1]),
                retry_after_seconds=rules.seconds(answer[place + 2]),
            )
            for place, (limit, _) in zip(range(0, len(answer), 3), checks, strict=True)
        ]

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose(close_connection_pool=True)
