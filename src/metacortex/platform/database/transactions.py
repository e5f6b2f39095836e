"""Transactions bound to one organization, with work that must be written just before the commit."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.platform.database.engine import APP_ROLE, engine

_BIND = text("SELECT set_config('app.org_id', :org_id, true)")
_NOTIFY = text(
    """
    SELECT pg_notify(told.channel, told.payload)
    FROM unnest(CAST(:channels AS text[]), CAST(:payloads AS text[])) AS told(channel, payload)
    """
)
_STEPS = "before_commit"
_NOTICES = "notices"


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
        if notices := session.info.get(_NOTICES):
            channels, payloads = zip(*notices, strict=True)
            await session.execute(_NOTIFY, {"channels": list(channels), "payloads": list(payloads)})


def before_commit(session: AsyncSession, step: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Run `step` once, as the transaction's last statement before its commit."""
    steps = session.info.setdefault(_STEPS, [])
    if step not in steps:
        steps.append(step)


def notify(session: AsyncSession, channel: str, payload: str = "") -> None:
    """Wake those who listen on a channel, once, when this transaction has committed."""
    session.info.setdefault(_NOTICES, set()).add((channel, payload))
