"""How often one address may use one form."""

import time
from collections import OrderedDict, deque
from math import ceil

_REMEMBER_COUNT = 20_000


class SlidingWindow:
    """Counts uses by key over the last seconds, in this process; the least recently seen keys are forgotten first."""

    def __init__(self, *, uses: int, seconds: float) -> None:
        self._uses, self._seconds = uses, seconds
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, key: str, *, now: float | None = None) -> int:
        """Count one use; return 0 when it is allowed, else the whole seconds to wait."""
        moment = time.monotonic() if now is None else now
        uses = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while uses and uses[0] <= moment - self._seconds:
            uses.popleft()
        if len(uses) >= self._uses:
            return max(1, ceil(uses[0] + self._seconds - moment))
        uses.append(moment)
        while len(self._seen) > _REMEMBER_COUNT:
            self._seen.popitem(last=False)
        return 0
