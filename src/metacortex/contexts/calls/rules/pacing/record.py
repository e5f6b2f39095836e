"""Decisions as plain data: written beside a campaign, shown to a supervisor, replayed in a dispute."""

from dataclasses import asdict
from typing import Any

from metacortex.contexts.calls.rules.pacing.choose import choose
from metacortex.contexts.calls.rules.pacing.facts import Decision, Forecast, Inputs, Limits, Mode, Rule, Window


def record_decision(decision: Decision) -> dict[str, Any]:
    """Return a decision with its reasons as data that JSON can carry."""
    return asdict(decision)


def replay_decision(data: dict[str, Any]) -> Decision:
    """Return the decision that the inputs of a recorded one lead to; raises KeyError or TypeError for other data."""
    inputs = data["inputs"]
    seen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in inputs["forecast"].items()
    }
    return choose(
        Inputs(
            **{
                **inputs,
                "mode": Mode(inputs["mode"]),
                "limits": Limits(**inputs["limits"]),
                "rule": Rule(**inputs["rule"]),
                "windows": tuple(Window(**window) for window in inputs["windows"]),
                "forecast": Forecast(**seen),
            }
        )
    )
