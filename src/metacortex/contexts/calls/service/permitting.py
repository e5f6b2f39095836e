"""Whether a number may be called now: asked in the transaction that stores the attempt, and kept with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import CallingSettings
from metacortex.contexts.calls.rules import law
from metacortex.contexts.calls.rules.numbers import Number
from metacortex.contexts.calls.rules.zones import find_zones
from metacortex.contexts.calls.service.judging import (
    LOOK_BACK,
    NO_BOUNDS,
    Bounds,
    choose_caller_id,
    judge_law,
    read_own_number,
)
from metacortex.contexts.calls.service.refusals import NumberOnDoNotCallList
from metacortex.contexts.calls.service.showing import find_free_numbers
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import utc_now

_NO_ENQUIRY = frozenset({"csv"})
"""Channels of leads that nobody wrote to us by: a bought or kept list is no enquiry."""


@dataclass(frozen=True, slots=True)
class Permit:
    """That a number may be called: why, as whom, whose consent a recording needs, and how the organization calls."""

    number: Number
    caller_id: str | None
    reasons: dict[str, Any]
    recording_consent: str
    own: CallingSettings | None


async def permit(
    session: AsyncSession,
    number: Number,
    *,
    person: leads.LeadPerson | None,
    purpose: privacy.Purpose,
    caller_id: str | None,
    is_automated: bool,
    bounds: Bounds = NO_BOUNDS,
    now: datetime | None = None,
) -> Permit:
    """Return the permit to call a number now; raises the Problem that says why not.

    Asks, in this order: the organization's do-not-call list, the person's consent (an enquiry of their own counts),
    the law of the place they are in, how often they were called already.
    """
    now = now or utc_now()
    if entry := await queries.find_do_not_call(session, number.e164):
        raise NumberOnDoNotCallList(entry.reason)
    basis = await privacy.require_consent(
        session,
        purpose=purpose,
        channel=privacy.Channel.PHONE,
        address=number.e164,
        country=number.country,
        enquiry=read_enquiry(person),
    )
    own = await queries.find_settings(session)
    attempts = await queries.list_attempts(session, number.e164, since=now - LOOK_BACK)
    zones = find_zones(number)
    judged = judge_law(zones, attempts, own, now, is_automated=is_automated, bounds=bounds)
    shown = await _choose_caller_id(session, number, own, caller_id, now, bounds.caller_ids)
    reasons = {"consent": basis.kind.value, "basis": basis.law, **judged}
    return Permit(number, shown, reasons, law.recording_consent(zones), own)


def read_enquiry(person: leads.LeadPerson | None) -> privacy.Enquiry | None:
    """A person who got in touch and left this number may be called back."""
    if person is None or person.channel in _NO_ENQUIRY:
        return None
    return privacy.Enquiry(channel=privacy.Channel.PHONE, at=person.last_heard_at)


async def _choose_caller_id(
    session: AsyncSession,
    number: Number,
    own: CallingSettings | None,
    wanted: str | None,
    now: datetime,
    among: Sequence[str],
) -> str | None:
    """Return the number to show: the one asked for, if it is ours, else the nearest and least used of ours.

    Raises NumbersUsedUp where that would be more often than the organization wants.
    """
    known = list(own.caller_ids) if own else []
    if wanted is not None:
        [shown] = await find_free_numbers(session, own, [read_own_number(wanted, known)], now)
        return shown
    known = await find_free_numbers(session, own, [one for one in known if one in among] or known, now)
    if not known:
        return None
    used = await queries.count_by_caller_id(session, known, since=now - timedelta(days=1))
    return choose_caller_id(number, known, used)
