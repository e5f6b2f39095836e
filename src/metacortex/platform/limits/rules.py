"""What a rate limit is, and its three algorithms as pure integer arithmetic on (state, now, cost).

All times are whole milliseconds of one clock. `redis_store.lua` says the same in Lua; a test holds the two together.

- fixed: a window opens with the first use and holds `amount`.
- sliding: two adjoining windows of the clock, the earlier one weighted by how much of it the last `per_seconds` still
  cover (https://blog.cloudflare.com/counting-things-a-lot-of-different-things/).
- bucket: the generic cell rate algorithm as a leaky bucket (ITU-T I.371): `burst` at once, `amount` per `per_seconds`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Strategy = Literal["fixed", "sliding", "bucket"]
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
# Lua counts in doubles, which are exact up to here.
_LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` uses in `per_seconds`; a bucket lets `burst` (else `amount`) happen at once."""

    name: str
    strategy: Strategy
    amount: int
    per_seconds: int
    burst: int | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            message = f"{self.name!r} is not a limit's name: small letters, digits, - and _."
            raise ValueError(message)
        if min(self.amount, self.per_seconds, self.capacity) < 1 or self.capacity * self.window >= _LARGEST:
            message = f"{self} needs an amount, a time and a burst of at least 1, whose products stay below 2^53."
            raise ValueError(message)
        if self.burst is not None and self.strategy != "bucket":
            message = f"The limit {self.name} is {self.strategy}; only a bucket has a burst."
            raise ValueError(message)

    @property
    def capacity(self) -> int:
        """How much can be used at once."""
        return self.amount if self.burst is None else self.burst

    @property
    def window(self) -> int:
        """The time in milliseconds."""
        return self.per_seconds * 1000


class StoreAway(Exception):
    """The store that processes share does not answer."""


Check = tuple[Limit, str]
"""A limit and whose use of it is counted."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a use was allowed, and what the limit leaves.

    `remaining` uses are left, all of it is back after `reset_seconds`; a refused use fits after `retry_after_seconds`.
    """

    limit: Limit
    allowed: bool
    remaining: int
    reset_seconds: int
    retry_after_seconds: int


@dataclass(frozen=True, slots=True)
class State:
    """What is known of one limit's use: fixed and sliding count uses, a bucket its level in 1/window of a use."""

    at: int
    used: int = 0
    before: int = 0


def advance(limit: Limit, state: State | None, now: int) -> State:
    """Bring a state to `now`, with nothing used; a clock that went back stands still."""
    match limit.strategy:
        case "fixed":
            is_open = state is not None and state.at <= now < state.at + limit.window
            return state if state is not None and is_open else State(now)
        case "sliding":
            started = now - now % limit.window
            if state is None or state.at < started - limit.window:
                return State(started)
            return state if state.at >= started else State(started, 0, state.used)
        case "bucket":
            if state is None:
                return State(now)
            elapsed = max(0, now - state.at)
            return State(state.at + elapsed, max(0, state.used - elapsed * limit.amount))


def use(limit: Limit, state: State, cost: int) -> State:
    """Count a use of an advanced state."""
    return State(state.at, state.used + cost * (limit.window if limit.strategy == "bucket" else 1), state.before)


def fits(limit: Limit, state: State, now: int, cost: int) -> bool:
    """Tell whether an advanced state has room for a use."""
    match limit.strategy:
        case "fixed":
            return state.used + cost <= limit.amount
        case "sliding":
            return _weight(limit, state, now) + (state.used + cost) * limit.window <= limit.amount * limit.window
        case "bucket":
            return state.used + cost * limit.window <= limit.capacity * limit.window


def remaining(limit: Limit, state: State, now: int) -> int:
    """Return how many uses an advanced state has room for."""
    match limit.strategy:
        case "fixed":
            return max(0, limit.amount - state.used)
        case "sliding":
            free = (limit.amount - state.used) * limit.window - _weight(limit, state, now)
            return max(0, free // limit.window)
        case "bucket":
            return max(0, limit.capacity * limit.window - state.used) // limit.window


def reset(limit: Limit, state: State, now: int) -> int:
    """Return the milliseconds until all of the limit is there again."""
    match limit.strategy:
        case "fixed":
            return state.at + limit.window - now
        case "sliding":
            windows = 2 if state.used else 1 if state.before else 0
            return windows and state.at + windows * limit.window - now
        case "bucket":
            return _divide_up(state.used, limit.amount)


def retry(limit: Limit, state: State, now: int, cost: int) -> int:
    """Return the milliseconds until a use fits into an advanced state; one larger than the limit never will."""
    if fits(limit, state, now, cost):
        return 0
    match limit.strategy:
        case "fixed":
            return state.at + limit.window - now
        case "sliding":
            return state.at - now + _retry_sliding(limit, state, cost)
        case "bucket":
            return _divide_up(state.used + (cost - limit.capacity) * limit.window, limit.amount)


def _retry_sliding(limit: Limit, state: State, cost: int) -> int:
    """Count from the start of the window: in it the earlier one fades, in the next one it fades itself."""
    free = limit.amount - state.used - cost
    if free >= 0:
        return limit.window - free * limit.window // state.before
    if cost > limit.amount:
        return 2 * limit.window
    return 2 * limit.window - (limit.amount - cost) * limit.window // state.used


def _weight(limit: Limit, state: State, now: int) -> int:
    elapsed = max(0, now - state.at)
    return state.before * (limit.window - elapsed)


def _divide_up(number: int, by: int) -> int:
    return -(-number // by)


def seconds(milliseconds: int) -> int:
    """Return whole seconds, rounded up."""
    return _divide_up(milliseconds, 1000)


def tighter(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict a client should go by: of refusals the longest, else what leaves the least."""
    return min(verdicts, key=lambda one: (one.allowed, -one.retry_after_seconds, one.remaining, -one.reset_seconds))
