"""Which numbers were rung when, and which of ours they saw: by this the limits of the law are counted."""

from bisect import bisect_left
from collections import Counter, OrderedDict, deque
from collections.abc import Collection
from datetime import datetime, timedelta

from metacortex.contexts.calls.service.judging import LOOK_BACK

_DAY = timedelta(days=1)


class Attempts:
    """Every attempt of the last 31 days by this process; a restart forgets them."""

    def __init__(self) -> None:
        self._by_number: OrderedDict[str, list[datetime]] = OrderedDict()
        self._shown: deque[tuple[datetime, str]] = deque()
        self._shown_today: Counter[str] = Counter()

    def record(self, number: str, caller_id: str | None, at: datetime) -> None:
        """Note that a number is rung, and which of ours it sees."""
        made = self._by_number.setdefault(number, [])
        del made[: bisect_left(made, at - LOOK_BACK)]
        made.append(at)
        self._by_number.move_to_end(number)
        while self._by_number:
            oldest = next(iter(self._by_number))
            if self._by_number[oldest][-1] >= at - LOOK_BACK:
                break
            del self._by_number[oldest]
        if caller_id is not None:
            self._shown.append((at, caller_id))
            self._shown_today[caller_id] += 1

    def list_since(self, number: str, since: datetime) -> list[datetime]:
        """Return when a number was rung since then."""
        made = self._by_number.get(number, [])
        return made[bisect_left(made, since) :]

    def count_shown(self, caller_ids: Collection[str], now: datetime) -> dict[str, int]:
        """Return how often each of our numbers was shown within a day."""
        while self._shown and self._shown[0][0] < now - _DAY:
            self._shown_today[self._shown.popleft()[1]] -= 1
        return {one: self._shown_today[one] for one in caller_ids}
