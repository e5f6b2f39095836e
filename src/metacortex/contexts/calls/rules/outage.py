"""Whether the trunk a campaign dials through fails, so that a list is not spent against a dead line."""

from collections.abc import Sequence

from metacortex.contexts.calls.types import Outcome

TROUBLE = frozenset({Outcome.CONGESTION, Outcome.FAILED})
"""How attempts end that no telephone heard of: no free line, no route, a rate limit of the carrier."""
LOOKED_AT = 20
LOOKED_BACK_SECONDS = 600.0
FEWEST = 8
SHARE = 0.8
PROBE_SECONDS = 15.0
"""While a trunk fails, one call is tried so often; the first that gets through ends the outage."""


def is_failing(outcomes: Sequence[Outcome]) -> bool:
    """Tell whether a trunk fails, by how a campaign's latest attempts ended, the newest first."""
    latest = outcomes[:LOOKED_AT]
    if len(latest) < FEWEST or latest[0] not in TROUBLE:
        return False
    return sum(outcome in TROUBLE for outcome in latest) >= SHARE * len(latest)
