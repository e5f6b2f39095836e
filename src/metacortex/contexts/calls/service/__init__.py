"""Use cases of the calls context."""
