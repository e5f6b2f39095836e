"""Whether a number may be called now: asked in the transaction that stores the attempt, and kept with it.

What is known is read in one statement (`queries.placing`), and judged without another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import CallingSettings
from metacortex.contexts.calls.queries.placing import Facts, read_facts
from metacortex.contexts.calls.rules import law
from metacortex.contexts.calls.rules.numbers import Number
from metacortex.contexts.calls.rules.zones import Whereabouts, Zones, locate, prefer
from metacortex.contexts.calls.service.judging import (
    LOOK_BACK,
    NO_BOUNDS,
    Bounds,
    choose_caller_id,
    judge_law,
    keep_fitting,
    read_override,
    read_own_number,
)
from metacortex.contexts.calls.service.refusals import NumberOnDoNotCallList
from metacortex.contexts.calls.service.showing import find_free_numbers, hold_numbers
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import take_lock, utc_now

_NO_ENQUIRY = frozenset({"csv"})
"""Channels of leads that nobody wrote to us by: a bought or kept list is no enquiry."""


@dataclass(frozen=True, slots=True)
class Permit:
    """That a number may be called: why, as whom, whose consent a recording needs, and how the organization calls."""

    number: Number
    person: leads.LeadPerson | None
    caller_id: str | None
    reasons: dict[str, Any]
    recording_consent: str
    own: CallingSettings | None
    countries: tuple[str, ...] = ()
    """Whose laws may apply, by ISO code."""


def plan_use(org_id: UUID, number: Number, purpose: privacy.Purpose) -> privacy.Use:
    """Return what consent is asked for; its lock is held before anything about the number is read."""
    return privacy.plan_use(org_id, number.e164, purpose=purpose, channel=privacy.Channel.PHONE)


async def permit(
    session: AsyncSession,
    number: Number,
    *,
    person: leads.LeadPerson | None,
    purpose: privacy.Purpose,
    is_automated: bool,
    about: law.Purpose = "sales",
    bounds: Bounds = NO_BOUNDS,
    where: Whereabouts | None = None,
) -> Permit:
    """Return the permit to call a number now, for whoever's it is where no person is given; raises why not.

    `where` they are, if their contact does not say it.
    """
    use, now = plan_use(session.info["org_id"], number, purpose), utc_now()
    await take_lock(session, use.lock)
    facts = await read_facts(session, number.e164, use, key=None, since=now - LOOK_BACK, now=now)
    return await judge(
        session,
        number,
        use,
        facts,
        person=person or facts.person,
        is_automated=is_automated,
        about=about,
        bounds=bounds,
        where=where,
        now=now,
    )


async def judge(
    session: AsyncSession,
    number: Number,
    use: privacy.Use,
    facts: Facts,
    *,
    person: leads.LeadPerson | None,
    is_automated: bool,
    now: datetime,
    about: law.Purpose = "sales",
    caller_id: str | None = None,
    bounds: Bounds = NO_BOUNDS,
    where: Whereabouts | None = None,
) -> Permit:
    """Return the permit that these facts give; raises the Problem that says why there is none.

    Asks, in this order: the organization's do-not-call list, the person's consent (an enquiry of their own counts, but
    not everywhere where a machine dials), the law of the place they are in, how often they were called already.
    """
    if facts.forbidden_because is not None:
        raise NumberOnDoNotCallList(facts.forbidden_because)
    basis = privacy.judge_standing(use, facts.standing, country=number.country, enquiry=read_enquiry(person))
    zones = locate(number, prefer(person, where))
    require_consent_for_machines(zones, basis, is_automated=is_automated, purpose=about)
    judged = judge_law(zones, facts.attempts, facts.own, now, is_automated=is_automated, purpose=about, bounds=bounds)
    shown = await _choose_caller_id(session, number, facts, caller_id, bounds.caller_ids, now)
    reasons = {"consent": basis.kind.value, "basis": basis.law, **judged}
    return Permit(number, person, shown, reasons, law.recording_consent(zones), facts.own, zones.countries)


async def permit_third(session: AsyncSession, number: str) -> CallingSettings | None:
    """Let a lead be handed on to a number (E.164); return how the organization calls; raises why it is never rung.

    Nothing is sold to whom a lead is handed to: no consent is asked for, nor hours, nor how often they are called. The
    lock of `plan_transfer` must be held.
    """
    now = utc_now()
    facts = await read_facts(
        session, number, plan_transfer(session.info["org_id"], number), key=None, since=now, now=now
    )
    if facts.forbidden_because is not None:
        raise NumberOnDoNotCallList(facts.forbidden_because)
    privacy.require_no_refusal(facts.standing)
    await hold_numbers(session, facts.own)
    return facts.own


def plan_transfer(org_id: UUID, number: str) -> privacy.Use:
    """Return the use whose lock keeps decisions about a number away while a lead is handed on to it."""
    return privacy.plan_use(org_id, number, purpose=privacy.Purpose.SALES, channel=privacy.Channel.PHONE)


def require_consent_for_machines(
    zones: Zones, basis: privacy.ConsentBasis, *, is_automated: bool, purpose: law.Purpose
) -> None:
    """Refuse that a machine dials on the strength of an enquiry where the law wants consent; raises ConsentMissing."""
    if basis.kind is not privacy.BasisKind.ENQUIRY:
        return
    verdict = law.judge_enquiry(zones, automated=is_automated, purpose=purpose, override=read_override())
    if not verdict.allowed:
        raise privacy.ConsentMissing(verdict.sentence, rule=verdict.rule)


def read_enquiry(person: leads.LeadPerson | None) -> privacy.Enquiry | None:
    """A person who got in touch and left this number may be called back."""
    if person is None or person.channel in _NO_ENQUIRY:
        return None
    return privacy.Enquiry(channel=privacy.Channel.PHONE, at=person.last_heard_at)


async def _choose_caller_id(
    session: AsyncSession, number: Number, facts: Facts, wanted: str | None, among: Sequence[str], now: datetime
) -> str | None:
    """Return the number to show: the one asked for, if it is ours, else the nearest and least used of ours.

    Raises NumbersUsedUp where that would be more often than the organization wants, CallerIdNotLocal where the law
    wants a number of the callee's country and none is.
    """
    known = list(facts.own.caller_ids) if facts.own else []
    if wanted is not None:
        asked = keep_fitting(number, [read_own_number(wanted, known)])
        [shown] = await find_free_numbers(session, facts.own, asked, now)
        return shown
    fitting = keep_fitting(number, [one for one in known if one in among] or known)
    known = await find_free_numbers(session, facts.own, fitting, now)
    if not known:
        return None
    return choose_caller_id(number, known, {one: facts.shown[one] for one in known if one in facts.shown})
