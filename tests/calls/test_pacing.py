"""The pacing engine: what it may never do, what it forecasts, and a few simulated days."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from bench.pacing import check_aims, find_quantile, roll
from bench.pacing_simulation.day import Floor, Result, Shift
from bench.pacing_simulation.policies import POLICIES, Ours, Ratio
from bench.pacing_simulation.world import REGIMES, draw_day
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metacortex.contexts.calls.rules.pacing import (
    FALLBACKS,
    NO_LIMIT,
    Learned,
    Limits,
    Mode,
    Reason,
    Rule,
    Snapshot,
    Window,
    choose,
    decide,
    record_decision,
    replay_decision,
)
from metacortex.contexts.calls.rules.pacing.abandonment import bound_count, expect_abandoned
from metacortex.contexts.calls.rules.pacing.durations import EDGES, Durations, Lognormal
from metacortex.contexts.calls.service.dialling.pace import Pace

RULE = Rule()
WIDE = Limits(targets=10_000, concurrency_left=10_000, calls_per_second_left=10_000)


def teach(calls: int = 400, live_every: int = 5) -> Learned:
    """Return what a campaign knows after some calls of a steady kind."""
    learned = Learned()
    for call in range(calls):
        is_live = call % live_every == 0
        learned.add_call(8.0 + call % 7 if is_live else 25.0, is_live=is_live)
        learned.add_screening(2.4, is_live=is_live)
        learned.add_talk(20.0 + 37 * call % 200)
        learned.add_wrap_up(10.0 + call % 20)
    return learned


TAUGHT = teach()

seconds = st.lists(st.floats(0, 4000), max_size=12).map(tuple)
counts = st.integers(0, 40)
snapshots = st.builds(
    Snapshot,
    mode=st.sampled_from(Mode),
    agents_ready=counts,
    talking_for_seconds=seconds,
    wrapping_for_seconds=seconds,
    ringing_for_seconds=st.lists(st.floats(0, 60), max_size=40).map(tuple),
    screening_for_seconds=st.lists(st.floats(0, 6), max_size=5).map(tuple),
    callers_waiting=st.integers(0, 5),
    limits=st.builds(
        Limits,
        targets=st.integers(0, 60),
        concurrency_left=st.integers(-3, 60),
        calls_per_second_left=st.integers(0, 60),
    ),
    windows=st.lists(
        st.integers(0, 5000).flatmap(
            lambda live: st.builds(Window, st.just("day"), st.just(live), st.integers(0, live))
        ),
        max_size=2,
    ).map(tuple),
    fallback_ended_for_seconds=st.none() | st.floats(0, 100),
    previews_confirmed=st.integers(0, 10),
)


def count_one_each(snapshot: Snapshot) -> int:
    """Return what one line for each agent without a call would be."""
    in_flight = len(snapshot.ringing_for_seconds) + len(snapshot.screening_for_seconds)
    return max(0, snapshot.agents_ready - snapshot.callers_waiting - in_flight)


def room(mode: Mode = Mode.PREDICTIVE, **other: object) -> Snapshot:
    """Return a room of fifteen with a good account, changed as asked."""
    usual = Snapshot(
        mode=mode,
        agents_ready=3,
        talking_for_seconds=(5.0, 20.0, 40.0, 90.0, 120.0, 200.0, 30.0, 70.0, 15.0),
        wrapping_for_seconds=(2.0, 10.0, 25.0),
        ringing_for_seconds=(1.0, 12.0),
        screening_for_seconds=(),
        callers_waiting=0,
        limits=WIDE,
        windows=(Window("day", 1000, 10),),
    )
    return replace(usual, **other)


@given(snapshots)
@settings(deadline=None)
def test_no_mode_places_more_than_the_limits_or_less_than_nothing(snapshot: Snapshot) -> None:
    calls = decide(snapshot, TAUGHT, RULE).calls
    limits = snapshot.limits
    assert 0 <= calls <= max(0, min(limits.targets, limits.concurrency_left, limits.calls_per_second_left))


@given(snapshots)
@settings(deadline=None)
def test_progressive_places_one_line_for_each_free_agent_and_preview_only_confirmed_ones(snapshot: Snapshot) -> None:
    progressive = decide(replace(snapshot, mode=Mode.PROGRESSIVE, limits=WIDE), TAUGHT, RULE)
    preview = decide(replace(snapshot, mode=Mode.PREVIEW, limits=WIDE), TAUGHT, RULE)
    assert progressive.calls == count_one_each(snapshot)
    assert preview.calls == min(count_one_each(snapshot), snapshot.previews_confirmed)


@given(snapshots)
@settings(deadline=None)
def test_prediction_never_places_fewer_than_progressive(snapshot: Snapshot) -> None:
    predicted = decide(replace(snapshot, mode=Mode.PREDICTIVE), TAUGHT, RULE).calls
    assert predicted >= decide(replace(snapshot, mode=Mode.PROGRESSIVE), TAUGHT, RULE).calls


@given(snapshots, st.sampled_from((Mode.PROGRESSIVE, Mode.POWER, Mode.PREDICTIVE)))
@settings(deadline=None)
def test_one_more_free_agent_never_means_fewer_calls(snapshot: Snapshot, mode: Mode) -> None:
    fewer = replace(snapshot, mode=mode)
    more = replace(fewer, agents_ready=snapshot.agents_ready + 1)
    assert decide(more, TAUGHT, RULE).calls >= decide(fewer, TAUGHT, RULE).calls


@given(snapshots, st.integers(0, 5000), st.integers(1, 50))
@settings(deadline=None)
def test_a_spent_budget_leaves_progressive_dialling(snapshot: Snapshot, live: int, over: int) -> None:
    spent = Window("day", live, math.floor(RULE.limit * live) + over)
    snapshot = replace(snapshot, mode=Mode.PREDICTIVE, limits=WIDE, windows=(Window("30 days", 9000, 0), spent))
    assert decide(snapshot, TAUGHT, RULE).calls == count_one_each(snapshot)


@given(snapshots)
@settings(deadline=None)
def test_a_recorded_decision_replays_to_the_same_one(snapshot: Snapshot) -> None:
    decision = decide(snapshot, TAUGHT, RULE)
    assert choose(decision.inputs) == decision
    assert replay_decision(json.loads(json.dumps(record_decision(decision)))) == decision


def test_a_record_without_its_inputs_is_refused() -> None:
    data = record_decision(decide(room(), TAUGHT, RULE))
    with pytest.raises(KeyError):
        replay_decision({**data, "inputs": {}})
    with pytest.raises(TypeError):
        replay_decision({**data, "inputs": {**data["inputs"], "color": "red"}})


def test_prediction_dials_ahead_of_agents_and_says_why() -> None:
    decision = decide(room(), TAUGHT, RULE)
    assert decision.calls > count_one_each(room())
    assert decision.reason is Reason.PREDICTED
    assert decision.budget is not None
    assert decision.budget.balance > 0
    accepted = [c for c in decision.candidates if c.is_within_budget and c.risk <= decision.budget.tolerance]
    assert len(accepted) == decision.calls
    assert [c.calls for c in decision.candidates] == list(range(1, len(decision.candidates) + 1))


@pytest.mark.parametrize(
    ("snapshot", "learned", "reason"),
    [
        (room(talking_for_seconds=(), wrapping_for_seconds=(), agents_ready=2), TAUGHT, Reason.FEW_AGENTS),
        (room(), Learned(), Reason.FEW_DATA),
        (room(), teach(calls=39), Reason.FEW_DATA),
        (room(windows=()), TAUGHT, Reason.NOTHING_COUNTED),
    ],
)
def test_without_a_basis_prediction_is_progressive(snapshot: Snapshot, learned: Learned, reason: Reason) -> None:
    decision = decide(snapshot, learned, RULE)
    assert decision.reason is reason
    assert reason in FALLBACKS
    assert decision.calls == count_one_each(snapshot)


def test_a_jump_of_answers_is_met_by_progressive_dialling_until_it_is_learned() -> None:
    learned = teach(live_every=10)
    assert decide(room(), learned, RULE).reason is Reason.PREDICTED
    for _ in range(40):
        learned.add_call(9.0, is_live=True)
    assert decide(room(), learned, RULE).reason is Reason.ANSWERS_JUMPED
    for call in range(4000):
        learned.add_call(9.0, is_live=call % 3 == 0)
    assert decide(room(), learned, RULE).reason is Reason.PREDICTED


def test_prediction_recovers_by_degrees_after_a_fallback() -> None:
    tolerances = []
    for since in (0.0, 15.0, 30.0, 60.0, None):
        budget = decide(room(fallback_ended_for_seconds=since), TAUGHT, RULE).budget
        assert budget is not None
        tolerances.append(budget.tolerance)
    assert tolerances[0] == 0
    assert tolerances == sorted(tolerances)
    assert tolerances[-1] == tolerances[-2] > 0


def test_a_day_begins_without_any_risk_taken() -> None:
    first = decide(room(windows=(Window("day", 0, 0),)), TAUGHT, RULE)
    later = decide(room(), TAUGHT, RULE)
    assert first.calls < later.calls
    assert all(c.expected_abandoned <= 1 - RULE.confidence + 0.001 for c in first.candidates[: first.calls])


def test_people_assumed_to_be_taken_for_machines_are_charged() -> None:
    charged = decide(room(), TAUGHT, replace(RULE, missed_live_share=0.02)).budget
    free = decide(room(), TAUGHT, RULE).budget
    assert charged is not None
    assert free is not None
    assert charged.balance < free.balance - 15
    assert decide(room(), TAUGHT, replace(RULE, missed_live_share=0.05)).calls == count_one_each(room())


def test_a_reserve_is_never_spent_on_prediction() -> None:
    account = Window("day", 1000, 29)
    assert decide(room(windows=(account,)), TAUGHT, replace(RULE, reserve=2.0)).calls == count_one_each(room())
    assert decide(room(), TAUGHT, replace(RULE, reserve=2.0)).calls > count_one_each(room())
    kept, spent = (decide(room(), TAUGHT, replace(RULE, reserve=reserve)).budget for reserve in (2.0, 0.0))
    assert kept is not None
    assert spent is not None
    assert kept.balance == pytest.approx(spent.balance - 2.0)


def test_the_narrowest_limit_is_named() -> None:
    for name, field in (("targets", "targets"), ("concurrency", "concurrency_left"), ("rate", "calls_per_second_left")):
        decision = decide(room(Mode.PROGRESSIVE, agents_ready=9, limits=replace(WIDE, **{field: 1})), TAUGHT, RULE)
        assert (decision.calls, decision.capped_by) == (1, name)
        decision = decide(room(limits=replace(WIDE, **{field: 2})), TAUGHT, RULE)
        assert (decision.calls, decision.capped_by) == (2, name)
    assert decide(room(), TAUGHT, replace(RULE, most_lines_per_agent=0.3)).capped_by == "lines"
    assert decide(room(), TAUGHT, RULE).capped_by is None
    assert decide(room(Mode.PROGRESSIVE), TAUGHT, RULE).capped_by is None


@given(snapshots, st.floats(1, 5))
@settings(deadline=None)
def test_power_is_predictive_dialling_with_an_upper_bound(snapshot: Snapshot, ratio: float) -> None:
    snapshot = replace(snapshot, mode=Mode.POWER)
    calls = decide(snapshot, TAUGHT, replace(RULE, power_ratio=ratio)).calls
    free = max(0, snapshot.agents_ready - snapshot.callers_waiting)
    in_flight = len(snapshot.ringing_for_seconds) + len(snapshot.screening_for_seconds)
    assert calls <= max(0, math.floor(free * ratio) - in_flight)
    assert decide(replace(snapshot, mode=Mode.PROGRESSIVE), TAUGHT, RULE).calls <= calls
    assert calls <= decide(replace(snapshot, mode=Mode.PREDICTIVE), TAUGHT, RULE).calls


def test_power_dials_its_ratio_per_free_agent_where_the_account_allows() -> None:
    rule = replace(RULE, power_ratio=2.5)
    decision = decide(room(Mode.POWER, agents_ready=4, callers_waiting=1), TAUGHT, rule)
    assert (decision.calls, decision.reason) == (7 - 2, Reason.FIXED_RATIO)


def test_power_begins_with_one_for_each_agent_however_many_lines_it_may_have() -> None:
    rule = replace(RULE, power_ratio=5.0)
    unknown = room(Mode.POWER, ringing_for_seconds=(), windows=(Window("30 days", 0, 0),))
    decision = decide(unknown, Learned(), rule)
    assert (decision.calls, decision.reason) == (unknown.agents_ready, Reason.FEW_DATA)
    all_answer = decide(unknown, teach(live_every=1), rule)
    assert all_answer.calls == unknown.agents_ready


def test_power_has_its_ratio_alone_where_there_is_no_limit() -> None:
    rule = replace(RULE, power_ratio=5.0, limit=NO_LIMIT)
    windows = (Window("30 days", 10, 10),)
    decision = decide(room(Mode.POWER, windows=windows), Learned(), rule)
    assert (decision.calls, decision.reason) == (3 * 5 - 2, Reason.FIXED_RATIO)
    assert decide(room(Mode.POWER, windows=windows), Learned(), replace(rule, limit=0.99)).calls <= 1


def test_power_dials_one_each_where_a_further_abandonment_would_be_too_many() -> None:
    spent = (Window("day", 5000, 0), Window("30 days", 1000, 29))
    decision = decide(room(Mode.POWER, agents_ready=4, windows=spent), TAUGHT, replace(RULE, power_ratio=2.5))
    assert (decision.calls, decision.reason) == (4 - 2, Reason.BUDGET_SPENT)


@given(seed=st.integers(0, 999), rate=st.floats(0.02, 1), ratio=st.floats(1, 5))
@example(seed=1, rate=1.0, ratio=5.0)
@example(seed=2, rate=0.1, ratio=5.0)
@settings(deadline=None, max_examples=6, derandomize=True)
def test_power_keeps_the_limit_all_day_whoever_answers(seed: int, rate: float, ratio: float) -> None:
    drawn = draw_day(seed, REGIMES["small"])
    # Who leaves while a phone rings for them costs progressive dialling a call too: here everybody stays.
    day = replace(
        drawn,
        answer_rates=[rate] * len(drawn.answer_rates),
        callees=drawn.callees * 4,
        absences=[[(0.0, 1.0)]] * len(drawn.absences),
    )
    policy = Ours(Mode.POWER, replace(RULE, power_ratio=ratio))
    place, over = policy.place, []

    def look(floor: Floor) -> int:
        if floor.abandoned > RULE.limit * floor.live:
            over.append(floor.now)
        return place(floor)

    policy.place = look
    assert Shift(day, policy).run().live > 0
    assert over == []


def test_a_clock_that_runs_backwards_does_no_harm() -> None:
    backwards = room(talking_for_seconds=(-3.0,) * 12, ringing_for_seconds=(-1.0, -90.0), wrapping_for_seconds=(-0.1,))
    still = room(talking_for_seconds=(0.0,) * 12, ringing_for_seconds=(0.0, 0.0), wrapping_for_seconds=(0.0,))
    assert decide(backwards, TAUGHT, RULE).inputs.forecast == decide(still, TAUGHT, RULE).inputs.forecast


@given(st.lists(st.floats(0, 9000), max_size=60), st.lists(st.floats(-10, 9000), min_size=2, max_size=20))
@settings(deadline=None)
def test_durations_are_a_distribution_whatever_was_seen(seen: list[float], asked: list[float]) -> None:
    durations = Durations(Lognormal(20, 0.8, 15), memory=50)
    for duration in seen:
        durations.add(duration)
    shares = [durations.share_within(second) for second in sorted(asked)]
    assert all(0 <= share <= 1 for share in shares)
    assert all(later >= sooner - 1e-12 for sooner, later in pairwise(shares))


def test_durations_lean_on_the_guess_first_and_on_what_was_seen_later() -> None:
    durations = Durations(Lognormal(20, 0.5, 15), memory=800)
    assert durations.share_within(20) == pytest.approx(0.5, abs=0.02)
    for _ in range(2000):
        durations.add(100.5)
    assert durations.share_within(90) < 0.03
    assert durations.share_within(105) > 0.97
    for _ in range(4000):
        durations.add(5.5)
    assert durations.share_within(7) > 0.97


def test_what_was_learned_outlives_the_dialer() -> None:
    again = Learned()
    again.load(json.loads(json.dumps(TAUGHT.to_data())))
    before, after = decide(room(), TAUGHT, RULE), decide(room(), again, RULE)
    assert after.calls == before.calls
    assert after.inputs.forecast.free_mean == pytest.approx(before.inputs.forecast.free_mean, abs=0.05)
    with pytest.raises(ValueError, match="other bins"):
        again.ring.load({"seen": [1.0] * (len(EDGES) - 1), "growth": 1.1})


def test_a_forecast_agrees_with_what_happens() -> None:
    rng = np.random.default_rng(3)
    learned = Learned()
    for _ in range(3000):
        is_live = rng.random() < 0.25
        learned.add_call(float(rng.lognormal(math.log(9), 0.4)) if is_live else 25.0, is_live=is_live)
        learned.add_screening(2.4, is_live=bool(rng.random() < 0.7))
        learned.add_talk(float(rng.exponential(100)))
        learned.add_wrap_up(float(rng.exponential(20)))
    assert sum(learned.ring_row(0)) == pytest.approx(0.25, abs=0.05)
    # After 20 seconds of ringing hardly a person is left to answer.
    assert sum(learned.ring_row(20)) < 0.05
    # An exponential time has no memory: who wraps up is free within 28 seconds by 1 - exp(-28/20), however long ago.
    for elapsed in (0, 20):
        assert sum(learned.wrap_up_row(elapsed)) == pytest.approx(1 - math.exp(-28 / 20), abs=0.06)
        talk = (100 * (1 - math.exp(-28 / 100)) - 20 * (1 - math.exp(-28 / 20))) / 80
        assert sum(learned.talk_row(elapsed)) == pytest.approx(talk, abs=0.04)


def test_the_expected_abandonment_agrees_with_chance() -> None:
    rng = np.random.default_rng(5)
    calls, agents, idle, days = 20, 25, 2, 20_000
    live, free = (0.03, 0.06, 0.05), (0.05, 0.05, 0.08)
    lost, excess = np.zeros(days), np.full(days, -idle)
    answered = rng.multinomial(1, (*live, 1 - sum(live)), (days, calls)).sum(axis=1)
    freed = rng.multinomial(1, (*free, 1 - sum(free)), (days, agents)).sum(axis=1)
    for step in range(3):
        excess = excess + answered[:, step] - freed[:, step]
        lost += np.maximum(excess, 0)
        excess = np.minimum(excess, 0)
    means = [calls * a - agents * f for a, f in zip(live, free, strict=True)]
    variances = [calls * a * (1 - a) + agents * f * (1 - f) for a, f in zip(live, free, strict=True)]
    # For so few agents the normal errs, to the careful side.
    assert lost.mean() <= expect_abandoned(idle, means, variances, (0, 0, 0), 0) <= 1.6 * lost.mean()
    without = [-agents * f for f in free]
    spread = [agents * f * (1 - f) for f in free]
    assert expect_abandoned(idle, without, spread, live, calls) == pytest.approx(
        expect_abandoned(idle, means, variances, live, 0)
    )


@given(st.integers(-5, 20), st.lists(st.floats(-3, 3), min_size=3, max_size=3), st.integers(0, 20))
@settings(deadline=None)
def test_more_calls_never_abandon_fewer_and_more_agents_never_more(idle: int, means: list[float], calls: int) -> None:
    chances, variances = (0.02, 0.1, 0.05), (0.5, 1.0, 0.7)
    expected = expect_abandoned(idle, means, variances, chances, calls)
    assert expected >= 0
    assert expect_abandoned(idle, means, variances, chances, calls + 1) >= expected - 1e-9
    assert expect_abandoned(idle + 1, means, variances, chances, calls) <= expected + 1e-9


def test_without_chance_the_expected_abandonment_is_what_is_too_many() -> None:
    nothing = (0.0, 0.0)
    assert expect_abandoned(2, (3.0, 1.0), nothing, nothing, 0) == 2.0
    assert expect_abandoned(2, (1.0, 1.0), nothing, nothing, 0) == 0.0


@pytest.mark.parametrize(("mean", "bound"), [(0.0, 0), (0.01, 0), (0.011, 1), (0.1, 1), (0.5, 3), (1.0, 4), (4.0, 9)])
def test_the_bound_of_a_count_is_the_poisson_quantile(mean: float, bound: int) -> None:
    assert bound_count(mean, 0.99) == bound


def play(team: str, seed: int, policy: object) -> Result:
    return Shift(draw_day(seed, REGIMES[team]), policy).run()


def test_simulated_days_talk_more_than_progressive_and_keep_the_limit() -> None:
    for seed in (2000, 2001):
        ours, progressive = play("small", seed, Ours()), play("small", seed, Ratio(1.0))
        assert ours.abandoned <= RULE.limit * ours.live
        assert ours.talk_seconds / ours.staffed_seconds > 1.05 * progressive.talk_seconds / progressive.staffed_seconds


def test_a_seed_is_one_day_for_all_time() -> None:
    assert play("small", 2002, Ratio(2.0)) == play("small", 2002, Ratio(2.0))
    assert play("small", 2002, Ratio(2.0)) != play("small", 2003, Ratio(2.0))


def make_day(abandoned: int, talk_seconds: float) -> dict[str, Result]:
    """Return a day on which ours did this, and every other policy talked for 1,000 seconds of an hour."""
    usual = Result(1000, 3600, calls=900, live=100, abandoned=0, caller_wait_seconds=0)
    ours = replace(usual, abandoned=abandoned, talk_seconds=talk_seconds)
    return {**dict.fromkeys(POLICIES, usual), "ours": ours}


@pytest.mark.parametrize(
    ("days", "is_met"),
    [
        ([make_day(3, 1200)] * 40, True),
        ([make_day(3, 1000)] * 40, False),
        ([make_day(4, 1200)] + [make_day(3, 1200)] * 39, False),
        ([make_day(4, 1200)] + [make_day(2, 1200)] * 99, True),
    ],
)
def test_the_benchmark_sees_a_missed_aim(days: list[dict[str, Result]], is_met: bool) -> None:
    assert check_aims(days) is is_met


def test_windows_of_thirty_days_roll_day_by_day() -> None:
    days = [Result(0, 1, 0, 100, 30 if day == 0 else 0, 0) for day in range(32)]
    assert list(roll(days)) == [0.01, 0.0, 0.0]
    assert find_quantile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert find_quantile([float(value) for value in range(1, 201)], 0.99) == 198.0


def test_only_a_fallback_makes_prediction_begin_slowly_again() -> None:
    pace, now = Pace(), datetime(2026, 11, 21, 12, tzinfo=UTC)
    for reason in set(Reason) - FALLBACKS:
        pace.note(reason, now)
    assert pace.fallback_ended_for(now) is None, "an account that is spent is full again by itself"
    pace.note(Reason.ANSWERS_JUMPED, now)
    assert pace.fallback_ended_for(now + timedelta(seconds=7)) == 7
