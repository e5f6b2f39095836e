"""The pure rules of campaigns: recycling, best time to call, scripts and tables."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metacortex.contexts.calls.rules.best_time import AnswerRates, Try, find_priority
from metacortex.contexts.calls.rules.recycling import DEFAULTS, Next, find_other_part_of_day, recycle
from metacortex.contexts.calls.rules.scripts import fill_in
from metacortex.contexts.calls.rules.table import Columns, Entry, TableUnclear, find_columns, read_entries
from metacortex.contexts.calls.types import Outcome
from metacortex.contexts.calls.types.campaigns import Recycling, TargetState

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def follow(outcome: Outcome, rule: Recycling, *, seen: int = 1, attempts: int = 1, other: bool = False) -> Next:
    return recycle(
        outcome,
        rule,
        seen=seen,
        attempts=attempts,
        most_attempts=6,
        has_other_number=other,
        ended_at=NOON,
        zone=UTC,
    )


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_a_rule_and_an_end(outcome: Outcome) -> None:
    rule = DEFAULTS[outcome]
    assert follow(outcome, rule, seen=rule.attempts + 1, attempts=1).state is TargetState.DONE
    assert follow(outcome, rule, seen=1, attempts=6, other=True).state is TargetState.DONE, "six tries in all"
    if rule.attempts:
        then = follow(outcome, rule)
        assert then.state is TargetState.WAITING
        assert then.next_at >= NOON + timedelta(seconds=rule.again_after_seconds)


def test_nobody_who_was_spoken_with_is_called_again_unasked() -> None:
    assert follow(Outcome.ANSWERED, DEFAULTS[Outcome.ANSWERED], other=True) == Next(TargetState.DONE, NOON)


def test_a_wrong_number_gives_way_to_the_next_one() -> None:
    rule = DEFAULTS[Outcome.INVALID_NUMBER]
    assert follow(Outcome.INVALID_NUMBER, rule).state is TargetState.DONE
    assert follow(Outcome.INVALID_NUMBER, rule, other=True) == Next(TargetState.WAITING, NOON, takes_other_number=True)


@pytest.mark.parametrize(
    ("last", "earliest", "expected"),
    [
        ("2026-11-20T10:00", "2026-11-20T11:00", "2026-11-20T12:00"),
        ("2026-11-20T10:00", "2026-11-20T14:30", "2026-11-20T14:30"),
        ("2026-11-20T13:00", "2026-11-20T16:59", "2026-11-20T17:00"),
        ("2026-11-20T18:00", "2026-11-20T22:00", "2026-11-21T08:00"),
        ("2026-11-20T18:00", "2026-11-21T17:30", "2026-11-22T08:00"),
        ("2026-03-28T18:00", "2026-03-28T23:00", "2026-03-29T08:00"),
        ("2026-11-20T07:00", "2026-11-20T07:30", "2026-11-20T08:00"),
    ],
)
def test_another_part_of_the_day(last: str, earliest: str, expected: str) -> None:
    at = [datetime.fromisoformat(one).replace(tzinfo=BERLIN) for one in (last, earliest, expected)]
    assert find_other_part_of_day(at[0].astimezone(UTC), at[1].astimezone(UTC), BERLIN) == at[2]


def tries(count: int, answered: int, *, day: int, hour: int, country: str = "IN", days_ago: int = 1) -> list[Try]:
    local = datetime(2026, 11, 16 + day, hour, tzinfo=UTC)
    return [Try(country, local, timedelta(days=days_ago), is_answered=place < answered) for place in range(count)]


def test_the_best_hour_is_the_one_that_was_answered_and_is_said_in_words() -> None:
    rates = AnswerRates([*tries(200, 120, day=1, hour=18), *tries(200, 20, day=2, hour=10)])
    best = rates.find_best("IN", [(day, hour) for day in range(7) for hour in range(8, 21)])
    assert best.slot == (1, 18)
    assert best.sentence == "answered best Tue 18:00 (60% answered)"


def test_few_calls_say_little() -> None:
    lucky = AnswerRates([*tries(300, 90, day=2, hour=10), *tries(1, 1, day=3, hour=15)])
    assert lucky.rate("IN", (3, 15)) < 0.45, "one answer of one call is no rate of 100 %"
    assert lucky.rate("IN", (3, 15)) > lucky.rate("IN", (4, 9)), "but it is something"
    nothing = AnswerRates([])
    assert nothing.rate("DE", (0, 9)) == pytest.approx(0.3)
    assert nothing.find_best("DE", [(0, 9)]).sentence == "no calls yet, 30% answered"


def test_another_country_learns_from_the_organization_and_old_calls_fade() -> None:
    rates = AnswerRates(tries(300, 210, day=2, hour=10))
    assert rates.rate("DE", (2, 10)) > 0.6
    late = AnswerRates([*tries(50, 50, day=1, hour=9, days_ago=120), *tries(50, 0, day=1, hour=9, days_ago=1)])
    assert late.rate("IN", (1, 9)) < 0.15


def test_those_tried_before_come_later() -> None:
    rates = AnswerRates(tries(100, 50, day=2, hour=10))
    places = [find_priority(rates, "IN", (2, 10), attempts=attempts) for attempts in range(4)]
    assert places == sorted(places, reverse=True)
    assert len(set(places)) == 4
    assert find_priority(rates, "IN", (2, 10), attempts=0) > find_priority(AnswerRates([]), "IN", (2, 10), attempts=0)


def test_scripts_are_filled_in() -> None:
    values = {"contact.name": "Ravi {agent.name}", "agent.name": None}
    assert fill_in("Hi {contact.name}{agent.name}, {x.y} {", values) == "Hi Ravi {agent.name}, {x.y} {"


def test_tables_are_read_by_their_headers() -> None:
    text = '\ufeffName;Phone Number;Home\n"Rao; Asha";+91 98200 19001;\n\nRavi;98200;+4930123456\n;;\n'
    columns = find_columns(text, number=None, name=None, others=["home"])
    assert columns == Columns(number=1, others=(2,), name=0)
    assert read_entries(text, columns, after=0, limit=9)[:2] == [
        Entry("+91 98200 19001", (), "Rao; Asha"),
        Entry("98200", ("+4930123456",), "Ravi"),
    ]
    assert read_entries(text, columns, after=1, limit=1) == [Entry("98200", ("+4930123456",), "Ravi")]


@pytest.mark.parametrize("text", ["", "name\nRavi", "a," * 300])
def test_a_table_without_numbers_is_unclear(text: str) -> None:
    with pytest.raises(TableUnclear):
        find_columns(text, number=None, name=None, others=[])
