"""The engine: stores what a signal changes, then does what follows; what it asked of Asterisk comes back as signals.

Any process may run it for a call: the change is stored under the call's lock before anything is done about it. An
`Originate` is done by the one process that stored it and never again, so a crash between the two rings nobody; the
reconciler finds that leg later and says that nobody knows. All other actions may be repeated.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from metacortex.contexts.calls.clients.asterisk import Connection, Fleet
from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.rules.flow.legs import had_bridge
from metacortex.contexts.calls.rules.trunks import uses_trunk
from metacortex.contexts.calls.service.monitoring import hear, stop_hearing
from metacortex.contexts.calls.settings import Server
from metacortex.contexts.calls.types import (
    Action,
    AsteriskUnreachable,
    AwaitSilence,
    Call,
    Change,
    CloseBridge,
    DetectMachine,
    HangUp,
    Join,
    Leave,
    Leg,
    Monitor,
    Mute,
    Originate,
    OriginateRefused,
    OriginateUnsure,
    Party,
    PhoneEngaged,
    Play,
    RequestRefused,
    Signal,
    SignalKind,
    StartRecording,
    StopMonitoring,
    Wait,
    channel_id,
    recording_name,
)
from metacortex.platform.clock import utc_now
from metacortex.platform.telemetry import log

Step = tuple[Call, tuple[Action, ...]]
Move = Callable[[Call], Awaitable[Call | None]]
"""Gives a call to another server, of which its own has heard nothing; None where that cannot be."""

_GONE = {SignalKind.DESTROYED, SignalKind.ABSENT}

RING_WITHIN = timedelta(seconds=10)
"""For how long after it was stored a leg may be rung: later, the reconciler may take it for one that never will be."""


class PhonesNotHeld(Exception):
    """Whether an agent's phone is free was asked while others may ring it: open the calls anew, and hold the phones."""


class Opened(Protocol):
    """Calls that nobody else changes until they are let go."""

    def find(self, *, leg_id: UUID | None = None, call_id: UUID | None = None) -> Call | None:
        """Return a call as it is now."""
        ...

    def put(self, change: Change) -> None:
        """Take a change into account; it is kept when the calls are let go."""
        ...

    def on_line(self, leg_id: UUID) -> list[UUID]:
        """Return the open legs that use the channel of this one."""
        ...

    async def is_engaged(self, leg: Leg) -> bool:
        """Tell whether an agent's phone rings, or is in use, for another leg; raises PhonesNotHeld."""
        ...

    async def pick(self, call: Call) -> Leg | None:
        """Return a leg to the agent who gets a campaign's call now, if one is free; nobody else can pick them."""
        ...

    async def require_room(self, server: Server, call: Call, before: Call) -> None:
        """Keep the lines of its trunk that a call is about to need; raises TrunkBusy where they are not there."""
        ...


class CallStore(Protocol):
    """Where calls are kept: PostgreSQL, or this process's memory where there is no database."""

    away: tuple[type[Exception], ...]
    """What is raised while it cannot be reached."""

    def open(
        self,
        org_id: UUID,
        *,
        leg_ids: Collection[UUID] = (),
        call_ids: Collection[UUID] = (),
        holds_phones: bool = False,
        reaches: str | None = None,
    ) -> AbstractAsyncContextManager[Opened]:
        """Open the calls of these legs, or these calls; with `holds_phones` nobody else begins to ring agents.

        `reaches`: a number (E.164) they are to be handed on to; raises the Problem that says why it is never rung.
        """
        ...

    async def take_turn(self, server: Server, *, within_seconds: float) -> float | None:
        """Return how many seconds off a trunk's next ring is, which is the caller's; None if it is further off."""
        ...


class Engine:
    """Runs calls on a fleet of Asterisk servers, kept in a store."""

    def __init__(self, store: CallStore, fleet: Fleet) -> None:
        self.store = store
        self.fleet = fleet
        self._latest: dict[UUID, asyncio.Task[list[str]]] = {}

    async def take(self, org_id: UUID, signals: Sequence[tuple[UUID, Signal]]) -> None:
        """Store what signals about legs change, then begin, without waiting for it, what follows from them."""
        try:
            todo = await self._store(org_id, signals)
        except PhonesNotHeld:
            todo = await self._store(org_id, signals, holds_phones=True)
        self.begin(todo)

    async def _store(
        self, org_id: UUID, signals: Sequence[tuple[UUID, Signal]], *, holds_phones: bool = False
    ) -> list[tuple[Call, Action]]:
        leg_ids = {leg_id for leg_id, _ in signals}
        async with self.store.open(org_id, leg_ids=leg_ids, holds_phones=holds_phones) as opened:
            todo: list[tuple[Call, Action]] = []
            heard = deque(signals)
            while heard:
                leg_id, signal = heard.popleft()
                call = opened.find(leg_id=leg_id)
                if call is None:
                    continue
                after, actions = flow.advance(call, leg_id, signal)
                opened.put(Change(before=call, after=after, leg_id=leg_id, signal=signal))
                if signal.kind in _GONE:
                    heard.extendleft((lent, signal) for lent in opened.on_line(leg_id))
                engaged = await _find_engaged(opened, after, actions)
                heard.extendleft((leg.id, _say_engaged(after, leg)) for leg in engaged)
                passed_by = {Originate(leg.id) for leg in engaged}
                after, met = await _meet(opened, after)
                wanted = [action for action in (*actions, *met) if action not in passed_by]
                todo += [(after, action) for action in wanted if _is_needed(after, action)]
        return todo

    async def offer(self, org_id: UUID, call_id: UUID) -> None:
        """Let a campaign's lead who waits go on: to an agent, if one is free now; to words, if it takes too long.

        A machine that greets too long is left the message.
        """
        async with self.store.open(org_id, call_ids={call_id}) as opened:
            call = opened.find(call_id=call_id)
            if call is None or not (flow.wants_agent(call) or flow.is_greeting(call)):
                return
            after, actions = await _meet(opened, call)
            if after is call and utc_now() >= flow.find_deadline(call):
                end = flow.leave_message if flow.is_greeting(call) else flow.abandon
                after, actions = end(call, utc_now())
                opened.put(Change(before=call, after=after))
        self.begin((after, action) for action in actions)

    async def change(
        self,
        org_id: UUID,
        call_id: UUID,
        step: Callable[[Call], Step],
        *,
        rings_agents: bool = False,
        reaches: str | None = None,
    ) -> Call | None:
        """Store what a person wants of a call, do what follows, and return the call; None if there is none.

        Raises PhoneEngaged, and changes nothing, where a step that `rings_agents` would ring one who is not free;
        where one `reaches` a number that is never rung, the Problem that says why.
        """
        async with self.store.open(org_id, call_ids={call_id}, holds_phones=rings_agents, reaches=reaches) as opened:
            call = opened.find(call_id=call_id)
            if call is None:
                return None
            after, actions = step(call)
            if await _find_engaged(opened, after, actions):
                raise PhoneEngaged
            if len(after.legs) > len(call.legs):
                await opened.require_room(self.fleet.find(call.server).server, after, call)
            opened.put(Change(before=call, after=after))
        await self.act(after, actions)
        return after

    async def redo(
        self, org_id: UUID, call_ids: Collection[UUID], undone: Collection[UUID], *, may_record: bool
    ) -> None:
        """Begin again what was decided for calls, and for these of their legs, and is not so in Asterisk."""
        async with self.store.open(org_id, call_ids=call_ids) as opened:
            found = [call for call_id in call_ids if (call := opened.find(call_id=call_id))]
        self.begin((call, action) for call in found for action in flow.recover(call, undone, may_record=may_record))

    def begin(self, todo: Iterable[tuple[Call, Action]]) -> None:
        """Do actions in the background, those of one call in order, after those begun before."""
        by_call: dict[UUID, tuple[Call, list[Action]]] = {}
        for call, action in todo:
            actions = by_call.get(call.id, (call, []))[1]
            by_call[call.id] = (call, [*actions, action])
        for call, actions in by_call.values():
            self._follow(call, actions)

    async def act(self, call: Call, actions: Sequence[Action], *, move: Move | None = None) -> list[str]:
        """Do actions of one call, after those begun before; return why phones were refused to ring, if any were.

        `move`: what to do with a new call whose server cannot be reached.
        """
        return await asyncio.shield(self._follow(call, actions, move)) if actions else []

    async def settle(self) -> None:
        """Wait until everything that was begun is done."""
        while self._latest:
            await asyncio.gather(*self._latest.values(), return_exceptions=True)

    def _follow(self, call: Call, actions: Sequence[Action], move: Move | None = None) -> asyncio.Task[list[str]]:
        task = asyncio.create_task(self._act_after(self._latest.get(call.id), call, actions, move))
        self._latest[call.id] = task
        task.add_done_callback(lambda done: self._forget(call.id, done))
        return task

    def _forget(self, call_id: UUID, done: asyncio.Task[list[str]]) -> None:
        if self._latest.get(call_id) is done:
            del self._latest[call_id]

    async def _act_after(
        self, previous: asyncio.Task[list[str]] | None, call: Call, actions: Sequence[Action], move: Move | None
    ) -> list[str]:
        if previous is not None:
            await asyncio.wait([previous])
        refusals: list[str] = []
        for action in actions:
            try:
                await self._do(call, action)
            except Exception as error:
                if not isinstance(error, OriginateRefused | AsteriskUnreachable | RequestRefused):
                    log.exception("call.action_broke", call_id=str(call.id), action=type(action).__name__)
                    continue
                log.warning("call.action_failed", call_id=str(call.id), action=type(action).__name__, error=str(error))
                if move and action is actions[0] and _is_unsent(action, error) and (moved := await move(call)):
                    return await self._act_after(None, moved, actions, move)
                if isinstance(action, Originate):
                    refusals.append(str(error))
                    await self._end_unrung(call, action.leg_id, str(error))
                elif isinstance(action, Join | DetectMachine) or _is_last_word(action, error):
                    await self._end_in_silence(call)
        return refusals

    async def _end_unrung(self, call: Call, leg_id: UUID, reason: str) -> None:
        """A leg that Asterisk refused to ring is over."""
        channel = channel_id(call.org_id, leg_id)
        said = Signal(kind=SignalKind.REFUSED, channel_id=channel, at=utc_now(), text=reason)
        try:
            await self.take(call.org_id, [(leg_id, said)])
        except self.store.away as error:
            log.warning("call.unended", call_id=str(call.id), error=repr(error))  # the reconciler will

    async def _end_in_silence(self, call: Call) -> None:
        """Nobody is left listening to nothing: where two cannot be joined, the call ends."""
        self.begin((call, HangUp(leg.id)) for leg in call.legs if leg.is_open and not leg.is_standing)

    async def _do(self, call: Call, action: Action) -> None:
        server = self.fleet.find(call.server)
        leg_id = None if isinstance(action, CloseBridge | StartRecording) else action.leg_id
        leg = flow.find_leg(call, leg_id) if leg_id else None
        channel = channel_id(call.org_id, leg.channel_leg_id) if leg else ""
        match action:
            case Originate():
                assert leg is not None
                await self._originate(server, call, leg)
            case Join(may_hear_music=may_hear_music):
                await server.create_bridge(call.id.hex)
                await server.join(call.id.hex, channel)
                if may_hear_music or (leg and leg.is_standing):
                    await server.stop_music(channel)
            case Leave():
                await _leave(server, call, channel, is_line=leg is not None and leg.is_standing)
            case Monitor(of_leg_id=of, whispers=whispers):
                heard = flow.find_leg(call, of)
                assert heard is not None
                await hear(server, channel, channel_id(call.org_id, heard.channel_leg_id), whispers=whispers)
            case StopMonitoring():
                await stop_hearing(server, call.id.hex, channel)
            case Play(media=media):
                await server.play(media, channel=channel or None, bridge=call.id.hex)
            case StartRecording():
                await server.record_bridge(call.id.hex, recording_name(call.org_id, call.id))
            case CloseBridge():
                if call.is_recording:
                    await server.stop_recording(recording_name(call.org_id, call.id))
                await server.delete_bridge(call.id.hex)
            case _:
                await _ask(server, channel, action)

    async def _originate(self, server: Connection, call: Call, leg: Leg) -> None:
        """Ring a leg; whether it rings when no answer came is left to what is heard, and to the reconciler."""
        await self._wait_for_turn(server.server, leg)
        if leg.requested_at is None or utc_now() - leg.requested_at > RING_WITHIN:
            raise OriginateRefused("It took too long until the phone could be rung, so it was not.")
        try:
            await server.originate(
                channel_id(call.org_id, leg.id),
                leg.endpoint,
                caller_id=call.caller_id,
                timeout_seconds=leg.timeout_seconds,
                app_args=(leg.party.value,),
            )
        except OriginateUnsure as error:
            log.warning("call.unsure", call_id=str(call.id), error=str(error))

    async def _wait_for_turn(self, server: Server, leg: Leg) -> None:
        """Ring no more often than the trunk allows, whoever rings; raises OriginateRefused if that comes too late."""
        if server.calls_per_second is None or not uses_trunk(leg) or leg.requested_at is None:
            return
        left = RING_WITHIN - (utc_now() - leg.requested_at)
        try:
            seconds = await self.store.take_turn(server, within_seconds=left.total_seconds())
        except self.store.away as error:
            raise OriginateRefused("The database is away, so the trunk's calls a second cannot be kept to.") from error
        if seconds is None:
            raise OriginateRefused("Too many others waited for the trunk's calls a second, so it was not rung.")
        await asyncio.sleep(seconds)


async def _meet(opened: Opened, call: Call) -> Step:
    """Give a campaign's lead who waits an agent, if one is free."""
    if not flow.wants_agent(call) or (leg := await opened.pick(call)) is None:
        return call, ()
    after, actions = flow.add_leg(call, leg, utc_now())
    opened.put(Change(before=call, after=after))
    return after, actions


def _is_needed(call: Call, action: Action) -> bool:
    """Most calls fail before any two were joined: Asterisk need not be asked to close what was never opened."""
    return not isinstance(action, CloseBridge) or had_bridge(call)


async def _ask(server: Connection, channel: str, action: HangUp | Wait | DetectMachine | AwaitSilence | Mute) -> None:
    """Do an action that is about a channel alone."""
    match action:
        case HangUp(reason=reason):
            await server.hang_up(channel, reason)
        case Wait():
            await server.start_music(channel)
        case DetectMachine():
            await server.detect_machine(channel)
        case AwaitSilence():
            await server.await_silence(channel)
        case Mute(is_muted=is_muted):
            await (server.mute(channel) if is_muted else server.unmute(channel))


async def _find_engaged(opened: Opened, call: Call, actions: Iterable[Action]) -> list[Leg]:
    """Return the legs that were to be rung, to agents whose phones are not free any more."""
    rung = (flow.find_leg(call, action.leg_id) for action in actions if isinstance(action, Originate))
    return [leg for leg in rung if leg and leg.party is not Party.LEAD and await opened.is_engaged(leg)]


def _say_engaged(call: Call, leg: Leg) -> Signal:
    return Signal(kind=SignalKind.ENGAGED, channel_id=channel_id(call.org_id, leg.id), at=utc_now())


def _is_unsent(action: Action, error: Exception) -> bool:
    """Tell whether a phone was to be rung and nothing of it was sent, for certain."""
    return isinstance(action, Originate) and isinstance(error, AsteriskUnreachable)


def _is_last_word(action: Action, error: Exception) -> bool:
    """Tell whether somebody who was only to hear a sound, and then to be hung up, will not hear it."""
    return isinstance(action, Play) and action.leg_id is not None and isinstance(error, RequestRefused)


async def _leave(server: Connection, call: Call, channel: str, *, is_line: bool) -> None:
    """Take a channel out of a call's bridge, to music; a line that has its next lead already hears them alone."""
    if not await server.leave(call.id.hex, channel):
        return
    await server.start_music(channel)
    if is_line and any(channel in bridge["channels"] for bridge in await server.list_bridges()):
        await server.stop_music(channel)
