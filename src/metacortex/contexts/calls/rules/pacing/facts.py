"""What a pacing decision is made from, and what it says: plain values that can be stored, shown and replayed."""

from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """How calls are placed for the agents of a dial campaign."""

    PREVIEW = "preview"
    PROGRESSIVE = "progressive"
    POWER = "power"
    PREDICTIVE = "predictive"


class Reason(StrEnum):
    """Why a decision placed the number it did, and no more."""

    ONE_PER_AGENT = "one_per_agent"
    FIXED_RATIO = "fixed_ratio"
    PREDICTED = "predicted"
    FEW_AGENTS = "few_agents"
    FEW_DATA = "few_data"
    NOTHING_COUNTED = "nothing_counted"
    ANSWERS_JUMPED = "answers_jumped"
    BUDGET_SPENT = "budget_spent"


FALLBACKS = frozenset({Reason.FEW_AGENTS, Reason.FEW_DATA, Reason.NOTHING_COUNTED, Reason.ANSWERS_JUMPED})
"""The reasons for which prediction dials progressively; `fallback_ended_for_seconds` counts from the last of these."""

NO_LIMIT = 1.0
"""The limit that allows everybody who answers to find nobody."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be placed at this moment, whatever the agents could take."""

    targets: int
    concurrency_left: int
    """How many more calls trunk, number and campaign may hold at once."""
    calls_per_second_left: int
    """How many calls the rates of trunk and number still allow now."""


@dataclass(frozen=True, slots=True)
class Window:
    """The live answers of one period in which a law counts abandonment: a day, 24 hours or 30 days of one campaign.

    Where the period rolls, give the day so far as a second window: what leaves a rolling period changes its rate
    without any call being placed, and days that each keep the limit keep it in any run of them.
    """

    name: str
    live: int
    abandoned: int

    def rate(self, missed_live_share: float = 0.0) -> float:
        """Return the share of people who answered and found nobody, with those assumed to be taken for machines."""
        return missed_live_share + (1.0 - missed_live_share) * self.abandoned / self.live if self.live else 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """How much abandonment is allowed, and how carefully that is kept.

    `limit` is a share of live answers (US 47 CFR 64.1200(a)(7) and 16 CFR 310.4(b)(4): 0.03 in 30 days per campaign;
    Ofcom's former policy: 0.03 in 24 hours). `missed_live_share` is an assumed share of live answers that answering
    machine detection takes for machines and hangs up on; it is charged as abandoned, as Ofcom asked for.
    """

    limit: float = 0.03
    missed_live_share: float = 0.0
    confidence: float = 0.99
    fewest_agents: int = 3
    fewest_calls: int = 40
    power_ratio: float = 1.5
    most_lines_per_agent: float = 8.0
    boldest_risk: float = 0.15
    """The highest chance of abandonment a single further live answer is placed at."""
    full_balance: float = 5.0
    """The unspent abandonments at which `boldest_risk` is reached, while the window has few."""
    reserve: float = 1.5
    """Abandonments never spent on prediction: progressive dialling has some of its own, where an agent leaves early."""
    recovery_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One campaign at one instant; every duration is the seconds since that state began."""

    mode: Mode
    agents_ready: int
    talking_for_seconds: tuple[float, ...]
    wrapping_for_seconds: tuple[float, ...]
    ringing_for_seconds: tuple[float, ...]
    screening_for_seconds: tuple[float, ...]
    """Calls answered, not yet told live from machine."""
    callers_waiting: int
    """Live answers without an agent yet, within their patience."""
    limits: Limits
    windows: tuple[Window, ...] = ()
    fallback_ended_for_seconds: float | None = None
    """Seconds since the forecast last had to be mistrusted; None where it never was."""
    previews_confirmed: int = 0

    @property
    def agents(self) -> int:
        """Return how many agents work, whether free or not."""
        return self.agents_ready + len(self.talking_for_seconds) + len(self.wrapping_for_seconds)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the calls in flight and the agents at work will do between now and each of `at_seconds` in turn.

    Means and variances are of what each step adds: live answers, agents who get free (patience included), and one new
    call's chance to be answered live within it.
    """

    at_seconds: tuple[float, ...] = ()
    live_mean: tuple[float, ...] = ()
    live_variance: tuple[float, ...] = ()
    free_mean: tuple[float, ...] = ()
    free_variance: tuple[float, ...] = ()
    new_live: tuple[float, ...] = ()
    live_chance: float = 0.0
    calls_learned: int = 0
    answers_jumped: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that the choice depends on: give it to `choose` again and the same number comes back."""

    mode: Mode
    agents: int
    agents_ready: int
    callers_waiting: int
    calls_in_flight: int
    limits: Limits
    rule: Rule
    windows: tuple[Window, ...] = ()
    fallback_ended_for_seconds: float | None = None
    previews_confirmed: int = 0
    forecast: Forecast = field(default_factory=Forecast)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One number of calls that was weighed."""

    calls: int
    expected_abandoned: float
    """Abandonments expected of everything in flight once these are placed."""
    risk: float
    """The chance that the last of these, if answered live, adds an abandonment."""
    is_within_budget: bool


@dataclass(frozen=True, slots=True)
class Budget:
    """Where the abandonment account of the tightest window stands."""

    window: str
    balance: float
    """Abandonments that may still happen, those in flight and those they will earn included."""
    tolerance: float
    """The risk a further call may carry at this balance."""


@dataclass(frozen=True, slots=True)
class Decision:
    """How many calls to place now, and why."""

    calls: int
    reason: Reason
    capped_by: str | None
    """`targets`, `concurrency`, `rate` or `lines` where that allowed fewer than wanted."""
    inputs: Inputs
    candidates: tuple[Candidate, ...] = ()
    budget: Budget | None = None
