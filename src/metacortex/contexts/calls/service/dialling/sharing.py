"""What trunks leave for one campaign, beside everybody else who rings through them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.clients.asterisk import Connection
from metacortex.contexts.calls.service.dialling.pace import Pace, Rate
from metacortex.contexts.calls.service.trunks import AHEAD_SECONDS, Room, read_room


@dataclass(frozen=True, slots=True)
class Trunks:
    """The trunks that a campaign's calls may go through: what is free now, and this process's share of their rates."""

    room: Room
    rates: tuple[Rate, ...]

    def take(self, calls: int) -> None:
        """Note that so many calls are being placed; which trunk each takes is not known yet, so each counts for all."""
        for rate in self.rates:
            rate.take(calls)


async def read_trunks(session: AsyncSession, pace: Pace, servers: Collection[Connection]) -> Trunks:
    """Return what the trunks of these servers leave for a campaign; no limit where one of them has none."""
    rooms: list[Room] = []
    rates: list[Rate] = []
    for server in {one.name: one.server for one in servers}.values():
        room = await read_room(session, server)
        if room.rings is not None and server.calls_per_second is not None:
            # All campaigns dial in this process: looking at once, they would each see the same room.
            rate = pace.trunk_rates.setdefault(server.name, Rate())
            rates.append(rate)
            room = Room(room.lines, min(room.rings, rate.read(server.calls_per_second, AHEAD_SECONDS)))
        rooms.append(room)
    return Trunks(Room(_add([one.lines for one in rooms]), _add([one.rings for one in rooms])), tuple(rates))


def _add(left: list[int | None]) -> int | None:
    known = [one for one in left if one is not None]
    return sum(known) if len(known) == len(left) else None
