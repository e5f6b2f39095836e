"""Calls in this process's memory: for the calls API alone, without a database (`DISABLE_DB=true`)."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from uuid import UUID

from metacortex.contexts.calls.types import Call, CallState, Change, Leg

KEPT = 100_000


class MemoryCalls:
    """The newest calls of this process; open ones are never forgotten."""

    def __init__(self, kept: int = KEPT) -> None:
        self.calls: OrderedDict[UUID, Call] = OrderedDict()
        self.changed = asyncio.Condition()
        self._by_leg: dict[UUID, UUID] = {}
        self._kept = kept

    @asynccontextmanager
    async def open(
        self, org_id: UUID, *, leg_ids: Collection[UUID] = (), call_ids: Collection[UUID] = ()
    ) -> AsyncIterator["MemoryCalls"]:
        """Give out these calls and all others: nothing is awaited meanwhile, so nobody else changes any."""
        del org_id, leg_ids, call_ids
        yield self
        async with self.changed:
            self.changed.notify_all()

    def find(self, *, leg_id: UUID | None = None, call_id: UUID | None = None) -> Call | None:
        """Return a call by its id or the id of one of its legs."""
        known = call_id or (self._by_leg.get(leg_id) if leg_id else None)
        return self.calls.get(known) if known else None

    def put(self, change: Change) -> None:
        """Keep a call as it is now, and forget the oldest that has ended when there are too many."""
        call = change.after
        self.calls[call.id] = call
        self._by_leg.update({leg.id: call.id for leg in call.legs})
        while len(self.calls) > self._kept and self._forget_oldest():
            pass

    def on_line(self, leg_id: UUID) -> list[UUID]:
        """Return nothing: lines belong to campaigns, which need a database."""
        del leg_id
        return []

    async def pick(self, call: Call) -> Leg | None:
        """Return nobody: campaigns need a database."""
        del call
        return None

    def _forget_oldest(self) -> bool:
        call = next(iter(self.calls.values()))
        if call.state is not CallState.ENDED:
            return False
        del self.calls[call.id]
        for leg in call.legs:
            del self._by_leg[leg.id]
        return True
