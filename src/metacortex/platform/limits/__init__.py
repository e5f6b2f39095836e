"""Rate limits: fixed windows, sliding windows and token buckets, counted in Valkey or Redis for all processes together.

`take` is all that callers need. It never fails: while the store is away, each process counts by itself.
"""

import asyncio
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from metacortex.platform.limits.limiter import Limiter
from metacortex.platform.limits.rules import Check, Limit, Verdict, tighter
from metacortex.platform.limits.settings import limit_settings
from metacortex.platform.settings import settings

__all__ = ["Check", "Limit", "Limiter", "Verdict", "choose_store", "close_limits", "limit_settings", "take", "tighter"]

_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, Limiter] = WeakKeyDictionary()


async def take(checks: Sequence[Check], cost: int = 1) -> Verdict:
    """Count a use against every (limit, key), or against none when one refuses; return the tightest verdict."""
    if limit_settings().limits == "off":
        limit = checks[0][0]
        return Verdict(limit, allowed=True, remaining=limit.amount, reset_seconds=0, retry_after_seconds=0)
    loop = asyncio.get_running_loop()
    limiter = _limiters.get(loop)
    if limiter is None:
        limiter = _limiters[loop] = _make_limiter()
    return await limiter.take(checks, cost)


async def close_limits() -> None:
    """Close what the limits of this event loop hold open."""
    limiter = _limiters.pop(asyncio.get_running_loop(), None)
    if limiter is not None:
        await limiter.close()


def choose_store() -> str | None:
    """Return the URL of the store that processes share, None for this process's memory; raises RuntimeError."""
    chosen, url = limit_settings().limits_store, settings().redis_url
    if settings().disable_db:
        return None
    if chosen == "redis" and url is None:
        message = "METACORTEX_LIMITS_STORE is redis, but METACORTEX_REDIS_URL is not set. Set it, or leave out both."
        raise RuntimeError(message)
    return None if chosen == "memory" else url


def _make_limiter() -> Limiter:
    url = choose_store()
    if url is None:
        return Limiter(None)
    from metacortex.platform.limits.redis_store import RedisStore

    return Limiter(RedisStore(url, timeout_seconds=limit_settings().limits_timeout_seconds))
