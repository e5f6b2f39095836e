"""The policies that are compared; each sees the room only as a dialer does."""

from collections import deque
from collections.abc import Callable

from bench.pacing_simulation.day import Floor, Policy
from bench.pacing_simulation.world import DAY_SECONDS
from metacortex.contexts.calls.rules.pacing import (
    FALLBACKS,
    Learned,
    Limits,
    Mode,
    Rule,
    Snapshot,
    Window,
    decide,
)

LIMIT = 0.03
UNBOUND = Limits(targets=1_000_000, concurrency_left=1_000_000, calls_per_second_left=1_000)


class Deaf:
    """A policy that learns from no single call."""

    def learn_call(self, ring_seconds: float, *, is_live: bool) -> None:
        pass

    def learn_screening(self, seconds: float, *, is_live: bool) -> None:
        pass

    def learn_talk(self, seconds: float) -> None:
        pass

    def learn_wrap_up(self, seconds: float) -> None:
        pass


class Ratio(Deaf):
    """A fixed number of lines per free agent; 1.0 is progressive dialling."""

    def __init__(self, lines_per_agent: float) -> None:
        self.lines_per_agent = lines_per_agent

    def place(self, floor: Floor) -> int:
        in_flight = len(floor.ringing) + len(floor.screening) + len(floor.waiting)
        return max(0, int(len(floor.ready) * self.lines_per_agent) - in_flight)


class Vicidial(Deaf):
    """VICIdial's adaptive rule, written from the published description only (CALLS.md section 8).

    Every 15 seconds: level = level x (1 + (one-minute mean of waiting agents less waiting calls + target) / mean
    agents), at least 1.0 and at most the campaign's cap. Drops count after 50 live answers of the day. Over the limit
    `hard` goes to level 1, `average` halves, `tapered` scales by the hours left of the day. Over half of more than 20
    live answers dropped within a minute: halve. Few agents: level 1. Lines are level x agents free or talking, less
    the calls that ring or talk; wrap-up is a pause there and does not count.
    """

    def __init__(
        self,
        kind: str,
        *,
        cap: float = 3.0,
        target: float = 0.0,
        fewest_agents: int = 3,
        period: int = 15,
        intensity: float = 0.0,
    ) -> None:
        self.period, self.intensity = period, intensity
        self.kind, self.cap, self.target, self.fewest_agents = kind, cap, target, fewest_agents
        self.level = 1.0
        self.surpluses: deque[int] = deque(maxlen=60)
        self.agents: deque[int] = deque(maxlen=60)
        self.past: deque[tuple[int, int]] = deque([(0, 0)], maxlen=60)

    def place(self, floor: Floor) -> int:
        active = len(floor.ready) + len(floor.talking)
        self.surpluses.append(len(floor.ready) - len(floor.waiting))
        self.agents.append(active)
        self.past.append((floor.live, floor.abandoned))
        if int(floor.now) % self.period == 0:
            self.adapt(floor)
        lines = int(active * self.level)
        return max(0, lines - len(floor.ringing) - len(floor.screening) - len(floor.waiting) - len(floor.talking))

    def adapt(self, floor: Floor) -> None:
        agents = sum(self.agents) / len(self.agents)
        if agents < self.fewest_agents:
            self.level = 1.0
            return
        surplus = sum(self.surpluses) / len(self.surpluses)
        level = self.level * (1.0 + (surplus + self.target) / agents * (1.0 + self.intensity))
        if floor.live > 50 and floor.abandoned > LIMIT * floor.live:
            left = max(0.0, 1.0 - floor.now / DAY_SECONDS)
            level = {"hard": 1.0, "average": level / 2.0, "tapered": level * left}[self.kind]
        live, abandoned = floor.live - self.past[0][0], floor.abandoned - self.past[0][1]
        if live > 20 and abandoned > 0.5 * live:
            level /= 2.0
        self.level = min(self.cap, max(1.0, level))


class Ours:
    """MetaCortex's engine, starting each day without any knowledge of the callees."""

    def __init__(self, mode: Mode = Mode.PREDICTIVE, rule: Rule | None = None) -> None:
        self.mode, self.rule = mode, rule or Rule(limit=LIMIT)
        self.learned = Learned()
        self.seen: tuple[int, ...] = ()
        self.fell_back_at: float | None = None
        self.learn_call = self.learned.add_call
        self.learn_screening = self.learned.add_screening
        self.learn_talk = self.learned.add_talk
        self.learn_wrap_up = self.learned.add_wrap_up

    def place(self, floor: Floor) -> int:
        """Ask the engine where something changed, and every third second."""
        seen = (
            floor.live,
            floor.abandoned,
            self.learned.calls,
            len(floor.ready),
            len(floor.talking),
            len(floor.ringing),
        )
        now = floor.now
        if seen == self.seen and now % 3:
            return 0
        self.seen = seen
        decision = decide(
            Snapshot(
                mode=self.mode,
                agents_ready=len(floor.ready),
                talking_for_seconds=tuple([now - since for since in floor.talking.values()]),
                wrapping_for_seconds=tuple([now - since for since in floor.wrapping.values()]),
                ringing_for_seconds=tuple([now - since for since in floor.ringing.values()]),
                screening_for_seconds=tuple([now - since for since in floor.screening.values()]),
                callers_waiting=len(floor.waiting),
                limits=UNBOUND,
                windows=(Window("today", floor.live, floor.abandoned),),
                fallback_ended_for_seconds=None if self.fell_back_at is None else now - self.fell_back_at,
            ),
            self.learned,
            self.rule,
        )
        if decision.reason in FALLBACKS:
            self.fell_back_at = now
        return decision.calls


def tune_vicidial(team: str) -> Vicidial:
    """Return the best of 144 settings near the limit, searched per team on seeds from 1000: kind, cap, target, pace."""
    kind, target = {"small": ("tapered", -2.0), "medium": ("tapered", -2.0), "large": ("hard", -4.0)}[team]
    if team == "small":
        return Vicidial(kind, cap=1.5, target=target)
    return Vicidial(kind, cap=1.5, target=target, period=60, intensity=-0.8)


POLICIES: dict[str, Callable[[str], Policy]] = {
    "progressive": lambda _: Ratio(1.0),
    "vicidial hard-limit": lambda _: Vicidial("hard"),
    "vicidial average": lambda _: Vicidial("average"),
    "vicidial tapered": lambda _: Vicidial("tapered"),
    "vicidial tuned": tune_vicidial,
    "power 1.5": lambda _: Ratio(1.5),
    "power 2": lambda _: Ratio(2.0),
    "power 3": lambda _: Ratio(3.0),
    "our power 2": lambda _: Ours(Mode.POWER, Rule(limit=LIMIT, power_ratio=2.0)),
    "our power 3": lambda _: Ours(Mode.POWER, Rule(limit=LIMIT, power_ratio=3.0)),
    "ours": lambda _: Ours(),
}
REFERENCES = {"power 1.5", "power 2", "power 3", "our power 2", "our power 3"}
"""Shown beside, without an aim: a fixed ratio keeps no limit, ours is an upper bound of what the account allows."""
