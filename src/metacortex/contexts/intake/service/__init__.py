"""Use cases of the intake: accept, read, submit, import."""
