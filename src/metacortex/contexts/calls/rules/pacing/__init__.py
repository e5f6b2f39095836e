"""The pacing engine of dial campaigns: how many calls to place now, pure and replayable."""

from metacortex.contexts.calls.rules.pacing.choose import choose, decide
from metacortex.contexts.calls.rules.pacing.facts import (
    FALLBACKS,
    NO_LIMIT,
    Budget,
    Candidate,
    Decision,
    Forecast,
    Inputs,
    Limits,
    Mode,
    Reason,
    Rule,
    Snapshot,
    Window,
)
from metacortex.contexts.calls.rules.pacing.learned import Learned, Priors
from metacortex.contexts.calls.rules.pacing.record import record_decision, replay_decision

__all__ = [
    "FALLBACKS",
    "NO_LIMIT",
    "Budget",
    "Candidate",
    "Decision",
    "Forecast",
    "Inputs",
    "Learned",
    "Limits",
    "Mode",
    "Priors",
    "Reason",
    "Rule",
    "Snapshot",
    "Window",
    "choose",
    "decide",
    "record_decision",
    "replay_decision",
]
