"""The team of an organization: its members and their roles."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries, rules
from metacortex.contexts.identity.events import MemberRemoved, MemberRoleChanged
from metacortex.contexts.identity.models import Member, Organization, User
from metacortex.platform.audit import record
from metacortex.platform.database import utc_now
from metacortex.platform.errors import Conflict, NotFound, Refused, Unauthenticated
from metacortex.platform.events import publish
from metacortex.platform.security import ROLE_PERMISSIONS, Principal, Role, is_allowed
from metacortex.platform.security.revocations import revoke_tokens


class MemberNotFound(NotFound):
    code = "member_not_found"
    title = "This person is not a member of your organization."


class LastOwner(Conflict):
    code = "last_owner"
    title = "An organization needs an owner. Make somebody else an owner first."


class OnlyOwners(Refused):
    code = "only_owners"
    title = "Only an owner can make, change or remove an owner."


class RoleBeyondScope(Refused):
    code = "role_beyond_scope"
    title = "An API key cannot give a role that may do more than the key itself. Do this signed in."


class FactorOfYourOwnFirst(Conflict):
    code = "factor_of_your_own_first"
    title = "Set up a second factor for yourself before you demand one of everybody."


@dataclass(frozen=True, slots=True)
class Me:
    """The signed-in person and where they belong."""

    member: Member
    user: User
    organization: Organization
    memberships: list[tuple[Member, Organization]]


async def read_me(session: AsyncSession, principal: Principal) -> Me:
    """Return the signed-in person as they are now, with every organization they may enter."""
    person = await queries.find_member(session, principal.org_id, principal.member_id)
    organization = await queries.find_organization(session, principal.org_id)
    if person is None or organization is None:
        raise Unauthenticated
    await queries.see_as_user(session, principal.user_id)
    return Me(person[0], person[1], organization, await queries.find_memberships(session, principal.user_id))


async def check_team_editor(session: AsyncSession, principal: Principal) -> Role:
    """Return the acting member's role as it is now: a token may be an hour behind, too old to hand out roles by."""
    actor = await queries.find_member(session, principal.org_id, principal.member_id)
    if actor is None:
        raise Unauthenticated
    role = Role(actor[0].role)
    if not is_allowed(role, "team:edit"):
        raise Refused
    return role


def check_role_to_give(principal: Principal, actor_role: Role, role: Role) -> None:
    """Refuse a role that is not the actor's to give: only owners make owners, and no key hands on more than it has."""
    if not rules.may_give_role(actor_role, role):
        raise OnlyOwners
    if principal.scopes is not None and not ROLE_PERMISSIONS[role] <= principal.scopes:
        raise RoleBeyondScope


async def change_organization(
    session: AsyncSession, principal: Principal, *, name: str | None, requires_second_factor: bool | None
) -> Organization:
    """Rename the organization, or demand a second factor of its members from their next token on."""
    organization = await queries.lock_organization(session, principal.org_id)
    before = {"name": organization.name, "requires_second_factor": organization.requires_second_factor}
    if requires_second_factor and not await queries.has_second_factor(session, principal.user_id):
        raise FactorOfYourOwnFirst
    organization.name = name or organization.name
    if requires_second_factor is not None and requires_second_factor != organization.requires_second_factor:
        organization.requires_second_factor = requires_second_factor
        revoke_tokens(session, *await queries.find_member_ids(session, principal.org_id))
    after = {"name": organization.name, "requires_second_factor": organization.requires_second_factor}
    if after != before:
        record(session, "organization.changed", subject=str(organization.id), before=before, after=after)
    return organization


async def change_role(session: AsyncSession, principal: Principal, member_id: UUID, role: Role) -> tuple[Member, User]:
    """Give a member another role."""
    person = await _lock_target(session, principal, member_id, next_role=role)
    member = person[0]
    if member.role != role:
        record(
            session, "member.role_changed", subject=str(member.id), before={"role": member.role}, after={"role": role}
        )
        member.role = role.value
        revoke_tokens(session, member.id)
        publish(session, MemberRoleChanged(member_id=member.id, role=role.value))
    return person


async def remove_member(session: AsyncSession, principal: Principal, member_id: UUID) -> None:
    """End a membership and all its sessions; the member's past work keeps its author."""
    member = (await _lock_target(session, principal, member_id, next_role=None))[0]
    member.removed_at = utc_now()
    await queries.revoke_member_sessions(session, member.org_id, member.id)
    revoke_tokens(session, member.id)
    record(session, "member.removed", subject=str(member.id), before={"role": member.role})
    await queries.delete_login_links(session, member.org_id, member.id)
    publish(session, MemberRemoved(member_id=member.id))


async def end_member_sessions(session: AsyncSession, principal: Principal, member_id: UUID) -> None:
    """Sign a member out of this organization everywhere, at once; their membership stays."""
    actor_role = await check_team_editor(session, principal)
    member = (await _lock_person(session, principal, member_id, actor_role))[0]
    await queries.revoke_member_sessions(session, member.org_id, member.id)
    await queries.delete_login_links(session, member.org_id, member.id)
    revoke_tokens(session, member.id)
    record(session, "member.signed_out", subject=str(member.id))


async def _lock_person(
    session: AsyncSession, principal: Principal, member_id: UUID, actor_role: Role
) -> tuple[Member, User]:
    person = await queries.lock_member(session, principal.org_id, member_id)
    if person is None:
        raise MemberNotFound
    if not rules.may_change_member(actor_role, person[0].role):
        raise OnlyOwners
    return person


async def _lock_target(
    session: AsyncSession, principal: Principal, member_id: UUID, *, next_role: Role | None
) -> tuple[Member, User]:
    """Hold the owners, then the member, so that of two owners who demote each other one stays."""
    owner_count = await queries.lock_owners(session, principal.org_id)
    actor_role = await check_team_editor(session, principal)
    person = await _lock_person(session, principal, member_id, actor_role)
    target_role = person[0].role
    if next_role is not None:
        check_role_to_give(principal, actor_role, next_role)
    if rules.leaves_no_owner(owner_count, target_role, next_role):
        raise LastOwner
    return person
