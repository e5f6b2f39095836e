"""Whether a number may be called now: asked in the transaction that stores the attempt, and kept with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import CallingSettings
from metacortex.contexts.calls.rules import law
from metacortex.contexts.calls.rules.numbers import BadNumber, Number, read_number
from metacortex.contexts.calls.rules.zones import Zones, find_zones
from metacortex.contexts.calls.settings import calls_settings
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import utc_now
from metacortex.platform.errors import Conflict, Invalid, Problem, Refused
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
    """That a number may be called, why, which of our numbers it is shown, and whose consent a recording needs."""

    number: Number
    caller_id: str | None
    reasons: dict[str, Any]
    recording_consent: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a campaign narrows: its hours in the callee's zone, and which of our numbers it shows."""

    opens_at: str | None = None
    closes_at: str | None = None
    caller_ids: tuple[str, ...] = ()


NO_BOUNDS = Bounds()


def read_callee(raw: str, *, field: str = "to") -> Number:
    """Return a number as it is dialled; raises NumberInvalid with a sentence for whoever typed it."""
    try:
        return read_number(raw, settings().default_region)
    except BadNumber as error:
        errors = [{"field": field, "message": error.sentence}]
        raise NumberInvalid(error.sentence, errors=errors, reason=error.reason.value) from error


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
        enquiry=_read_enquiry(person),
    )
    own = await queries.find_settings(session)
    attempts = await queries.list_attempts(session, number.e164, since=now - LOOK_BACK)
    zones = find_zones(number)
    judged = judge_law(zones, attempts, own, now, is_automated=is_automated, bounds=bounds)
    shown = await _choose_caller_id(session, number, own, caller_id, now, bounds.caller_ids)
    reasons = {"consent": basis.kind.value, "basis": basis.law, **judged}
    return Permit(number, shown, reasons, law.recording_consent(zones))


def judge_law(
    zones: Zones,
    attempts: Sequence[datetime],
    own: CallingSettings | None,
    now: datetime,
    *,
    is_automated: bool,
    bounds: Bounds = NO_BOUNDS,
) -> dict[str, Any]:
    """Return what the law and the organization's own rules say; raises OutsideCallingHours or CalledTooOften."""
    override = read_override()
    moment = law.judge_moment(
        zones, now, narrower=_narrow_hours(own, bounds), override=override, automated=is_automated
    )
    _require(moment, OutsideCallingHours)
    limit = law.own_limit(own.attempts_a_day, "day") if own and own.attempts_a_day else None
    _require(law.judge_frequency(zones, attempts, now, limit_of_own=limit, override=override), CalledTooOften)
    judged = {"zones": list(zones.names), "zones_from": zones.source}
    return {**judged, "override": {"by": override.by, "why": override.why}} if moment.override and override else judged


def read_override() -> law.Override | None:
    """Return the operator's decision that some rules do not bind."""
    said = calls_settings().law_override
    return law.Override(said.rules, said.by, said.why) if said else None


def _require(verdict: law.Verdict, otherwise: type[Problem]) -> None:
    if not verdict.allowed:
        opens_at = verdict.opens_at.isoformat() if verdict.opens_at else None
        raise otherwise(verdict.sentence, rule=verdict.rule, opens_at=opens_at)


@lru_cache(maxsize=1024)
def _read_hours(opens_at: str, closes_at: str) -> law.Week:
    hours = (f"{opens_at}-{closes_at}",)
    return law.read_week(dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), hours))


def _narrow_hours(own: CallingSettings | None, bounds: Bounds) -> law.Week | None:
    """Return the hours that both the organization and the campaign allow."""
    said = [(one.opens_at, one.closes_at) for one in (own, bounds) if one and one.opens_at and one.closes_at]
    if not said:
        return None
    opens_at, closes_at = max(str(opens) for opens, _ in said), min(str(closes) for _, closes in said)
    return _read_hours(opens_at, closes_at) if opens_at < closes_at else law.read_week({})


def _read_enquiry(person: leads.LeadPerson | None) -> privacy.Enquiry | None:
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
    """Return the number to show: the one asked for, if it is ours, else the nearest and least used of ours."""
    known = list(own.caller_ids) if own else []
    if wanted is not None:
        shown = read_callee(wanted, field="from").e164
        if shown not in known:
            raise CallerIdUnknown(errors=[{"field": "from", "message": CallerIdUnknown.title}])
        return shown
    known = [one for one in known if one in among] or known
    if not known:
        return None
    used = await queries.count_by_caller_id(session, known, since=now - timedelta(days=1))
    chosen = law.choose_caller_id(
        number,
        [law.CallerId(read_callee(one)) for one in known],
        {one: law.CallerIdUsage(today=count) for one, count in used.items()},
        local_only=law.law_of(number.country).local_caller_id_only,
    )
    return chosen.number.e164 if chosen else None
