"""How many lines of a trunk, and channels of a server, a call needs."""

from collections.abc import Sequence

from metacortex.contexts.calls.types import Call, Leg, LegState, Party, Ringing


def uses_trunk(leg: Leg) -> bool:
    """Tell whether a leg is a number that is dialled, and not an account of the phone server or a line that is up."""
    return leg.number is not None and leg.line_leg_id is None


def count_lines(call: Call) -> int:
    """Return how many lines a call has, or will need at once: agents who are rung in turn need one between them.

    The database counts other calls by the same rule (`count_trunk_lines`).
    """
    return _count(call, [leg for leg in call.legs if uses_trunk(leg)])


def count_channels(call: Call) -> int:
    """Return how many channels of its server a call has, or will need at once: one for each phone, agents' too.

    A line that was lent is a call of its own. The database counts other calls so (`count_server_channels`).
    """
    return _count(call, [leg for leg in call.legs if leg.line_leg_id is None])


def _count(call: Call, phones: Sequence[Leg]) -> int:
    legs = [leg for leg in phones if leg.state is not LegState.ENDED]
    in_turn = [leg for leg in legs if _waits_for_turn(call, leg)]
    is_agent_rung = any(leg.party is Party.AGENT and leg.is_open for leg in call.legs)
    return len(legs) - len(in_turn) + (1 if in_turn and not is_agent_rung else 0)


def _waits_for_turn(call: Call, leg: Leg) -> bool:
    return leg.state is LegState.PLANNED and leg.party is Party.AGENT and call.ringing is Ringing.IN_TURN
