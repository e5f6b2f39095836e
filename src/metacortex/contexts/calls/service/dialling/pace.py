"""What a campaign's dialling remembers between two looks: its rate, and what it learned of answers and talks."""

import math
import time
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import AgentPresence, CallRow
from metacortex.contexts.calls.queries import campaign_calls
from metacortex.contexts.calls.rules.law import AbandonmentBounds
from metacortex.contexts.calls.rules.outage import PROBE_SECONDS
from metacortex.contexts.calls.rules.pacing import FALLBACKS, Learned, Limits, Mode, Reason, Rule, Snapshot, Window
from metacortex.contexts.calls.service.abandoning import assume_missed, narrow_settings
from metacortex.contexts.calls.service.dialling.attempts import Dialling
from metacortex.contexts.calls.service.dialling.windows import Account
from metacortex.contexts.calls.service.trunks import Room
from metacortex.contexts.calls.types import CallState
from metacortex.contexts.calls.types.campaigns import AgentState, CampaignMode

_LEARNED_AT_ONCE = 2000
ORDER_EVERY = timedelta(hours=1)


class Rate:
    """A token bucket that holds at most one second's calls, or so many seconds', and at least one call."""

    def __init__(self) -> None:
        self._tokens = math.inf  # full at the first look
        self._at = time.monotonic()

    def read(self, per_second: float, seconds: float = 1.0) -> int:
        """Return how many calls may be placed now."""
        now = time.monotonic()
        self._tokens = min(max(1.0, per_second * seconds), self._tokens + per_second * (now - self._at))
        self._at = now
        return int(self._tokens)

    def take(self, calls: int) -> None:
        """Note that calls were placed."""
        self._tokens -= calls


class Pace:
    """One campaign's memory in the process that dials for it; a new process learns it from the calls kept."""

    def __init__(self, trunk_rates: dict[str, Rate] | None = None) -> None:
        self.rate = Rate()
        self.trunk_rates = {} if trunk_rates is None else trunk_rates
        """Of every campaign in this process, by server."""
        self.learned = Learned()
        self.account = Account()
        self.recorded: tuple[str, str | None] | None = None
        self._ordered_at: datetime | None = None
        self._learned_until: datetime | None = None
        self._wrapping: dict[UUID, datetime] = {}
        self._fallback_at: datetime | None = None
        self._probed_at: datetime | None = None

    async def learn(self, session: AsyncSession, campaign_id: UUID) -> None:
        """Learn from the calls that ended since the last look."""
        for row in await campaign_calls.list_finished_calls(
            session, campaign_id, after=self._learned_until, limit=_LEARNED_AT_ONCE
        ):
            self._learned_until = row.ended_at
            self._add(row)

    def _add(self, row: Row) -> None:  # type: ignore[type-arg]
        is_live = row.waiting_at is not None
        self.learned.add_call(_seconds(row.requested_at, row.answered_at or row.ended_at), is_live=is_live)
        if row.verdict is not None and row.answered_at:
            # Whoever waits began to before the verdict, which an agent who was free took up at once.
            judged_at = row.connected_at or row.abandoned_at or row.ended_at
            self.learned.add_screening(_seconds(row.answered_at, judged_at), is_live=is_live)
        if row.connected_at is not None:
            self.learned.add_talk(_seconds(row.connected_at, row.ended_at))

    def learn_wrap_ups(self, presences: list[AgentPresence], now: datetime) -> None:
        """Learn from agents who wrapped up at the last look and do not any more."""
        wrapping = {one.member_id: one.since_at for one in presences if one.state == AgentState.WRAP_UP}
        for member_id, since_at in self._wrapping.items():
            if member_id not in wrapping:
                self.learned.add_wrap_up(_seconds(since_at, now))
        self._wrapping = wrapping

    def is_order_due(self, now: datetime) -> bool:
        """Tell, once an hour, that the order of the list is to be learned anew."""
        if self._ordered_at is not None and now - self._ordered_at < ORDER_EVERY:
            return False
        self._ordered_at = now
        return True

    def is_probe_due(self, now: datetime) -> bool:
        """Tell, once in a while, that one call is to be tried over a trunk that fails."""
        if self._probed_at is not None and _seconds(self._probed_at, now) < PROBE_SECONDS:
            return False
        self._probed_at = now
        return True

    def note(self, reason: Reason, now: datetime) -> None:
        """Note that predictive dialling had to fall back now."""
        if reason in FALLBACKS:
            self._fallback_at = now

    def fallback_ended_for(self, now: datetime) -> float | None:
        """Return for how many seconds predictive dialling has not had to fall back; None if it never had to."""
        return _seconds(self._fallback_at, now) if self._fallback_at else None


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())


def build_rule(dialling: Dialling, bounds: AbandonmentBounds | None) -> Rule:
    """Return the pacing rule that a campaign's settings say, within what the law allows."""
    limit = narrow_settings(dialling.settings, bounds).abandonment_limit
    missed = assume_missed(dialling.settings)
    return Rule(limit=limit, missed_live_share=missed, power_ratio=dialling.settings.ratio)


def build_snapshot(
    dialling: Dialling,
    pace: Pace,
    presences: list[AgentPresence],
    calls: list[CallRow],
    *,
    due: int,
    windows: tuple[Window, ...],
    room: Room,
) -> Snapshot:
    """Return the campaign at this instant; agents kept for a call count as ready, since that call counts too."""
    now, settings = dialling.now, dialling.settings
    states = [AgentState(one.state) for one in presences]
    ready = states.count(AgentState.READY)
    if dialling.mode is CampaignMode.PROGRESSIVE:
        ready += states.count(AgentState.RESERVED)
    return Snapshot(
        mode=Mode(dialling.mode.value),
        agents_ready=ready,
        talking_for_seconds=tuple(_seconds(one.since_at, now) for one in presences if one.state == AgentState.ON_CALL),
        wrapping_for_seconds=tuple(_seconds(one.since_at, now) for one in presences if one.state == AgentState.WRAP_UP),
        ringing_for_seconds=tuple(_seconds(one.requested_at, now) for one in calls if one.answered_at is None),
        screening_for_seconds=tuple(
            _seconds(one.answered_at, now)
            for one in calls
            if one.answered_at and one.waiting_at is None and one.verdict is None
        ),
        callers_waiting=sum(is_waiting(one) for one in calls),
        limits=Limits(
            targets=due,
            concurrency_left=_least(max(0, settings.concurrency - len(calls)), room.lines),
            calls_per_second_left=_least(pace.rate.read(settings.calls_per_second), room.rings),
        ),
        windows=windows,
        fallback_ended_for_seconds=pace.fallback_ended_for(now),
    )


def _least(own: int, of_trunks: int | None) -> int:
    return own if of_trunks is None else min(own, of_trunks)


def is_waiting(row: CallRow) -> bool:
    """Tell whether a campaign's lead is on the phone and has no agent yet."""
    return (
        row.waiting_at is not None
        and row.connected_at is None
        and row.abandoned_at is None
        and row.state != CallState.ENDED.value
    )
