"""How an attempt to ring somebody ended.

Neither field of Asterisk suffices: a `Dial` status of NOANSWER stands for every cause but 3, 17, 20 and 34, and the
cause is 0 where a Local channel's far side signals busy or congestion. Causes are Q.850's; others may come through,
since Asterisk passes on whatever number a hang-up names.
"""

from metacortex.contexts.calls.types import Outcome

_DIAL_OUTCOMES = {"BUSY": Outcome.BUSY, "CONGESTION": Outcome.CONGESTION}
_CAUSE_OUTCOMES = {
    1: Outcome.INVALID_NUMBER,
    3: Outcome.INVALID_NUMBER,
    22: Outcome.INVALID_NUMBER,
    28: Outcome.INVALID_NUMBER,
    17: Outcome.BUSY,
    18: Outcome.NO_ANSWER,
    19: Outcome.NO_ANSWER,
    21: Outcome.REJECTED,
    34: Outcome.CONGESTION,
    38: Outcome.CONGESTION,
    41: Outcome.CONGESTION,
    42: Outcome.CONGESTION,
    44: Outcome.CONGESTION,
}
# Two clocks measure the ringing: ours its start, Asterisk's its end.
_WHOLE = 0.95
_STILL_RINGING = frozenset({"", "PROGRESS", "PROCEEDING", "RINGING", "NOANSWER"})


def map_outcome(
    *,
    dial_status: str = "",
    cause: int | None = None,
    was_up: bool = False,
    hung_up_by_us: bool = False,
    is_shut_down: bool = False,
    rang_seconds: float | None = None,
    timeout_seconds: float | None = None,
) -> Outcome:
    """Say how a channel that is gone ended, by its last dial status, its final cause and what we did to it.

    `hung_up_by_us`: Asterisk accepted our hang-up. `is_shut_down`: Asterisk asked for the hang-up because it stops.
    `rang_seconds` runs from the request to the end of the channel; once that is all of `timeout_seconds`, a missing
    cause means no answer: before 23.2.0 Asterisk gave none when its own timer ended the ringing.
    """
    if was_up or dial_status == "ANSWER":
        return Outcome.ANSWERED
    if hung_up_by_us:
        return Outcome.CANCELLED
    if is_shut_down:
        return Outcome.LOST
    if dial_status in _DIAL_OUTCOMES:
        return _DIAL_OUTCOMES[dial_status]
    if not cause and dial_status in _STILL_RINGING and _rang_out(rang_seconds, timeout_seconds):
        return Outcome.NO_ANSWER
    return _CAUSE_OUTCOMES.get(cause or 0, Outcome.FAILED)


def _rang_out(rang_seconds: float | None, timeout_seconds: float | None) -> bool:
    if rang_seconds is None or timeout_seconds is None or timeout_seconds <= 0:
        return False
    return rang_seconds >= timeout_seconds * _WHOLE
