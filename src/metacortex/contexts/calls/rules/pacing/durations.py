"""How long things last: a distribution learned from what was seen, leaning on a prior while little was."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

_EDGES = (*range(31), *range(33, 121, 3), *range(135, 601, 15), *range(700, 3601, 200))
EDGES: tuple[float, ...] = tuple(float(edge) for edge in _EDGES)
_BINS = len(EDGES)
_FINEST = 31
_HEAVIEST = 1e12


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A first guess, worth as much as `calls` observations."""

    median_seconds: float
    sigma: float
    calls: float

    def weigh_bins(self) -> list[float]:
        """Return the guess as weights of the bins, its tail in the last."""
        cumulated = [0.0] + [
            0.5 * (1.0 + math.erf(math.log(edge / self.median_seconds) / (self.sigma * math.sqrt(2.0))))
            for edge in EDGES[1:]
        ]
        shares = [high - low for low, high in pairwise(cumulated)] + [1.0 - cumulated[-1]]
        return [share * self.calls for share in shares]


class Durations:
    """A distribution of seconds: the posterior mean under a Dirichlet prior, older observations fading.

    Each observation weighs `1 - 1/memory` of the one after it, so that a shift of habits is followed. Bins are one
    second wide at first and grow; inside a bin the density is flat, beyond the last edge (an hour) the hazard is.
    """

    def __init__(self, prior: Lognormal, memory: int) -> None:
        self._prior = prior.weigh_bins()
        self._seen = [0.0] * _BINS
        self._growth = 1.0 / (1.0 - 1.0 / memory)
        self._weight = 1.0
        self._cumulated: list[float] | None = None

    def add(self, seconds: float) -> None:
        """Learn one duration."""
        at = bisect_right(EDGES, seconds) - 1 if seconds > 0 else 0
        self._seen[at] += self._weight
        self._weight *= self._growth
        self._cumulated = None
        if self._weight > _HEAVIEST:
            self._seen = [seen / self._weight for seen in self._seen]
            self._weight = 1.0

    def _cumulate(self) -> list[float]:
        if self._cumulated is None:
            last = self._weight / self._growth
            totals = list(accumulate(guess + seen / last for guess, seen in zip(self._prior, self._seen, strict=True)))
            self._cumulated = [0.0] + [total / totals[-1] for total in totals]
        return self._cumulated

    def share_within(self, seconds: float) -> float:
        """Return the share that lasts no longer than these seconds."""
        if seconds <= 0.0:
            return 0.0
        cumulated = self._cumulate()
        if seconds >= EDGES[-1]:
            return 1.0 - (1.0 - cumulated[-2]) * math.exp((EDGES[-1] - seconds) / EDGES[-1])
        at = int(seconds) if seconds < _FINEST - 1 else bisect_right(EDGES, seconds) - 1
        low, high = EDGES[at], EDGES[at + 1]
        return cumulated[at] + (cumulated[at + 1] - cumulated[at]) * (seconds - low) / (high - low)

    def to_data(self) -> dict[str, Any]:
        """Return what was learned as plain data."""
        return {"seen": [seen / self._weight for seen in self._seen], "growth": self._growth}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what was learned before; raises ValueError where its bins are not ours."""
        if len(data["seen"]) != _BINS:
            raise ValueError("These durations were counted in other bins.")
        self._seen = [float(seen) for seen in data["seen"]]
        self._growth = float(data["growth"])
        self._weight = 1.0
        self._cumulated = None
