"""Limits counted in this process: for tests, single processes, and while Valkey or Redis is away."""

from collections import OrderedDict
from collections.abc import Sequence
from time import monotonic

from metacortex.platform.limits import rules
from metacortex.platform.limits.rules import Check, State, Verdict

KEYS = 20_000


class MemoryStore:
    """The states of the most recently used keys; the others are forgotten, as if they had never been used."""

    def __init__(self, keys: int = KEYS) -> None:
        self._keys = keys
        self._states: OrderedDict[tuple[str, str, int, str], State] = OrderedDict()

    def take(self, checks: Sequence[Check], cost: int, now: int | None = None) -> list[Verdict]:
        """Count a use against every check, or against none when one refuses; `now` in milliseconds."""
        moment = int(monotonic() * 1000) if now is None else now
        places = [(limit.name, limit.strategy, limit.per_seconds, key) for limit, key in checks]
        states = [
            rules.advance(limit, self._states.get(place), moment)
            for (limit, _), place in zip(checks, places, strict=True)
        ]
        waits = [rules.retry(limit, state, moment, cost) for (limit, _), state in zip(checks, states, strict=True)]
        if not any(waits):
            states = [rules.use(limit, state, cost) for (limit, _), state in zip(checks, states, strict=True)]
            for place, state in zip(places, states, strict=True):
                self._keep(place, state)
        return [
            Verdict(
                limit=limit,
                allowed=not wait,
                remaining=rules.remaining(limit, state, moment),
                reset_seconds=rules.seconds(rules.reset(limit, state, moment)),
                retry_after_seconds=rules.seconds(wait),
            )
            for (limit, _), state, wait in zip(checks, states, waits, strict=True)
        ]

    def _keep(self, place: tuple[str, str, int, str], state: State) -> None:
        self._states[place] = state
        self._states.move_to_end(place)
        while len(self._states) > self._keys:
            self._states.popitem(last=False)
