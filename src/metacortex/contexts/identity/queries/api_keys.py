"""Selects of API keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity.models import ApiKey, Member, User
from metacortex.platform.database import utc_now


async def find_key(session: AsyncSession, token_hash: str) -> ApiKey | None:
    """Return the API key with this hash if it can be used; needs `see_by_token`."""
    return await session.scalar(
        select(ApiKey).where(
            ApiKey.token_hash == token_hash,
            ApiKey.revoked_at.is_(None),
            or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > utc_now()),
        )
    )


async def find_keys(session: AsyncSession, org_id: UUID) -> list[tuple[ApiKey, User]]:
    """Return an organization's keys that were not ended, with who made them, the newest first."""
    found = await session.execute(
        select(ApiKey, User)
        .join(Member, (Member.org_id == ApiKey.org_id) & (Member.id == ApiKey.member_id))
        .join(User, User.id == Member.user_id)
        .where(ApiKey.org_id == org_id, ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.id.desc())
    )
    return [(key, user) for key, user in found]


async def count_keys(session: AsyncSession, org_id: UUID) -> int:
    """Return how many keys of an organization were not ended."""
    return (
        await session.scalar(
            select(func.count()).select_from(ApiKey).where(ApiKey.org_id == org_id, ApiKey.revoked_at.is_(None))
        )
        or 0
    )


async def lock_key(session: AsyncSession, org_id: UUID, key_id: UUID) -> ApiKey | None:
    """Return a key that was not ended, and hold its row until commit."""
    return await session.scalar(
        select(ApiKey)
        .where(ApiKey.org_id == org_id, ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def note_key_use(session: AsyncSession, org_id: UUID, key_id: UUID, now: datetime) -> None:
    """Remember when a key was used."""
    await session.execute(update(ApiKey).where(ApiKey.org_id == org_id, ApiKey.id == key_id).values(used_at=now))
