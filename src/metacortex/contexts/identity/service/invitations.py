"""Invitations: a link that makes its holder a member once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.models import Invitation, Member, Organization, User
from metacortex.contexts.identity.schemas import AcceptInvitation, Invite
from metacortex.contexts.identity.service.passwords import refuse_easy_password
from metacortex.contexts.identity.service.second_factor import SecondFactorNeeded, enter
from metacortex.contexts.identity.service.sessions import SignedIn
from metacortex.contexts.identity.service.sign_in import WrongCredentials, add_member, add_user
from metacortex.contexts.identity.service.team import check_role_to_give, check_team_editor
from metacortex.contexts.identity.service.throttling import admit_try, read_device
from metacortex.contexts.identity.types import hash_token, new_token
from metacortex.platform.audit import record
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Conflict, NotFound
from metacortex.platform.security import Principal, Role, hash_password, verify_password
from metacortex.platform.settings import settings

INVITATION_LIFETIME = timedelta(days=7)
MOST_OPEN_INVITATIONS = 200


class InvitationNotFound(NotFound):
    code = "invitation_not_found"
    title = "This invitation was used, taken back or is too old. Ask for a new one."


class AlreadyMember(Conflict):
    code = "already_member"
    title = "This person is already a member of your organization."


class TooManyInvitations(Conflict):
    code = "too_many_invitations"
    title = "Too many invitations wait for an answer. Take some back first."


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A fresh invitation with its link, which cannot be shown again."""

    invitation: Invitation
    accept_url: str


async def invite_member(session: AsyncSession, principal: Principal, body: Invite) -> NewInvitation:
    """Offer somebody a place in the organization; an earlier open offer to the same address ends."""
    actor_role = await check_team_editor(session, principal)
    check_role_to_give(principal, actor_role, body.role)
    user = await queries.find_user_by_email(session, body.email)
    membership = await queries.find_membership(session, principal.org_id, user.id) if user else None
    if membership is not None and membership.removed_at is None:
        raise AlreadyMember
    await queries.delete_open_invitations(session, principal.org_id, body.email)
    if await queries.count_open_invitations(session, principal.org_id) >= MOST_OPEN_INVITATIONS:
        raise TooManyInvitations
    token = new_token()
    invitation = Invitation(
        org_id=principal.org_id,
        email=body.email,
        role=body.role.value,
        token_hash=hash_token(token),
        invited_by=principal.member_id,
        expires_at=utc_now() + INVITATION_LIFETIME,
    )
    session.add(invitation)
    await session.flush()
    record(session, "member.invited", subject=str(invitation.id), after={"role": body.role.value})
    return NewInvitation(invitation, f"{settings().base_url}/invitations/{token}")


async def list_invitations(session: AsyncSession, principal: Principal) -> Sequence[Invitation]:
    """Return the invitations nobody has accepted yet."""
    return await queries.find_open_invitations(session, principal.org_id)


async def revoke_invitation(session: AsyncSession, principal: Principal, invitation_id: UUID) -> None:
    """Take an invitation back."""
    await check_team_editor(session, principal)
    invitation = await queries.lock_invitation(session, principal.org_id, invitation_id)
    if invitation is None:
        raise InvitationNotFound
    await session.delete(invitation)
    record(session, "invitation.withdrawn", subject=str(invitation.id), before={"role": invitation.role})


async def read_invitation(token: str) -> tuple[Invitation, Organization]:
    """Return what the holder of a token is invited to."""
    async with transaction(None) as session:
        return await _find_invitation(session, token)


async def accept_invitation(body: AcceptInvitation, *, device: str | None = None) -> SignedIn | SecondFactorNeeded:
    """Make the holder of an invitation a member; somebody with an account proves it by its password."""
    async with transaction(None) as session:
        invitation, organization = await _find_invitation(session, body.token)
        user = await queries.find_user_by_email(session, invitation.email)
    password_hash = None
    if user is None:
        await refuse_easy_password(body.password, body.name, invitation.email, organization.name)
        password_hash = await hash_password(body.password)
    else:
        await admit_try(user.email, read_device(user.email, device))
        if not await verify_password(body.password, user.password_hash):
            message = "You already have an account with this e-mail address. Give the password of that account."
            raise WrongCredentials(message)
    async with transaction(None) as session:
        found, organization = await _find_invitation(session, body.token)
        locked = await queries.lock_invitation(session, found.org_id, found.id)
        if locked is None:
            raise InvitationNotFound
        locked.accepted_at = utc_now()
        user = user or await add_user(session, body.name, locked.email, password_hash)
        member = await _join(session, locked, user)
        return await enter(session, member, user, organization, methods=["pwd"])


async def _join(session: AsyncSession, invitation: Invitation, user: User) -> Member:
    return await add_member(session, invitation.org_id, user.id, Role(invitation.role))


async def _find_invitation(session: AsyncSession, token: str) -> tuple[Invitation, Organization]:
    token_hash = hash_token(token)
    await queries.see_by_token(session, token_hash)
    invitation = await queries.find_invitation_by_token(session, token_hash)
    organization = await queries.find_organization(session, invitation.org_id) if invitation else None
    if invitation is None or organization is None:
        raise InvitationNotFound
    await queries.see_organization(session, organization.id)
    return invitation, organization
