"""JSON logs, request and trace ids, Prometheus metrics."""

from metacortex.platform.telemetry.logs import bind_ids, configure_logs, log, mask_text
from metacortex.platform.telemetry.trace import Trace, current_trace, start_trace

__all__ = ["Trace", "bind_ids", "configure_logs", "current_trace", "log", "mask_text", "start_trace"]
