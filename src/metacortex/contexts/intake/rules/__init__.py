"""Pure decisions of the intake: addresses, duplicates, tables, text."""
