"""A campaign's call is over, or its agent said how it went: what becomes of the target, once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import CallRow, DialCampaign, DialTarget, Disposition
from metacortex.contexts.calls.queries import agents, campaigns, insert_do_not_call
from metacortex.contexts.calls.rules.numbers import BadNumber, read_number
from metacortex.contexts.calls.rules.recycling import DEFAULTS, recycle
from metacortex.contexts.calls.rules.zones import locate, prefer
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.types import CallState, Outcome
from metacortex.contexts.calls.types.campaigns import CampaignState, Effect, Recycling, TargetState
from metacortex.contexts.leads import public as leads
from metacortex.platform.database import new_id, notify, utc_now

WAKE = "campaigns"


async def settle_call(session: AsyncSession, row: CallRow) -> None:
    """Let a call that has ended decide about its target, in the transaction that ends it."""
    target = await campaigns.lock_target(session, row.target_id) if row.target_id else None
    if target is None or row.outcome is None or target.state != TargetState.CALLING:
        return
    campaign = await session.get(DialCampaign, (row.org_id, row.campaign_id))
    assert campaign is not None
    at = row.ended_at or utc_now()
    outcome = Outcome(row.outcome)
    if campaign.state == CampaignState.STOPPED and outcome is Outcome.CANCELLED:
        _give_back(target, at)
        notify(session, WAKE, str(row.org_id))
        return
    target.last_outcome, target.updated_at = outcome.value, at
    target.outcome_attempts = {
        **target.outcome_attempts,
        outcome.value: target.outcome_attempts.get(outcome.value, 0) + 1,
    }
    said = await agents.find_disposition(session, row.disposition) if row.disposition else None
    if said is not None:
        apply_disposition(row, target, said)
    else:
        zone = await _find_zone(session, target)
        _recycle(target, CampaignSettings.model_validate(campaign.settings), outcome, at, zone)
        if target.state == TargetState.WAITING:
            await _turn_to_other_number(session, target)
    notify(session, WAKE, str(row.org_id))


def _give_back(target: DialTarget, at: datetime) -> None:
    """Let a target wait as before: its campaign was stopped while it rang, so that was no attempt."""
    target.state, target.next_at, target.reason = TargetState.WAITING.value, at, None
    target.attempts, target.updated_at = target.attempts - 1, at


def _recycle(target: DialTarget, settings: CampaignSettings, outcome: Outcome, at: datetime, zone: ZoneInfo) -> None:
    said = settings.recycling.get(outcome)
    rule = Recycling(**said.model_dump()) if said else DEFAULTS[outcome]
    then = recycle(
        outcome,
        rule,
        seen=int(target.outcome_attempts[outcome.value]),
        attempts=target.attempts,
        most_attempts=settings.attempts,
        has_other_number=bool(target.other_numbers),
        ended_at=at,
        zone=zone,
    )
    target.state, target.next_at = then.state.value, then.next_at
    target.callback_at = None if then.state is TargetState.DONE else target.callback_at
    target.reason = (
        outcome.value if then.state is TargetState.DONE else "other-number" if then.takes_other_number else None
    )


async def _find_zone(session: AsyncSession, target: DialTarget) -> ZoneInfo:
    person = await leads.find_lead_person(session, target.lead_id) if target.lead_id else None
    try:
        names = locate(read_number(target.number), prefer(person, target)).names
    except BadNumber:
        names = ()
    return ZoneInfo(names[0]) if names else ZoneInfo("UTC")


async def _turn_to_other_number(session: AsyncSession, target: DialTarget) -> None:
    """Put the next number first, unless somebody else on the list has it."""
    if target.reason != "other-number":
        return
    target.reason = None
    free = [one for one in target.other_numbers if not await campaigns.has_number(session, target.campaign_id, one)]
    if not free:
        target.state, target.reason = TargetState.DONE.value, target.last_outcome
        return
    target.number, target.other_numbers = free[0], free[1:]


def apply_disposition(row: CallRow, target: DialTarget, said: Disposition) -> None:
    """Let what the agent said decide about a target whose call is over."""
    now = utc_now()
    target.reason, target.updated_at, target.lease_until = said.code, now, None
    target.callback_at = target.callback_member_id = None
    match Effect(said.effect):
        case Effect.DONE:
            target.state = TargetState.DONE.value
        case Effect.AGAIN:
            target.state = TargetState.WAITING.value
            target.next_at = now + timedelta(seconds=said.again_after_seconds or 3600)
        case Effect.CALLBACK:
            target.state = TargetState.CALLBACK.value
            target.callback_at = target.next_at = row.callback_at or now + timedelta(hours=1)
            target.callback_member_id = row.callback_member_id
        case Effect.DO_NOT_CALL:
            target.state = TargetState.DONE.value


async def forbid_number(session: AsyncSession, number: str, *, reason: str, member_id: UUID) -> None:
    """Never call a number again."""
    entry = {
        "org_id": session.info["org_id"],
        "id": new_id(),
        "number": number,
        "reason": reason,
        "added_by": member_id,
        "added_at": datetime.now(UTC),
    }
    await insert_do_not_call(session, [entry])


def is_over(row: CallRow) -> bool:
    """Tell whether a call has ended."""
    return row.state == CallState.ENDED.value
