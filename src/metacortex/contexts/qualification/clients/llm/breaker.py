"""Leaves a failing server alone for a while, then lets a single call find out whether it is back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic


@dataclass(slots=True)
class CircuitBreaker:
    """Opens after `failures` in a row; after `pause_seconds` one call may try (half open), and its end decides."""

    failures: int
    pause_seconds: float
    clock: Callable[[], float] = monotonic
    _failed: int = field(default=0, init=False)
    _opened_at: float | None = field(default=None, init=False)
    _probing: bool = field(default=False, init=False)

    def admit(self) -> bool:
        """Say whether a call may go out now; each admitted call must be followed by `succeed`, `fail` or `release`."""
        if self._opened_at is None:
            return True
        if self._probing or self.clock() - self._opened_at < self.pause_seconds:
            return False
        self._probing = True
        return True

    def succeed(self) -> None:
        """Close: the server answered."""
        self._failed, self._opened_at, self._probing = 0, None, False

    def fail(self) -> None:
        """Count a failure; the last one allowed, or a failed probe, opens for another pause."""
        self._failed += 1
        if self._failed >= self.failures or self._probing:
            self._opened_at, self._probing = self.clock(), False

    def release(self) -> None:
        """Forget an admitted call that ended without saying anything about the server."""
        self._probing = False
