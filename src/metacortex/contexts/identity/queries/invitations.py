"""Selects of invitations, one-time links and the first login."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, cast, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity.models import ExternalIdentity, Invitation, LoginLink, Member, User
from metacortex.platform.database import utc_now
from metacortex.platform.security import Role

_FIRST_LOGIN_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('metacortex.first_login'))")


async def find_invitation_by_token(session: AsyncSession, token_hash: str) -> Invitation | None:
    """Return an invitation that can still be accepted; needs `see_by_token`."""
    return await session.scalar(
        select(Invitation).where(
            Invitation.token_hash == token_hash,
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > utc_now(),
        )
    )


async def lock_invitation(session: AsyncSession, org_id: UUID, invitation_id: UUID) -> Invitation | None:
    """Return an invitation nobody has accepted yet, and hold its row until commit."""
    return await session.scalar(
        select(Invitation)
        .where(Invitation.org_id == org_id, Invitation.id == invitation_id, Invitation.accepted_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def find_open_invitations(session: AsyncSession, org_id: UUID) -> Sequence[Invitation]:
    """Return the invitations nobody has accepted yet, the newest first."""
    found = await session.scalars(
        select(Invitation)
        .where(Invitation.org_id == org_id, Invitation.accepted_at.is_(None))
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )
    return found.all()


async def count_open_invitations(session: AsyncSession, org_id: UUID) -> int:
    """Return how many invitations wait for an answer."""
    return (
        await session.scalar(
            select(func.count())
            .select_from(Invitation)
            .where(Invitation.org_id == org_id, Invitation.accepted_at.is_(None), Invitation.expires_at > utc_now())
        )
        or 0
    )


async def delete_open_invitations(session: AsyncSession, org_id: UUID, email: str) -> None:
    """Take back what this address was offered and has not accepted."""
    await session.execute(
        delete(Invitation).where(
            Invitation.org_id == org_id, Invitation.email == email, Invitation.accepted_at.is_(None)
        )
    )


async def lock_login_link(session: AsyncSession, org_id: UUID, link_id: UUID) -> LoginLink | None:
    """Return a link that was not used, and hold its row until commit."""
    return await session.scalar(
        select(LoginLink)
        .where(LoginLink.org_id == org_id, LoginLink.id == link_id, LoginLink.used_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def find_login_link(session: AsyncSession, token_hash: str) -> LoginLink | None:
    """Return a link that can still be used; needs `see_by_token`."""
    return await session.scalar(
        select(LoginLink).where(
            LoginLink.token_hash == token_hash, LoginLink.used_at.is_(None), LoginLink.expires_at > utc_now()
        )
    )


async def delete_login_links(session: AsyncSession, org_id: UUID, member_id: UUID) -> None:
    """Make a member's unused links worthless."""
    await session.execute(
        delete(LoginLink).where(
            LoginLink.org_id == org_id, LoginLink.member_id == member_id, LoginLink.used_at.is_(None)
        )
    )


async def lock_first_login(session: AsyncSession) -> None:
    """Let one process at a time decide about the first login, until this transaction ends."""
    await session.execute(_FIRST_LOGIN_LOCK)


async def find_owner_without_password(session: AsyncSession, org_id: UUID) -> Member | None:
    """Return the first owner of an organization if that person has never set a password, nor signed in with others."""
    identity = select(ExternalIdentity.id).where(ExternalIdentity.user_id == User.id).limit(1).scalar_subquery()
    found = await session.execute(
        select(Member, func.coalesce(User.password_hash, cast(identity, Text)))
        .join(User, User.id == Member.user_id)
        .where(Member.org_id == org_id, Member.role == Role.OWNER, Member.removed_at.is_(None))
        .order_by(Member.created_at, Member.id)
        .limit(1)
    )
    owner = found.first()
    return owner[0] if owner and owner[1] is None else None
