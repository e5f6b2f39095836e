"""How attempts end: every row of what was measured on a real Asterisk 23.4, then the order in which it is judged."""

import pytest

from metacortex.contexts.calls.rules.outcomes import map_outcome
from metacortex.contexts.calls.types import Outcome

MEASURED = [
    ("answered, the far end hangs up", {"dial_status": "ANSWER", "cause": 16, "was_up": True}, "answered"),
    (
        "answered, we hang up",
        {"dial_status": "ANSWER", "cause": 16, "was_up": True, "hung_up_by_us": True},
        "answered",
    ),
    (
        "answered, we hang up for a reason",
        {"dial_status": "ANSWER", "cause": 21, "was_up": True, "hung_up_by_us": True},
        "answered",
    ),
    ("Busy() on a Local channel", {"dial_status": "BUSY", "cause": 0}, "busy"),
    ("busy on a trunk", {"dial_status": "BUSY", "cause": 17}, "busy"),
    ("Congestion() on a Local channel", {"dial_status": "CONGESTION", "cause": 0}, "congestion"),
    ("congestion on a trunk", {"dial_status": "CONGESTION", "cause": 34}, "congestion"),
    ("timeout while it rings", {"dial_status": "RINGING", "cause": 19}, "no-answer"),
    ("timeout in silence", {"dial_status": "", "cause": 19}, "no-answer"),
    ("the far end gives up ringing", {"dial_status": "NOANSWER", "cause": 19}, "no-answer"),
    ("unallocated number", {"dial_status": "NOANSWER", "cause": 1}, "invalid-number"),
    ("rejected", {"dial_status": "NOANSWER", "cause": 21}, "rejected"),
    ("out of order", {"dial_status": "NOANSWER", "cause": 27}, "failed"),
    ("network out of order", {"dial_status": "NOANSWER", "cause": 38}, "congestion"),
    ("peer unreachable by name", {"dial_status": "CHANUNAVAIL", "cause": 20}, "failed"),
    ("trunk's host silent", {"dial_status": "CONGESTION", "cause": 0, "rang_seconds": 4}, "congestion"),
    ("no such technology in the dialplan", {"dial_status": "NOANSWER", "cause": 66}, "failed"),
    ("no such extension", {"cause": 0, "rang_seconds": 0.01, "timeout_seconds": 30}, "failed"),
    ("we hang up while it rings", {"dial_status": "NOANSWER", "cause": 16, "hung_up_by_us": True}, "cancelled"),
    ("we hang up while it rings, as busy", {"dial_status": "BUSY", "cause": 17, "hung_up_by_us": True}, "cancelled"),
    ("Asterisk shuts down", {"dial_status": "RINGING", "cause": 0, "is_shut_down": True}, "lost"),
]

ORDERED = [
    ("what was up is answered, whatever came after", {"was_up": True, "dial_status": "BUSY", "cause": 17}, "answered"),
    ("an answer whose other events were lost", {"dial_status": "ANSWER", "cause": 16}, "answered"),
    ("answered before a shutdown", {"was_up": True, "is_shut_down": True, "cause": 0}, "answered"),
    ("our hang-up is told before the dial status", {"hung_up_by_us": True, "dial_status": "CONGESTION"}, "cancelled"),
    ("our hang-up before the shutdown", {"hung_up_by_us": True, "is_shut_down": True}, "cancelled"),
    ("the dial status is told before the cause", {"dial_status": "BUSY", "cause": 1}, "busy"),
    (
        "the dial status before the timeout",
        {"dial_status": "CONGESTION", "rang_seconds": 30, "timeout_seconds": 30},
        "congestion",
    ),
]

CAUSES = {
    1: "invalid-number",
    3: "invalid-number",
    22: "invalid-number",
    28: "invalid-number",
    16: "failed",
    17: "busy",
    18: "no-answer",
    19: "no-answer",
    20: "failed",
    21: "rejected",
    34: "congestion",
    38: "congestion",
    41: "congestion",
    42: "congestion",
    44: "congestion",
    # Numbers that are no cause of Q.850: Asterisk passes on whatever a hang-up named.
    487: "failed",
    127: "failed",
    -1: "failed",
}

# Before 23.2.0, Asterisk's own timeout left no cause.
WAITS = [
    ("RINGING", 0, 30.0, 30, "no-answer"),
    ("RINGING", None, 30.2, 30, "no-answer"),
    ("", 0, 29.9, 30, "no-answer"),
    ("NOANSWER", 0, 30.0, 30, "no-answer"),
    ("RINGING", 0, 12.0, 30, "failed"),
    ("CHANUNAVAIL", 0, 30.0, 30, "failed"),
    ("RINGING", 27, 30.0, 30, "failed"),
    ("RINGING", 0, None, 30, "failed"),
    ("RINGING", 0, 30.0, None, "failed"),
    ("RINGING", 0, 30.0, -1, "failed"),
    ("RINGING", 0, 0.0, 0, "failed"),
]


@pytest.mark.parametrize(("said", "expected"), [pytest.param(*row[1:], id=row[0]) for row in MEASURED + ORDERED])
def test_outcome_of_a_channel(said: dict, expected: str) -> None:
    assert map_outcome(**said) is Outcome(expected)


@pytest.mark.parametrize(("cause", "expected"), CAUSES.items())
def test_cause_decides_where_the_dial_status_says_nothing(cause: int, expected: str) -> None:
    assert map_outcome(dial_status="NOANSWER", cause=cause) is Outcome(expected)
    assert map_outcome(dial_status="", cause=cause, rang_seconds=30, timeout_seconds=30) is Outcome(expected)


@pytest.mark.parametrize(("dial_status", "cause", "rang", "timeout", "expected"), WAITS)
def test_no_cause_after_the_whole_timeout_is_no_answer(
    dial_status: str, cause: int | None, rang: float | None, timeout: int | None, expected: str
) -> None:
    found = map_outcome(dial_status=dial_status, cause=cause, rang_seconds=rang, timeout_seconds=timeout)
    assert found is Outcome(expected)


def test_nothing_known_is_a_failure() -> None:
    assert map_outcome() is Outcome.FAILED
