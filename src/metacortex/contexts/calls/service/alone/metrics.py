"""What is counted, and told to the log, of calls that no database keeps."""

from prometheus_client import Counter, Gauge

from metacortex.contexts.calls.rules.flow.legs import talked_seconds
from metacortex.contexts.calls.service.memory import KeptCall
from metacortex.platform.telemetry import log

placed = Counter("metacortex_calls_placed_total", "Calls placed.", ["mode"])
ended = Counter("metacortex_calls_ended_total", "Calls that ended, by outcome.", ["outcome"])
refused = Counter("metacortex_calls_refused_total", "Calls not placed, by the code of the refusal.", ["code"])
open_calls = Gauge("metacortex_calls_open", "Calls that are on.")


def count_ended(kept: KeptCall) -> None:
    """Count a call that ended; its line in the log is all that outlives this process."""
    call = kept.call
    outcome = call.outcome.value if call.outcome else ""
    ended.labels(outcome).inc()
    open_calls.dec()
    log.info(
        "call.ended",
        call_id=str(call.id),
        outcome=outcome,
        mode=call.mode.value,
        country=kept.particulars.country,
        user=kept.particulars.user,
        server=call.server,
        talked_seconds=talked_seconds(call),
    )
