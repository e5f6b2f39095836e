"""Selects of organizations, users and members."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity.models import Member, Organization, User
from metacortex.platform.security import Role


async def find_user_by_email(session: AsyncSession, email: str) -> User | None:
    """Return the user with this normalised address."""
    return await session.scalar(select(User).where(User.email == email))


async def lock_user(session: AsyncSession, user_id: UUID) -> None:
    """Hold a person's row until commit, so that of two changes to their proofs one waits."""
    await session.execute(select(User.id).where(User.id == user_id).with_for_update())


async def find_user(session: AsyncSession, user_id: UUID) -> User | None:
    """Return one person."""
    return await session.get(User, user_id)


async def replace_password_hash(session: AsyncSession, user_id: UUID, known: str | None, fresh: str) -> None:
    """Keep another hash of the same password, unless the password was changed meanwhile."""
    await session.execute(
        update(User).where(User.id == user_id, User.password_hash == known).values(password_hash=fresh)
    )


async def find_organization(session: AsyncSession, org_id: UUID) -> Organization | None:
    """Return one organization."""
    return await session.get(Organization, org_id)


async def lock_organization(session: AsyncSession, org_id: UUID) -> Organization:
    """Return the bound organization, and hold its row until commit."""
    found = await session.scalars(
        select(Organization)
        .where(Organization.id == org_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one()


async def find_member_ids(session: AsyncSession, org_id: UUID) -> Sequence[UUID]:
    """Return the ids of the present members."""
    found = await session.scalars(select(Member.id).where(Member.org_id == org_id, Member.removed_at.is_(None)))
    return found.all()


async def find_organization_ids(session: AsyncSession) -> Sequence[UUID]:
    """Return the ids of all organizations, the oldest first."""
    return (await session.scalars(select(Organization.id).order_by(Organization.id))).all()


async def find_organization_names(session: AsyncSession) -> dict[UUID, str]:
    """Return the names of all organizations by id."""
    found = await session.execute(select(Organization.id, Organization.name))
    return {row.id: row.name for row in found}


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
