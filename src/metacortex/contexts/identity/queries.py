"""Every select of identity, and the three ways to be let see rows."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity.models import (
    Invitation,
    LoginLink,
    Member,
    Organization,
    RefreshToken,
    SignInSession,
    User,
)
from metacortex.platform.database import utc_now
from metacortex.platform.security import Role

_SET = text("SELECT set_config(:name, :value, true)")
_FIRST_LOGIN_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('metacortex.first_login'))")


async def see_as_user(session: AsyncSession, user_id: UUID) -> None:
    """Let this transaction read a user's memberships of all organizations."""
    await session.execute(_SET, {"name": "app.user_id", "value": str(user_id)})


async def see_by_token(session: AsyncSession, token_hash: str) -> None:
    """Let this transaction read the invitation, login link or refresh token that has this hash."""
    await session.execute(_SET, {"name": "app.token_hash", "value": token_hash})


async def see_organization(session: AsyncSession, org_id: UUID) -> None:
    """Bind this transaction to an organization that was just found or made."""
    session.info["org_id"] = org_id
    await session.execute(_SET, {"name": "app.org_id", "value": str(org_id)})


async def lock_first_login(session: AsyncSession) -> None:
    """Let one process at a time decide about the first login, until this transaction ends."""
    await session.execute(_FIRST_LOGIN_LOCK)


async def find_user_by_email(session: AsyncSession, email: str) -> User | None:
    """Return the user with this normalised address."""
    return await session.scalar(select(User).where(User.email == email))


async def find_organization(session: AsyncSession, org_id: UUID) -> Organization | None:
    """Return one organization."""
    return await session.get(Organization, org_id)


async def find_oldest_organization(session: AsyncSession) -> Organization | None:
    """Return the organization that was created first."""
    return await session.scalar(select(Organization).order_by(Organization.created_at, Organization.id).limit(1))


async def find_memberships(session: AsyncSession, user_id: UUID) -> list[tuple[Member, Organization]]:
    """Return a user's memberships with their organizations, the last used first; needs `see_as_user`."""
    found = await session.execute(
        select(Member, Organization)
        .join(Organization, Organization.id == Member.org_id)
        .where(Member.user_id == user_id, Member.removed_at.is_(None))
        .order_by(Member.signed_in_at.desc().nulls_last(), Member.created_at.desc())
    )
    return [(member, organization) for member, organization in found]


async def find_member(session: AsyncSession, org_id: UUID, member_id: UUID) -> tuple[Member, User] | None:
    """Return a member who was not removed, with the user."""
    found = await session.execute(
        select(Member, User)
        .join(User, User.id == Member.user_id)
        .where(Member.org_id == org_id, Member.id == member_id, Member.removed_at.is_(None))
    )
    row = found.first()
    return (row[0], row[1]) if row else None


async def find_membership(session: AsyncSession, org_id: UUID, user_id: UUID) -> Member | None:
    """Return a user's membership of one organization, removed or not."""
    return await session.scalar(select(Member).where(Member.org_id == org_id, Member.user_id == user_id))


async def find_members(session: AsyncSession, org_id: UUID) -> list[tuple[Member, User]]:
    """Return the members of an organization in the order they joined."""
    found = await session.execute(
        select(Member, User)
        .join(User, User.id == Member.user_id)
        .where(Member.org_id == org_id, Member.removed_at.is_(None))
        .order_by(Member.created_at, Member.id)
    )
    return [(member, user) for member, user in found]


async def find_names(session: AsyncSession, org_id: UUID, member_ids: Iterable[UUID]) -> list[tuple[UUID, str, str]]:
    """Return id, name and address of members, removed ones too."""
    found = await session.execute(
        select(Member.id, User.name, User.email)
        .join(User, User.id == Member.user_id)
        .where(Member.org_id == org_id, Member.id.in_(set(member_ids)))
    )
    return [(member_id, name, email) for member_id, name, email in found]


async def lock_owners(session: AsyncSession, org_id: UUID) -> int:
    """Hold the owners' rows until commit and return how many there are."""
    found = await session.execute(
        select(Member.id)
        .where(Member.org_id == org_id, Member.role == Role.OWNER, Member.removed_at.is_(None))
        .order_by(Member.id)
        .with_for_update()
    )
    return len(found.all())


async def lock_member(session: AsyncSession, org_id: UUID, member_id: UUID) -> tuple[Member, User] | None:
    """Return a member as they are now, with the user, and hold the member's row until commit."""
    found = await session.execute(
        select(Member, User)
        .join(User, User.id == Member.user_id)
        .where(Member.org_id == org_id, Member.id == member_id, Member.removed_at.is_(None))
        .with_for_update(of=Member)
        .execution_options(populate_existing=True)
    )
    row = found.first()
    return (row[0], row[1]) if row else None


async def find_owner_without_password(session: AsyncSession, org_id: UUID) -> Member | None:
    """Return the first owner of an organization if that person has never set a password."""
    found = await session.execute(
        select(Member, User.password_hash)
        .join(User, User.id == Member.user_id)
        .where(Member.org_id == org_id, Member.role == Role.OWNER, Member.removed_at.is_(None))
        .order_by(Member.created_at, Member.id)
        .limit(1)
    )
    owner = found.first()
    return owner[0] if owner and owner[1] is None else None


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
