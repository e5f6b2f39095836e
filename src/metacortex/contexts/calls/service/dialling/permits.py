"""Whether somebody on a campaign's list may be called now, and what a refusal means for them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import DialTarget
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.judging import Bounds, read_callee
from metacortex.contexts.calls.service.permitting import Permit, permit, plan_use
from metacortex.contexts.calls.service.refusals import (
    CalledTooOften,
    NumberInvalid,
    NumberOnDoNotCallList,
    OutsideCallingHours,
)
from metacortex.contexts.calls.types.campaigns import TargetState
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.errors import Problem

_FOR_GOOD = {
    NumberOnDoNotCallList.code,
    privacy.ConsentMissing.code,
    privacy.Suppressed.code,
    NumberInvalid.code,
}
_LATER = {OutsideCallingHours.code: timedelta(hours=1), CalledTooOften.code: timedelta(days=1)}


async def take_consents(session: AsyncSession, targets: Sequence[DialTarget]) -> list[DialTarget]:
    """Return the targets about whose consent nobody decides now, and let nobody do so until the transaction ends."""
    uses: dict[str, privacy.Use] = {}
    for target in targets:
        with suppress(NumberInvalid):  # which is told when they are judged
            uses[target.number] = plan_use(target.org_id, read_callee(target.number), privacy.Purpose.SALES)
    free = await privacy.take_free(session, set(uses.values()))
    return [one for one in targets if one.number not in uses or uses[one.number] in free]


async def permit_target(
    session: AsyncSession, settings: CampaignSettings, target: DialTarget, *, is_automated: bool
) -> Permit:
    """Return the permit to call a target now; raises the Problem that says why not."""
    person = await leads.find_lead_person(session, target.lead_id) if target.lead_id else None
    permitted = await permit(
        session,
        read_callee(target.number),
        person=person,
        purpose=privacy.Purpose.SALES,
        is_automated=is_automated,
        about=settings.purpose,
        bounds=Bounds(settings.opens_at, settings.closes_at, tuple(settings.caller_ids)),
        where=target,
    )
    target.lead_id = permitted.person.lead_id if permitted.person else target.lead_id
    return permitted


def put_off(target: DialTarget, problem: Problem, now: datetime) -> None:
    """Note why a target was not called, and when it is looked at again: at the opening, or never."""
    target.reason, target.updated_at = problem.code, now
    if problem.code in _FOR_GOOD:
        target.state = TargetState.DONE.value
        return
    opens_at = problem.extra.get("opens_at")
    later = datetime.fromisoformat(opens_at) if opens_at else now + _LATER.get(problem.code, timedelta(hours=1))
    target.next_at = max(later, now + timedelta(seconds=1))
