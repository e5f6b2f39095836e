"""Plays one day under one policy, event by event; a policy is asked once a second."""

from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Protocol

from bench.pacing_simulation.world import (
    DAY_SECONDS,
    PACE_CHANGE_SECONDS,
    PATIENCE_SECONDS,
    RING_TIMEOUT_SECONDS,
    Callee,
    Day,
)

_LAST_CALL_SECONDS = DAY_SECONDS - 60
_ANSWERED, _GAVE_UP, _VERDICT, _HUNG_UP, _TALKED, _WRAPPED_UP, _AWAY, _BACK = range(8)


@dataclass
class Floor:
    """What a dialer sees of the room at this instant."""

    now: float = 0.0
    ready: deque[int] = field(default_factory=deque)
    talking: dict[int, float] = field(default_factory=dict)
    """Agent and since when."""
    wrapping: dict[int, float] = field(default_factory=dict)
    ringing: dict[int, float] = field(default_factory=dict)
    """Call and since when."""
    screening: dict[int, float] = field(default_factory=dict)
    waiting: dict[int, float] = field(default_factory=dict)
    live: int = 0
    abandoned: int = 0


class Policy(Protocol):
    """Decides how many calls to place; is told what a dialer would learn."""

    def place(self, floor: Floor) -> int:
        """Return how many calls to place now."""

    def learn_call(self, ring_seconds: float, *, is_live: bool) -> None:
        """Hear how an attempt ended."""

    def learn_screening(self, seconds: float, *, is_live: bool) -> None:
        """Hear a verdict of answering-machine detection."""

    def learn_talk(self, seconds: float) -> None:
        """Hear how long an agent talked."""

    def learn_wrap_up(self, seconds: float) -> None:
        """Hear how long an agent wrapped up."""


@dataclass(frozen=True)
class Result:
    """What one day came to."""

    talk_seconds: float
    staffed_seconds: float
    calls: int
    live: int
    abandoned: int
    caller_wait_seconds: float
    """Summed over the live answers that an agent took."""


class Shift:
    """One day as it runs: the room, the events to come and the sums so far."""

    def __init__(self, day: Day, policy: Policy) -> None:
        self.day, self.policy = day, policy
        self.floor = Floor()
        self.events: list[tuple[float, int, int, int]] = []
        self.sequence = 0
        self.calls = 0
        self.rings: dict[int, float] = {}
        self.agent_calls: dict[int, Callee] = {}
        self.is_away = [True] * len(day.absences)
        self.wants_away = [False] * len(day.absences)
        self.present_since: dict[int, float] = {}
        self.talk_seconds = self.staffed_seconds = self.wait_seconds = 0.0
        for agent, absences in enumerate(day.absences):
            for begin, end in absences:
                self.plan(begin, _AWAY, agent)
                self.plan(end, _BACK, agent)

    def plan(self, at: float, kind: int, subject: int) -> None:
        self.sequence += 1
        heappush(self.events, (at, self.sequence, kind, subject))

    def run(self) -> Result:
        floor, events, place = self.floor, self.events, self.policy.place
        handlers = (
            self.answer, self.give_up, self.judge, self.hang_up, self.end_talk, self.end_wrap_up, self.leave, self.come
        )  # fmt: skip
        for second in range(1, DAY_SECONDS + 1):
            while events and events[0][0] <= second:
                at, _, kind, subject = heappop(events)
                floor.now = at
                handlers[kind](subject)
            floor.now = float(second)
            if second < _LAST_CALL_SECONDS:
                for _ in range(place(floor)):
                    self.ring()
        self.close()
        return Result(
            self.talk_seconds, self.staffed_seconds, self.calls, floor.live, floor.abandoned, self.wait_seconds
        )

    def close(self) -> None:
        now = self.floor.now
        self.staffed_seconds += sum(now - since for since in self.present_since.values())
        for agent, since in self.floor.talking.items():
            if not self.agent_calls[agent].is_machine:
                self.talk_seconds += now - since

    def ring(self) -> None:
        floor, call = self.floor, self.calls
        if call >= len(self.day.callees):
            raise RuntimeError("The day has too few callees for this policy; draw more.")
        self.calls += 1
        floor.ringing[call] = floor.now
        callee = self.day.callees[call]
        rate = self.day.answer_rates[int(floor.now) // PACE_CHANGE_SECONDS]
        if callee.answer_draw < rate and callee.answer_ring_seconds < RING_TIMEOUT_SECONDS:
            self.plan(floor.now + callee.answer_ring_seconds, _ANSWERED, call)
        else:
            failure = callee.failure_ring_seconds if callee.answer_draw >= rate else RING_TIMEOUT_SECONDS
            self.plan(floor.now + failure, _GAVE_UP, call)

    def give_up(self, call: int) -> None:
        self.policy.learn_call(self.floor.now - self.floor.ringing.pop(call), is_live=False)

    def answer(self, call: int) -> None:
        floor = self.floor
        self.rings[call] = floor.now - floor.ringing.pop(call)
        floor.screening[call] = floor.now
        self.plan(floor.now + self.day.callees[call].verdict_seconds, _VERDICT, call)

    def judge(self, call: int) -> None:
        floor, callee = self.floor, self.day.callees[call]
        del floor.screening[call]
        is_live = callee.is_taken_for_human
        self.policy.learn_call(self.rings.pop(call), is_live=is_live)
        self.policy.learn_screening(callee.verdict_seconds, is_live=is_live)
        if not is_live:
            return
        floor.live += 1
        if floor.ready:
            self.connect(floor.ready.popleft(), call)
        else:
            floor.waiting[call] = floor.now
            self.plan(floor.now + PATIENCE_SECONDS, _HUNG_UP, call)

    def connect(self, agent: int, call: int) -> None:
        callee = self.day.callees[call]
        self.floor.talking[agent] = self.floor.now
        self.agent_calls[agent] = callee
        self.plan(self.floor.now + callee.talk_seconds, _TALKED, agent)

    def hang_up(self, call: int) -> None:
        if self.floor.waiting.pop(call, None) is not None:
            self.floor.abandoned += 1

    def end_talk(self, agent: int) -> None:
        floor, callee = self.floor, self.agent_calls[agent]
        seconds = floor.now - floor.talking.pop(agent)
        if not callee.is_machine:
            self.talk_seconds += seconds
        self.policy.learn_talk(seconds)
        floor.wrapping[agent] = floor.now
        self.plan(floor.now + callee.wrap_up_seconds, _WRAPPED_UP, agent)

    def end_wrap_up(self, agent: int) -> None:
        self.policy.learn_wrap_up(self.floor.now - self.floor.wrapping.pop(agent))
        if self.wants_away[agent]:
            self.go(agent)
        else:
            self.free(agent)

    def free(self, agent: int) -> None:
        floor = self.floor
        if floor.waiting:
            call = next(iter(floor.waiting))
            self.wait_seconds += floor.now - floor.waiting.pop(call)
            self.connect(agent, call)
        else:
            floor.ready.append(agent)

    def leave(self, agent: int) -> None:
        if self.is_away[agent]:
            return
        if agent in self.floor.ready:
            self.floor.ready.remove(agent)
            self.go(agent)
        else:
            self.wants_away[agent] = True

    def go(self, agent: int) -> None:
        self.wants_away[agent] = False
        self.is_away[agent] = True
        self.staffed_seconds += self.floor.now - self.present_since.pop(agent)

    def come(self, agent: int) -> None:
        self.wants_away[agent] = False
        if not self.is_away[agent]:
            return
        self.is_away[agent] = False
        self.present_since[agent] = self.floor.now
        self.free(agent)
