"""A day of callees and agents, drawn once from a seed, so that each policy meets the same ones."""

from dataclasses import dataclass

import numpy as np

DAY_SECONDS = 8 * 3600
RING_TIMEOUT_SECONDS = 25.0
PATIENCE_SECONDS = 2.0
PACE_CHANGE_SECONDS = 300


@dataclass(frozen=True)
class Regime:
    """A size of team."""

    name: str
    agents: int


REGIMES = {
    "small": Regime("small", 5),
    "medium": Regime("medium", 15),
    "large": Regime("large", 30),
}


@dataclass(frozen=True)
class Callee:
    """What happens when one target is rung, whoever rings it."""

    answer_draw: float
    """Answers where this is under the answer rate of the moment."""
    answer_ring_seconds: float
    failure_ring_seconds: float
    is_machine: bool
    is_taken_for_human: bool
    verdict_seconds: float
    talk_seconds: float
    wrap_up_seconds: float


@dataclass(frozen=True)
class Day:
    """One shift: its callees in order, its answer rate over time, each agent's absences."""

    answer_rates: list[float]
    """One per PACE_CHANGE_SECONDS."""
    callees: list[Callee]
    absences: list[list[tuple[float, float]]]
    """Per agent, from and to in seconds since the start."""


def draw_day(seed: int, regime: Regime) -> Day:
    """Return the day of a seed; each seed has its own habits, none of which a policy is told."""
    rng = np.random.default_rng([seed, regime.agents])
    return Day(
        answer_rates=_draw_answer_rates(rng),
        callees=_draw_callees(rng, regime.agents * 2600),
        absences=[_draw_absences(rng) for _ in range(regime.agents)],
    )


def _draw_answer_rates(rng: np.random.Generator) -> list[float]:
    """Return a level with a daily swing, noise that lasts, and one to three sudden shifts."""
    slots = DAY_SECONDS // PACE_CHANGE_SECONDS
    hours = np.arange(slots) * PACE_CHANGE_SECONDS / 3600
    level = rng.uniform(0.2, 0.4) + rng.uniform(0.0, 0.07) * np.sin(2 * np.pi * (hours / 8 + rng.uniform()))
    noise = np.zeros(slots)
    for slot in range(1, slots):
        noise[slot] = 0.9 * noise[slot - 1] + rng.normal(0, 0.008)
    for _ in range(rng.integers(1, 4)):
        level[int(rng.uniform(0.1, 0.9) * slots) :] *= rng.choice([0.55, 0.7, 1.4, 1.8])
    return [float(rate) for rate in np.clip(level + noise, 0.15, 0.45)]


def _draw_callees(rng: np.random.Generator, count: int) -> list[Callee]:
    ring_median, machine_share = rng.uniform(7, 12), rng.uniform(0.2, 0.5)
    talk_median, wrap_median = rng.uniform(50, 110), rng.uniform(12, 30)
    short_share = rng.uniform(0.15, 0.4)
    is_machine = rng.random(count) < machine_share
    # Voicemail picks up late; people by a lognormal ring.
    ring = np.where(is_machine, rng.normal(18, 2.5, count), rng.lognormal(np.log(ring_median), 0.45, count))
    fast_failure = rng.random(count) < 0.2
    failure = np.where(fast_failure, 1.0 + 3.0 * rng.weibull(1.5, count), RING_TIMEOUT_SECONDS)
    # A machine is taken for a human, NOTSURE included, in 8 of 100; a human for a machine in 1 of 100.
    error = rng.random(count)
    taken_for_human = np.where(is_machine, error < 0.08, error >= 0.01)
    speech = rng.random(count) < 0.85
    verdict = np.where(speech, rng.uniform(2.2, 2.6, count), rng.uniform(3.0, 5.0, count))
    long_talk = rng.lognormal(np.log(talk_median * 1.5), 0.9, count)
    talk = np.where(rng.random(count) < short_share, rng.lognormal(np.log(12), 0.5, count), long_talk)
    talk = np.where(is_machine, rng.uniform(4, 9, count), np.clip(talk, 2, 3600))
    wrap = np.clip(rng.lognormal(np.log(wrap_median), 0.6, count), 2, 600)
    columns = (rng.random(count), np.maximum(ring, 1.5), failure, is_machine, taken_for_human, verdict, talk, wrap)
    return [Callee(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _draw_absences(rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return a late start, a lunch, two breaks and a few short pauses, apart from each other."""
    start = rng.uniform(0, 600)
    lunch = rng.uniform(3.0, 4.8) * 3600
    planned = [(lunch, lunch + 1800)]
    planned += [(at, at + 600) for at in (rng.uniform(1.3, 2.3) * 3600, rng.uniform(5.7, 7.2) * 3600)]
    planned += [(at, at + rng.uniform(60, 420)) for at in rng.uniform(900, DAY_SECONDS - 900, rng.poisson(5))]
    kept = [(0.0, float(start))]
    for begin, end in sorted(planned):
        if begin > kept[-1][1] + 60:
            kept.append((float(begin), float(end)))
    return kept
