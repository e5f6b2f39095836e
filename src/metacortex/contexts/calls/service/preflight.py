"""Whom a campaign could call now, counted by the rules that a call itself is asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.events import CampaignChanged, PreflightStarted
from metacortex.contexts.calls.models import DialCampaign
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.campaigns import require_campaign
from metacortex.contexts.calls.service.dialling.surveying import Judgement, judge_targets
from metacortex.contexts.calls.service.refusals import (
    CalledTooOften,
    NumberInvalid,
    NumberOnDoNotCallList,
    OutsideCallingHours,
)
from metacortex.contexts.calls.types.campaigns import CampaignMode, FillState, TargetState
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import utc_now
from metacortex.platform.events import publish

CHUNK = 1000
_COUNTS = {
    NumberOnDoNotCallList.code: "do_not_call",
    privacy.ConsentMissing.code: "no_consent",
    privacy.Suppressed.code: "no_consent",
    OutsideCallingHours.code: "closed_now",
    CalledTooOften.code: "called_too_often",
    NumberInvalid.code: "bad_numbers",
}


async def start_preflight(session: AsyncSession, campaign_id: UUID) -> DialCampaign:
    """Owe the count; one that runs begins anew."""
    campaign = await require_campaign(session, campaign_id, lock="update")
    counted = await queries.count_targets(session, [campaign_id])
    fills = await queries.list_fills(session, campaign_id)
    campaign.preflight = {
        "state": FillState.RUNNING.value,
        "total": sum(counted[campaign_id].get(state.value, 0) for state in (TargetState.WAITING, TargetState.CALLBACK)),
        "checked": 0,
        "callable_now": 0,
        "places_known": 0,
        **dict.fromkeys(set(_COUNTS.values()), 0),
        "bad_numbers": sum(sum(fill.bad_numbers.values()) for fill in fills),
        "duplicates": sum(fill.duplicates for fill in fills),
        "opens_at": None,
        "after": None,
        "started_at": utc_now().isoformat(),
        "finished_at": None,
    }
    publish(session, PreflightStarted(campaign_id=campaign_id))
    return campaign


async def check_chunk(session: AsyncSession, campaign_id: UUID) -> bool:
    """Count the next targets; return whether there are more."""
    campaign = await queries.find_campaign(session, campaign_id, lock="update")
    if campaign is None or not campaign.preflight or campaign.preflight["state"] != FillState.RUNNING:
        return False
    counts = dict(campaign.preflight)
    after = UUID(counts["after"]) if counts["after"] else None
    targets = await queries.list_targets(session, campaign_id, state=None, after=after, limit=CHUNK)
    waiting = [one for one in targets if one.state in {TargetState.WAITING, TargetState.CALLBACK}]
    settings = CampaignSettings.model_validate(campaign.settings)
    is_automated = campaign.mode != CampaignMode.PREVIEW
    for judged in (await judge_targets(session, settings, waiting, is_automated=is_automated)).values():
        _count(judged, counts)
    counts["after"] = str(targets[-1].id) if targets else counts["after"]
    if len(targets) < CHUNK:
        counts |= {"state": FillState.DONE.value, "finished_at": utc_now().isoformat()}
    campaign.preflight = counts
    publish(session, CampaignChanged(campaign_id=campaign_id, state=campaign.state))
    return len(targets) == CHUNK


def _count(judged: Judgement, counts: dict[str, Any]) -> None:
    counts["checked"] += 1
    counts["places_known"] = counts.get("places_known", 0) + judged.is_placed
    counts["callable_now" if judged.code is None else _COUNTS[judged.code]] += 1
    known = counts["opens_at"]
    if judged.opens_at and (known is None or judged.opens_at < datetime.fromisoformat(known)):
        counts["opens_at"] = judged.opens_at.isoformat()
