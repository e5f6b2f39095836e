"""From a snapshot to what will happen next: live answers of calls in flight, and agents who get free."""

from metacortex.contexts.calls.rules.pacing.facts import Forecast, Snapshot
from metacortex.contexts.calls.rules.pacing.learned import AT_SECONDS, Learned, Row

_MOMENTS = len(AT_SECONDS)
_NOTHING = (0.0,) * (2 * _MOMENTS)


def forecast(snapshot: Snapshot, learned: Learned) -> Forecast:
    """Return the forecast of this instant, from what the campaign has learned."""
    live = [learned.ring_row(seconds) for seconds in snapshot.ringing_for_seconds]
    live += [learned.screening_row(seconds) for seconds in snapshot.screening_for_seconds]
    free = [learned.talk_row(seconds) for seconds in snapshot.talking_for_seconds]
    free += [learned.wrap_up_row(seconds) for seconds in snapshot.wrapping_for_seconds]
    live_sums, free_sums = _add_rows(live), _add_rows(free)
    return Forecast(
        at_seconds=AT_SECONDS,
        live_mean=live_sums[:_MOMENTS],
        live_variance=live_sums[_MOMENTS:],
        free_mean=free_sums[:_MOMENTS],
        free_variance=free_sums[_MOMENTS:],
        new_live=learned.ring_row(0.0)[:_MOMENTS],
        live_chance=learned.live.now,
        calls_learned=learned.calls,
        answers_jumped=learned.live.has_jumped,
    )


def _add_rows(rows: list[Row]) -> tuple[float, ...]:
    return tuple(map(sum, zip(*rows, strict=True))) if rows else _NOTHING
