"""Decisions about contacts that need no database; two addresses are the same one when privacy says so."""

from metacortex.contexts.privacy.public import normalise_email, normalise_phone

__all__ = ["DEFAULT_STAGES", "normalise_email", "normalise_phone"]

DEFAULT_STAGES: tuple[tuple[str, str], ...] = (
    ("New", "open"),
    ("Contacted", "open"),
    ("Qualified", "open"),
    ("Proposal", "open"),
    ("Won", "won"),
    ("Lost", "lost"),
)
