"""Whether a number may be called now: asked in the transaction that stores the attempt, and kept with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import CallingSettings
from metacortex.contexts.calls.rules.numbers import BadNumber, Number, read_number
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import utc_now
from metacortex.platform.errors import Conflict, Invalid, Refused
from metacortex.platform.settings import settings

LOOK_BACK = timedelta(days=31)
_NO_ENQUIRY = frozenset({"csv"})
"""Channels of leads that nobody wrote to us by: a bought or kept list is no enquiry."""


class NumberInvalid(Invalid):
    code = "number_invalid"
    title = (
        "This is not a number that can be called. Check it, and write it with its country code, as in +49 30 123456."
    )


class NumberOnDoNotCallList(Refused):
    code = "do_not_call"
    title = "This number is on your organization's do-not-call list."


class OutsideCallingHours(Conflict):
    code = "outside_calling_hours"
    title = "It is not the hour to call this person. Call when their day allows it."


class CalledTooOften(Conflict):
    code = "called_too_often"
    title = "This number was called as often as is allowed. Try again later."


class CallerIdUnknown(Invalid):
    code = "caller_id_unknown"
    title = "Calls can only show one of your organization's own numbers. Add it in the calling settings first."


@dataclass(frozen=True, slots=True)
class Permit:
    """That a number may be called, why, and which of our numbers it is shown."""

    number: Number
    caller_id: str | None
    reasons: dict[str, Any]


def read_callee(raw: str) -> Number:
    """Return a number as it is dialled; raises NumberInvalid with a sentence for whoever typed it."""
    try:
        return read_number(raw, settings().default_region)
    except BadNumber as error:
        errors = [{"field": "to", "message": error.sentence}]
        raise NumberInvalid(error.sentence, errors=errors, reason=error.reason.value) from error


async def permit(
    session: AsyncSession,
    number: Number,
    *,
    person: leads.LeadPerson | None,
    purpose: privacy.Purpose,
    caller_id: str | None,
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
        enquiry=_read_enquiry(person),
    )
    own = await queries.find_settings(session)
    attempts = await queries.list_attempts(session, number.e164, since=now - LOOK_BACK)
    judged = judge_law(number, attempts, own, now)
    shown = await _choose_caller_id(session, number, own, caller_id, now)
    return Permit(number, shown, {"consent": basis.kind.value, "law": basis.law, **judged})


def judge_law(
    number: Number, attempts: Sequence[datetime], own: CallingSettings | None, now: datetime
) -> dict[str, Any]:
    """Return what the law and the organization's own rules say; raises OutsideCallingHours or CalledTooOften."""
    return {}


def _read_enquiry(person: leads.LeadPerson | None) -> privacy.Enquiry | None:
    """A person who got in touch and left this number may be called back."""
    if person is None or person.channel in _NO_ENQUIRY:
        return None
    return privacy.Enquiry(channel=privacy.Channel.PHONE, at=person.last_heard_at)


async def _choose_caller_id(
    session: AsyncSession, number: Number, own: CallingSettings | None, wanted: str | None, now: datetime
) -> str | None:
    known = list(own.caller_ids) if own else []
    if wanted is not None:
        shown = read_callee(wanted).e164
        if shown not in known:
            raise CallerIdUnknown(errors=[{"field": "from", "message": CallerIdUnknown.title}])
        return shown
    return known[0] if known else None
