"""Limits counted in Valkey or Redis, so that every process shares them: one script, one round trip."""

import asyncio
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import NoScriptError, RedisError

from metacortex.platform.limits import rules
from metacortex.platform.limits.rules import Check, StoreAway, Verdict

_CONNECTIONS = 16
_SCRIPT = files("metacortex.platform.limits").joinpath("redis_store.lua").read_text("utf-8")
# The protocol names scripts by this digest.
_SCRIPT_NAME = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()


class RedisStore:
    """A few connections of one event loop; keys expire by themselves.

    Connections are used without the library's client and pool around them, which would double the work of a request.
    """

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds
        self._pool = ConnectionPool.from_url(url, protocol=2, retry=Retry(NoBackoff(), 0))
        self._idle: list[AbstractConnection] = []
        self._free = asyncio.Semaphore(_CONNECTIONS)

    async def take(self, checks: Sequence[Check], cost: int, now: int | None = None) -> list[Verdict]:
        """Count a use against every check, or against none when one refuses; `now` in milliseconds.

        Raises StoreAway, OSError or TimeoutError when the server does not answer in time.
        """
        keys = [f"limit:{limit.name}:{limit.strategy}:{limit.per_seconds}:{key}" for limit, key in checks]
        sent: list[str | int] = [len(keys), *keys, cost, "" if now is None else now]
        for limit, _ in checks:
            sent += (limit.strategy, limit.amount, limit.window, limit.capacity)
        try:
            async with asyncio.timeout(self._timeout_seconds), self._free:
                answer = await self._run_script(sent)
        except RedisError as error:
            raise StoreAway(repr(error)) from error
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
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.disconnect(nowait=True)

    async def _run_script(self, sent: Sequence[str | int]) -> list[int]:
        if self._idle:
            try:
                return await self._ask(self._idle.pop(), sent)
            except Disconnected:  # the server ended, or closed what was idle for long
                await self.close()
        return await self._ask(self._pool.make_connection(), sent)  # type: ignore[no-untyped-call]

    async def _ask(self, connection: AbstractConnection, sent: Sequence[str | int]) -> list[int]:
        try:
            if not connection.is_connected:
                await connection.connect()  # type: ignore[no-untyped-call]
            try:
                await connection.send_command("EVALSHA", _SCRIPT_NAME, *sent)
                answer: list[int] = await connection.read_response()
            except NoScriptError:
                await connection.send_command("EVAL", _SCRIPT, *sent)
                answer = await connection.read_response()
        except BaseException:
            # Its answer may be under way still, and nobody else may read that.
            await connection.disconnect(nowait=True)
            raise
        self._idle.append(connection)
        return answer
