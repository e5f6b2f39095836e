"""Use cases of the calls API alone: one process, no database, everything in its memory."""
