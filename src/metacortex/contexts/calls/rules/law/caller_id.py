"""Which of the organization's numbers a call shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metacortex.contexts.calls.rules.numbers import Number


@dataclass(frozen=True, slots=True)
class CallerId:
    """A number of the organization's own and how much it may be used; None is no limit."""

    number: Number
    calls_per_day: int | None = None
    calls_per_second: int | None = None
    concurrent_calls: int | None = None


@dataclass(frozen=True, slots=True)
class CallerIdUsage:
    """What a number is used for at this moment: calls begun today, in the last second, and still on."""

    today: int = 0
    last_second: int = 0
    live: int = 0


_UNUSED = CallerIdUsage()


def choose_caller_id(
    to: Number,
    candidates: Sequence[CallerId],
    usage: Mapping[str, CallerIdUsage],
    *,
    local_only: bool = False,
) -> CallerId | None:
    """Choose the number to show, or None if every one is used up: same area first, then same country, then any.

    Among equals the least used today goes next, then the lowest number. `usage` is by E.164 number; `local_only` is for
    laws that ask for a number of the callee's country (`Law.local_caller_id_only`). A number never calls itself.
    """
    free = [
        candidate
        for candidate in candidates
        if _has_room(candidate, usage.get(candidate.number.e164, _UNUSED))
        and candidate.number.e164 != to.e164
        and not (local_only and candidate.number.country != to.country)
    ]

    def rank(candidate: CallerId) -> tuple[int, int, str]:
        used = usage.get(candidate.number.e164, _UNUSED)
        return (-_nearness(candidate.number, to), used.today, candidate.number.e164)

    return min(free, key=rank, default=None)


def _nearness(own: Number, to: Number) -> int:
    if own.country != to.country:
        return 0
    return 2 if own.area and own.area == to.area else 1


def _has_room(candidate: CallerId, used: CallerIdUsage) -> bool:
    limits = (
        (candidate.calls_per_day, used.today),
        (candidate.calls_per_second, used.last_second),
        (candidate.concurrent_calls, used.live),
    )
    return all(limit is None or count < limit for limit, count in limits)
