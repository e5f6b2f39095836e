"""Whom an organization wants as a customer: what every score is measured by."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.qualification import queries
from metacortex.contexts.qualification.events import IdealCustomerChanged
from metacortex.contexts.qualification.models import IdealCustomer as IdealCustomerRow
from metacortex.contexts.qualification.rules.scoring import check_weights
from metacortex.contexts.qualification.schemas import IdealCustomerIn
from metacortex.contexts.qualification.types import IdealCustomer
from metacortex.platform.audit import record
from metacortex.platform.database import utc_now
from metacortex.platform.errors import Invalid
from metacortex.platform.events import publish


class ImpossibleWeights(Invalid):
    code = "impossible_weights"
    title = "These weights cannot be used for scoring."


@dataclass(frozen=True, slots=True)
class VersionedIdeal:
    """An ideal customer with the number of times it was changed; 0 is what everybody starts with."""

    ideal: IdealCustomer
    version: int


async def find_ideal(session: AsyncSession) -> VersionedIdeal:
    """Return what the organization's messages are judged by now."""
    row = await queries.find_ideal_customer(session)
    if row is None:
        return VersionedIdeal(IdealCustomer(description="", weights={}), 0)
    return VersionedIdeal(IdealCustomer(row.description, row.weights), row.version)


async def read_ideal_customer(session: AsyncSession) -> IdealCustomerRow:
    """Return the organization's ideal customer; one not yet described is empty and of version 0."""
    row = await queries.find_ideal_customer(session)
    return row or IdealCustomerRow(description="", weights={}, version=0, updated_at=None)


async def change_ideal_customer(session: AsyncSession, wanted: IdealCustomerIn) -> IdealCustomerRow:
    """Replace the ideal customer and have open leads scored anew; the same again changes nothing."""
    try:
        check_weights(wanted.weights)
    except ValueError as error:
        raise ImpossibleWeights(str(error), errors=[{"field": "weights", "message": str(error)}]) from error
    # Nobody else may add the row between looking for it and adding it.
    await queries.hold_leads(session, [session.info["org_id"]])
    row = await queries.find_ideal_customer(session, for_update=True)
    if row is not None and (row.description, row.weights) == (wanted.description, wanted.weights):
        return row
    if row is None:
        row = IdealCustomerRow(org_id=session.info["org_id"], version=0)
        session.add(row)
    row.description, row.weights = wanted.description, wanted.weights
    row.version, row.updated_at = row.version + 1, utc_now()
    record(session, "scoring.changed", after={"version": row.version, "weights": row.weights})
    await session.flush()
    publish(session, IdealCustomerChanged(version=row.version))
    return row
