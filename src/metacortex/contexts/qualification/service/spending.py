"""What organizations spent on language models today, in one place for all worker processes."""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert

from metacortex.contexts.qualification.models import LlmSpending
from metacortex.platform.database import new_id, transaction, utc_now


class DailyBudget:
    """A limit of micro-dollars for each organization and day (UTC)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    async def reserve(self, org_id: UUID, amount: int) -> bool:
        """Set `amount` aside, or say that it is more than is left."""
        if amount > self.limit:
            return False
        row = {"org_id": org_id, "id": new_id(), "day": utc_now().date(), "micro_usd": amount}
        more = LlmSpending.micro_usd + amount
        statement = (
            insert(LlmSpending)
            .values(row)
            .on_conflict_do_update(index_elements=["org_id", "day"], set_={"micro_usd": more}, where=more <= self.limit)
            .returning(LlmSpending.id)
        )
        async with transaction(org_id) as session:
            return await session.scalar(statement) is not None

    async def settle(self, org_id: UUID, *, reserved: int, spent: int) -> None:
        """Replace what was set aside by what the call cost; a process that dies before leaves the larger figure."""
        today = (LlmSpending.org_id == org_id, LlmSpending.day == utc_now().date())
        left = func.greatest(0, LlmSpending.micro_usd - reserved) + spent
        async with transaction(org_id) as session:
            await session.execute(update(LlmSpending).where(*today).values(micro_usd=left))
