"""Outside systems of the intake: mail servers that deliver to us."""
