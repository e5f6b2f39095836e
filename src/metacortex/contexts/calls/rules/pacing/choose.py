"""How many calls to place now: the four dial modes, and the abandonment account that keeps prediction lawful.

The account. With limit L, live answers n and abandonments a of a window, the balance is B = L*n - a: what may still
be abandoned. Where several windows count (a day and 30 days), each has its account and the tightest decides.

1. A guard. Let U be the smallest count that the abandonments of everything in flight stay under with the wanted
   confidence, m the live answers expected in flight and m- = m - z*sqrt(m) a lower bound of them. A call beyond one
   per agent is placed only while a + U <= L*(n + m-). So, as far as the forecast is right, the account is not
   overdrawn once everything in flight has ended; and where it is overdrawn, progressive dialling is all that is left,
   which earns L per live answer and spends next to nothing. While L*n < 1 no abandonment fits at all, and U must be 0:
   a cautious start follows from the rule and needs no special case. What is controlled is the realised rate at the end
   of a window, by feedback, and not an estimate of a rate: many small samples would otherwise each be "not
   significantly" over the limit.

2. A price. Talk time is gained where a further live answer meets a free agent, and budget is lost where it meets none.
   Most talk for a given number of abandonments is had by placing every call whose risk, the marginal
   d E[abandoned] / d (live answers), is below one common price: the Lagrange multiplier of the constraint. Nobody
   knows it, so it follows the balance: an account that fills raises it, one that empties lowers it to nothing. That is
   integral control of the long-run rate, which needs no true forecast (I. Gibbs, E. Candes, Adaptive Conformal
   Inference Under Distribution Shift, 2021; A. Angelopoulos et al., Conformal PID Control, 2023): a forecast that errs
   the same way each time is corrected by what happens, and a better one only buys more talk.

Power mode has the same account: its ratio says how many lines there may be at most, guard and price how many of them.
Where a campaign has no limit (`NO_LIMIT`), the ratio alone rules.
"""

import math
from dataclasses import replace

from metacortex.contexts.calls.rules.pacing.abandonment import bound_count, expect_abandoned
from metacortex.contexts.calls.rules.pacing.facts import (
    NO_LIMIT,
    Budget,
    Candidate,
    Decision,
    Inputs,
    Mode,
    Reason,
    Rule,
    Snapshot,
)
from metacortex.contexts.calls.rules.pacing.forecast import forecast
from metacortex.contexts.calls.rules.pacing.learned import Learned

_LOWER_SIGMAS = 2.33
_FORECASTING = frozenset({Mode.POWER, Mode.PREDICTIVE})


def decide(snapshot: Snapshot, learned: Learned, rule: Rule) -> Decision:
    """Return how many calls to place for a campaign at this instant."""
    seen = {"forecast": forecast(snapshot, learned)} if snapshot.mode in _FORECASTING else {}
    return choose(
        Inputs(
            mode=snapshot.mode,
            agents=snapshot.agents,
            agents_ready=snapshot.agents_ready,
            callers_waiting=snapshot.callers_waiting,
            calls_in_flight=len(snapshot.ringing_for_seconds) + len(snapshot.screening_for_seconds),
            limits=snapshot.limits,
            rule=rule,
            windows=snapshot.windows,
            fallback_ended_for_seconds=snapshot.fallback_ended_for_seconds,
            previews_confirmed=snapshot.previews_confirmed,
            **seen,
        )
    )


def choose(inputs: Inputs) -> Decision:
    """Return the decision these inputs lead to; a recorded decision is replayed by giving its inputs again."""
    one_each = max(0, inputs.agents_ready - inputs.callers_waiting - inputs.calls_in_flight)
    if inputs.mode is Mode.PREVIEW:
        return _cap(min(one_each, inputs.previews_confirmed), Reason.ONE_PER_AGENT, inputs)
    if inputs.mode is Mode.PROGRESSIVE:
        return _cap(one_each, Reason.ONE_PER_AGENT, inputs)
    if inputs.mode is Mode.POWER:
        return _dial_ratio(inputs, one_each)
    return _predict(inputs, one_each)


def _cap(
    wanted: int,
    reason: Reason,
    inputs: Inputs,
    candidates: tuple[Candidate, ...] = (),
    budget: Budget | None = None,
) -> Decision:
    calls, capped_by = max(0, wanted), None
    for name, room in _list_rooms(inputs):
        if calls > room:
            calls, capped_by = max(0, room), name
    return Decision(calls, reason, capped_by, inputs, candidates, budget)


def _dial_ratio(inputs: Inputs, one_each: int) -> Decision:
    free = max(0, inputs.agents_ready - inputs.callers_waiting)
    most = math.floor(free * inputs.rule.power_ratio) - inputs.calls_in_flight
    if inputs.rule.limit >= NO_LIMIT:
        return _cap(most, Reason.FIXED_RATIO, inputs)
    guarded = _predict(inputs, one_each)
    if guarded.calls <= max(0, most):
        return guarded
    return _cap(most, Reason.FIXED_RATIO, inputs, guarded.candidates, guarded.budget)


def _list_rooms(inputs: Inputs) -> tuple[tuple[str, int], ...]:
    limits = inputs.limits
    return (
        ("targets", limits.targets),
        ("concurrency", limits.concurrency_left),
        ("rate", limits.calls_per_second_left),
    )


def _find_fallback(inputs: Inputs) -> Reason | None:
    if inputs.agents < inputs.rule.fewest_agents:
        return Reason.FEW_AGENTS
    if inputs.forecast.calls_learned < inputs.rule.fewest_calls:
        return Reason.FEW_DATA
    if not inputs.windows:
        return Reason.NOTHING_COUNTED
    if inputs.forecast.answers_jumped:
        return Reason.ANSWERS_JUMPED
    return None


def _predict(inputs: Inputs, one_each: int) -> Decision:
    fallback = _find_fallback(inputs)
    if fallback is not None:
        return _cap(one_each, fallback, inputs)
    seen = inputs.forecast
    free_now = inputs.agents_ready - inputs.callers_waiting
    means = [live - free for live, free in zip(seen.live_mean, seen.free_mean, strict=True)]
    variances = [live + free for live, free in zip(seen.live_variance, seen.free_variance, strict=True)]
    new_live = sum(seen.new_live)
    live_in_flight = sum(seen.live_mean)
    expected = expect_abandoned(free_now, means, variances, seen.new_live, 0)
    budget = _weigh_budget(inputs, live_in_flight, expected)
    most, narrowest = _find_room(inputs)
    candidates = []
    wanted = 0
    while wanted < most:
        further = expect_abandoned(free_now, means, variances, seen.new_live, wanted + 1)
        risk = (further - expected) / max(new_live, 1e-9)
        fits = _fits_budget(inputs, live_in_flight + (wanted + 1) * new_live, further)
        candidates.append(Candidate(wanted + 1, further, risk, fits))
        if not fits or risk > budget.tolerance:
            break
        wanted, expected = wanted + 1, further
    is_spent = bool(candidates) and (budget.tolerance == 0.0 or not candidates[-1].is_within_budget)
    reason = Reason.BUDGET_SPENT if is_spent and wanted <= one_each else Reason.PREDICTED
    decision = _cap(max(wanted, one_each), reason, inputs, tuple(candidates), budget)
    if decision.capped_by is None and wanted == most:
        return replace(decision, capped_by=narrowest)
    return decision


def _find_room(inputs: Inputs) -> tuple[int, str]:
    lines = math.ceil(inputs.agents * inputs.rule.most_lines_per_agent) - inputs.calls_in_flight
    return min((max(0, room), name) for name, room in (*_list_rooms(inputs), ("lines", lines)))


def _weigh_budget(inputs: Inputs, live_in_flight: float, expected: float) -> Budget:
    rule = inputs.rule
    allowed = rule.limit - rule.missed_live_share
    budgets = []
    for window in inputs.windows:
        earned = allowed * (window.live + live_in_flight)
        balance = earned - window.abandoned - expected - rule.reserve
        # What is abandoned by chance spreads by the root of its number: a larger account is weighed more calmly.
        full = max(rule.full_balance, math.sqrt(max(earned, 0.0)))
        tolerance = rule.boldest_risk * min(1.0, max(0.0, balance / full))
        budgets.append(Budget(window.name, balance, tolerance))
    tightest = min(budgets, key=lambda budget: budget.tolerance)
    since = inputs.fallback_ended_for_seconds
    if since is None or since >= rule.recovery_seconds:
        return tightest
    return replace(tightest, tolerance=tightest.tolerance * max(0.0, since) / rule.recovery_seconds)


def _fits_budget(inputs: Inputs, live_in_flight: float, expected: float) -> bool:
    rule = inputs.rule
    allowed = rule.limit - rule.missed_live_share
    upper = bound_count(expected, rule.confidence)
    surely_live = max(0.0, live_in_flight - _LOWER_SIGMAS * math.sqrt(live_in_flight)) if upper else 0.0
    return all(
        window.abandoned + upper + rule.reserve <= allowed * (window.live + surely_live) for window in inputs.windows
    )
