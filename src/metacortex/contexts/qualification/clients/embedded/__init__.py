"""The reader that needs no key and no network: its models are files in this package."""

from .reader import EmbeddedReader

__all__ = ["EmbeddedReader"]
