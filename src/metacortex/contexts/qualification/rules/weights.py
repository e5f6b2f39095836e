"""The weights of the score in one table, in log-odds: +0.7 doubles the odds that a message is worth a sales call."""

from collections.abc import Mapping

from metacortex.contexts.qualification.types import Intent

# The proportions are ours; where they start is fitted on training messages by tools/fit_score.py.
BIAS = -0.1
INTENT_WEIGHTS: dict[Intent, float] = {
    Intent.BUY: 1.7,
    Intent.BOOK: 1.9,
    Intent.PRICE_QUESTION: 1.2,
    Intent.INFORMATION: 0.3,
    Intent.OTHER: -1.1,
    Intent.PARTNERSHIP: -1.2,
    Intent.SUPPORT: -2.2,
    Intent.JOB_APPLICATION: -3.0,
    Intent.VENDOR_PITCH: -3.0,
    Intent.AUTOMATIC: -4.5,
    Intent.SPAM: -4.5,
}
# How far a fact such as a budget counts as a buying signal under each intent: a deadline in a support request is none.
SALES_SHARE: dict[Intent, float] = {
    Intent.BUY: 1.0,
    Intent.BOOK: 1.0,
    Intent.PRICE_QUESTION: 1.0,
    Intent.INFORMATION: 0.8,
    Intent.OTHER: 0.35,
    Intent.PARTNERSHIP: 0.1,
}
# Signals for buying; each counts in proportion to the sales share of the intent.
SIGNAL_WEIGHTS: dict[str, float] = {
    "timeline_week": 0.9,
    "timeline_month": 0.6,
    "timeline_later": 0.25,
    "budget": 0.8,
    "phone": 0.45,
    "appointment": 0.45,
    "need": 0.35,
    "location": 0.2,
    "quantity": 0.4,
    "large_quantity": 0.6,
    "role": 0.35,
    "company_address": 0.4,
    "ideal_fit": 0.9,
}
# Signals against; they count whatever the intent.
WARNING_WEIGHTS: dict[str, float] = {
    "no_interest": -1.6,
    "not_now": -0.7,
    "short": -0.5,
    "long": -0.3,
    "links": -0.6,
    "disposable_address": -0.9,
    "mass_mail": -1.5,
    "phishing": -3.0,
    "injection": -1.2,
    "automatic": -4.5,
}
# Multipliers that an organization may set: `intent` for the intent term, the others for the signal of that name.
ADJUSTABLE = frozenset({"intent", *SIGNAL_WEIGHTS, *WARNING_WEIGHTS} - {"phishing", "injection", "automatic"})
MULTIPLIER_RANGE = (0.0, 3.0)
BAND_FLOORS = {"hot": 0.7, "warm": 0.4, "cold": 0.12}


def check_weights(weights: Mapping[str, float]) -> None:
    """Refuse multipliers of unknown signals or out of range; the ValueError's text says what may be set."""
    unknown = sorted(set(weights) - ADJUSTABLE)
    if unknown:
        raise ValueError(f"Unknown weights: {', '.join(unknown)}. You can set: {', '.join(sorted(ADJUSTABLE))}.")
    low, high = MULTIPLIER_RANGE
    outside = sorted(name for name, value in weights.items() if not low <= value <= high)
    if outside:
        raise ValueError(
            f"These weights must be between {low:g} and {high:g}, where 1 changes nothing: {', '.join(outside)}."
        )
