"""Numbers to probabilities: one linear layer for all intents and a temperature that makes its confidence honest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metacortex.contexts.qualification.types import Intent

from .features import Features

# Headers that declare a message automatic are rarely wrong, but lead portals set them too: a push, not an order.
AUTOMATIC_PUSH = 1.5


@dataclass(frozen=True, slots=True)
class Head:
    """Learned weights: one column per intent; the hashed part is int8 with one scale per intent."""

    intents: tuple[Intent, ...]
    meaning: NDArray[np.float32]
    hashed: NDArray[np.int8]
    hashed_scale: NDArray[np.float32]
    facts: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float


def predict(head: Head, features: Features, *, automatic: bool = False) -> dict[Intent, float]:
    """Return the probability of each intent; they sum to one."""
    hashed = features.weights @ head.hashed[features.buckets].astype(np.float32) * head.hashed_scale
    scores = features.meaning @ head.meaning + hashed + features.facts @ head.facts + head.bias
    scores = scores / np.float32(head.temperature)
    if automatic:
        scores[head.intents.index(Intent.AUTOMATIC)] += AUTOMATIC_PUSH
    powers = np.exp(scores - scores.max())
    shares = powers / powers.sum()
    return {intent: float(share) for intent, share in zip(head.intents, shares, strict=True)}
