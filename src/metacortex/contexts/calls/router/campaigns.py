"""Dial campaigns over HTTP: made and steered, their lists filled and checked, watched while they run."""

from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from metacortex.contexts.calls import queries as call_queries
from metacortex.contexts.calls.models import DialCampaign, DialDecision, DialFill, DialTarget
from metacortex.contexts.calls.queries import campaign_calls
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.router.calls import CallsEngine, Limit, Placer, Viewer, show_row
from metacortex.contexts.calls.router.setting import Editor
from metacortex.contexts.calls.schemas.campaigns import (
    BestTimeOut,
    CampaignLiveOut,
    CampaignOut,
    CampaignSettings,
    ChangeCampaign,
    DecisionOut,
    FillOut,
    LeadFilter,
    NewCampaign,
    PlacedOut,
    PreflightOut,
    PreviewOut,
    Skip,
    TableFill,
    TargetOut,
)
from metacortex.contexts.calls.service import (
    campaigns,
    filling,
    ordering,
    preflight,
    previewing,
    refusals,
    wording,
)
from metacortex.contexts.calls.service.abandoning import AbandonmentSoundMissing, LooserThanLaw, assume_missed
from metacortex.contexts.calls.service.agents import NotSignedIn
from metacortex.contexts.calls.service.campaigns import (
    CampaignNotFound,
    CampaignOver,
    NobodyOnList,
    ScriptUnknown,
    WrongCampaignState,
)
from metacortex.contexts.calls.service.dialling.attempts import Dialling
from metacortex.contexts.calls.service.dialling.pace import is_waiting
from metacortex.contexts.calls.service.dialling.windows import read_window
from metacortex.contexts.calls.service.filling import TableInvalid
from metacortex.contexts.calls.service.previewing import NobodyToPreview, NotReady, TargetNotYours
from metacortex.contexts.calls.service.refusals import CallerIdUnknown, NumberInvalid
from metacortex.contexts.calls.service.wording import DispositionUnknown
from metacortex.contexts.calls.types.campaigns import TargetState
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import utc_now
from metacortex.platform.http import Envelope, Page, Session, envelope, page, problems, read_cursor, write_cursor
from metacortex.platform.http.envelope import BadCursor
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1/dial-campaigns", tags=["dial campaigns"])
Supervisor = Annotated[Principal, Depends(require("calls:monitor"))]
Cursor = Annotated[str | None, Query(max_length=300)]
Move = Literal["start", "pause", "resume", "drain", "stop"]
WRONG = (LooserThanLaw, NumberInvalid, ScriptUnknown, CallerIdUnknown, DispositionUnknown, refusals.NoMachineDetection)


@router.get("", response_model=Envelope[list[CampaignOut]])
async def list_campaigns(session: Session, _: Viewer) -> Any:
    """Dial campaigns, newest first."""
    rows = await queries.list_campaigns(session)
    counted = await queries.count_targets(session, [row.id for row in rows])
    return envelope([_show(row, counted[row.id]) for row in rows])


@router.post("", status_code=201, response_model=Envelope[CampaignOut], responses=problems(*WRONG))
async def create_campaign(body: NewCampaign, session: Session, member: Editor) -> Any:
    """Make a dial campaign; it calls nobody before it is started."""
    return envelope(_show(await campaigns.create_campaign(session, body, member.member_id), {}))


@router.get("/{campaign_id}", response_model=Envelope[CampaignOut], responses=problems(CampaignNotFound))
async def read_campaign(campaign_id: UUID, session: Session, _: Viewer) -> Any:
    """One dial campaign."""
    return await _answer(session, await campaigns.require_campaign(session, campaign_id))


@router.patch(
    "/{campaign_id}",
    response_model=Envelope[CampaignOut],
    responses=problems(CampaignNotFound, CampaignOver, AbandonmentSoundMissing, *WRONG),
)
async def change_campaign(campaign_id: UUID, body: ChangeCampaign, session: Session, _: Editor) -> Any:
    """Change a campaign, running or not."""
    return await _answer(session, await campaigns.change_campaign(session, campaign_id, body))


@router.delete("/{campaign_id}", status_code=204, responses=problems(CampaignNotFound, WrongCampaignState))
async def remove_campaign(campaign_id: UUID, session: Session, _: Editor) -> Response:
    """Remove a draft with nobody on its list."""
    await campaigns.remove_campaign(session, campaign_id)
    return Response(status_code=204)


@router.post(
    "/{campaign_id}/fills/leads",
    status_code=202,
    response_model=Envelope[FillOut],
    responses=problems(CampaignNotFound, CampaignOver),
)
async def fill_from_leads(campaign_id: UUID, body: LeadFilter, session: Session, _: Editor) -> Any:
    """Put the leads that match on the list, each number once."""
    return envelope(_show_fill(await filling.fill_from_leads(session, campaign_id, body)))


@router.post(
    "/{campaign_id}/fills/table",
    status_code=202,
    response_model=Envelope[FillOut],
    responses=problems(CampaignNotFound, CampaignOver, TableInvalid),
)
async def fill_from_table(campaign_id: UUID, body: TableFill, session: Session, _: Editor) -> Any:
    """Put the people of a CSV table on the list, each number once."""
    return envelope(_show_fill(await filling.fill_from_table(session, campaign_id, body)))


@router.get("/{campaign_id}/fills", response_model=Envelope[list[FillOut]], responses=problems(CampaignNotFound))
async def list_fills(campaign_id: UUID, session: Session, _: Viewer) -> Any:
    """How the list was filled, newest first."""
    await campaigns.require_campaign(session, campaign_id)
    return envelope([_show_fill(one) for one in await queries.list_fills(session, campaign_id)])


@router.get("/{campaign_id}/targets", response_model=Page[TargetOut], responses=problems(CampaignNotFound, BadCursor))
async def list_targets(
    campaign_id: UUID,
    session: Session,
    _: Viewer,
    state: TargetState | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Any:
    """Who is on the list, in the order they were put there."""
    await campaigns.require_campaign(session, campaign_id)
    rows = await queries.list_targets(
        session, campaign_id, state=state.value if state else None, after=_read_position(cursor), limit=limit + 1
    )
    next_cursor = write_cursor([rows[limit - 1].id]) if len(rows) > limit else None
    return page([_show_target(row) for row in rows[:limit]], next_cursor=next_cursor)


@router.post(
    "/{campaign_id}/preflight",
    status_code=202,
    response_model=Envelope[PreflightOut],
    responses=problems(CampaignNotFound),
)
async def start_preflight(campaign_id: UUID, session: Session, _: Editor) -> Any:
    """Count whom the campaign could call now; progress is shown until it is done."""
    return envelope((await preflight.start_preflight(session, campaign_id)).preflight)


@router.get(
    "/{campaign_id}/preflight",
    response_model=Envelope[PreflightOut | None],
    responses=problems(CampaignNotFound),
)
async def read_preflight(campaign_id: UUID, session: Session, _: Viewer) -> Any:
    """What was counted last; null if nothing was."""
    return envelope((await campaigns.require_campaign(session, campaign_id)).preflight)


@router.get("/{campaign_id}/live", response_model=Envelope[CampaignLiveOut], responses=problems(CampaignNotFound))
async def read_campaign_live(campaign_id: UUID, session: Session, _: Viewer) -> Any:
    """The campaign as it runs: agents, calls, outcomes, abandonment against its limit, the last decision."""
    campaign = await campaigns.require_campaign(session, campaign_id)
    calls = await campaign_calls.list_open_calls(session, campaign_id)
    settings = CampaignSettings.model_validate(campaign.settings)
    now = utc_now()
    window = await read_window(session, Dialling(campaign, settings, None, now))
    last = await queries.list_decisions(session, campaign_id, before=None, limit=1)
    return envelope(
        {
            "state": campaign.state,
            "mode": campaign.mode,
            "agents": await queries.count_agents(session, campaign_id),
            "ringing": sum(call.answered_at is None for call in calls),
            "waiting": sum(is_waiting(call) for call in calls),
            "talking": sum(call.connected_at is not None for call in calls),
            "targets": (await queries.count_targets(session, [campaign_id]))[campaign_id],
            "outcomes": await campaign_calls.count_outcomes(session, campaign_id, since=now - timedelta(days=1)),
            "abandonment": {
                "window": settings.abandonment_window,
                "live": window.live,
                "abandoned": window.abandoned,
                "rate": window.rate(assume_missed(settings)),
                "limit": settings.abandonment_limit,
            },
            "last_decision": _show_decision(last[0]) if last else None,
            "next_at": await queries.find_next_moment(session, campaign_id),
            "refusals": await queries.list_refusals(session, campaign_id),
        }
    )


@router.get(
    "/{campaign_id}/decisions",
    response_model=Page[DecisionOut],
    responses=problems(CampaignNotFound, BadCursor),
)
async def list_decisions(
    campaign_id: UUID, session: Session, _: Supervisor, cursor: Cursor = None, limit: Limit = 50
) -> Any:
    """How many calls were placed when, and why, newest first; each can be replayed from what it kept."""
    await campaigns.require_campaign(session, campaign_id)
    rows = await queries.list_decisions(session, campaign_id, before=_read_position(cursor), limit=limit + 1)
    next_cursor = write_cursor([rows[limit - 1].id]) if len(rows) > limit else None
    return page([_show_decision(row) for row in rows[:limit]], next_cursor=next_cursor)


@router.get(
    "/{campaign_id}/best-times",
    response_model=Envelope[list[BestTimeOut]],
    responses=problems(CampaignNotFound),
)
async def list_best_times(campaign_id: UUID, session: Session, _: Viewer) -> Any:
    """When people of the countries on the list answer best, by hour of the week where they are."""
    await campaigns.require_campaign(session, campaign_id)
    return envelope(
        [
            {
                "country": country,
                "day": best.slot[0],
                "hour": best.slot[1],
                "rate": best.rate,
                "calls": best.calls,
                "sentence": best.sentence,
            }
            for country, best in await ordering.list_best_times(session, campaign_id)
        ]
    )


@router.post(
    "/{campaign_id}/preview/next",
    response_model=Envelope[PreviewOut],
    responses=problems(CampaignNotFound, WrongCampaignState, NotSignedIn, NobodyToPreview, refusals.NumbersUsedUp),
)
async def preview_next(campaign_id: UUID, session: Session, member: Placer) -> Any:
    """Whom to call next; yours to decide about for five minutes."""
    campaign, target = await previewing.lease_next(session, campaign_id, member.member_id)
    script = None
    if campaign.script_id:
        script = await wording.write_script(
            session,
            campaign.script_id,
            member.member_id,
            campaign=campaign.name,
            number=target.number,
            name=target.name,
        )
    history = await call_queries.list_calls(
        session,
        lead_id=target.lead_id,
        member_id=None,
        of_member_id=None,
        outcome=None,
        is_open=None,
        before=None,
        limit=10,
    )
    known = history if target.lead_id else []
    legs = await call_queries.list_legs(session, [row.id for row in known])
    shown = {"target": _show_target(target), "until_at": target.lease_until, "script": script}
    sounds = await call_queries.list_recordings(session, [row.id for row in known])
    return envelope({**shown, "history": [show_row(row, legs, sounds.get(row.id)) for row in known]})


@router.post(
    "/{campaign_id}/preview/{target_id}/call",
    status_code=201,
    response_model=Envelope[PlacedOut],
    responses=problems(
        CampaignNotFound,
        WrongCampaignState,
        NotSignedIn,
        TargetNotYours,
        NotReady,
        refusals.CallsUnavailable,
        refusals.NumberInvalid,
        refusals.CallerIdNotLocal,
        refusals.NumberOnDoNotCallList,
        refusals.OutsideCallingHours,
        refusals.CalledTooOften,
        refusals.TrunkBusy,
        refusals.NumbersUsedUp,
        privacy.ConsentMissing,
        privacy.Suppressed,
    ),
)
async def call_previewed(campaign_id: UUID, target_id: UUID, member: Placer, engine: CallsEngine) -> Any:
    """Call whom you were shown."""
    call_id = await previewing.call_leased(engine, member.org_id, campaign_id, target_id, member.member_id)
    return envelope({"call_id": call_id})


@router.post(
    "/{campaign_id}/preview/{target_id}/skip",
    response_model=Envelope[TargetOut],
    responses=problems(TargetNotYours),
)
async def skip_previewed(campaign_id: UUID, target_id: UUID, body: Skip, session: Session, member: Placer) -> Any:
    """Do not call whom you were shown, and say why."""
    target = await previewing.skip_leased(session, campaign_id, target_id, member.member_id, body.reason)
    return envelope(_show_target(target))


@router.post(
    "/{campaign_id}/{move}",
    response_model=Envelope[CampaignOut],
    responses=problems(CampaignNotFound, WrongCampaignState, NobodyOnList, AbandonmentSoundMissing),
)
async def move_campaign(campaign_id: UUID, move: Move, session: Session, _: Editor) -> Any:
    """Start, pause, resume, drain (end when the calls that are on have ended) or stop; holds from the next call on.

    Stopping hangs up what rings, too. Conversations go on.
    """
    return await _answer(session, await campaigns.move_campaign(session, campaign_id, move))


async def _answer(session: Session, campaign: DialCampaign) -> Any:
    counted = await queries.count_targets(session, [campaign.id])
    return envelope(_show(campaign, counted[campaign.id]))


def _read_position(cursor: str | None) -> UUID | None:
    position = read_cursor(cursor, size=1)
    try:
        return UUID(str(position[0])) if position else None
    except ValueError as error:
        raise BadCursor from error


def _show(row: DialCampaign, targets: dict[str, int]) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in CampaignOut.model_fields if name not in {"targets", "settings"}}
    return {**shown, "targets": targets, "settings": campaigns.show_settings(row)}


def _show_fill(row: DialFill) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FillOut.model_fields}


def _show_target(row: DialTarget) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TargetOut.model_fields}


def _show_decision(row: DialDecision) -> dict[str, Any]:
    return {name: getattr(row, name) for name in DecisionOut.model_fields}
