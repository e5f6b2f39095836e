"""The door of identity for later contexts, entrypoints and the demo."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.service import api_keys, audit_log, first_login, sign_in
from metacortex.contexts.identity.types import normalise_email
from metacortex.platform.audit import Finding
from metacortex.platform.errors import Invalid
from metacortex.platform.security import Principal, Role, hash_password


@dataclass(frozen=True, slots=True)
class FirstLogin:
    """The first organization, and a token that signs its owner in once within a day."""

    org_id: UUID
    token: str


@dataclass(frozen=True, slots=True)
class MemberName:
    """How to name a member, removed or not."""

    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A present member."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    role: Role


async def read_api_key(secret: str) -> Principal:
    """Return whom an API key speaks for; raises Unauthenticated for one that cannot be used."""
    return await api_keys.read_key(secret)


async def verify_audit_logs() -> AsyncIterator[Finding]:
    """Check every organization's audit log."""
    async for finding in audit_log.verify_all():
        yield finding


async def issue_first_login() -> FirstLogin | None:
    """Make sure an organization exists; return a way in while its owner has no password, else None."""
    issued = await first_login.issue_first_login()
    return FirstLogin(*issued) if issued else None


async def read_members(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, MemberName]:
    """Return the names of those of these members who belong, or belonged, to the bound organization."""
    found = await queries.find_names(session, session.info["org_id"], ids)
    return {member_id: MemberName(member_id, name, email) for member_id, name, email in found}


async def list_members(session: AsyncSession) -> list[TeamMember]:
    """Return the bound organization's present members in the order they joined."""
    found = await queries.find_members(session, session.info["org_id"])
    return [TeamMember(member.id, user.id, user.name, user.email, Role(member.role)) for member, user in found]


async def list_organization_ids(session: AsyncSession) -> list[UUID]:
    """Return every organization."""
    return list(await queries.find_organization_ids(session))


async def read_organization_names(session: AsyncSession) -> dict[UUID, str]:
    """Return the names of all organizations by id."""
    return await queries.find_organization_names(session)


async def member_exists(session: AsyncSession, member_id: UUID) -> bool:
    """Tell whether this is a present member of the bound organization."""
    return await queries.find_member(session, session.info["org_id"], member_id) is not None


async def create_organization(session: AsyncSession, name: str) -> UUID:
    """Add an organization, bind this transaction to it, and return its id."""
    return (await sign_in.create_organization(session, name)).id


async def create_member(session: AsyncSession, *, name: str, email: str, role: Role, password: str) -> UUID:
    """Add a member to the bound organization and return their id; a known person keeps name and password."""
    address = normalise_email(email)
    if address is None:
        message = f"{email!r} is not an e-mail address."
        raise Invalid(message)
    user = await queries.find_user_by_email(session, address)
    if user is None:
        user = await sign_in.add_user(session, name, address, await hash_password(password))
    return (await sign_in.add_member(session, session.info["org_id"], user.id, role)).id
