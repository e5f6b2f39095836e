"""Domain events: published in the transaction of the change, followed by jobs, shown live in browsers."""

from metacortex.platform.events.publish import Event, publish, subscribe

__all__ = ["Event", "publish", "subscribe"]
