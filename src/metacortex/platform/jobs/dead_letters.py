"""Jobs that were given up: finding them for the operator of the installation, and taking one to decide about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database import RELAY_ROLE, transaction
from metacortex.platform.jobs.models import DeadLetter


@dataclass(frozen=True, slots=True)
class DeadLetterCount:
    """How many given-up jobs wait for a person: all of them, and those owed in the name of one organization."""

    total: int
    of_organization: int


async def count_dead_letters(org_id: UUID) -> DeadLetterCount:
    """Count the given-up jobs of the whole installation, and among them those of one organization."""
    waiting = select(func.count(), func.count().filter(DeadLetter.org_id == org_id))
    async with transaction(None, role=RELAY_ROLE) as session:
        total, of_organization = (await session.execute(waiting.where(DeadLetter.replayed_at.is_(None)))).one()
    return DeadLetterCount(total, of_organization)


async def list_dead_letters(
    *, ids: Collection[UUID] = (), job: str | None = None, org_id: UUID | None = None, limit: int | None = None
) -> Sequence[DeadLetter]:
    """Return the given-up jobs of the whole installation, the newest first, narrowed by what is given."""
    query = select(DeadLetter).where(DeadLetter.replayed_at.is_(None))
    if ids:
        query = query.where(DeadLetter.id.in_(ids))
    if job is not None:
        query = query.where(DeadLetter.name == job)
    if org_id is not None:
        query = query.where(DeadLetter.org_id == org_id)
    async with transaction(None, role=RELAY_ROLE) as session:
        return (await session.scalars(query.order_by(DeadLetter.failed_at.desc(), DeadLetter.id).limit(limit))).all()


async def take_dead_letter(session: AsyncSession, letter_id: UUID) -> DeadLetter | None:
    """Return a given-up job of the bound organization, locked, unless somebody has decided about it already."""
    letter = await session.get(
        DeadLetter, (session.info["org_id"], letter_id), with_for_update=True, populate_existing=True
    )
    return None if letter is None or letter.replayed_at is not None else letter
