"""The score: how likely a message is worth a sales call, as a sum of named signals, or "not enough to say"."""

import math

from metacortex.contexts.qualification.rules.next_step import name_next_step
from metacortex.contexts.qualification.rules.reply import draft_reply
from metacortex.contexts.qualification.rules.safety import find_attacks, hide_attacks
from metacortex.contexts.qualification.rules.signals import Signal, find_signals, find_tampering
from metacortex.contexts.qualification.rules.text import Text, prepare_text
from metacortex.contexts.qualification.rules.weights import (
    BAND_FLOORS,
    BIAS,
    INTENT_WEIGHTS,
    SALES_SHARE,
    SIGNAL_WEIGHTS,
    WARNING_WEIGHTS,
    check_weights,
)
from metacortex.contexts.qualification.types import (
    Band,
    Contribution,
    FieldName,
    IdealCustomer,
    Intent,
    Message,
    Reading,
    Verdict,
)

__all__ = ["check_weights", "judge"]

_UNSURE_INTENT = 0.4
_FACTS = frozenset(FieldName) - {
    FieldName.NAME,
    FieldName.EMAIL,
    FieldName.COMPANY,
    FieldName.CURRENCY,
    FieldName.LOCATION,
}
_GREETINGS = frozenset(
    [
        "hi",
        "hello",
        "hey",
        "hallo",
        "hola",
        "namaste",
        "namaskar",
        "dear",
        "sir",
        "madam",
        "team",
        "there",
        "good",
        "morning",
        "evening",
        "guten",
        "tag",
        "buenos",
        "días",
        "thanks",
        "thank",
        "you",
        "regards",
        "ok",
        "okay",
        "test",
        "testing",
        "ji",
    ]
)
_RULED_OUT = "Nobody to call: a machine, spam or a confidence trick"
_INTENT_LABELS = {
    Intent.BUY: "Wants to buy",
    Intent.BOOK: "Wants an appointment or a booking",
    Intent.PRICE_QUESTION: "Asked for the price",
    Intent.INFORMATION: "Asked for information",
    Intent.SUPPORT: "Needs help with something already bought",
    Intent.PARTNERSHIP: "Proposes a partnership",
    Intent.JOB_APPLICATION: "Applies for a job",
    Intent.VENDOR_PITCH: "Is selling something to you",
    Intent.AUTOMATIC: "Was sent by a machine",
    Intent.SPAM: "Looks like spam",
    Intent.OTHER: "Shows no clear wish to buy",
}


def judge(message: Message, reading: Reading, ideal: IdealCustomer, similarity: float | None = None) -> Verdict:
    """Score a message for an organization; `similarity` (0 to 1) of its meaning to the ideal customer may be given."""
    text = prepare_text(hide_attacks(message.body))
    tampering = find_tampering(reading, find_attacks(message.body), message.body)
    signals = find_signals(message, text, reading, ideal, similarity) + tampering
    refused = _is_refused(message, reading, signals)
    if not refused and _says_too_little(text, message, reading):
        told = tuple(Contribution(signal.label, 0.0, signal.evidence) for signal in tampering)
        return _decide(message, reading, Band.UNSURE, None, told, answer=not tampering)
    ceiling = BAND_FLOORS["cold"] - 0.01 if refused else 1.0
    probability, contributions = _sum_up(reading, signals, ideal.weights, ceiling)
    band = Band.NONE if refused else _choose_band(probability)
    return _decide(message, reading, band, probability, contributions, answer=not tampering)


def _decide(
    message: Message,
    reading: Reading,
    band: Band,
    probability: float | None,
    contributions: tuple[Contribution, ...],
    *,
    answer: bool,
) -> Verdict:
    score = None if probability is None else round(100 * probability)
    reply = draft_reply(message, reading, band) if answer else None
    return Verdict(band, score, probability, contributions, name_next_step(message, reading, band), reply)


def _sum_up(
    reading: Reading, signals: list[Signal], multipliers: dict[str, float], ceiling: float
) -> tuple[float, tuple[Contribution, ...]]:
    """Turn the sum of log-odds into a probability; the points are each term's share of the move from the start."""
    intents = reading.intents or {reading.intent: 1.0}
    intent_term = sum(share * INTENT_WEIGHTS[intent] for intent, share in intents.items()) * multipliers.get(
        "intent", 1.0
    )
    sales = sum(share * SALES_SHARE.get(intent, 0.0) for intent, share in intents.items())
    terms: list[tuple[str, float, Signal | None]] = [(_INTENT_LABELS[reading.intent], intent_term, None)]
    for signal in signals:
        weight = SIGNAL_WEIGHTS[signal.name] * sales if signal.name in SIGNAL_WEIGHTS else WARNING_WEIGHTS[signal.name]
        terms.append((signal.label, weight * signal.strength * multipliers.get(signal.name, 1.0), signal))
    moved = sum(term for _, term, _ in terms)
    start, end = _squash(BIAS), _squash(BIAS + moved)
    points_per_unit = 100 * ((end - start) / moved if abs(moved) > 1e-6 else start * (1 - start))
    merged: dict[str, tuple[float, Signal | None]] = {}
    for label, term, source in terms:
        points, first = merged.get(label, (0.0, None))
        merged[label] = points + term * points_per_unit, first or source
    contributions = [
        Contribution(label, round(points, 1), source.evidence if source else None)
        for label, (points, source) in merged.items()
        if abs(points) >= 0.05
    ]
    if end > ceiling:
        contributions.append(Contribution(_RULED_OUT, round(100 * (ceiling - end), 1), None))
    return min(end, ceiling), tuple(sorted(contributions, key=lambda contribution: -abs(contribution.points)))


def _squash(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds))


def _is_refused(message: Message, reading: Reading, signals: list[Signal]) -> bool:
    intents = reading.intents or {reading.intent: reading.intent_probability}
    machine = intents.get(Intent.SPAM, 0.0) + intents.get(Intent.AUTOMATIC, 0.0)
    return message.automatic or machine >= 0.6 or any(signal.name == "phishing" for signal in signals)


def _says_too_little(text: Text, message: Message, reading: Reading) -> bool:
    if any(field.name in _FACTS and field.evidence for field in reading.fields):
        return False
    words = [word for word in text.index if word not in _GREETINGS and any(letter.isalnum() for letter in word)]
    subject = [word for word in message.subject.lower().split() if word.isalpha() and word not in _GREETINGS]
    if len(words) < 2 and (not words or len(words) + len(subject) < 3):
        return True
    return reading.intent_probability < _UNSURE_INTENT


def _choose_band(probability: float) -> Band:
    if probability >= BAND_FLOORS["hot"]:
        return Band.HOT
    if probability >= BAND_FLOORS["warm"]:
        return Band.WARM
    return Band.COLD if probability >= BAND_FLOORS["cold"] else Band.NONE
