"""A campaign slows down where its trunk fails, and goes on when one call gets through."""

import pytest

from metacortex.contexts.calls.rules.outage import FEWEST, LOOKED_AT, is_failing
from metacortex.contexts.calls.types import Outcome

NO_LINE, FAILED, BUSY = Outcome.CONGESTION, Outcome.FAILED, Outcome.BUSY


@pytest.mark.parametrize(
    ("newest_first", "fails"),
    [
        ([], False),
        ([NO_LINE] * (FEWEST - 1), False),
        ([NO_LINE] * FEWEST, True),
        ([NO_LINE, FAILED] * 5, True),
        ([BUSY, *[NO_LINE] * 15], False),
        ([NO_LINE] * 8 + [BUSY] * 2, True),
        ([NO_LINE] * 7 + [BUSY] * 3, False),
        ([Outcome.INVALID_NUMBER] * 20, False),
        ([Outcome.REJECTED] * 20, False),
        ([NO_LINE] * LOOKED_AT + [BUSY] * 100, True),
    ],
)
def test_a_trunk_fails_when_nearly_nothing_gets_through(newest_first: list[Outcome], fails: bool) -> None:
    assert is_failing(newest_first) is fails
