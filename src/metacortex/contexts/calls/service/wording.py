"""The words of an organization's agents: pause codes, dispositions and scripts, and what a disposition does."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries as call_queries
from metacortex.contexts.calls.models import CallRow, Disposition, PauseCode, Script
from metacortex.contexts.calls.queries import agents as queries
from metacortex.contexts.calls.queries import campaigns
from metacortex.contexts.calls.rules.scripts import fill_in
from metacortex.contexts.calls.service.agents import free
from metacortex.contexts.calls.service.refusals import CallNotFound
from metacortex.contexts.calls.service.settling import apply_disposition, forbid_number, is_over
from metacortex.contexts.calls.types.campaigns import AgentState, Effect
from metacortex.contexts.identity import public as identity
from metacortex.contexts.leads import public as leads
from metacortex.platform.database import notify, utc_now
from metacortex.platform.errors import Conflict, Invalid, NotFound

Word = TypeVar("Word", PauseCode, Disposition, Script)


class WordNotFound(NotFound):
    code = "word_not_found"
    title = "This pause code, disposition or script does not exist, or is not your organization's."


class CodeTaken(Conflict):
    code = "code_taken"
    title = "There is one with this code already. Choose another code, or change that one."


class ScriptInUse(Conflict):
    code = "script_in_use"
    title = "A campaign uses this script. Give the campaign another one first."


class DispositionUnknown(Invalid):
    code = "disposition_unknown"
    title = "Say how the conversation ended, with one of your organization's dispositions."


class CallbackUnclear(Invalid):
    code = "callback_unclear"
    title = "Say when to call back: a moment in the future."


PAUSES = (("break", "Break"), ("lunch", "Lunch"), ("meeting", "Meeting"), ("training", "Training"))
ENDINGS = (
    ("interested", "Interested", Effect.DONE, None, True),
    ("not-interested", "Not interested", Effect.DONE, None, True),
    ("call-back", "Call back at an agreed time", Effect.CALLBACK, None, True),
    ("call-again", "No time now, try again", Effect.AGAIN, 86_400, True),
    ("nobody-there", "Nobody there, or a machine", Effect.AGAIN, 14_400, False),
    ("wrong-person", "Wrong person or number", Effect.DONE, None, False),
    ("do-not-call", "Does not want to be called", Effect.DO_NOT_CALL, None, True),
)


async def offer_first_words(session: AsyncSession) -> None:
    """Give an organization that has none the usual pause codes and dispositions, to change as it likes."""
    org_id = session.info["org_id"]
    if not await queries.list_pause_codes(session):
        session.add_all(PauseCode(org_id=org_id, code=code, label=label) for code, label in PAUSES)
    if not await queries.list_dispositions(session):
        session.add_all(
            Disposition(
                org_id=org_id,
                code=code,
                label=label,
                effect=effect.value,
                again_after_seconds=again_after_seconds,
                is_contact=is_contact,
            )
            for code, label, effect, again_after_seconds, is_contact in ENDINGS
        )
    await session.flush()


async def add_word(session: AsyncSession, word: Word) -> None:
    """Keep a new pause code, disposition or script; raises CodeTaken."""
    session.add(word)
    try:
        await session.flush()
    except IntegrityError as error:
        raise CodeTaken from error


async def change_word(session: AsyncSession, kind: type[Word], word_id: UUID, values: dict[str, Any]) -> Word:
    """Change a pause code, disposition or script; raises WordNotFound or CodeTaken."""
    word = await session.get(kind, (session.info["org_id"], word_id))
    if word is None:
        raise WordNotFound
    for name, value in values.items():
        setattr(word, name, value)
    if isinstance(word, Script):
        word.updated_at = utc_now()
    try:
        await session.flush()
    except IntegrityError as error:
        raise CodeTaken from error
    return word


async def remove_word(session: AsyncSession, kind: type[Word], word_id: UUID) -> None:
    """Remove a pause code, disposition or script; what was noted with it stays. Raises WordNotFound or ScriptInUse."""
    word = await session.get(kind, (session.info["org_id"], word_id))
    if word is None:
        raise WordNotFound
    await session.delete(word)
    try:
        await session.flush()
    except IntegrityError as error:
        raise ScriptInUse from error


async def dispose_call(
    session: AsyncSession,
    call_id: UUID,
    member_id: UUID,
    *,
    code: str,
    note: str,
    callback_at: datetime | None,
    callback_mine: bool,
) -> tuple[CallRow, Disposition]:
    """Note how a conversation ended, and let it decide about the target and the lead; ends the agent's wrap-up.

    Before the call has ended it is kept, and decides when it does. Saying it again changes what was said.
    """
    said = await queries.find_disposition(session, code)
    if said is None:
        raise DispositionUnknown(errors=[{"field": "code", "message": DispositionUnknown.title}])
    if said.effect == Effect.CALLBACK and (callback_at is None or callback_at <= utc_now()):
        raise CallbackUnclear(errors=[{"field": "callback_at", "message": CallbackUnclear.title}])
    found = await call_queries.lock_calls(session, [call_id])
    if not found:
        raise CallNotFound
    row = found[0]
    await _end_wrap_up(session, row.id, member_id)
    row.disposition, row.note = said.code, note or None
    row.callback_at = callback_at if said.effect == Effect.CALLBACK else None
    row.callback_member_id = member_id if row.callback_at and callback_mine else None
    if said.effect == Effect.DO_NOT_CALL and row.to_number:
        await forbid_number(session, row.to_number, reason=said.label, member_id=member_id)
    if row.target_id and is_over(row) and (target := await campaigns.lock_target(session, row.target_id)):
        apply_disposition(row, target, said)
        notify(session, "campaigns", str(row.org_id))
    await _tell_lead(session, row, said, member_id)
    return row, said


async def _tell_lead(session: AsyncSession, row: CallRow, said: Disposition, member_id: UUID) -> None:
    if row.lead_id is None:
        return
    body = {"call_id": str(row.id), "disposition": said.label}
    await leads.add_timeline(session, lead_id=row.lead_id, kind="call_disposition", body=body, actor_id=member_id)
    if row.note:
        await leads.add_note(session, lead_id=row.lead_id, text=row.note, actor_id=member_id)
    if said.stage_kind:
        await leads.move_lead_to_kind(
            session, lead_id=row.lead_id, kind=said.stage_kind, actor_id=member_id, now=utc_now()
        )


async def _end_wrap_up(session: AsyncSession, call_id: UUID, member_id: UUID) -> None:
    presence = await queries.find_presence(session, member_id, lock=True)
    if presence and presence.state == AgentState.WRAP_UP and presence.call_id == call_id:
        free(session, presence, utc_now())


async def speak_script(session: AsyncSession, call_id: UUID, member_id: UUID) -> str | None:
    """Return what the agent of a campaign's call says; None where the campaign has no script."""
    row = await call_queries.find_call(session, call_id)
    if row is None:
        raise CallNotFound
    campaign = await campaigns.find_campaign(session, row.campaign_id) if row.campaign_id else None
    if campaign is None or campaign.script_id is None:
        return None
    target = await campaigns.lock_target(session, row.target_id) if row.target_id else None
    return await write_script(
        session,
        campaign.script_id,
        member_id,
        campaign=campaign.name,
        number=row.to_number,
        name=target.name if target else None,
    )


async def write_script(
    session: AsyncSession, script_id: UUID, member_id: UUID, *, campaign: str, number: str | None, name: str | None
) -> str | None:
    """Return a script filled in for one person and one agent."""
    script = await queries.find_script(session, script_id)
    if script is None:
        return None
    members = await identity.read_members(session, [member_id])
    values = {
        "contact.name": name,
        "contact.number": number,
        "agent.name": members[member_id].name if member_id in members else None,
        "campaign.name": campaign,
    }
    return fill_in(script.text, values)
