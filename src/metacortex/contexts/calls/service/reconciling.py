"""What Asterisk has beside what we believe: events are lost when a socket breaks or a process of ours is killed.

A leg that Asterisk does not have (and should have by now) is over; how it ended is not known, and nobody is rung again
for it. A channel that we took for over is hung up. A channel that is further than we know is caught up with.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.clients.asterisk import Connection
from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.service.comparing import compare
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.types import OpenLeg, Signal, channel_id, read_channel_id
from metacortex.platform.database import RELAY_ROLE, transaction, utc_now
from metacortex.platform.telemetry import log


async def read_open_legs() -> list[OpenLeg]:
    """Return the open legs of every organization."""
    async with transaction(None, role=RELAY_ROLE) as session:
        return await queries.list_open_legs(session)


async def reconcile(server: Connection, *, now: datetime | None = None) -> list[Signal]:
    """Return what one server's channels say that its events have not, and hang up channels of legs that are over."""
    now = now or utc_now()
    legs = {leg.id: leg for leg in await read_open_legs() if leg.server == server.name}
    channels = {str(channel["id"]): channel for channel in await server.list_channels()}
    await _hang_up_orphans(server, channels, legs)
    return list(compare(channels, legs.values(), now))


async def recover(engine: Engine, server_name: str) -> None:
    """Do again whatever a process that is gone decided and may not have done."""
    by_org: dict[UUID, set[UUID]] = {}
    for leg in await read_open_legs():
        if leg.server == server_name:
            by_org.setdefault(leg.org_id, set()).add(leg.call_id)
    for org_id, call_ids in by_org.items():
        async with engine.store.open(org_id, call_ids=call_ids) as opened:
            calls = [call for call_id in call_ids if (call := opened.find(call_id=call_id))]
        engine.begin((call, action) for call in calls for action in flow.recover(call))


async def _hang_up_orphans(server: Connection, channels: Iterable[str], legs: Mapping[UUID, OpenLeg]) -> None:
    """End channels whose legs are over; those of no leg of ours belong to somebody else."""
    by_org: dict[UUID, set[UUID]] = {}
    for name in channels:
        found = read_channel_id(name)
        if found and found[1] not in legs:
            by_org.setdefault(found[0], set()).add(found[1])
    for org_id, leg_ids in by_org.items():
        async with transaction(org_id) as session:
            over = await queries.find_ended_legs(session, leg_ids)
        for leg_id in over:
            log.warning("call.orphan", leg_id=str(leg_id))
            await server.hang_up(channel_id(org_id, leg_id), "normal")
