"""Measures the embedded reader on the held-out messages, which took no part in making it: `python bench/quality.py`."""

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from metacortex.contexts.qualification.clients.embedded import EmbeddedReader
from metacortex.contexts.qualification.rules.scoring import judge
from metacortex.contexts.qualification.types import Field, IdealCustomer, Intent, Message, Reading

HELD_OUT = Path(__file__).resolve().parents[1] / "data/messages/held_out"
SENT_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LEADS = {Intent.BUY, Intent.BOOK, Intent.PRICE_QUESTION, Intent.INFORMATION, Intent.PARTNERSHIP}
EXACT = {"email", "phone", "currency"}
NUMBERS = {"budget_min", "budget_max", "quantity"}
MEASURED = (
    "name",
    "company",
    "role",
    "email",
    "phone",
    "budget_min",
    "budget_max",
    "currency",
    "location",
    "timeline",
    "quantity",
    "need",
)
Row = dict[str, Any]


def read_rows() -> list[Row]:
    """Read every labelled held-out message."""
    return [
        json.loads(line)
        for path in sorted(HELD_OUT.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    ]


def make_message(row: Row) -> Message:
    """Build the message that the reader sees; labels are left behind."""
    return Message(
        row["subject"],
        row["body"],
        row["sender_name"],
        row["sender_email"],
        "email",
        SENT_AT,
        row["region"],
        row["automatic"],
    )


def measure_error(confidences: Sequence[float], rights: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error: the gap between confidence and truth, averaged over equal-width bins."""
    confidence, right = np.asarray(confidences), np.asarray(rights, float)
    slots = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(
        sum(
            (slots == slot).mean() * abs(confidence[slots == slot].mean() - right[slots == slot].mean())
            for slot in set(slots.tolist())
        )
    )


def measure_macro_f1(golds: Sequence[str], guesses: Sequence[str]) -> float:
    """Return the unweighted mean F1 over the intents that occur."""
    values = []
    for label in sorted(set(golds)):
        hits = sum(gold == guess == label for gold, guess in zip(golds, guesses, strict=True))
        values.append(2 * hits / max(golds.count(label) + guesses.count(label), 1))
    return sum(values) / len(values)


def is_match(name: str, gold: Any, found: Field) -> bool:
    """Say whether a found fact is the labelled one: exact for numbers and addresses, containment for words."""
    if name in NUMBERS:
        return (
            isinstance(found.value, int | float) and abs(float(found.value) - float(gold)) < 0.01 * float(gold) + 0.01
        )
    expected, actual = str(gold).casefold(), str(found.value).casefold()
    if name in EXACT:
        return expected == actual
    quote = found.evidence.quote.casefold() if found.evidence else ""
    return any(expected in said or said in expected for said in (actual, quote) if len(said) > 1)


def count_fields(rows: Iterable[tuple[Row, Reading]]) -> dict[str, Counter[str]]:
    """Count hits, false finds and misses per field, over messages whose writer may become a customer."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in MEASURED}
    for row, reading in rows:
        if Intent(row["intent"]) not in LEADS:
            continue
        for name in MEASURED:
            found = [field for field in reading.fields if field.name == name]
            gold = row["fields"].get(name)
            if gold is None:
                counts[name]["false"] += bool(found)
            elif not found:
                counts[name]["missed"] += 1
            elif is_match(name, gold, found[0]):
                counts[name]["hit"] += 1
            else:
                counts[name].update(("false", "missed"))
    return counts


def print_intents(rows: list[Row], readings: list[Reading]) -> None:
    """Print accuracy of intent and language, overall and per language, with calibration."""
    golds, guesses = [row["intent"] for row in rows], [str(reading.intent) for reading in readings]
    rights = [gold == guess for gold, guess in zip(golds, guesses, strict=True)]
    print(f"{'language':<10}{'messages':>9}{'accuracy':>10}{'macro-F1':>10}{'language right':>16}")
    for language in ["all", *sorted({row["language"] for row in rows})]:
        at = [place for place, row in enumerate(rows) if language in ("all", row["language"])]
        accuracy = sum(rights[place] for place in at) / len(at)
        f1 = measure_macro_f1([golds[place] for place in at], [guesses[place] for place in at])
        told = sum(readings[place].language == rows[place]["language"] for place in at) / len(at)
        print(f"{language:<10}{len(at):>9}{accuracy:>10.3f}{f1:>10.3f}{told:>16.3f}")
    leads = [(Intent(gold) in LEADS) == (Intent(guess) in LEADS) for gold, guess in zip(golds, guesses, strict=True)]
    print(f"may become a customer or not: {sum(leads) / len(leads):.3f} right")
    print(f"calibration error of intent: {measure_error([r.intent_probability for r in readings], rights):.3f}\n")
    print(f"{'intent':<18}{'recall':>8}{'precision':>11}   taken for")
    for intent in Intent:
        places = [place for place, gold in enumerate(golds) if gold == intent]
        wrong = Counter(guesses[place] for place in places if not rights[place])
        hits, said = sum(rights[place] for place in places), guesses.count(intent)
        taken = ", ".join(f"{name} {count}" for name, count in wrong.most_common(4))
        print(f"{intent:<18}{hits / max(len(places), 1):>8.2f}{hits / max(said, 1):>11.2f}   {taken}")


def print_fields(rows: list[Row], readings: list[Reading]) -> None:
    """Print precision and recall per field."""
    print(f"\n{'field':<14}{'labelled':>9}{'precision':>11}{'recall':>8}")
    counts = count_fields(zip(rows, readings, strict=True))
    counts["all"] = sum(counts.values(), Counter[str]())
    for name, count in counts.items():
        precision = count["hit"] / max(count["hit"] + count["false"], 1)
        recall = count["hit"] / max(count["hit"] + count["missed"], 1)
        print(f"{name:<14}{count['hit'] + count['missed']:>9}{precision:>11.3f}{recall:>8.3f}")


def print_scores(rows: list[Row], messages: list[Message], readings: list[Reading]) -> None:
    """Print how well the lead score tells messages worth a call from the others."""
    ideal = IdealCustomer("", {})
    pairs = [
        (judge(message, reading, ideal), row) for message, reading, row in zip(messages, readings, rows, strict=True)
    ]
    told = [(verdict.probability, bool(row["worth"])) for verdict, row in pairs if verdict.probability is not None]
    good = [probability for probability, worth in told if worth]
    bad = [probability for probability, worth in told if not worth]
    order = sum((g > b) + 0.5 * (g == b) for g in good for b in bad) / max(len(good) * len(bad), 1)
    print(f"\nlead score: told for {len(told)} of {len(rows)}, AUC for worth a call {order:.3f}, ", end="")
    print(f"calibration error {measure_error([p for p, _ in told], [worth for _, worth in told]):.3f}")
    print("bands of messages worth a call: ", dict(Counter(str(v.band) for v, row in pairs if row["worth"])))
    print("bands of all other messages:    ", dict(Counter(str(v.band) for v, row in pairs if not row["worth"])))


def main() -> None:
    """Print all figures; `--errors` also prints the intent mistakes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    rows = read_rows()
    messages = [make_message(row) for row in rows]
    reader = EmbeddedReader()
    asyncio.run(reader.read(messages[:20]))
    started, cpu = time.perf_counter(), time.process_time()
    readings = asyncio.run(reader.read(messages))
    cpu_ms = (time.process_time() - cpu) * 1000 / len(rows)
    wall_ms = (time.perf_counter() - started) * 1000 / len(rows)
    print(
        f"reader {reader.name} {reader.version}: {len(rows)} held-out messages, "
        f"{cpu_ms:.2f} ms CPU and {wall_ms:.2f} ms by the clock for each\n"
    )
    print_intents(rows, readings)
    print_fields(rows, readings)
    print_scores(rows, messages, readings)
    if options.errors:
        for row, reading in zip(rows, readings, strict=True):
            if row["intent"] != reading.intent:
                print(
                    row["id"],
                    row["intent"],
                    "->",
                    reading.intent,
                    f"{reading.intent_probability:.2f}",
                    row["body"][:90],
                )


if __name__ == "__main__":
    main()
