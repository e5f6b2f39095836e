"""Agents on calls: what each is doing, who is picked for a lead that answered, and when they are free again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.events import AgentChanged
from metacortex.contexts.calls.models import AgentChange, AgentPresence, DialCampaign
from metacortex.contexts.calls.queries import agents as queries
from metacortex.contexts.calls.types import Call, CallState, Leg, LegState, Mode, Party, Verdict
from metacortex.contexts.calls.types.campaigns import AgentState
from metacortex.platform.database import new_id, notify, utc_now
from metacortex.platform.errors import Conflict, Invalid
from metacortex.platform.events import publish

WAKE = "campaigns"
"""The notification channel that tells the dialer which organization's campaigns to look at."""

_BUSY = {AgentState.RESERVED, AgentState.ON_CALL}


class NotSignedIn(Conflict):
    code = "not_signed_in"
    title = "You are not signed in to a campaign. Sign in first; your phone rings once and stays connected."


class LineNotUp(Conflict):
    code = "line_not_up"
    title = "Your phone is not connected yet. Pick it up when it rings, or sign in again."


class OnCall(Conflict):
    code = "on_call"
    title = "You are on a call, or one is being placed for you. End it first."


class PauseCodeUnknown(Invalid):
    code = "pause_code_unknown"
    title = "Say why you pause, with one of your organization's pause codes."


def set_state(
    session: AsyncSession, presence: AgentPresence, state: AgentState, *, at: datetime, **values: Any
) -> None:
    """Let an agent do something else from now on; what is not named (pause, end, call) is over."""
    presence.state, presence.since_at = state.value, at
    presence.pause_code = values.get("pause_code")
    presence.until_at = values.get("until_at")
    presence.call_id = values.get("call_id")
    change = AgentChange(
        org_id=presence.org_id,
        id=new_id(),
        member_id=presence.member_id,
        at=at,
        state=state.value,
        pause_code=presence.pause_code,
        campaign_id=presence.campaign_id,
        call_id=presence.call_id,
    )
    session.add(change)
    publish(session, AgentChanged(member_id=presence.member_id, state=state.value))
    notify(session, WAKE, str(presence.org_id))


def free(session: AsyncSession, presence: AgentPresence, at: datetime) -> None:
    """Let an agent be ready, or pause if they asked to meanwhile, or be gone if their line is."""
    if presence.line_leg_id is None:
        set_state(session, presence, AgentState.OFFLINE, at=at)
        return
    code, presence.next_pause_code = presence.next_pause_code, None
    set_state(session, presence, AgentState.PAUSED if code else AgentState.READY, at=at, pause_code=code)


async def be_ready(session: AsyncSession, member_id: UUID) -> AgentPresence:
    """End a pause or wrap-up; raises NotSignedIn, LineNotUp or OnCall."""
    presence = await _require_presence(session, member_id)
    presence.next_pause_code = None
    if AgentState(presence.state) in _BUSY:
        raise OnCall
    if presence.state == AgentState.OFFLINE:
        raise LineNotUp
    if presence.state != AgentState.READY:
        free(session, presence, utc_now())
    return presence


async def pause(session: AsyncSession, member_id: UUID, code: str) -> AgentPresence:
    """Pause for a stated reason, at once or when the call and its wrap-up are over; raises PauseCodeUnknown."""
    if await queries.find_pause_code(session, code) is None:
        raise PauseCodeUnknown(errors=[{"field": "code", "message": PauseCodeUnknown.title}])
    presence = await _require_presence(session, member_id)
    if presence.state == AgentState.OFFLINE:
        raise LineNotUp
    if AgentState(presence.state) in {*_BUSY, AgentState.WRAP_UP}:
        presence.next_pause_code = code
        publish(session, AgentChanged(member_id=member_id, state=presence.state))
    else:
        set_state(session, presence, AgentState.PAUSED, at=utc_now(), pause_code=code)
    return presence


async def _require_presence(session: AsyncSession, member_id: UUID) -> AgentPresence:
    presence = await queries.find_presence(session, member_id, lock=True)
    if presence is None or presence.campaign_id is None:
        raise NotSignedIn
    return presence


async def reserve_agent(
    session: AsyncSession, campaign_id: UUID, call_id: UUID, *, member_id: UUID | None = None
) -> AgentPresence | None:
    """Keep the agent who has been ready longest, or this one, for a call that is about to be placed."""
    presence = await queries.lock_longest_ready(session, campaign_id, member_id=member_id)
    if presence is not None:
        set_state(session, presence, AgentState.RESERVED, at=utc_now(), call_id=call_id)
    return presence


async def pick_agent(session: AsyncSession, call: Call, at: datetime) -> Leg | None:
    """Return a leg to the agent who was kept for a campaign's call, else to the one who has been ready longest."""
    assert call.campaign_id is not None
    presence = None
    if call.for_member_id:
        presence = await queries.lock_kept_agent(session, call.id, call.for_member_id, call.server)
    presence = presence or await queries.lock_longest_ready(session, call.campaign_id, server=call.server)
    if presence is None:
        return None
    set_state(session, presence, AgentState.ON_CALL, at=at, call_id=call.id)
    return _lend(presence, at)


async def lend_line(session: AsyncSession, member_id: UUID, server: str) -> Leg | None:
    """Return a leg on the line of an agent who is ready, and keep others from picking them; None if they are not."""
    presence = await queries.find_presence(session, member_id, lock=True)
    if presence is None or presence.state != AgentState.READY or presence.server != server:
        return None
    return _lend(presence, utc_now())


async def take_lines(session: AsyncSession, call: Call) -> None:
    """Note that the agents whose lines a new call was lent are on it."""
    for leg in call.legs:
        if leg.is_standing and leg.member_id:
            presence = await queries.find_presence(session, leg.member_id, lock=True)
            assert presence is not None
            set_state(session, presence, AgentState.ON_CALL, at=utc_now(), call_id=call.id)


def _lend(presence: AgentPresence, at: datetime) -> Leg:
    return Leg(
        id=new_id(),
        party=Party.AGENT,
        endpoint="line",
        member_id=presence.member_id,
        state=LegState.UP,
        is_standing=True,
        line_leg_id=presence.line_leg_id,
        requested_at=at,
        answered_at=at,
    )


async def follow_call(session: AsyncSession, before: Call, after: Call) -> None:
    """Let agents do what follows from a call that changed: their line is up or gone, they are in it or out of it."""
    if after.mode is Mode.LINE:
        await _follow_line(session, before, after)
        return
    left = {leg.member_id for leg in after.legs if leg.is_standing and not leg.is_open}
    left -= {leg.member_id for leg in before.legs if leg.is_standing and not leg.is_open}
    is_machine = after.verdict is Verdict.MACHINE and before.verdict is None
    if not left and not is_machine and after.state is not CallState.ENDED:
        return
    at = utc_now()
    for presence in await queries.lock_presences_of_call(session, after.id):
        if presence.state == AgentState.ON_CALL and presence.line_leg_id:
            await _wrap_up(session, presence, at)
        elif presence.state in {AgentState.ON_CALL, AgentState.RESERVED}:
            free(session, presence, at)


async def _wrap_up(session: AsyncSession, presence: AgentPresence, at: datetime) -> None:
    campaign = await session.get(DialCampaign, (presence.org_id, presence.campaign_id))
    seconds = int(campaign.settings.get("wrap_up_seconds", 0)) if campaign else 0
    if seconds <= 0:
        free(session, presence, at)
        return
    until_at = at + timedelta(seconds=seconds)
    set_state(session, presence, AgentState.WRAP_UP, at=at, until_at=until_at, call_id=presence.call_id)


async def _follow_line(session: AsyncSession, before: Call, after: Call) -> None:
    [leg] = after.legs
    [was] = before.legs
    # Up is not enough: a lead can be joined with a line only once that is in our application.
    is_waiting = after.waiting_at is not None and before.waiting_at is None and leg.is_open
    is_over = leg.state is LegState.ENDED and was.state is not LegState.ENDED
    if not (is_waiting or is_over):
        return
    presence = await queries.lock_presence_of_line(session, leg.id)
    if presence is None:
        return
    if is_waiting:
        if presence.state == AgentState.OFFLINE:
            free(session, presence, utc_now())
        return
    presence.line_leg_id = presence.line_call_id = presence.server = presence.next_pause_code = None
    presence.campaign_id = None
    # A call that is on ends by the same signal, and finds the line gone.
    if AgentState(presence.state) not in _BUSY:
        set_state(session, presence, AgentState.OFFLINE, at=utc_now())


async def end_wrap_ups(session: AsyncSession, campaign_id: UUID, now: datetime) -> int:
    """Let agents whose wrap-up is over be ready; return how many."""
    found = await queries.lock_ended_wrap_ups(session, campaign_id, now)
    for presence in found:
        free(session, presence, now)
    return len(found)
