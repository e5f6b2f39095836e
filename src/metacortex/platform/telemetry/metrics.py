"""Counters and histograms of the platform; `/metrics` shows those of the api, each role shows its own by log."""

from prometheus_client import Counter, Gauge, Histogram

http_requests = Counter("metacortex_http_requests_total", "Requests answered.", ["method", "route", "status"])
http_seconds = Histogram(
    "metacortex_http_request_seconds",
    "Time to answer a request.",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
jobs_run = Counter("metacortex_jobs_total", "Jobs that ended, by outcome.", ["job", "outcome"])
job_seconds = Histogram("metacortex_job_seconds", "Time one batch of jobs took.", ["job"])
jobs_waiting = Gauge("metacortex_jobs_waiting", "Jobs that are due and not done.", ["queue"])
dead_letters = Gauge("metacortex_dead_letters", "Jobs given up, waiting for a person.")
dead_letters_of_no_organization = Gauge(
    "metacortex_dead_letters_of_no_organization", "Those of them that only the installation's operator sees."
)
live_browsers = Gauge("metacortex_live_browsers", "Browsers connected for live updates.")
limit_refusals = Counter("metacortex_limit_refusals_total", "Uses refused by a rate limit.", ["limit"])
limit_outages = Counter("metacortex_limit_outages_total", "Times the rate limits' store went away from this process.")
key_service_calls = Counter("metacortex_key_service_calls_total", "Calls of the key service.", ["call", "outcome"])
