"""The three ways to be let see rows."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_SET = text("SELECT set_config(:name, :value, true)")


async def see_as_user(session: AsyncSession, user_id: UUID) -> None:
    """Let this transaction read a person's memberships, sessions and proofs, and change the proofs."""
    await session.execute(_SET, {"name": "app.user_id", "value": str(user_id)})


async def see_by_token(session: AsyncSession, token_hash: str) -> None:
    """Let this transaction read whatever is kept under the hash of a token that somebody holds."""
    await session.execute(_SET, {"name": "app.token_hash", "value": token_hash})


async def see_organization(session: AsyncSession, org_id: UUID) -> None:
    """Bind this transaction to an organization that was just found or made."""
    await session.flush()  # what was changed until now belongs to the organization bound until now
    session.info["org_id"] = org_id
    await session.execute(_SET, {"name": "app.org_id", "value": str(org_id)})
