"""Trains the intent head of the embedded reader and writes it into the package: `python tools/train_reader.py`.

It learns from messages that were written one by one (`data/messages/train/*.jsonl`) and from filled templates. Strength
of regularization and temperature come from folds over the written ones: a template shows words, a message shows how
they are used. The held-out messages are never opened here: `bench/quality.py` does that.
"""

import argparse
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from metacortex.contexts.qualification.clients.embedded.loading import ARTEFACTS, load_encoder
from metacortex.contexts.qualification.rules.intent.features import BUCKETS, compose_text, encode_message
from metacortex.contexts.qualification.types import Intent
from training_messages import Labelled, make_messages, read_written

ROOT = Path(__file__).resolve().parents[1]
MEANING_SCALE = 1.5
HASHED_SCALE = 4.0
FACTS_SCALE = 0.35
WRITTEN_WEIGHT = 8.0
INTENTS = tuple(Intent)


def build_matrix(labelled: list[Labelled]) -> sp.csr_matrix:
    """Encode the messages: meaning, hashed words, facts, side by side."""
    encoder = load_encoder()
    meanings, facts, rows = [], [], []
    for example in labelled:
        features = encode_message(encoder, example.message, compose_text(example.message))
        meanings.append(features.meaning * MEANING_SCALE)
        facts.append(features.facts * FACTS_SCALE)
        rows.append((features.buckets, features.weights * HASHED_SCALE))
    lengths = [0, *np.cumsum([len(buckets) for buckets, _ in rows])]
    hashed = sp.csr_matrix(
        (np.concatenate([weights for _, weights in rows]), np.concatenate([buckets for buckets, _ in rows]), lengths),
        shape=(len(rows), BUCKETS),
    )
    return sp.csr_matrix(sp.hstack([sp.csr_matrix(np.stack(meanings)), hashed, sp.csr_matrix(np.stack(facts))]))


def fit_head(
    matrix: sp.csr_matrix, labels: NDArray[np.int64], weights: NDArray[np.float64], strength: float
) -> LogisticRegression:
    """Fit the linear layer; intents count alike however many examples they have."""
    model = LogisticRegression(C=strength, max_iter=150, tol=1e-3, class_weight="balanced")
    return model.fit(matrix, labels, sample_weight=weights)


def find_temperature(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Return the temperature that makes the confidence of unseen template families honest."""

    def loss(temperature: float) -> float:
        scaled = scores / temperature
        top = scaled.max(axis=1, keepdims=True)
        logs = scaled - top - np.log(np.exp(scaled - top).sum(axis=1, keepdims=True))
        return float(-logs[np.arange(len(labels)), labels].mean())

    return float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)


def train(out: Path, strengths: list[float], folds: int, variants: int) -> None:
    """Train, report the fold figures, and write the head."""
    folder = ROOT / "data/messages/train"
    filled, written = make_messages(folder / "templates.txt", variants=variants), read_written(folder)
    labels = np.asarray([INTENTS.index(example.intent) for example in filled + written])
    weights = np.concatenate([np.ones(len(filled)), np.full(len(written), WRITTEN_WEIGHT)])
    matrix = build_matrix(filled + written)
    first = len(filled)
    print(f"{first} filled templates, {len(written)} written messages")
    best = (0.0, strengths[0], 1.0)
    for strength in strengths:
        scores = np.zeros((len(written), len(INTENTS)))
        parts = StratifiedKFold(folds, shuffle=True, random_state=3).split(scores, labels[first:])
        for learn, check in parts:
            rows = np.concatenate([np.arange(first), first + learn])
            model = fit_head(matrix[rows], labels[rows], weights[rows], strength)
            scores[check] = model.decision_function(matrix[first + check])
        found = scores.argmax(axis=1)
        accuracy = float((found == labels[first:]).mean())
        macro = f1_score(labels[first:], found, average="macro")
        temperature = find_temperature(scores, labels[first:])
        print(f"C={strength}: on unseen written messages {accuracy:.3f}, F1 {macro:.3f}, temperature {temperature:.2f}")
        best = max(best, (accuracy, strength, temperature))
    model = fit_head(matrix, labels, weights, best[1])
    write_head(out, model.coef_.T, model.intercept_, best[2])


def write_head(out: Path, weights: NDArray[np.float64], bias: NDArray[np.float64], temperature: float) -> None:
    """Write the head small: hashed weights as int8 with one scale per intent, the rest as float16."""
    split = weights.shape[0] - BUCKETS
    facts_count = split - 256
    hashed = weights[256 : 256 + BUCKETS] * HASHED_SCALE
    scale = np.abs(hashed).max(axis=0) / 127
    np.savez_compressed(
        out,
        intents=np.asarray([str(intent) for intent in INTENTS]),
        meaning=(weights[:256] * MEANING_SCALE).astype(np.float16),
        hashed=np.round(hashed / scale).astype(np.int8),
        hashed_scale=scale.astype(np.float32),
        facts=(weights[-facts_count:] * FACTS_SCALE).astype(np.float16),
        bias=bias.astype(np.float32),
        temperature=np.float32(temperature),
    )
    print(f"wrote {out.name}: {out.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=ARTEFACTS / "intent_head.npz")
    arguments.add_argument("--strengths", type=float, nargs="+", default=[1.0])
    arguments.add_argument("--folds", type=int, default=8)
    arguments.add_argument("--variants", type=int, default=6)
    options = arguments.parse_args()
    train(options.out, options.strengths, options.folds, options.variants)
