"""Intent of a message: words to numbers, numbers to calibrated probabilities, and the language it is written in."""

from .features import Encoder, compose_text, encode_message
from .heads import Head, predict
from .language import detect_hindi
from .wordpiece import Vocabulary, split_wordpieces

__all__ = [
    "Encoder",
    "Head",
    "Vocabulary",
    "compose_text",
    "detect_hindi",
    "encode_message",
    "predict",
    "split_wordpieces",
]
