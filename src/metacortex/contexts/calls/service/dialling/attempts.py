"""One attempt at one target: permitted and stored in one transaction with the change of its state, rung after it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.clients.asterisk import Connection
from metacortex.contexts.calls.models import CallingSettings, DialCampaign, DialTarget
from metacortex.contexts.calls.rules import flow, law
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.abandoning import narrow_settings, require_message
from metacortex.contexts.calls.service.dialling.permits import permit_target
from metacortex.contexts.calls.service.judging import lengthen_ring, read_override
from metacortex.contexts.calls.service.permitting import Permit
from metacortex.contexts.calls.service.placing import insert_call, judge_recording
from metacortex.contexts.calls.service.trunks import require_room
from metacortex.contexts.calls.settings import Server
from metacortex.contexts.calls.types import Action, Call, Leg, Mode, Party
from metacortex.contexts.calls.types.campaigns import CampaignMode, TargetState
from metacortex.platform.database import new_id, utc_now

MESSAGE_TAKES_SECONDS = 0.3
"""From a look that finds nobody free until the lead hears why: the time between two looks, and the way to Asterisk."""

Attempt = tuple[Call, tuple[Action, ...]]


@dataclass(frozen=True, slots=True)
class Dialling:
    """A campaign as it is dialled for within one transaction."""

    campaign: DialCampaign
    settings: CampaignSettings
    own: CallingSettings | None
    now: datetime

    @property
    def mode(self) -> CampaignMode:
        """How the campaign dials."""
        return CampaignMode(self.campaign.mode)

    @property
    def keeps_agents(self) -> bool:
        """Whether each call has its own agent from the start, so that nobody who answers finds none."""
        return self.mode in {CampaignMode.PROGRESSIVE, CampaignMode.PREVIEW}


async def store_attempt(
    session: AsyncSession,
    dialling: Dialling,
    target: DialTarget,
    server: Connection,
    *,
    call_id: UUID,
    member_id: UUID | None,
    requested_by: UUID | None = None,
    beside: Collection[Server] = (),
) -> Attempt:
    """Permit and store an attempt, and return what to do once that is committed; raises the Problem that forbids it.

    TrunkBusy and NumbersUsedUp say nothing about the target: it is called once there is room. `beside`: servers on
    which the same transaction may store more.
    """
    settings = dialling.settings
    permitted = await permit_target(session, settings, target, is_automated=requested_by is None)
    lead = Leg(
        id=new_id(),
        party=Party.LEAD,
        endpoint=server.server.build_endpoint(target.number),
        number=target.number,
        timeout_seconds=lengthen_ring(settings.ring_seconds, permitted.countries, settings.purpose),
    )
    own = dialling.own
    is_wanted = settings.record if settings.record is not None else bool(own and own.is_recorded)
    note = judge_recording(permitted, own) if is_wanted else None
    is_recorded = is_wanted and note is None
    call = Call(
        org_id=target.org_id,
        id=call_id,
        mode=Mode.LEAD_FIRST,
        legs=(lead,),
        server=server.name,
        is_recorded=is_recorded,
        detects_machine=settings.detect_machine and server.server.amd_context is not None,
        announcement=own.announcement if own and is_recorded else None,
        caller_id=permitted.caller_id,
        campaign_id=dialling.campaign.id,
        for_member_id=member_id,
        hold_seconds=bind_hold(dialling, permitted),
        abandonment_sound=settings.abandonment_sound,
        voicemail_sound=settings.voicemail_sound,
        requested_at=utc_now(),
    )
    call, actions = flow.start(call, utc_now())
    await require_room(session, server.server, call, beside=beside, leaves_some=requested_by is None)
    await insert_call(
        session,
        call,
        permitted,
        purpose=settings.purpose,
        lead_id=target.lead_id,
        requested_by=requested_by,
        target_id=target.id,
        recording_note=note,
    )
    target.state, target.attempts = TargetState.CALLING.value, target.attempts + 1
    target.reason, target.updated_at, target.lease_until, target.leased_by = None, utc_now(), None, None
    return call, actions


def bind_hold(dialling: Dialling, permitted: Permit) -> float:
    """Return how many seconds this lead waits for an agent; raises AbandonmentSoundMissing where one may wait in vain.

    The list may have grown since the campaign was started. Where a law says when the message is to be heard, it is
    begun a little before.
    """
    bounds = law.bind_abandonment(permitted.countries, read_override())
    require_message(dialling.mode, dialling.settings, bounds)
    hold_seconds = narrow_settings(dialling.settings, bounds).hold_seconds
    return min(hold_seconds, bounds.message_within_seconds - MESSAGE_TAKES_SECONDS) if bounds else hold_seconds
