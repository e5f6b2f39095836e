"""Clerk as identity provider: its sessions open ours, and its users, organizations and memberships are followed.

Webhooks come twice, late and out of order. So what Clerk tells is kept first (`ClerkObject`: the newest version wins, a
deletion is final), and our rows are then made to agree with all that is kept. A membership whose user or organization
is not known yet waits there. Only what is done is marked as done, so Clerk repeats what a crash has interrupted.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.clients.clerk import (
    ClerkEvent,
    ClerkSession,
    WebhookNotValid,
    check_signature,
    read_event,
    read_session_token,
)
from metacortex.contexts.identity.clients.issuers import IssuerRefused, IssuerUnreachable, TokenNotValid
from metacortex.contexts.identity.events import MemberRemoved, MemberRoleChanged
from metacortex.contexts.identity.models import ClerkMessage, ClerkObject, Member
from metacortex.contexts.identity.service.federation import IdentityNotProved, ProviderUnavailable
from metacortex.contexts.identity.service.identities import (
    EmailNotVerified,
    SignInAndLink,
    admit,
    clean_name,
    link_identity,
    make_user,
    open_user_session,
)
from metacortex.contexts.identity.service.sessions import SignedIn
from metacortex.contexts.identity.service.sign_in import add_member, create_organization
from metacortex.contexts.identity.settings import federation_settings, read_webhook_secrets
from metacortex.contexts.identity.types import ProvenIdentity
from metacortex.platform.audit import record
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Conflict, Invalid, NotFound, Unauthenticated
from metacortex.platform.events import publish
from metacortex.platform.security import Role
from metacortex.platform.security.revocations import revoke_tokens
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import log

_MESSAGE_LIFETIME = timedelta(days=30)


class ClerkNotSetUp(NotFound):
    code = "clerk_not_set_up"
    title = "Signing in by Clerk is not set up here. Use another way to sign in."


class AccountOnItsWay(Conflict):
    code = "account_on_its_way"
    title = "Your account is still being set up. Try again in a moment."


class WebhookRefused(Unauthenticated):
    code = "webhook_not_signed"
    title = "This message is not signed by the secret of this webhook, or is older than five minutes."


class WebhookUnreadable(Invalid):
    code = "webhook_not_readable"
    title = "This message is signed, but not one that Clerk sends."


@dataclass(frozen=True, slots=True)
class Envelope:
    """A webhook as it came: the body and Svix's three headers."""

    body: bytes
    message_id: str
    timestamp: str
    signatures: str


async def sign_in_by_clerk(token: str) -> SignedIn:
    """Exchange a session of Clerk for one of ours, in the organization that is active at Clerk."""
    found = await _read_token(token)
    async with transaction(None) as session:
        identity = await queries.find_identity(session, federation_settings().clerk_issuer, found.clerk_user_id)
        user = await queries.find_user(session, identity.user_id) if identity else None
        if user is None:
            told = await queries.find_clerk_object(session, found.clerk_user_id)
            raise AccountOnItsWay if told is None else IdentityNotProved if told.deleted else SignInAndLink
        organization = await queries.find_clerk_object(session, found.clerk_organization_id)
        return await open_user_session(
            session,
            user,
            organization_id=organization.organization_id if organization else None,
        )


async def link_clerk(user_id: UUID, token: str) -> None:
    """Add the person's identity at Clerk to their account here, and let them into Clerk's organizations."""
    clerk_user_id = (await _read_token(token)).clerk_user_id
    async with transaction(None) as session:
        await queries.lock_clerk(session)
        told = await queries.find_clerk_object(session, clerk_user_id)
        if told is not None and told.deleted:
            raise IdentityNotProved
        await link_identity(session, user_id, _describe(clerk_user_id, told))
        if told is not None:
            told.user_id = user_id
    await _settle_memberships(clerk_user_id=clerk_user_id)


async def _read_token(token: str) -> ClerkSession:
    configured = federation_settings()
    if not configured.clerk_issuer:
        raise ClerkNotSetUp
    try:
        return await read_session_token(
            token,
            issuer=configured.clerk_issuer,
            jwks_url=configured.clerk_jwks_url or f"{configured.clerk_issuer.rstrip('/')}/.well-known/jwks.json",
            parties=configured.clerk_authorized_parties or (settings().base_url,),
        )
    except IssuerUnreachable as error:
        log.warning("clerk.unreachable", error=str(error))
        raise ProviderUnavailable from error
    except (TokenNotValid, IssuerRefused) as error:
        log.warning("clerk.refused", error=str(error))
        raise IdentityNotProved from error


async def receive_webhook(sent: Envelope) -> None:
    """Follow what a webhook tells; told again, or told late, it changes nothing."""
    event = _open(sent)
    async with transaction(None) as session:
        await queries.lock_clerk(session)
        if event is None or await queries.clerk_message_exists(session, sent.message_id):
            return
        changed = await _remember(session, event)
    if changed:
        await _settle(event)
    async with transaction(None) as session:
        await queries.lock_clerk(session)
        if not await queries.clerk_message_exists(session, sent.message_id):
            session.add(ClerkMessage(id=sent.message_id))
        await queries.delete_clerk_messages(session, utc_now() - _MESSAGE_LIFETIME)
    log.info("clerk.followed", kind=event.kind, deleted=event.deleted, changed=changed)


def _open(sent: Envelope) -> ClerkEvent | None:
    configured = federation_settings()
    if configured.clerk_webhook_secret is None or not configured.clerk_issuer:
        raise ClerkNotSetUp
    try:
        check_signature(
            sent.body,
            message_id=sent.message_id,
            timestamp=sent.timestamp,
            signatures=sent.signatures,
            secrets=read_webhook_secrets(configured.clerk_webhook_secret),
            now=time.time(),
        )
    except WebhookNotValid as error:
        log.warning("clerk.webhook_refused", error=str(error))
        raise WebhookRefused from error
    try:
        return read_event(sent.body)
    except WebhookNotValid as error:
        raise WebhookUnreadable from error


async def _remember(session: AsyncSession, event: ClerkEvent) -> bool:
    """Keep what is new; tell whether there is something to agree with (the same again may have been interrupted)."""
    known = await queries.find_clerk_object(session, event.id)
    if known is None:
        known = ClerkObject(id=event.id, kind=event.kind, version=event.version)
        session.add(known)
    elif known.kind != event.kind or (not event.deleted and (known.deleted or event.version < known.version)):
        return False
    known.version = max(known.version, event.version)
    known.deleted = event.deleted
    if not event.deleted:
        known.name, known.email = clean_name(event.name), event.email
    if not event.deleted or event.role is not None:
        known.role, known.clerk_user_id = event.role, event.clerk_user_id
        known.clerk_organization_id = event.clerk_organization_id
    return True


async def _settle(event: ClerkEvent) -> None:
    """Make our rows agree with what is kept of an object; each organization in a transaction of its own."""
    match event.kind:
        case "user":
            await _settle_user(event.id)
            await _settle_memberships(clerk_user_id=event.id)
            if event.deleted:
                await _end_sessions(event.id)
        case "organization":
            await _settle_organization(event.id)
            await _settle_memberships(clerk_organization_id=event.id)
        case "membership":
            async with transaction(None) as session:
                kept = await queries.find_clerk_object(session, event.id)
            if kept is not None and kept.clerk_organization_id and kept.clerk_user_id:
                await _settle_membership(kept.clerk_organization_id, kept.clerk_user_id)


async def _settle_user(clerk_user_id: str) -> None:
    async with transaction(None) as session:
        await queries.lock_clerk(session)
        told = await queries.find_clerk_object(session, clerk_user_id)
        if told is None:
            return
        known = await queries.find_identity(session, federation_settings().clerk_issuer, clerk_user_id)
        if told.deleted:
            if known is not None:
                await session.delete(known)
            return
        # The person has removed this identity here; that it changed at Clerk does not bring it back.
        if known is None and told.user_id is not None:
            return
        identity = _describe(clerk_user_id, told)
        try:
            user = await admit(session, identity)
        except (SignInAndLink, EmailNotVerified) as refusal:
            log.info("clerk.not_linked", clerk_user_id=clerk_user_id, reason=refusal.code)
            return
        if user is None:
            user, told.made_user = await make_user(session, identity), True
        told.user_id = user.id
        # Whoever was here before Clerk keeps their own name and address.
        if told.made_user:
            user.name = told.name or user.name
            if told.email and await queries.find_user_by_email(session, told.email) is None:
                user.email, user.email_verified_at = told.email, utc_now()


def _describe(clerk_user_id: str, told: ClerkObject | None) -> ProvenIdentity:
    """Say who somebody is by Clerk's word; who lets Clerk sign people in lets it decide about their addresses."""
    email = told.email if told else None
    return ProvenIdentity(
        issuer=federation_settings().clerk_issuer,
        subject=clerk_user_id,
        email=email,
        name=(told.name if told else "") or (email or "").partition("@")[0],
        email_verified=email is not None,
        email_trusted=True,
    )


async def _settle_organization(clerk_organization_id: str) -> None:
    async with transaction(None) as session:
        await queries.lock_clerk(session)
        told = await queries.find_clerk_object(session, clerk_organization_id)
        if told is None or told.deleted:
            return
        name = told.name or "Organization"
        if told.organization_id is None:
            told.organization_id = (await create_organization(session, name)).id
        elif (organization := await queries.find_organization(session, told.organization_id)) is not None:
            organization.name = name


async def _settle_memberships(*, clerk_user_id: str | None = None, clerk_organization_id: str | None = None) -> None:
    async with transaction(None) as session:
        found = await queries.find_clerk_memberships(
            session, clerk_user_id=clerk_user_id, clerk_organization_id=clerk_organization_id
        )
    pairs = {(one.clerk_organization_id, one.clerk_user_id) for one in found}
    for organization, user in sorted((a, b) for a, b in pairs if a and b):
        await _settle_membership(organization, user)


async def _settle_membership(clerk_organization_id: str, clerk_user_id: str) -> None:
    async with transaction(None) as session:
        await queries.lock_clerk(session)
        organization = await queries.find_clerk_object(session, clerk_organization_id)
        user = await queries.find_clerk_object(session, clerk_user_id)
        if organization is None or organization.organization_id is None or user is None or user.user_id is None:
            return
        told = await queries.find_clerk_memberships(
            session, clerk_user_id=clerk_user_id, clerk_organization_id=clerk_organization_id
        )
        await queries.see_organization(session, organization.organization_id)
        alive = [one for one in told if not (one.deleted or organization.deleted or user.deleted)]
        if alive:
            await _keep_member(session, organization.organization_id, user.user_id, _read_role(alive[0]))
        else:
            member = await queries.find_membership(session, organization.organization_id, user.user_id)
            await _remove_member(session, member)


def _read_role(membership: ClerkObject) -> Role:
    return federation_settings().clerk_roles.get(membership.role or "", Role.VIEWER)


async def _keep_member(session: AsyncSession, org_id: UUID, user_id: UUID, role: Role) -> None:
    member = await add_member(session, org_id, user_id, role)
    if member.role != role:
        record(
            session, "member.role_changed", subject=str(member.id), before={"role": member.role}, after={"role": role}
        )
        member.role = role.value
        revoke_tokens(session, member.id)
        publish(session, MemberRoleChanged(member_id=member.id, role=role.value))


async def _remove_member(session: AsyncSession, member: Member | None) -> None:
    """End a membership even where it was the last owner's: who left a company must not stay in because of that."""
    if member is None or member.removed_at is not None:
        return
    member.removed_at = utc_now()
    await queries.revoke_member_sessions(session, member.org_id, member.id)
    revoke_tokens(session, member.id)
    record(session, "member.removed", subject=str(member.id), before={"role": member.role})
    await queries.delete_login_links(session, member.org_id, member.id)
    publish(session, MemberRemoved(member_id=member.id))


async def _end_sessions(clerk_user_id: str) -> None:
    """Sign out everywhere somebody whose identity is gone; who has a password can use it."""
    async with transaction(None) as session:
        told = await queries.find_clerk_object(session, clerk_user_id)
        if told is None or told.user_id is None:
            return
        await queries.see_as_user(session, told.user_id)
        memberships = await queries.find_memberships(session, told.user_id)
    for member, organization in memberships:
        async with transaction(organization.id) as session:
            await queries.revoke_member_sessions(session, organization.id, member.id)
            revoke_tokens(session, member.id)
