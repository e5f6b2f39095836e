"""One id from the first request to the last job: W3C trace context, carried in a context variable.

Source: https://www.w3.org/TR/trace-context/ (version 00 of `traceparent`).
"""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")
_trace: ContextVar["Trace | None"] = ContextVar("trace", default=None)


@dataclass(frozen=True, slots=True)
class Trace:
    """Where one unit of work belongs."""

    trace_id: str
    span_id: str

    @property
    def traceparent(self) -> str:
        """The W3C header value that continues this trace elsewhere."""
        return f"00-{self.trace_id}-{self.span_id}-01"


def start_trace(traceparent: str | None = None) -> Trace:
    """Continue the trace named by a `traceparent` value, or begin a new one, and make it current."""
    match = _TRACEPARENT.match(traceparent or "")
    trace_id = match.group(1) if match and set(match.group(1)) != {"0"} else secrets.token_hex(16)
    trace = Trace(trace_id=trace_id, span_id=secrets.token_hex(8))
    _trace.set(trace)
    return trace


def current_trace() -> Trace | None:
    """Return the trace of the running request or job."""
    return _trace.get()
