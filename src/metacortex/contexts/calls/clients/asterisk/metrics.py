"""What is counted about each Asterisk."""

from prometheus_client import Counter, Gauge, Histogram

requests = Counter("metacortex_asterisk_requests_total", "Requests to Asterisk.", ["server", "operation", "result"])
request_seconds = Histogram(
    "metacortex_asterisk_request_seconds",
    "Time until Asterisk answered a request.",
    ["operation"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
connected = Gauge("metacortex_asterisk_connected", "1 while the event socket is open and reconciled.", ["server"])
reconnects = Counter("metacortex_asterisk_reconnects_total", "Event sockets lost, by reason.", ["server", "reason"])
events = Counter("metacortex_asterisk_events_total", "Events received.", ["type"])
