"""What every context stands on: database, jobs, events, errors, HTTP, storage, security, telemetry, settings.

Knows no context. Everything above may import it; it imports nothing above.
"""
