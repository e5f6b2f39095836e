"""Every select of the qualification context."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.qualification.models import IdealCustomer, Qualification
from metacortex.contexts.qualification.types import Band, Intent

_HOLD_LEADS = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(lead_id, 7)) FROM unnest(:ids) AS lead_id"
).bindparams(bindparam("ids", type_=ARRAY(TEXT)))


def _tells_something() -> ColumnElement[bool]:
    return and_(Qualification.band != Band.UNSURE.value, Qualification.intent != Intent.AUTOMATIC.value)


async def hold_leads(session: AsyncSession, lead_ids: Sequence[UUID]) -> None:
    """Make others who score these leads wait until commit, so that two replies at once see each other."""
    await session.execute(_HOLD_LEADS, {"ids": sorted(str(lead_id) for lead_id in set(lead_ids))})


async def list_deciding(session: AsyncSession, lead_ids: Sequence[UUID]) -> Sequence[tuple[UUID, UUID]]:
    """Return (lead, message) pairs: the newest message of each lead that tells something, else the newest of all.

    Message ids are UUIDv7, so their order is the order of arrival.
    """
    found = await session.execute(
        select(Qualification.lead_id, Qualification.message_id)
        .distinct(Qualification.lead_id)
        .where(Qualification.org_id == session.info["org_id"], Qualification.lead_id.in_(lead_ids))
        .order_by(Qualification.lead_id, _tells_something().desc(), Qualification.message_id.desc())
    )
    return [(row.lead_id, row.message_id) for row in found]


async def find_deciding(session: AsyncSession, lead_id: UUID) -> Qualification | None:
    """Read the qualification that a lead's score comes from."""
    found = (
        select(Qualification)
        .where(Qualification.org_id == session.info["org_id"], Qualification.lead_id == lead_id)
        .order_by(_tells_something().desc(), Qualification.message_id.desc())
        .limit(1)
    )
    return (await session.scalars(found)).first()


async def list_by_message(session: AsyncSession, message_ids: Sequence[UUID]) -> dict[UUID, Qualification]:
    """Read qualifications by the message they are about."""
    found = await session.scalars(
        select(Qualification).where(
            Qualification.org_id == session.info["org_id"], Qualification.message_id.in_(message_ids)
        )
    )
    return {row.message_id: row for row in found}


async def find_ideal_customer(session: AsyncSession, *, for_update: bool = False) -> IdealCustomer | None:
    """Read whom the organization wants; None until somebody said so."""
    found = select(IdealCustomer).where(IdealCustomer.org_id == session.info["org_id"])
    return (await session.scalars(found.with_for_update() if for_update else found)).first()
