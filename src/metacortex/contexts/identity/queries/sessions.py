"""Selects of sessions and their refresh tokens."""

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity.models import Organization, RefreshToken, SignInSession
from metacortex.platform.database import utc_now


async def find_refresh_token(session: AsyncSession, token_hash: str) -> RefreshToken | None:
    """Return the refresh token with this hash; needs `see_by_token`."""
    return await session.scalar(select(RefreshToken).where(RefreshToken.token_hash == token_hash))


async def lock_sign_in_session(session: AsyncSession, org_id: UUID, session_id: UUID) -> SignInSession | None:
    """Return a session and hold its row until commit: its refresh tokens are exchanged one at a time."""
    return await session.scalar(
        select(SignInSession)
        .where(SignInSession.org_id == org_id, SignInSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def revoke_member_sessions(session: AsyncSession, org_id: UUID, member_id: UUID) -> None:
    """End every session of a member."""
    await session.execute(
        update(SignInSession)
        .where(SignInSession.org_id == org_id, SignInSession.member_id == member_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=utc_now())
    )


async def find_open_sessions(session: AsyncSession, user_id: UUID) -> list[tuple[SignInSession, Organization]]:
    """Return the sessions a person can go on with, the last used first; needs `see_as_user`."""
    found = await session.execute(
        select(SignInSession, Organization)
        .join(Organization, Organization.id == SignInSession.org_id)
        .where(SignInSession.user_id == user_id, SignInSession.revoked_at.is_(None))
        .order_by(SignInSession.used_at.desc(), SignInSession.id)
    )
    return [(family, organization) for family, organization in found]


async def delete_expired_tokens(session: AsyncSession, org_id: UUID, session_id: UUID) -> None:
    """Forget a session's refresh tokens that are too old to be used or replayed."""
    await session.execute(
        delete(RefreshToken).where(
            RefreshToken.org_id == org_id, RefreshToken.session_id == session_id, RefreshToken.expires_at <= utc_now()
        )
    )


async def delete_dead_sessions(session: AsyncSession, org_id: UUID, member_id: UUID) -> None:
    """Forget a member's sessions that no token can continue."""
    alive = (
        select(RefreshToken.id)
        .where(
            RefreshToken.org_id == org_id,
            RefreshToken.session_id == SignInSession.id,
            RefreshToken.expires_at > utc_now(),
        )
        .exists()
    )
    await session.execute(
        delete(SignInSession)
        .where(SignInSession.org_id == org_id, SignInSession.member_id == member_id, ~alive)
        .execution_options(synchronize_session=False)
    )
