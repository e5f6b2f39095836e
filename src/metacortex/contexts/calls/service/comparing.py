"""What a server's channels say about open legs that its events have not said."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from metacortex.contexts.calls.types import OpenLeg, Signal, SignalKind, channel_id

GRACE = timedelta(seconds=20)
"""How long after it was stored a ring may still be on its way to Asterisk: more than the longest request takes."""


def compare(
    channels: Mapping[str, Mapping[str, Any]], legs: Iterable[OpenLeg], now: datetime, *, grace: timedelta = GRACE
) -> Iterable[Signal]:
    """Yield what the channels of a server, by their ids, say about open legs."""
    for leg in legs:
        name = channel_id(leg.org_id, leg.id)
        channel = channels.get(name)
        if channel is None:
            if now - leg.requested_at > grace:
                yield Signal(kind=SignalKind.ABSENT, channel_id=name, at=now)
            continue
        if channel.get("state") in {"Ring", "Ringing"}:
            yield Signal(kind=SignalKind.DIAL, channel_id=name, at=now, text="RINGING")
        if channel.get("state") == "Up":
            yield Signal(kind=SignalKind.UP, channel_id=name, at=now)
            dialplan = channel.get("dialplan") or {}
            if dialplan.get("app_name") == "Stasis":
                _, *args = str(dialplan.get("app_data", "")).split(",")
                yield Signal(kind=SignalKind.ENTERED, channel_id=name, at=now, args=tuple(args))
