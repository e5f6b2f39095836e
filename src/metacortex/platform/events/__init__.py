"""Domain events: published in the transaction of the change, followed by jobs, shown live in browsers."""

from metacortex.platform.events.publish import NO_ORGANIZATION, Event, publish, subscribe

__all__ = ["NO_ORGANIZATION", "Event", "publish", "subscribe"]
