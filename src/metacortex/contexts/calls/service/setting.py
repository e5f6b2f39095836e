"""How an organization calls: its hours, numbers and recording, its members' phones, and whom it does not call."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.models import AgentPhone, CallingSettings, DoNotCall
from metacortex.contexts.calls.queries import agents
from metacortex.contexts.calls.service.judging import read_callee
from metacortex.contexts.calls.service.refusals import NumberInvalid
from metacortex.contexts.calls.types import Ringing
from metacortex.contexts.identity import public as identity
from metacortex.platform import audit
from metacortex.platform.database import new_id, utc_now
from metacortex.platform.errors import Conflict, Invalid, NotFound

_MAY_BE_EMPTY = {
    "opens_at",
    "closes_at",
    "attempts_a_day",
    "calls_per_number_a_day",
    "calls_per_number_at_once",
    "announcement",
    "minute_cost_minor",
    "currency",
}
_PREFIX = re.compile(r"\+[1-9][0-9]{1,13}\*")


class MemberUnknown(NotFound):
    code = "member_not_found"
    title = "There is no such member in your team."


class PhoneUnclear(Invalid):
    code = "phone_unclear"
    title = "Give either the name of a phone account or a phone number."


class AccountTaken(Conflict):
    code = "account_taken"
    title = "Another phone has this account. Choose one that is yours alone, or ask whoever runs the phone server."


class HoursUnclear(Invalid):
    code = "hours_unclear"
    title = "Say both when calling begins and when it ends, the end after the beginning."


class EntryNotFound(NotFound):
    code = "entry_not_found"
    title = "This number is not on the list."


async def read_settings(session: AsyncSession) -> CallingSettings:
    """Return how the bound organization calls; what it never said is the default."""
    found = await queries.find_settings(session)
    return found or _defaults(session.info["org_id"])


def _defaults(org_id: UUID) -> CallingSettings:
    return CallingSettings(
        org_id=org_id,
        id=org_id,
        is_recorded=False,
        caller_ids=[],
        calls_hot_leads=False,
        ringing=Ringing.IN_TURN.value,
        ring_seconds=20,
        updated_at=utc_now(),
    )


async def change_settings(session: AsyncSession, change: Mapping[str, Any]) -> CallingSettings:
    """Keep what was said, and who said it in the audit log; raises HoursUnclear or NumberInvalid."""
    row = await queries.find_settings(session)
    if row is None:
        row = _defaults(session.info["org_id"])
        session.add(row)
    change = {name: value for name, value in change.items() if value is not None or name in _MAY_BE_EMPTY}
    before = {name: getattr(row, name) for name in change}
    for name, value in change.items():
        setattr(row, name, value)
    if "caller_ids" in change:
        row.caller_ids = [read_callee(one, field="caller_ids").e164 for one in change["caller_ids"] or []]
    if (row.opens_at is None) != (row.closes_at is None) or (row.opens_at or "") > (row.closes_at or ""):
        raise HoursUnclear
    row.updated_at = utc_now()
    audit.record(session, "calling_settings.changed", before=before, after=dict(change))
    return row


async def set_phone(
    session: AsyncSession, member_id: UUID, *, account: str | None, number: str | None
) -> AgentPhone | None:
    """Say where a member's phone rings; neither takes it away.

    Raises PhoneUnclear, NumberInvalid, MemberUnknown, or AccountTaken, in whichever organization it is.
    """
    if account and number:
        raise PhoneUnclear
    if not await identity.member_exists(session, member_id):
        raise MemberUnknown
    phone = (await queries.find_phones(session, [member_id])).get(member_id)
    if not account and not number:
        if phone:
            await session.delete(phone)
        return None
    if account:
        await _free_account(session, account)
    if phone is None:
        phone = AgentPhone(org_id=session.info["org_id"], member_id=member_id)
        session.add(phone)
    phone.account = account or None
    phone.number = read_callee(number, field="number").e164 if number else None
    phone.updated_at = utc_now()
    try:
        await session.flush()
    except IntegrityError as error:
        if "uq_agent_phones_account" not in str(error.orig):
            raise
        raise AccountTaken(errors=[{"field": "account", "message": AccountTaken.title}]) from error
    return phone


async def _free_account(session: AsyncSession, account: str) -> None:
    """Take an account from a member who is gone."""
    phone = await agents.find_phone_of_account(session, account)
    if phone and not await identity.member_exists(session, phone.member_id):
        await session.delete(phone)
        await session.flush()


async def add_do_not_call(session: AsyncSession, numbers: Sequence[str], *, reason: str, member_id: UUID) -> int:
    """Put numbers on the list, each once; return how many were new. Raises NumberInvalid naming the first bad one."""
    rows = [
        {
            "org_id": session.info["org_id"],
            "id": new_id(),
            "number": number,
            "reason": reason,
            "added_by": member_id,
            "added_at": utc_now(),
        }
        for number in dict.fromkeys(_read_entry(one) for one in numbers)
    ]
    return await queries.insert_do_not_call(session, rows)


def _read_entry(raw: str) -> str:
    packed = re.sub(r"[\s().-]", "", raw)
    if packed.endswith("*"):
        if not _PREFIX.fullmatch(packed):
            raise _name_bad(raw, "That is no beginning of numbers. Write it as +4930*.")
        return packed
    try:
        return read_callee(raw, field="numbers").e164
    except NumberInvalid as error:
        raise _name_bad(raw, error.detail) from error


def _name_bad(raw: str, sentence: str) -> NumberInvalid:
    """Return a refusal that says which of many numbers is meant."""
    text = f"{raw}: {sentence}"
    return NumberInvalid(text, errors=[{"field": "numbers", "message": text}])


async def remove_do_not_call(session: AsyncSession, entry_id: UUID) -> None:
    """Take a number off the list; raises EntryNotFound."""
    entry = await session.get(DoNotCall, (session.info["org_id"], entry_id))
    if entry is None:
        raise EntryNotFound
    audit.record(session, "do_not_call.removed", subject=f"do_not_call:{entry_id}")
    await session.delete(entry)
