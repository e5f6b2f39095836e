"""Fits the scale of the score on training messages: `python tools/fit_score.py` prints what to set in rules/weights.py.

The score adds log-odds of named signals. Their proportions are ours; how far their sum is from a true probability is
learnt here by logistic regression of "worth a call" on the sum (Platt scaling), with intents read by heads that have
not seen the message. The held-out messages are never opened.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from metacortex.contexts.qualification.clients.embedded.loading import load_head, load_model
from metacortex.contexts.qualification.clients.embedded.reader import read_message
from metacortex.contexts.qualification.rules.scoring import judge
from metacortex.contexts.qualification.types import IdealCustomer, Verdict
from train_reader import INTENTS, ROOT, WRITTEN_WEIGHT, build_matrix, fit_head, write_head
from training_messages import Labelled, make_messages, read_written

STRENGTH, FOLDS = 2.0, 5


def judge_unseen() -> list[tuple[Labelled, Verdict]]:
    """Judge every written message by a reader whose intent head was trained without it."""
    folder = ROOT / "data/messages/train"
    filled, written = make_messages(folder / "templates.txt", variants=6), read_written(folder)
    labels = np.asarray([INTENTS.index(example.intent) for example in filled + written])
    weights = np.concatenate([np.ones(len(filled)), np.full(len(written), WRITTEN_WEIGHT)])
    matrix, first, model = build_matrix(filled + written), len(filled), load_model()
    judged = []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "head.npz"
        for learn, check in StratifiedKFold(FOLDS, shuffle=True, random_state=5).split(written, labels[first:]):
            rows = np.concatenate([np.arange(first), first + learn])
            head = fit_head(matrix[rows], labels[rows], weights[rows], STRENGTH)
            write_head(path, head.coef_.T, head.intercept_, model.head.temperature)
            unseeing = replace(model, head=load_head(path))
            for place in check:
                message = written[place].message
                judged.append((written[place], judge(message, read_message(unseeing, message), IdealCustomer("", {}))))
    return judged


def main() -> None:
    """Print the slope and shift, and how honest the score is before and after."""
    told = [
        (example.worth, verdict.probability)
        for example, verdict in judge_unseen()
        if example.worth is not None and verdict.probability is not None
    ]
    worth = np.asarray([one for one, _ in told])
    chance = np.clip([probability for _, probability in told], 1e-3, 1 - 1e-3)
    odds = np.log(chance / (1 - chance))
    fitted = LogisticRegression(C=1e6).fit(odds[:, None], worth)
    after = fitted.predict_proba(odds[:, None])[:, 1]
    print(f"{len(told)} messages; multiply every weight and BIAS by {fitted.coef_[0, 0]:.3f}, ", end="")
    print(f"then add {fitted.intercept_[0]:+.3f} to BIAS")
    for name, guess in (("now", chance), ("then", after)):
        loss = -np.mean(np.where(worth, np.log(guess), np.log(1 - guess)))
        print(f"{name}: log loss {loss:.3f}, mean {guess.mean():.3f} against {worth.mean():.3f} that are worth a call")


if __name__ == "__main__":
    main()
