"""What the calls API alone remembers of whom it rang."""

from datetime import UTC, datetime, timedelta

from metacortex.contexts.calls.service.alone.attempts import Attempts

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE, TWO = "+912261234567", "+912261234568"


def test_what_is_older_than_a_month_counts_no_more_and_harms_nothing() -> None:
    attempts = Attempts()
    attempts.record(ONE, None, START)
    attempts.record(ONE, None, START + timedelta(days=1))
    later = START + timedelta(days=40)
    assert attempts.list_since(ONE, START + timedelta(hours=1)) == [START + timedelta(days=1)]
    assert attempts.list_since(ONE, later - timedelta(days=31)) == []
    attempts.record(TWO, None, later)
    attempts.record(ONE, None, later)
    assert attempts.list_since(ONE, START) == [later]
    assert attempts.list_since(TWO, START) == [later]


def test_a_number_of_ours_is_counted_for_a_day() -> None:
    attempts = Attempts()
    attempts.record(ONE, TWO, START)
    attempts.record(ONE, TWO, START + timedelta(hours=2))
    assert attempts.count_shown([TWO, ONE], START + timedelta(hours=3)) == {TWO: 2, ONE: 0}
    assert attempts.count_shown([TWO], START + timedelta(hours=25)) == {TWO: 1}
