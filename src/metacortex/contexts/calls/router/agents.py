"""Agents on calls over HTTP: their own state, what they note of a call, and what a supervisor sees."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from metacortex.contexts.calls.models import AgentPresence
from metacortex.contexts.calls.queries import agents as queries
from metacortex.contexts.calls.router.calls import CallsEngine, Limit, Placer
from metacortex.contexts.calls.router.commands import NotYourCall, require_part
from metacortex.contexts.calls.schemas.agents import (
    AgentChangeOut,
    AgentOut,
    Dispose,
    DispositionGivenOut,
    Pause,
    SignIn,
    SpokenScriptOut,
)
from metacortex.contexts.calls.service import agents, lines, wording
from metacortex.contexts.calls.service.agents import LineNotUp, NotSignedIn, OnCall, PauseCodeUnknown
from metacortex.contexts.calls.service.campaigns import CampaignNotFound, CampaignOver
from metacortex.contexts.calls.service.refusals import (
    AgentBusy,
    CallNotFound,
    CallRefused,
    CallsUnavailable,
    NoPhone,
    TrunkBusy,
)
from metacortex.contexts.calls.service.wording import CallbackUnclear, DispositionUnknown
from metacortex.contexts.calls.types.campaigns import AgentState
from metacortex.platform.database import utc_now
from metacortex.platform.http import Envelope, Session, envelope, problems
from metacortex.platform.security import Principal
from metacortex.platform.security.dependencies import require

router = APIRouter(prefix="/api/v1", tags=["agents on calls"])
Supervisor = Annotated[Principal, Depends(require("calls:monitor"))]
Days = Annotated[int, Query(ge=1, le=31)]


@router.get("/calling/agents/me", response_model=Envelope[AgentOut | None])
async def read_own_state(session: Session, member: Placer) -> Any:
    """What you are doing; null if you never signed in to a campaign."""
    presence = await queries.find_presence(session, member.member_id)
    return envelope(_show(presence) if presence else None)


@router.post(
    "/calling/agents/me/sign-in",
    response_model=Envelope[AgentOut],
    responses=problems(
        CampaignNotFound, CampaignOver, NoPhone, AgentBusy, OnCall, TrunkBusy, CallsUnavailable, CallRefused
    ),
)
async def sign_in_to_campaign(body: SignIn, member: Placer, engine: CallsEngine) -> Any:
    """Take a campaign's calls: your phone rings once, and waits connected; you are ready when you picked it up."""
    return envelope(_show(await lines.sign_in(engine, member.org_id, member.member_id, body.campaign_id)))


@router.post(
    "/calling/agents/me/sign-out",
    response_model=Envelope[AgentOut],
    responses=problems(NotSignedIn, OnCall),
)
async def sign_out_of_campaign(member: Placer, engine: CallsEngine) -> Any:
    """Take no more calls; your phone is hung up."""
    return envelope(_show(await lines.sign_out(engine, member.org_id, member.member_id)))


@router.post(
    "/calling/agents/me/ready",
    response_model=Envelope[AgentOut],
    responses=problems(NotSignedIn, LineNotUp, OnCall),
)
async def be_ready(session: Session, member: Placer) -> Any:
    """End your pause or wrap-up."""
    return envelope(_show(await agents.be_ready(session, member.member_id)))


@router.post(
    "/calling/agents/me/pause",
    response_model=Envelope[AgentOut],
    responses=problems(NotSignedIn, LineNotUp, PauseCodeUnknown),
)
async def pause_agent(body: Pause, session: Session, member: Placer) -> Any:
    """Pause, and say why; during a call or wrap-up the pause begins after it."""
    return envelope(_show(await agents.pause(session, member.member_id, body.code)))


@router.get("/calling/agents", response_model=Envelope[list[AgentOut]])
async def list_agents(session: Session, _: Supervisor, campaign_id: UUID | None = None) -> Any:
    """Every agent with what they are doing, longest first; their calls are among the calls that are on."""
    return envelope([_show(one) for one in await queries.list_presences(session, campaign_id=campaign_id)])


@router.get("/calling/agents/{member_id}/changes", response_model=Envelope[list[AgentChangeOut]])
async def list_agent_changes(
    member_id: UUID, session: Session, _: Supervisor, days: Days = 1, limit: Limit = 200
) -> Any:
    """What an agent did in the last days, newest first."""
    since = utc_now() - timedelta(days=days)
    found = await queries.list_changes(session, member_id, since=since, limit=limit)
    return envelope([{name: getattr(one, name) for name in AgentChangeOut.model_fields} for one in found])


@router.post(
    "/calls/{call_id}/disposition",
    response_model=Envelope[DispositionGivenOut],
    responses=problems(CallNotFound, NotYourCall, DispositionUnknown, CallbackUnclear),
)
async def dispose_call(call_id: UUID, body: Dispose, session: Session, member: Placer) -> Any:
    """Say how the conversation ended; ends your wrap-up. Said again, it replaces what was said."""
    await require_part(call_id, member)
    row, said = await wording.dispose_call(
        session,
        call_id,
        member.member_id,
        code=body.code,
        note=body.note,
        callback_at=body.callback_at,
        callback_mine=body.callback_mine,
    )
    return envelope(
        {
            "call_id": row.id,
            "code": said.code,
            "note": row.note or "",
            "effect": said.effect,
            "callback_at": row.callback_at,
        }
    )


@router.get(
    "/calls/{call_id}/script",
    response_model=Envelope[SpokenScriptOut],
    responses=problems(CallNotFound),
)
async def read_call_script(call_id: UUID, session: Session, member: Placer) -> Any:
    """What you say on a campaign's call, filled in."""
    return envelope({"text": await wording.speak_script(session, call_id, member.member_id)})


def _show(presence: AgentPresence) -> dict[str, Any]:
    shown = {name: getattr(presence, name) for name in AgentOut.model_fields if name != "is_line_up"}
    is_line_up = presence.line_leg_id is not None and presence.state != AgentState.OFFLINE
    return {**shown, "is_line_up": is_line_up}
