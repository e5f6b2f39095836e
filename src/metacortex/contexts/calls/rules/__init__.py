"""Pure decisions of the calls context."""
