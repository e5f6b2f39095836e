"""What is known before a number is called, read in one round trip: of the call, the number, the person, ourselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    ScalarSelect,
    Select,
    Text,
    TextualSelect,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import CallingSettings, CallRow, DoNotCall
from metacortex.contexts.calls.queries import PREFIX_DIGITS
from metacortex.contexts.leads import public as leads
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import first_id_at, freeze, table_of

_DAY = timedelta(days=1)
_CLOCKS_APART = timedelta(minutes=5)
_ORG_ID = bindparam("org_id", type_=Uuid())
_NUMBER = bindparam("number", type_=Text())


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides about one call, as the database has it at one moment.

    `earlier`: id and fingerprint of the call that was asked for under the same key. `forbidden_because`: the reason on
    the do-not-call list. `standing`: what `privacy.judge_standing` reads. `person`: of the newest lead with the number.
    `own`: how the organization calls. `attempts`: when the number was rung. `shown`: how often each of our numbers was
    shown within a day.
    """

    earlier: tuple[UUID, str] | None
    forbidden_because: str | None
    standing: dict[str, Any]
    person: leads.LeadPerson | None
    own: CallingSettings | None
    attempts: list[datetime]
    shown: dict[str, int]


async def read_facts(
    session: AsyncSession, number: str, use: privacy.Use, *, key: str | None, since: datetime, now: datetime
) -> Facts:
    """Return what is known about a number (E.164), its attempts from a moment on; the use's lock must be held."""
    values = {
        "org_id": session.info["org_id"],
        "key": key,
        "number": number,
        "entries": [number, *(f"{number[:digits]}*" for digits in PREFIX_DIGITS if digits < len(number))],
        "since": since,
        "day_ago": now - _DAY,
        "day_ago_id": first_id_at(now - _DAY - _CLOCKS_APART),
        **use.parameters,
    }
    row = (await session.execute(_facts(), values)).one()
    own = {name: row._mapping[f"own_{name}"] for name in table_of(CallingSettings).c.keys()}  # noqa: SLF001, SIM118
    return Facts(
        earlier=(UUID(row.earlier["id"]), row.earlier["fingerprint"]) if row.earlier else None,
        forbidden_because=row.forbidden_because,
        standing=row.standing,
        person=leads.read_person(row.person) if row.person else None,
        own=CallingSettings(**own) if own["id"] else None,
        attempts=row.attempts or [],
        shown=row.shown or {},
    )


@cache
def _facts() -> TextualSelect:
    own = table_of(CallingSettings)
    nothing = select(literal(1).label("one")).subquery("nothing")
    columns = [
        _select_earlier().label("earlier"),
        _select_forbidden().label("forbidden_because"),
        privacy.select_standing().label("standing"),
        leads.select_person_by_phone(_NUMBER).label("person"),
        _select_attempts().label("attempts"),
        case((func.jsonb_array_length(own.c.caller_ids) > 0, _select_shown()), else_=None).label("shown"),
        *(column.label(f"own_{column.name}") for column in own.c),
    ]
    found: Select[Any] = select(*columns).select_from(
        nothing.outerjoin(own, and_(own.c.org_id == _ORG_ID, own.c.id == _ORG_ID))
    )
    return freeze(found)


def _select_earlier() -> ScalarSelect[Any]:
    said = func.jsonb_build_object("id", CallRow.id, "fingerprint", CallRow.fingerprint, type_=JSONB)
    key = bindparam("key", type_=Text())
    return select(said).where(CallRow.org_id == _ORG_ID, CallRow.idempotency_key == key).scalar_subquery()


def _select_forbidden() -> ScalarSelect[Any]:
    """The entry that forbids calling the number: the number itself, or a beginning of it."""
    entries = bindparam("entries", type_=ARRAY(Text()))
    found = select(DoNotCall.reason).where(DoNotCall.org_id == _ORG_ID, DoNotCall.number == any_(entries))
    return found.limit(1).scalar_subquery()


def _select_attempts() -> ScalarSelect[Any]:
    since = bindparam("since", type_=DateTime(timezone=True))
    found = select(func.array_agg(CallRow.requested_at, type_=ARRAY(DateTime(timezone=True))))
    return found.where(
        CallRow.org_id == _ORG_ID, CallRow.to_number == _NUMBER, CallRow.requested_at >= since
    ).scalar_subquery()


def _select_shown() -> ScalarSelect[Any]:
    """How often each number of ours was shown; ids grow with time, so their index finds a day's calls among all."""
    counted = (
        select(CallRow.caller_id, func.count().label("times"))
        .where(
            CallRow.org_id == _ORG_ID,
            CallRow.id >= bindparam("day_ago_id", type_=Uuid()),
            CallRow.requested_at >= bindparam("day_ago", type_=DateTime(timezone=True)),
            CallRow.caller_id.is_not(None),
        )
        .group_by(CallRow.caller_id)
        .subquery("counted")
    )
    return select(func.jsonb_object_agg(counted.c.caller_id, counted.c.times, type_=JSONB)).scalar_subquery()
