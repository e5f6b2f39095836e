"""All Asterisk servers of this installation."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from random import Random
from typing import Self

from metacortex.contexts.calls.clients.asterisk.connection import Connection
from metacortex.contexts.calls.settings import CallsSettings
from metacortex.contexts.calls.types import AsteriskUnreachable


class Fleet:
    """The configured servers, in their order."""

    def __init__(self, settings: CallsSettings) -> None:
        self.servers = tuple(Connection(server, settings) for server in settings.servers)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: CallsSettings) -> AsyncIterator[Self]:
        """Use the servers until the block ends; nothing is connected before something is asked."""
        fleet = cls(settings)
        try:
            yield fleet
        finally:
            await fleet.close()

    async def close(self) -> None:
        """Close every connection."""
        for connection in self.servers:
            await connection.close()

    @property
    def is_ready(self) -> bool:
        """Whether this process hears at least one server, and may ask it."""
        return any(one.is_connected and one.is_healthy for one in self.servers)

    def find(self, name: str) -> Connection:
        """Return a server by its name in the settings; raises AsteriskUnreachable if there is none."""
        for connection in self.servers:
            if connection.name == name:
                return connection
        raise AsteriskUnreachable(f"No Asterisk server is called “{name}”. See METACORTEX_CALLS_ASTERISK_SERVERS.")

    def choose(
        self, random: Random, *, heard: frozenset[str] | None = None, busy: Mapping[str, int] | None = None
    ) -> Connection:
        """Return a server for a new call, as often as its weight says, of those that can be asked.

        `heard`: names of servers some process hears, where that is not this one. `busy`: phones each has in calls now;
        one that carries no more is returned only where all are full. Raises AsteriskUnreachable if none can be asked.
        """
        counts = busy or {}
        well = [
            one for one in self.servers if one.is_healthy and (one.is_connected if heard is None else one.name in heard)
        ]
        if not well:
            raise AsteriskUnreachable("No Asterisk server can take a call now: none is connected.")
        free = [
            one
            for one in well
            if one.server.max_concurrent is None or counts.get(one.name, 0) < one.server.max_concurrent
        ] or well
        return random.choices(free, [one.server.weight for one in free])[0]
