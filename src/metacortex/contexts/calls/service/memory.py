"""Calls in this process's memory: for the calls API alone, without a database (`DISABLE_DB=true`)."""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from metacortex.contexts.calls.rules.trunks import count_channels, count_lines
from metacortex.contexts.calls.service.refusals import NumberOnDoNotCallList, TrunkBusy
from metacortex.contexts.calls.settings import Server
from metacortex.contexts.calls.types import (
    Call,
    CallState,
    Change,
    Leg,
    LegState,
    OpenLeg,
    Party,
    RecordingNote,
    Signal,
)

KEPT = 10_000

Key = tuple[UUID, str]
"""Who asked for a call, and the idempotency key they named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What is told of a call besides how it goes: whom it reaches, who asked for it, by which key and for what."""

    to: str
    country: str = ""
    requested_by: UUID | None = None
    user: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    consent: str = ""
    recording_note: RecordingNote | None = None
    key: Key | None = None
    fingerprint: str = ""


@dataclass(slots=True)
class KeptCall:
    """A call as it is now, and what was heard of it; whoever changes it holds the lock."""

    call: Call
    particulars: Particulars
    heard: list[tuple[UUID | None, Signal]] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    moved: asyncio.Event | None = None


class OpenCalls:
    """Calls that nobody else changes, by call and by leg."""

    def __init__(self, kept: Collection[KeptCall], store: "MemoryCalls") -> None:
        self.calls = {one.call.id: one.call for one in kept}
        self._store = store
        self.changes: list[Change] = []

    def find(self, *, leg_id: UUID | None = None, call_id: UUID | None = None) -> Call | None:
        """Return a call by its id or the id of one of its legs, as it is now."""
        if call_id is not None:
            return self.calls.get(call_id)
        return next((call for call in self.calls.values() if any(leg.id == leg_id for leg in call.legs)), None)

    def on_line(self, leg_id: UUID) -> list[UUID]:
        """Return nothing: lines belong to campaigns, which need a database."""
        del leg_id
        return []

    async def is_engaged(self, leg: Leg) -> bool:
        """Tell whether an agent's phone rings, or is in use, for another leg than this."""
        calls = {kept.call.id: kept.call for kept in self._store.list_open()} | self.calls
        legs = (one for call in calls.values() for one in call.legs if one.is_open and one.id != leg.id)
        return leg.party is Party.AGENT and any(one.endpoint == leg.endpoint for one in legs)

    async def pick(self, call: Call) -> Leg | None:
        """Return nobody: campaigns need a database."""
        del call
        return None

    async def require_room(self, server: Server, call: Call, before: Call) -> None:
        """See that there are lines and channels for phones that are added to a call; raises TrunkBusy."""
        channels = count_channels(call) - count_channels(before)
        self._store.require_room(server, count_lines(call) - count_lines(before), channels=channels)

    def put(self, change: Change) -> None:
        """Take a change into account."""
        if change.after.id not in self.calls:
            raise KeyError(change.after.id)
        self.calls[change.after.id] = change.after
        self.changes.append(change)


class MemoryCalls:
    """Every open call of this process and, of those that ended, the latest."""

    away: tuple[type[Exception], ...] = ()

    def __init__(
        self,
        kept: int = KEPT,
        on_ended: Callable[[KeptCall], None] | None = None,
        forbids: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:
        self.channels: Counter[str] = Counter()
        """How many phones each server has in our calls, or has yet to ring."""
        self._limit = kept
        self._on_ended = on_ended
        self._forbids = forbids
        self._calls: dict[UUID, KeptCall] = {}
        self._by_leg: dict[UUID, KeptCall] = {}
        self._by_key: dict[Key, KeptCall] = {}
        self._open: dict[UUID, KeptCall] = {}
        self._ended: OrderedDict[UUID, None] = OrderedDict()
        self._next_turns: dict[str, float] = {}

    def add(self, call: Call, particulars: Particulars) -> KeptCall:
        """Keep a new call."""
        kept = self._calls[call.id] = self._open[call.id] = KeptCall(call, particulars)
        if particulars.key is not None:
            self._by_key[particulars.key] = kept
        self._index(kept, None)
        return kept

    def find(self, call_id: UUID) -> KeptCall | None:
        """Return a call as it is now."""
        return self._calls.get(call_id)

    def find_by_key(self, key: Key) -> KeptCall | None:
        """Return the call that somebody asked for under a key, as long as it is remembered."""
        return self._by_key.get(key)

    def list_newest(self) -> Iterator[KeptCall]:
        """Yield all calls, the newest first."""
        return reversed(self._calls.values())

    def list_open(self) -> list[KeptCall]:
        """Return the calls that are on."""
        return list(self._open.values())

    def list_open_legs(self, server: str) -> list[OpenLeg]:
        """Return the legs that a server should have a channel for."""
        return [
            OpenLeg(
                org_id=call.org_id,
                id=leg.id,
                call_id=call.id,
                server=call.server,
                requested_at=asked_at,
                party=leg.party,
                state=leg.state,
                is_hung_up_by_us=leg.is_hung_up_by_us,
                is_joined=leg.is_joined,
                is_detecting=leg.is_detecting,
                is_settled=leg.party is Party.LEAD and not leg.is_detecting and bool(call.connected_at or call.verdict),
            )
            for call in (kept.call for kept in self._open.values())
            if call.server == server
            for leg in call.legs
            if leg.is_open and (asked_at := leg.requested_at or call.requested_at)
        ]

    def require_room(self, server: Server, lines: int, *, channels: int) -> None:
        """See that a server has so many lines of its trunk, and channels, free; raises TrunkBusy."""
        if not (self._has_lines(server, lines) and self._has_channels(server, channels)):
            raise TrunkBusy(headers={"Retry-After": "2"})

    def _has_lines(self, server: Server, wanted: int) -> bool:
        if server.concurrent_calls is None or wanted <= 0:
            return True
        used = sum(count_lines(kept.call) for kept in self._open.values() if kept.call.server == server.name)
        return used + wanted <= server.concurrent_calls

    def _has_channels(self, server: Server, wanted: int) -> bool:
        if server.max_concurrent is None or wanted <= 0:
            return True
        return self.channels[server.name] + wanted <= server.max_concurrent

    async def take_turn(self, server: Server, *, within_seconds: float) -> float | None:
        """Return how many seconds off the trunk's next ring is, which is the caller's; None if it is further off."""
        assert server.calls_per_second is not None
        now = time.monotonic()
        turn = max(now, self._next_turns.get(server.name, now))
        if turn - now > within_seconds:
            return None
        self._next_turns[server.name] = turn + 1 / server.calls_per_second
        return turn - now

    def is_leg_open(self, leg_id: UUID) -> bool:
        """Tell whether a leg is one of ours, and not over."""
        kept = self._by_leg.get(leg_id)
        return kept is not None and any(leg.id == leg_id and leg.is_open for leg in kept.call.legs)

    @asynccontextmanager
    async def open(
        self,
        org_id: UUID,
        *,
        leg_ids: Collection[UUID] = (),
        call_ids: Collection[UUID] = (),
        holds_phones: bool = False,
        reaches: str | None = None,
    ) -> AsyncIterator[OpenCalls]:
        """Lock the calls of these legs, or these calls; what a block changed is kept unless it raises.

        Raises NumberOnDoNotCallList where they are to be handed on to such a number.
        """
        del holds_phones  # nothing is awaited between the question whether a phone is free and the ring
        if reaches is not None and self._forbids is not None and await self._forbids(reaches):
            raise NumberOnDoNotCallList
        wanted = {kept.call.id: kept for leg_id in leg_ids if (kept := self._by_leg.get(leg_id))}
        wanted.update({call_id: kept for call_id in call_ids if (kept := self._calls.get(call_id))})
        locked: list[KeptCall] = []
        try:
            # Everybody locks in the order of the ids, so no two wait for each other.
            for call_id in sorted(wanted):
                kept = wanted[call_id]
                if kept.call.org_id == org_id:
                    await kept.lock.acquire()
                    locked.append(kept)
            opened = OpenCalls(locked, self)
            yield opened
            for change in opened.changes:
                self._keep(wanted[change.after.id], change)
        finally:
            for kept in locked:
                kept.lock.release()

    async def wait(self, kept: KeptCall, is_there: Callable[[Call], bool], *, seconds: float) -> None:
        """Return when a call is as wanted, or `seconds` are over."""
        try:
            async with asyncio.timeout(seconds):
                while not is_there(kept.call):
                    kept.moved = kept.moved or asyncio.Event()
                    await kept.moved.wait()
        except TimeoutError:
            return

    def _keep(self, kept: KeptCall, change: Change) -> None:
        if change.signal is not None:
            kept.heard.append((change.leg_id, change.signal))
        before, kept.call = kept.call, change.after
        if before is change.after:
            return
        self._index(kept, before)
        if kept.moved is not None:
            kept.moved.set()
            kept.moved = None
        if kept.call.state is CallState.ENDED and before.state is not CallState.ENDED:
            self._end(kept)

    def _index(self, kept: KeptCall, before: Call | None) -> None:
        if before is None or len(before.legs) != len(kept.call.legs):
            self._by_leg.update({leg.id: kept for leg in kept.call.legs})
        had = sum(leg.state is not LegState.ENDED for leg in before.legs) if before else 0
        self.channels[kept.call.server] += sum(leg.state is not LegState.ENDED for leg in kept.call.legs) - had

    def _end(self, kept: KeptCall) -> None:
        """Count a call as ended, and forget those that ended first when there are too many."""
        self._open.pop(kept.call.id, None)
        self._ended[kept.call.id] = None
        if self._on_ended is not None:
            self._on_ended(kept)
        while len(self._ended) > self._limit:
            forgotten = self._calls.pop(self._ended.popitem(last=False)[0])
            for leg in forgotten.call.legs:
                self._by_leg.pop(leg.id, None)
            if forgotten.particulars.key is not None:
                self._by_key.pop(forgotten.particulars.key, None)
