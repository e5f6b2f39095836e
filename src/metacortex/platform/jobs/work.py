"""What a running job holds: its organization, its calls, and the transaction that records it as done."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database import transaction
from metacortex.platform.jobs.models import JobRow

T = TypeVar("T")


class AlreadyDone(Exception):
    """Another run finished some of these jobs first; nothing of this run is kept."""


@dataclass
class Work(Generic[T]):
    """One batch of calls of one job in one organization."""

    org_id: UUID
    calls: Sequence[T]
    job_ids: Sequence[UUID] = field(repr=False)
    finished: bool = False

    @asynccontextmanager
    async def finish(self) -> AsyncIterator[AsyncSession]:
        """Open the transaction that holds this job's effects and its completion: both are kept, or neither."""
        async with transaction(self.org_id) as session:
            done = await session.execute(
                delete(JobRow).where(JobRow.org_id == self.org_id, JobRow.id.in_(self.job_ids)).returning(JobRow.id)
            )
            if len(done.all()) != len(self.job_ids):
                raise AlreadyDone
            yield session
        self.finished = True
