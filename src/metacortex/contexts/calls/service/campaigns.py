"""Dial campaigns: made, changed, started, paused, drained and stopped by people."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.events import CampaignChanged
from metacortex.contexts.calls.models import DialCampaign
from metacortex.contexts.calls.queries import agents
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings, ChangeCampaign, NewCampaign
from metacortex.contexts.calls.service.abandoning import (
    bind_settings,
    narrow_settings,
    read_bounds,
    require_message,
)
from metacortex.contexts.calls.service.judging import read_callee
from metacortex.contexts.calls.service.refusals import CallerIdUnknown, NoMachineDetection
from metacortex.contexts.calls.service.setting import read_settings
from metacortex.contexts.calls.service.wording import DispositionUnknown, offer_first_words
from metacortex.contexts.calls.settings import calls_settings
from metacortex.contexts.calls.types.campaigns import CampaignMode, CampaignState
from metacortex.platform import audit
from metacortex.platform.database import notify, utc_now
from metacortex.platform.errors import Conflict, Invalid, NotFound
from metacortex.platform.events import publish

WAKE = "campaigns"
_MOVES: dict[str, tuple[CampaignState, frozenset[CampaignState]]] = {
    "start": (CampaignState.RUNNING, frozenset({CampaignState.DRAFT})),
    "pause": (CampaignState.PAUSED, frozenset({CampaignState.RUNNING, CampaignState.DRAINING})),
    "resume": (CampaignState.RUNNING, frozenset({CampaignState.PAUSED, CampaignState.DRAINING, CampaignState.DONE})),
    "drain": (CampaignState.DRAINING, frozenset({CampaignState.RUNNING, CampaignState.PAUSED})),
    "stop": (
        CampaignState.STOPPED,
        frozenset({CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.DRAINING}),
    ),
}
ENDED = {CampaignState.STOPPED, CampaignState.DONE}


class CampaignNotFound(NotFound):
    code = "campaign_not_found"
    title = "This dial campaign does not exist, or belongs to another organization."


class CampaignOver(Conflict):
    code = "campaign_over"
    title = "This campaign is over. Start another one."


class WrongCampaignState(Conflict):
    code = "wrong_campaign_state"
    title = "The campaign cannot do this now. Look at its state first."


class NobodyOnList(Conflict):
    code = "nobody_on_list"
    title = "There is nobody on the campaign's list. Put people on it first."


class ScriptUnknown(Invalid):
    code = "script_unknown"
    title = "There is no such script. Choose one of your organization's."


async def create_campaign(session: AsyncSession, new: NewCampaign, member_id: UUID) -> DialCampaign:
    """Keep a new campaign as a draft; an organization's first one brings the usual pause codes and dispositions."""
    await offer_first_words(session)
    await _check(session, new.settings, new.script_id)
    settings = bind_settings(new.settings, await read_bounds(session, None))
    campaign = DialCampaign(
        org_id=session.info["org_id"],
        name=new.name,
        mode=new.mode.value,
        state=CampaignState.DRAFT.value,
        settings=settings.model_dump(mode="json"),
        script_id=new.script_id,
        created_by=member_id,
    )
    session.add(campaign)
    await session.flush()
    audit.record(session, "dial_campaign.created", subject=f"dial_campaign:{campaign.id}")
    return campaign


async def _check(session: AsyncSession, settings: CampaignSettings, script_id: UUID | None) -> None:
    """Refuse what names things that are not there; raises the Invalid that says which."""
    if script_id is not None and await agents.find_script(session, script_id) is None:
        raise ScriptUnknown(errors=[{"field": "script_id", "message": ScriptUnknown.title}])
    known = set((await read_settings(session)).caller_ids)
    if any(read_callee(one, field="settings.caller_ids").e164 not in known for one in settings.caller_ids):
        raise CallerIdUnknown(errors=[{"field": "settings.caller_ids", "message": CallerIdUnknown.title}])
    if settings.detect_machine and not any(server.amd_context for server in calls_settings().servers):
        raise NoMachineDetection
    codes = {one.code for one in await agents.list_dispositions(session)} if settings.dispositions else set()
    if not set(settings.dispositions) <= codes:
        raise DispositionUnknown(errors=[{"field": "settings.dispositions", "message": DispositionUnknown.title}])


async def require_campaign(session: AsyncSession, campaign_id: UUID, *, lock: str = "") -> DialCampaign:
    """Return a campaign; raises CampaignNotFound."""
    campaign = await queries.find_campaign(session, campaign_id, lock=lock)
    if campaign is None:
        raise CampaignNotFound
    return campaign


async def change_campaign(session: AsyncSession, campaign_id: UUID, change: ChangeCampaign) -> DialCampaign:
    """Change what is named; raises CampaignOver where it can dial no more."""
    campaign = await require_campaign(session, campaign_id, lock="update")
    if campaign.state in ENDED:
        raise CampaignOver
    sent = change.model_fields_set
    script_id = change.script_id if "script_id" in sent else campaign.script_id
    settings = change.settings or CampaignSettings.model_validate(campaign.settings)
    await _check(session, settings, script_id)
    bounds = await read_bounds(session, campaign_id)
    settings = bind_settings(settings, bounds) if change.settings else settings
    if campaign.state == CampaignState.RUNNING:
        require_message(change.mode or CampaignMode(campaign.mode), settings, bounds)
    before = {"name": campaign.name, "mode": campaign.mode, "settings": campaign.settings}
    campaign.name = change.name or campaign.name
    campaign.mode = change.mode.value if change.mode else campaign.mode
    campaign.settings, campaign.script_id = settings.model_dump(mode="json"), script_id
    after = {"name": campaign.name, "mode": campaign.mode, "settings": campaign.settings}
    audit.record(session, "dial_campaign.changed", subject=f"dial_campaign:{campaign.id}", before=before, after=after)
    _tell(session, campaign)
    return campaign


async def move_campaign(session: AsyncSession, campaign_id: UUID, move: str) -> DialCampaign:
    """Start, pause, resume, drain or stop a campaign: once this is committed, no call is placed against it.

    The dialer hangs up what rings for a campaign that was stopped; whoever has answered is still served.

    Raises WrongCampaignState, naming the state, NobodyOnList or AbandonmentSoundMissing. Whoever came on the list since
    the settings were chosen may have a stricter law: what it allows is what the settings allow from here on.
    """
    campaign = await require_campaign(session, campaign_id, lock="update")
    state, allowed = _MOVES[move]
    if CampaignState(campaign.state) not in allowed:
        message = f"The campaign is {campaign.state}, so it cannot {move}."
        raise WrongCampaignState(message, state=campaign.state)
    if move == "start" and not (await queries.count_targets(session, [campaign_id]))[campaign_id]:
        raise NobodyOnList
    if state is CampaignState.RUNNING:
        bounds = await read_bounds(session, campaign_id)
        settings = narrow_settings(CampaignSettings.model_validate(campaign.settings), bounds)
        require_message(CampaignMode(campaign.mode), settings, bounds)
        campaign.settings = settings.model_dump(mode="json")
    campaign.state = state.value
    campaign.started_at = campaign.started_at or (utc_now() if state is CampaignState.RUNNING else None)
    campaign.ended_at = utc_now() if state in ENDED else None
    audit.record(session, f"dial_campaign.{move}", subject=f"dial_campaign:{campaign.id}")
    _tell(session, campaign)
    return campaign


async def remove_campaign(session: AsyncSession, campaign_id: UUID) -> None:
    """Remove a campaign that never called anybody; raises WrongCampaignState for others."""
    campaign = await require_campaign(session, campaign_id, lock="update")
    if campaign.state != CampaignState.DRAFT or (await queries.count_targets(session, [campaign_id]))[campaign_id]:
        message = "Only a draft with nobody on its list can be removed. Stop it instead."
        raise WrongCampaignState(message, state=campaign.state)
    await session.delete(campaign)
    try:
        await session.flush()
    except IntegrityError as error:
        message = "Agents are signed in to this campaign. Let them sign out first."
        raise WrongCampaignState(message, state=campaign.state) from error
    audit.record(session, "dial_campaign.removed", subject=f"dial_campaign:{campaign_id}")


def _tell(session: AsyncSession, campaign: DialCampaign) -> None:
    publish(session, CampaignChanged(campaign_id=campaign.id, state=campaign.state))
    notify(session, WAKE, str(campaign.org_id))


def show_settings(campaign: DialCampaign) -> dict[str, Any]:
    """Return a campaign's settings with the defaults of what it does not say."""
    return CampaignSettings.model_validate(campaign.settings).model_dump(mode="json")
