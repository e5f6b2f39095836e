"""Spares a failing server, and its callers the wait, until a single request has found it well."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic


@dataclass(slots=True)
class Breaker:
    """Opens after `failures` in a row; after `pause_seconds` one request is let through, whose end decides."""

    failures: int
    pause_seconds: float
    clock: Callable[[], float] = monotonic
    _failed: int = field(default=0, init=False)
    _opens_at: float = field(default=0.0, init=False)
    _is_probing: bool = field(default=False, init=False)

    @property
    def is_open(self) -> bool:
        """Whether requests are refused at present, but for the one that tries."""
        return self._failed >= self.failures

    @property
    def would_admit(self) -> bool:
        """Whether the next request may go out, be it the one that tries."""
        return not self.is_open or (not self._is_probing and self.clock() >= self._opens_at)

    def admit(self) -> bool:
        """Say whether a request may go out; each admitted one is followed by `succeed`, `fail` or `release`."""
        if not self.would_admit:
            return False
        self._is_probing = self.is_open
        return True

    def succeed(self) -> None:
        """Close: the server answered."""
        self._failed, self._is_probing = 0, False

    def fail(self) -> None:
        """Count a failure; at the limit, wait for another pause."""
        self._failed += 1
        self._is_probing = False
        if self._failed >= self.failures:
            self._opens_at = self.clock() + self.pause_seconds

    def release(self) -> None:
        """Forget an admitted request that ended without telling anything about the server."""
        self._is_probing = False
