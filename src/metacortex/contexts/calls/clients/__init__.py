"""Outside systems of the calls context."""
