"""Counts in Valkey or Redis and, while that is away, in this process: no request fails because of its limiter."""

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

from metacortex.platform.limits import rules
from metacortex.platform.limits.memory_store import MemoryStore
from metacortex.platform.limits.rules import Check, StoreAway, Verdict
from metacortex.platform.telemetry import log, metrics

if TYPE_CHECKING:
    from metacortex.platform.limits.redis_store import RedisStore

PAUSE_SECONDS = 1.0


class Limiter:
    """A shared store where there is one, with this process's memory behind it."""

    def __init__(self, shared: "RedisStore | None", *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._shared, self._pause_seconds = shared, pause_seconds
        self._memory = MemoryStore()
        self._is_away = False
        self._next_try = 0.0

    @property
    def is_shared(self) -> bool:
        """Whether uses are counted together with other processes now."""
        return self._shared is not None and not self._is_away

    async def take(self, checks: Sequence[Check], cost: int = 1) -> Verdict:
        """Count a use against every check, or against none when one refuses; return the tightest verdict."""
        verdicts = await self._take_shared(checks, cost)
        if verdicts is None:
            verdicts = self._memory.take(checks, cost)
        tightest = rules.tighter(verdicts)
        if not tightest.allowed:
            metrics.limit_refusals.labels(tightest.limit.name).inc()
        return tightest

    async def _take_shared(self, checks: Sequence[Check], cost: int) -> list[Verdict] | None:
        if self._shared is None or (self._is_away and monotonic() < self._next_try):
            return None
        # Of all the requests that come meanwhile, this one alone finds out whether the store is back.
        self._next_try = monotonic() + self._pause_seconds
        try:
            verdicts = await self._shared.take(checks, cost)
        except (StoreAway, OSError) as error:
            self._next_try = monotonic() + self._pause_seconds
            if not self._is_away:
                self._is_away = True
                metrics.limit_outages.inc()
                log.error("limits.store_away", error=repr(error), consequence="limits hold per process")
            return None
        if self._is_away:
            self._is_away = False
            log.warning("limits.store_back")
        return verdicts

    async def close(self) -> None:
        """Close the connections of the shared store."""
        if self._shared is not None:
            await self._shared.close()
