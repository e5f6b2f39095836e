"""One look at a campaign: let agents be free, decide how many to ring, store those attempts, then ring."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries as call_queries
from metacortex.contexts.calls.clients.asterisk import Connection
from metacortex.contexts.calls.events import CampaignChanged, CampaignOrderDue
from metacortex.contexts.calls.models import AgentPresence, CallRow, DialDecision, DialTarget
from metacortex.contexts.calls.queries import agents, campaign_calls
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.rules import flow, outage
from metacortex.contexts.calls.rules.pacing import Decision, Window, decide, record_decision
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.agents import end_wrap_ups, reserve_agent
from metacortex.contexts.calls.service.dialling.attempts import Attempt, Dialling, store_attempt
from metacortex.contexts.calls.service.dialling.pace import Pace, build_rule, build_snapshot, is_waiting
from metacortex.contexts.calls.service.dialling.permits import put_off, take_consents
from metacortex.contexts.calls.service.dialling.sharing import read_trunks
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.refusals import NumbersUsedUp, TrunkBusy
from metacortex.contexts.calls.service.showing import hold_numbers
from metacortex.contexts.calls.types import Action, AsteriskUnreachable, Call, Change, Verdict
from metacortex.contexts.calls.types.campaigns import AgentState, CampaignMode, CampaignState, TargetState
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.errors import Problem
from metacortex.platform.events import publish

MOST_AT_ONCE = 25
REFUSED_AT_ONCE = 100
_STOPPED_AT_ONCE = 100
_FULL: dict[type[Problem], str] = {TrunkBusy: "concurrency", NumbersUsedUp: "numbers"}
LAST_WORDS = timedelta(seconds=60)
"""How long a sound to a lead or a machine may take; Asterisk does not tell of every one that ended."""


@dataclass(slots=True)
class Placed:
    """What came of a decision; `stopped_by` says why not all were placed: `concurrency`, `numbers` or `outage`."""

    attempts: list[Attempt] = field(default_factory=list)
    refused: int = 0
    stopped_by: str | None = None


async def look(engine: Engine, org_id: UUID, campaign_id: UUID, pace: Pace) -> bool:
    """Look at a campaign once and ring whom it should; return whether to look again soon."""
    await _free(org_id, campaign_id)
    async with transaction(org_id) as session:
        campaign = await queries.find_campaign(session, campaign_id, lock="share")
        if campaign is None:
            return False
        dialling = Dialling(
            campaign,
            CampaignSettings.model_validate(campaign.settings),
            await call_queries.find_settings(session),
            utc_now(),
        )
        calls = await campaign_calls.list_open_calls(session, campaign_id)
        attempts: list[Attempt] = []
        if campaign.state == CampaignState.RUNNING and dialling.mode is not CampaignMode.PREVIEW:
            attempts = await _dial(session, engine, dialling, pace, calls)
            if pace.is_order_due(dialling.now):
                publish(session, CampaignOrderDue(campaign_id=campaign_id))
    engine.begin((call, action) for call, actions in attempts for action in actions)
    if campaign.state == CampaignState.STOPPED:
        await _stop_ringing(engine, org_id, [row.id for row in calls if row.answered_at is None])
    await _serve(engine, org_id, calls)
    await _finish(org_id, campaign_id, has_calls=bool(calls or attempts))
    return bool(attempts) or any(is_waiting(row) for row in calls)


async def _free(org_id: UUID, campaign_id: UUID) -> None:
    """End what has run out: wrap-ups, and leases of targets that nobody decided about."""
    now = utc_now()
    async with transaction(org_id) as session:
        await end_wrap_ups(session, campaign_id, now)
        for target in await queries.lock_expired_leases(session, campaign_id, now):
            target.state, target.lease_until, target.leased_by = TargetState.WAITING.value, None, None


async def _dial(
    session: AsyncSession, engine: Engine, dialling: Dialling, pace: Pace, calls: list[CallRow]
) -> list[Attempt]:
    campaign_id, now = dialling.campaign.id, dialling.now
    presences = await agents.list_presences(session, campaign_id=campaign_id)
    staffed = [one for one in presences if one.state != AgentState.OFFLINE and one.server]
    if not staffed:
        return []
    windows: tuple[Window, ...] = ()
    if not dialling.keeps_agents:
        windows = await pace.account.read(session, dialling)
        await pace.learn(session, campaign_id)
        pace.learn_wrap_ups(presences, now)
    due = await queries.count_due_targets(session, campaign_id, now)
    trunks = await read_trunks(session, pace, _list_servers(engine, staffed))
    snapshot = build_snapshot(dialling, pace, staffed, calls, due=due, windows=windows, room=trunks.room)
    decision = decide(snapshot, pace.learned, build_rule(dialling, pace.account.bounds))
    pace.note(decision.reason, now)
    wanted, stopped_by = min(decision.calls, MOST_AT_ONCE), None
    if wanted > 0 and await _is_trunk_failing(session, dialling):
        wanted, stopped_by = (1 if pace.is_probe_due(now) else 0), "outage"
    # Other campaigns look while this one places: what it is about to ring is no longer theirs.
    trunks.take(wanted)
    placed = await place_attempts(session, engine, dialling, staffed, wanted)
    placed.stopped_by = placed.stopped_by or stopped_by
    trunks.take(len(placed.attempts) - wanted)
    pace.rate.take(len(placed.attempts))
    said = (decision.reason.value, placed.stopped_by or decision.capped_by)
    if placed.attempts or placed.refused or said != pace.recorded:
        pace.recorded = said
        _record(session, dialling, decision, placed)
    return placed.attempts


async def _is_trunk_failing(session: AsyncSession, dialling: Dialling) -> bool:
    since = dialling.now - timedelta(seconds=outage.LOOKED_BACK_SECONDS)
    latest = await campaign_calls.list_last_outcomes(session, dialling.campaign.id, since=since, limit=outage.LOOKED_AT)
    return outage.is_failing(latest)


async def place_attempts(
    session: AsyncSession, engine: Engine, dialling: Dialling, staffed: Sequence[AgentPresence], calls: int
) -> Placed:
    """Store up to so many attempts; targets that may not be called now are put off."""
    placed = Placed()
    if calls <= 0:
        return placed
    ready = {one.member_id for one in staffed if one.state == AgentState.READY}
    turns = cycle(_list_servers(engine, staffed))
    servers = {str(one.server): engine.fleet.find(str(one.server)) for one in staffed}
    targets = await queries.lock_due_targets(
        session, dialling.campaign.id, dialling.now, limit=calls + REFUSED_AT_ONCE, members=ready
    )
    targets = await take_consents(session, targets)
    await hold_numbers(session, dialling.own)
    for target in targets:
        if len(placed.attempts) == calls:
            break
        try:
            attempt = await _attempt(session, dialling, target, turns, servers)
        except (TrunkBusy, NumbersUsedUp) as full:
            placed.stopped_by = _FULL[type(full)]
            break
        except Problem as problem:
            placed.refused += 1
            put_off(target, problem, dialling.now)
            continue
        except AsteriskUnreachable:
            break
        if attempt is not None:
            placed.attempts.append(attempt)
        elif target.callback_member_id is None:
            break
    return placed


def _list_servers(engine: Engine, staffed: Sequence[AgentPresence]) -> list[Connection]:
    """Return the servers on which agents wait, once per agent, those ready if there are any."""
    ready = [one for one in staffed if one.state == AgentState.READY]
    return [engine.fleet.find(str(one.server)) for one in (ready or staffed)]


async def _attempt(
    session: AsyncSession,
    dialling: Dialling,
    target: DialTarget,
    turns: Iterator[Connection],
    servers: Mapping[str, Connection],
) -> Attempt | None:
    """Store an attempt; None where it would need an agent of its own and none is ready on one of these servers."""
    call_id = new_id()
    wanted = target.callback_member_id if target.state == TargetState.CALLBACK else None
    presence = None
    server = next(turns)
    if dialling.keeps_agents or wanted:
        presence = await agents.lock_longest_ready(session, dialling.campaign.id, member_id=wanted)
        if presence is None or str(presence.server) not in servers:
            return None
        server = servers[str(presence.server)]
    if not (server.is_connected and server.is_healthy):
        raise AsteriskUnreachable(f"Asterisk {server.name} is not heard.")
    attempt = await store_attempt(
        session,
        dialling,
        target,
        server,
        call_id=call_id,
        member_id=presence.member_id if presence else None,
        beside=[one.server for one in servers.values()],
    )
    if presence is not None:
        await reserve_agent(session, dialling.campaign.id, call_id, member_id=presence.member_id)
    return attempt


def _record(session: AsyncSession, dialling: Dialling, decision: Decision, placed: Placed) -> None:
    row = DialDecision(
        org_id=dialling.campaign.org_id,
        campaign_id=dialling.campaign.id,
        at=dialling.now,
        calls=len(placed.attempts),
        reason=decision.reason.value,
        capped_by=placed.stopped_by or decision.capped_by,
        detail={**record_decision(decision), "placed": len(placed.attempts), "refused": placed.refused},
    )
    session.add(row)


async def _stop_ringing(engine: Engine, org_id: UUID, call_ids: Sequence[UUID]) -> None:
    """Hang up on everybody who has not answered; whoever answers meanwhile is given an agent, or the message."""
    todo: list[tuple[Call, Action]] = []
    for first in range(0, len(call_ids), _STOPPED_AT_ONCE):
        some = call_ids[first : first + _STOPPED_AT_ONCE]
        async with engine.store.open(org_id, call_ids=some) as opened:
            for call in filter(None, (opened.find(call_id=one) for one in some)):
                after, actions = flow.stop_ringing(call, utc_now())
                opened.put(Change(before=call, after=after))
                todo += [(after, action) for action in actions]
    engine.begin(todo)


async def _serve(engine: Engine, org_id: UUID, calls: Sequence[CallRow]) -> None:
    """Find agents for leads who wait, and hang up where the last words were never said to be over."""
    now = utc_now()
    for row in calls:
        if is_waiting(row) or _is_greeting_too_long(row, now):
            await engine.offer(org_id, row.id)
        elif _is_stuck(row) and now - (row.abandoned_at or row.message_at or row.answered_at or now) > LAST_WORDS:
            await engine.change(org_id, row.id, lambda call: flow.hang_up(call, utc_now()))


def _is_greeting_too_long(row: CallRow, now: datetime) -> bool:
    return row.greeting_until_at is not None and row.message_at is None and row.greeting_until_at <= now


def _is_stuck(row: CallRow) -> bool:
    is_over = row.verdict == Verdict.MACHINE.value and (row.greeting_until_at is None or row.message_at is not None)
    return row.abandoned_at is not None or is_over


async def _is_anybody_wrapping_up(session: AsyncSession, campaign_id: UUID) -> bool:
    """Tell whether an agent may yet say that somebody is to be called again."""
    presences = await agents.list_presences(session, campaign_id=campaign_id)
    return any(one.state == AgentState.WRAP_UP for one in presences)


async def _finish(org_id: UUID, campaign_id: UUID, *, has_calls: bool) -> None:
    """End a campaign that drained, or whose whole list is done."""
    if has_calls:
        return
    async with transaction(org_id) as session:
        campaign = await queries.find_campaign(session, campaign_id, lock="update")
        if campaign is None or campaign.state not in {CampaignState.RUNNING, CampaignState.DRAINING}:
            return
        if await campaign_calls.list_open_calls(session, campaign_id):
            return
        counted = (await queries.count_targets(session, [campaign_id]))[campaign_id]
        left = sum(count for state, count in counted.items() if state != TargetState.DONE)
        if campaign.state == CampaignState.RUNNING and (left or await _is_anybody_wrapping_up(session, campaign_id)):
            return
        fills = await queries.list_fills(session, campaign_id)
        if any(fill.finished_at is None for fill in fills):
            return
        state = CampaignState.STOPPED if left else CampaignState.DONE
        campaign.state, campaign.ended_at = state.value, utc_now()
        publish(session, CampaignChanged(campaign_id=campaign_id, state=state.value))
