"""Signing up and signing in, by password or by a one-time link.

Passwords are hashed with no transaction open: the hash takes a fifth of a second on purpose.
"""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.events import MemberJoined, OrganizationCreated, SignInFailed
from metacortex.contexts.identity.models import Member, Organization, User
from metacortex.contexts.identity.schemas import SignIn, SignInByLink, SignUp
from metacortex.contexts.identity.service.passwords import refuse_easy_password
from metacortex.contexts.identity.service.recovery import request_verification
from metacortex.contexts.identity.service.second_factor import SecondFactorNeeded, enter
from metacortex.contexts.identity.service.sessions import SignedIn, tell_organizations
from metacortex.contexts.identity.service.throttling import admit_try, read_device
from metacortex.contexts.identity.types import hash_token
from metacortex.platform.audit import Origin, current_origin, record, start_origin
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Conflict, Refused, Unauthenticated
from metacortex.platform.events import NO_ORGANIZATION, publish
from metacortex.platform.security import Role, hash_password, renew_hash, verify_password


class WrongCredentials(Unauthenticated):
    code = "wrong_credentials"
    title = "The e-mail address or the password is not right."


class EmailInUse(Conflict):
    code = "email_in_use"
    title = "This e-mail address cannot be used with this password. If it is yours, sign in instead."


class NotAMember(Refused):
    code = "not_a_member"
    title = "You are not a member of this organization. Ask one of its owners for an invitation."


class LinkNotValid(Unauthenticated):
    code = "link_not_valid"
    title = "This link was used before or is too old. Ask for a new one where you got it."


async def sign_up(body: SignUp, *, device: str | None = None) -> SignedIn | SecondFactorNeeded:
    """Create an organization and its owner, who may already have an account with this password.

    Both answers cost one password hash. Repeating a sign-up leads into the organization it created.
    """
    # Before anybody is looked for, so that a bad password does not tell who has an account.
    await refuse_easy_password(body.password, body.name, body.email, body.organization_name)
    async with transaction(None) as session:
        user = await queries.find_user_by_email(session, body.email)
    password_hash = None
    if user is None:
        password_hash = await hash_password(body.password)
    else:
        await admit_try(body.email, read_device(body.email, device))
        if not await verify_password(body.password, user.password_hash):
            raise EmailInUse
    async with transaction(None) as session:
        if user is None:
            user = await add_user(session, body.name, body.email, password_hash)
        else:
            await queries.see_as_user(session, user.id)
            for member, organization in await queries.find_memberships(session, user.id):
                if member.role == Role.OWNER and organization.name == body.organization_name:
                    await queries.see_organization(session, organization.id)
                    return await enter(session, member, user, organization, methods=["pwd"])
        organization = await create_organization(session, body.organization_name)
        member = await add_member(session, organization.id, user.id, Role.OWNER)
        record(session, "organization.created", subject=str(organization.id))
        entered = await enter(session, member, user, organization, methods=["pwd"])
    if user.email_verified_at is None:
        await request_verification(user.id)
    return entered


async def sign_in(body: SignIn, *, device: str | None = None) -> SignedIn | SecondFactorNeeded:
    """Sign a person in to the organization asked for, else to the one used last."""
    await admit_try(body.email, read_device(body.email, device))
    async with transaction(None) as session:
        user = await queries.find_user_by_email(session, body.email)
    if not await verify_password(body.password, user.password_hash if user else None) or user is None:
        await _tell_failure(body.email)
        raise WrongCredentials
    fresh_hash = await renew_hash(body.password, user.password_hash)
    async with transaction(None) as session:
        if fresh_hash is not None:
            await queries.replace_password_hash(session, user.id, user.password_hash, fresh_hash)
        await queries.see_as_user(session, user.id)
        for member, organization in await queries.find_memberships(session, user.id):
            if body.organization_id in {None, organization.id}:
                await queries.see_organization(session, organization.id)
                return await enter(session, member, user, organization, methods=["pwd"])
    raise NotAMember


async def _tell_failure(email: str) -> None:
    """Have a failed sign-in recorded later: whether the address has an account must not show in how long this takes."""
    origin = current_origin()
    async with transaction(NO_ORGANIZATION) as session:
        publish(
            session,
            SignInFailed(
                email=email, address=origin.address, user_agent=origin.user_agent, request_id=origin.request_id
            ),
        )


async def record_failure(session: AsyncSession, failed: SignInFailed) -> None:
    """Note a failed sign-in where the owners of the person's organizations see it; an unknown address is forgotten."""
    user = await queries.find_user_by_email(session, failed.email)
    if user is None:
        return
    start_origin(Origin(failed.address, failed.user_agent, failed.request_id))
    await tell_organizations(session, user.id, "sign_in.failed", {})


async def sign_in_by_link(body: SignInByLink) -> SignedIn | SecondFactorNeeded:
    """Sign in the member a one-time link was made for, and keep what they say about themselves."""
    password_hash = None if body.password is None else await hash_password(body.password)
    async with transaction(None) as session:
        member = await _use_link(session, hash_token(body.token))
        person = await queries.find_member(session, member[0], member[1]) if member else None
        organization = await queries.find_organization(session, member[0]) if member else None
        if person is None or organization is None:
            raise LinkNotValid
        await _introduce(session, person[1], body, password_hash)
        if body.password is not None:
            await refuse_easy_password(
                body.password, person[1].name, person[1].email, organization.name, body.organization_name
            )
        organization.name = body.organization_name or organization.name
        await queries.see_as_user(session, person[1].id)
        if password_hash is not None:
            await queries.delete_login_links(session, person[0].org_id, person[0].id)
        return await enter(session, person[0], person[1], organization, methods=["link"])


async def _use_link(session: AsyncSession, token_hash: str) -> tuple[UUID, UUID] | None:
    await queries.see_by_token(session, token_hash)
    found = await queries.find_login_link(session, token_hash)
    if found is None:
        return None
    await queries.see_organization(session, found.org_id)
    link = await queries.lock_login_link(session, found.org_id, found.id)
    if link is None:
        return None
    link.used_at = utc_now()
    return link.org_id, link.member_id


async def _introduce(session: AsyncSession, user: User, body: SignInByLink, password_hash: str | None) -> None:
    user.name = body.name or user.name
    user.email = body.email or user.email
    user.password_hash = password_hash or user.password_hash
    await flush_user(session)


async def add_user(session: AsyncSession, name: str, email: str, password_hash: str | None) -> User:
    """Add a person; an address that somebody else has meanwhile is refused."""
    user = User(name=name, email=email, password_hash=password_hash)
    session.add(user)
    await flush_user(session)
    return user


async def flush_user(session: AsyncSession) -> None:
    """Write a new or changed user, refusing an address that is taken."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise EmailInUse from error


async def add_member(session: AsyncSession, org_id: UUID, user_id: UUID, role: Role) -> Member:
    """Make a person a member of the bound organization, anew if they were removed; members stay what they are."""
    member = await queries.find_membership(session, org_id, user_id)
    if member is None:
        member = Member(org_id=org_id, user_id=user_id, role=role.value)
        session.add(member)
    elif member.removed_at is not None:
        member.role, member.removed_at = role.value, None
    else:
        return member
    await session.flush()
    publish(session, MemberJoined(member_id=member.id))
    return member


async def create_organization(session: AsyncSession, name: str) -> Organization:
    """Add an organization and bind this transaction to it."""
    organization = Organization(name=name)
    session.add(organization)
    await session.flush()
    await queries.see_organization(session, organization.id)
    publish(session, OrganizationCreated(organization_id=organization.id))
    return organization
