"""Transactions bound to one organization, with work that must be written just before the commit."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database.engine import APP_ROLE, engine

_BIND = text("SELECT set_config('app.org_id', :org_id, true)")
_STEPS = "before_commit"


@asynccontextmanager
async def transaction(org_id: UUID | None, *, role: str = APP_ROLE) -> AsyncIterator[AsyncSession]:
    """Open a transaction that sees the rows of one organization (of none if `org_id` is None); commit on leaving."""
    async with AsyncSession(engine(role), expire_on_commit=False, autoflush=True) as session, session.begin():
        session.info["org_id"] = org_id
        if org_id is not None:
            await session.execute(_BIND, {"org_id": str(org_id)})
        yield session
        for step in session.info.get(_STEPS, []):
            await step(session)


def before_commit(session: AsyncSession, step: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Run `step` once, as the transaction's last statement before its commit."""
    steps = session.info.setdefault(_STEPS, [])
    if step not in steps:
        steps.append(step)
