"""How many lines of a trunk a call needs."""

from metacortex.contexts.calls.types import Call, Leg, LegState, Party, Ringing


def uses_trunk(leg: Leg) -> bool:
    """Tell whether a leg is a number that is dialled, and not an account of the phone server or a line that is up."""
    return leg.number is not None and leg.line_leg_id is None


def count_lines(call: Call) -> int:
    """Return how many lines a call has, or will need at once: agents who are rung in turn need one between them.

    The database counts other calls by the same rule (`count_trunk_lines`).
    """
    legs = [leg for leg in call.legs if leg.state is not LegState.ENDED and uses_trunk(leg)]
    in_turn = [leg for leg in legs if _waits_for_turn(call, leg)]
    is_agent_rung = any(leg.party is Party.AGENT and leg.is_open for leg in call.legs)
    return len(legs) - len(in_turn) + (1 if in_turn and not is_agent_rung else 0)


def _waits_for_turn(call: Call, leg: Leg) -> bool:
    return leg.state is LegState.PLANNED and leg.party is Party.AGENT and call.ringing is Ringing.IN_TURN
