"""From a snapshot to what will happen next: live answers of calls in flight, and agents who get free."""

from metacortex.contexts.calls.rules.pacing.facts import Forecast, Snapshot
from metacortex.contexts.calls.rules.pacing.learned import AT_SECONDS, Learned, Row

_NOTHING = (0.0,) * len(AT_SECONDS)


def forecast(snapshot: Snapshot, learned: Learned) -> Forecast:
    """Return the forecast of this instant, from what the campaign has learned."""
    live = [learned.ring_row(seconds) for seconds in snapshot.ringing_for_seconds]
    live += [learned.screening_row(seconds) for seconds in snapshot.screening_for_seconds]
    free = [learned.talk_row(seconds) for seconds in snapshot.talking_for_seconds]
    free += [learned.wrap_up_row(seconds) for seconds in snapshot.wrapping_for_seconds]
    live_mean, free_mean = _add_rows(live), _add_rows(free)
    return Forecast(
        at_seconds=AT_SECONDS,
        live_mean=live_mean,
        live_variance=_bound_variances(live_mean, len(live)),
        free_mean=free_mean,
        free_variance=_bound_variances(free_mean, len(free)),
        new_live=learned.ring_row(0.0),
        live_chance=learned.live.now,
        calls_learned=learned.calls,
        answers_jumped=learned.live.has_jumped,
    )


def _add_rows(rows: list[Row]) -> Row:
    return tuple(map(sum, zip(*rows, strict=True))) if rows else _NOTHING


def _bound_variances(means: Row, count: int) -> Row:
    """Return upper bounds: a sum of unlike chances varies no more than one of like chances with its mean."""
    return tuple([mean * (1.0 - mean / count) for mean in means]) if count else _NOTHING
