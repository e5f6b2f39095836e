"""The pipeline: an organization's stages, there from its first lead on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.leads import queries
from metacortex.contexts.leads.models import Lead, Stage
from metacortex.contexts.leads.rules import DEFAULT_STAGES
from metacortex.platform.database import new_id

_first_stages: dict[UUID, UUID] = {}


async def read_pipeline(session: AsyncSession) -> Sequence[Stage]:
    """Return the stages in order, creating the usual ones for an organization that has none."""
    stages = await queries.list_stages(session)
    if stages:
        return stages
    rows = [
        {"org_id": session.info["org_id"], "id": new_id(), "name": name, "position": place, "kind": kind}
        for place, (name, kind) in enumerate(DEFAULT_STAGES)
    ]
    await session.execute(insert(Stage).on_conflict_do_nothing(), rows)
    return await queries.list_stages(session)


async def place_lead(session: AsyncSession, *, lead_id: UUID, stage: Stage, owner_id: UUID, now: datetime) -> None:
    """Set where a lead stands and whose it is, as an import of an earlier system would; tells nobody."""
    closed_at = None if stage.kind == "open" else now
    values = {"stage_id": stage.id, "owner_id": owner_id, "closed_at": closed_at}
    await session.execute(update(Lead).where(Lead.org_id == stage.org_id, Lead.id == lead_id).values(values))


async def first_stage(session: AsyncSession) -> UUID:
    """Return the stage in which new leads stand."""
    org_id = session.info["org_id"]
    known = _first_stages.get(org_id)
    if known is None:
        stages = await queries.list_stages(session)
        if not stages:  # not remembered: this transaction may yet roll back
            return (await read_pipeline(session))[0].id
        known = _first_stages[org_id] = stages[0].id
    return known
