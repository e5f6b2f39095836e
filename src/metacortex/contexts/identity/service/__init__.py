"""Use cases of identity: signing up and in, sessions, and the team."""
