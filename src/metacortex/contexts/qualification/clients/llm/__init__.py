"""The reader that asks a language model over HTTP, and answers without it whenever it cannot be asked."""

from .reader import LlmReader, Outcome

__all__ = ["LlmReader", "Outcome"]
