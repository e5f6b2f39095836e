"""Every select of the qualification context."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.qualification.models import IdealCustomer, Label, Qualification
from metacortex.contexts.qualification.types import Band, Intent

CANDIDATES = 5
_HOLD_LEADS = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(lead_id, 7)) FROM unnest(:ids) AS lead_id"
).bindparams(bindparam("ids", type_=ARRAY(TEXT)))

_LIST_CANDIDATES = text(
    f"""
    SELECT lead_id, message_id FROM (
        SELECT lead_id, message_id,
            rank() OVER (PARTITION BY lead_id ORDER BY tells DESC) AS place,
            row_number() OVER (PARTITION BY lead_id ORDER BY tells DESC, message_id DESC) AS number
        FROM (
            SELECT lead_id, message_id, band <> '{Band.UNSURE}' AND intent <> '{Intent.AUTOMATIC}' AS tells
            FROM qualifications WHERE org_id = :org_id AND lead_id = ANY(:lead_ids)
        ) AS judged
    ) AS ranked
    WHERE place = 1 AND number <= :most
    ORDER BY lead_id, number
    """
).bindparams(bindparam("lead_ids", type_=ARRAY(Uuid)))


async def hold_leads(session: AsyncSession, lead_ids: Sequence[UUID]) -> None:
    """Make others who score these leads wait until commit, so that two replies at once see each other."""
    await session.execute(_HOLD_LEADS, {"ids": sorted(str(lead_id) for lead_id in set(lead_ids))})


async def list_candidates(session: AsyncSession, lead_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Map leads to the newest messages that tell something, or where there are none to the newest of all.

    Message ids are UUIDv7, whose order within a millisecond says nothing: up to `CANDIDATES` are given, newest first.
    """
    values = {"org_id": session.info["org_id"], "lead_ids": list(lead_ids), "most": CANDIDATES}
    found = await session.execute(_LIST_CANDIDATES, values)
    candidates: dict[UUID, list[UUID]] = {}
    for one in found:
        candidates.setdefault(one.lead_id, []).append(one.message_id)
    return candidates


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


async def delete_readings(session: AsyncSession, message_ids: Sequence[UUID]) -> tuple[list[UUID], list[UUID]]:
    """Delete what was read in these messages and what people said of it; return the ids of labels and readings."""
    org_id = session.info["org_id"]
    readings = select(Qualification.id).where(Qualification.org_id == org_id, Qualification.message_id.in_(message_ids))
    labels = delete(Label).where(Label.org_id == org_id, Label.qualification_id.in_(readings)).returning(Label.id)
    gone = (
        delete(Qualification)
        .where(Qualification.org_id == org_id, Qualification.message_id.in_(message_ids))
        .returning(Qualification.id)
    )
    return list(await session.scalars(labels)), list(await session.scalars(gone))
