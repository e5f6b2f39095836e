"""What a campaign has learned about its callees and agents, as tables that a forecast can add up quickly."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from metacortex.contexts.calls.rules.pacing.durations import Durations, Lognormal

AT_SECONDS: tuple[float, ...] = (2.0, 4.0, 6.0, 9.0, 13.0, 18.0, 26.0)
"""The moments from now at which a forecast is made."""

_OLDEST_RING = 60
_ELAPSED = (0, 2, 4, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 180, 240, 300, 400, 600, 900, 1800)
_STEPS = (0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 13.0, 16.0, 20.0, 25.0, 32.0)
_SHARE_REFRESH = 8
_SHAPE_REFRESH = 160
_WORK_REFRESH = 80
_EARLY = (10, 20, 40, 60, 120)
_JUMP_SIGMAS = 3.5

Row = tuple[float, ...]
"""The chance of each step between AT_SECONDS."""


_RING = Lognormal(median_seconds=9.0, sigma=0.5, calls=15)
_FAILURE = Lognormal(median_seconds=20.0, sigma=0.6, calls=15)
_TALK = Lognormal(median_seconds=80.0, sigma=1.1, calls=15)
_WRAP_UP = Lognormal(median_seconds=20.0, sigma=0.8, calls=15)


@dataclass(frozen=True, slots=True)
class Priors:
    """First guesses, each worth a number of observations; careful where they are wrong: many answers, long work."""

    live_share: float = 0.3
    live_share_calls: float = 20.0
    live_given_answer: float = 0.7
    live_given_answer_calls: float = 10.0
    screening_seconds: float = 2.6
    ring: Lognormal = _RING
    failure: Lognormal = _FAILURE
    talk: Lognormal = _TALK
    wrap_up: Lognormal = _WRAP_UP


class Share:
    """A share that is followed at two speeds: the slow one steadies the fast one."""

    def __init__(self, guess: float, calls: float, *, slow: int, fast: int) -> None:
        self._guess, self._guess_calls = guess, calls
        self._slow_keep, self._fast_keep = 1.0 - 1.0 / slow, 1.0 - 1.0 / fast
        self.slow_hits = self.slow_calls = self.fast_hits = self.fast_calls = 0.0

    def add(self, *, is_hit: bool) -> None:
        """Learn one outcome."""
        hit = 1.0 if is_hit else 0.0
        self.slow_hits = self.slow_hits * self._slow_keep + hit
        self.slow_calls = self.slow_calls * self._slow_keep + 1.0
        self.fast_hits = self.fast_hits * self._fast_keep + hit
        self.fast_calls = self.fast_calls * self._fast_keep + 1.0

    @property
    def slow(self) -> float:
        """Return the steady share, leaning on the first guess while there is little."""
        return (self.slow_hits + self._guess * self._guess_calls) / (self.slow_calls + self._guess_calls)

    @property
    def now(self) -> float:
        """Return the share of late, leaning on the steady one."""
        return (self.fast_hits + self.slow * self._guess_calls) / (self.fast_calls + self._guess_calls)

    @property
    def has_jumped(self) -> bool:
        """Tell whether late outcomes are far above what the steady share explains."""
        expected = self.slow * self.fast_calls
        spread = math.sqrt(max(expected * (1.0 - self.slow), 1.0))
        return self.fast_hits - expected > _JUMP_SIGMAS * spread

    def to_data(self) -> list[float]:
        """Return what was learned as plain data."""
        return [self.slow_hits, self.slow_calls, self.fast_hits, self.fast_calls]

    def load(self, data: list[float]) -> None:
        """Take over what was learned before."""
        self.slow_hits, self.slow_calls, self.fast_hits, self.fast_calls = data


def _split(chances: list[float]) -> Row:
    return tuple([later - sooner for sooner, later in pairwise([0.0, *chances])])


def _convolve(ends: list[float], wrapped: dict[float, float], at: float) -> float:
    """Return the share of talks that end and are wrapped up within these seconds, by the trapezoidal rule."""
    return 0.5 * sum(
        (later - sooner) * (wrapped[max(0.0, at - begin)] + wrapped[max(0.0, at - end)])
        for (sooner, later), (begin, end) in zip(pairwise(ends), pairwise(_STEPS), strict=True)
    )


class Learned:
    """The statistics of one campaign: who answers after how long, and how long agents are busy.

    Tables are rebuilt after a fixed number of observations, so the same observations give the same forecasts.
    """

    def __init__(self, priors: Priors | None = None, patience_seconds: float = 2.0) -> None:
        self.priors = priors or Priors()
        self.patience_seconds = patience_seconds
        self.calls = 0
        self._work_seen = 0
        self.live = Share(self.priors.live_share, self.priors.live_share_calls, slow=800, fast=120)
        self.live_given_answer = Share(
            self.priors.live_given_answer, self.priors.live_given_answer_calls, slow=400, fast=100
        )
        self.screening_seconds = self.priors.screening_seconds
        self.ring = Durations(self.priors.ring, memory=800)
        self.failure = Durations(self.priors.failure, memory=800)
        self.talk = Durations(self.priors.talk, memory=800)
        self.wrap_up = Durations(self.priors.wrap_up, memory=800)
        self._answer_steps: list[Row] = []
        self._ends: list[tuple[float, float]] = []
        self._ring_rows: dict[int, Row] = {}
        self._screening_rows: dict[int, Row] = {}
        self._talk_rows: list[Row] = []
        self._wrap_up_rows: list[Row] = []
        self._rebuild_shape()
        self._rebuild_work()

    def add_call(self, ring_seconds: float, *, is_live: bool) -> None:
        """Learn how an attempt ended: seconds until it was answered or given up, and whether a person was there."""
        self.live.add(is_hit=is_live)
        (self.ring if is_live else self.failure).add(ring_seconds)
        self.calls += 1
        if self.calls % _SHAPE_REFRESH == 0 or self.calls in _EARLY:
            self._rebuild_shape()
        elif self.calls % _SHARE_REFRESH == 0:
            self._forget_rows()

    def add_screening(self, seconds: float, *, is_live: bool) -> None:
        """Learn a verdict of answering-machine detection and what it took."""
        self.live_given_answer.add(is_hit=is_live)
        self.screening_seconds += (seconds - self.screening_seconds) / 50.0

    def add_talk(self, seconds: float) -> None:
        """Learn how long an agent talked."""
        self.talk.add(seconds)
        self._count_work()

    def add_wrap_up(self, seconds: float) -> None:
        """Learn how long an agent needed after a call."""
        self.wrap_up.add(seconds)
        self._count_work()

    def _count_work(self) -> None:
        self._work_seen += 1
        if self._work_seen % _WORK_REFRESH == 0 or self._work_seen in _EARLY:
            self._rebuild_work()

    def ring_row(self, elapsed_seconds: float) -> Row:
        """Return how a call that rings this long is answered live, by steps."""
        age = min(max(int(elapsed_seconds), 0), _OLDEST_RING)
        row = self._ring_rows.get(age)
        if row is None:
            share = self.live.now
            answered, failed = self._ends[age]
            alive = 1.0 - share * answered - (1.0 - share) * failed
            # Where hardly any call rings this long, the few that do are taken to be as likely answered as a new one.
            weight = min(share / max(alive, 1e-6), 1.0 / max(1.0 - answered, 1e-6))
            row = self._ring_rows[age] = tuple([weight * step for step in self._answer_steps[age]])
        return row

    def screening_row(self, elapsed_seconds: float) -> Row:
        """Return how an answered call proves live, by steps."""
        age = min(max(int(elapsed_seconds), 0), _OLDEST_RING)
        row = self._screening_rows.get(age)
        if row is None:
            live, delay = self.live_given_answer.now, self.screening_seconds
            row = self._screening_rows[age] = _split([live if age + at >= delay else live * 0.5 for at in AT_SECONDS])
        return row

    def talk_row(self, elapsed_seconds: float) -> Row:
        """Return how an agent who talks this long gets free again, by steps, the patience of callees added."""
        return self._talk_rows[max(bisect_right(_ELAPSED, elapsed_seconds) - 1, 0)]

    def wrap_up_row(self, elapsed_seconds: float) -> Row:
        """Return how an agent who wraps up this long gets free, by steps, the patience of callees added."""
        return self._wrap_up_rows[max(bisect_right(_ELAPSED, elapsed_seconds) - 1, 0)]

    def _forget_rows(self) -> None:
        self._ring_rows.clear()
        self._screening_rows.clear()

    def _rebuild_shape(self) -> None:
        within, delay = self.ring.share_within, self.screening_seconds
        self._ends = [(within(age), self.failure.share_within(age)) for age in range(_OLDEST_RING + 1)]
        self._answer_steps = [
            _split([max(0.0, within(age + at - delay) - answered) for at in AT_SECONDS])
            for age, (answered, _) in enumerate(self._ends)
        ]
        self._forget_rows()

    def _rebuild_work(self) -> None:
        ahead = [at + self.patience_seconds for at in AT_SECONDS]
        wrapped = {at: self.wrap_up.share_within(at) for at in {max(0.0, a - s) for a in ahead for s in _STEPS}}
        self._talk_rows, self._wrap_up_rows = [], []
        for elapsed in _ELAPSED:
            before = self.wrap_up.share_within(elapsed)
            left = max(1.0 - before, 1e-9)
            self._wrap_up_rows.append(
                _split([(self.wrap_up.share_within(elapsed + at) - before) / left for at in ahead])
            )
            ends = [self.talk.share_within(elapsed + step) for step in _STEPS]
            left = max(1.0 - ends[0], 1e-9)
            self._talk_rows.append(_split([_convolve(ends, wrapped, at) / left for at in ahead]))

    def to_data(self) -> dict[str, Any]:
        """Return everything learned as plain data, for a dialer that starts again."""
        return {
            "calls": self.calls,
            "screening_seconds": self.screening_seconds,
            "live": self.live.to_data(),
            "live_given_answer": self.live_given_answer.to_data(),
            **{name: getattr(self, name).to_data() for name in ("ring", "failure", "talk", "wrap_up")},
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over what was learned before; raises KeyError or ValueError where the data is of another shape."""
        self.live.load(data["live"])
        self.live_given_answer.load(data["live_given_answer"])
        for name in ("ring", "failure", "talk", "wrap_up"):
            getattr(self, name).load(data[name])
        self.calls = int(data["calls"])
        self.screening_seconds = float(data["screening_seconds"])
        self._rebuild_shape()
        self._rebuild_work()
