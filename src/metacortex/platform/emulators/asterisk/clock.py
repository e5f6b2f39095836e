"""Time that can run faster: one heap holds every timer, and the event loop is asked only for the next one."""

import asyncio
import heapq
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

log = logging.getLogger(__name__)


class Timer:
    """Something that will happen unless it is cancelled."""

    __slots__ = ("args", "callback")

    def __init__(self, callback: Callable[..., None], args: tuple[Any, ...]) -> None:
        self.callback: Callable[..., None] | None = callback
        self.args = args

    def cancel(self) -> None:
        """Make it not happen."""
        self.callback = None
        self.args = ()


class Clock:
    """Runs callbacks in the order of their times, `speed` times faster than asked."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = count()
        self._loop = asyncio.get_running_loop()
        self._wake: asyncio.TimerHandle | None = None
        self._wake_at = 0.0

    def after(self, seconds: float, callback: Callable[..., None], *args: Any) -> Timer:
        """Call back after so many emulated seconds; those of equal time keep their order."""
        at = self._loop.time() + max(0.0, seconds) / self.speed
        timer = Timer(callback, args)
        heapq.heappush(self._heap, (at, next(self._order), timer))
        if self._wake is None or at < self._wake_at:
            self._sleep_until(at)
        return timer

    def clear(self) -> None:
        """Forget every timer."""
        self._heap.clear()
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None

    def _sleep_until(self, at: float) -> None:
        if self._wake is not None:
            self._wake.cancel()
        self._wake = self._loop.call_at(at, self._run_due)
        self._wake_at = at

    def _run_due(self) -> None:
        self._wake = None
        now = self._loop.time() + 0.0005
        while self._heap and self._heap[0][0] <= now:
            callback = (timer := heapq.heappop(self._heap)[2]).callback
            if callback is None:
                continue
            try:
                callback(*timer.args)
            except Exception:
                log.exception("A timer of the emulator failed")
        if self._heap:
            self._sleep_until(self._heap[0][0])


def timestamp() -> str:
    """Now as Asterisk writes it: milliseconds and a numeric zone."""
    return stamp(datetime.now(UTC))


def stamp(at: datetime) -> str:
    """A UTC time as Asterisk writes it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "+0000")
