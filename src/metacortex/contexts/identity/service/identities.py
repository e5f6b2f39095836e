"""Outside identities of users: whom one lets in, and how it is added and removed.

Whoever was proven by an issuer comes here, by OpenID Connect (`federation`) or by Clerk (`clerk`).
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries, rules
from metacortex.contexts.identity.models import ExternalIdentity, User
from metacortex.contexts.identity.rules import Entry
from metacortex.contexts.identity.service.sessions import SignedIn, open_session, tell_organizations
from metacortex.contexts.identity.service.sign_in import NotAMember, add_user
from metacortex.contexts.identity.types import ProvenIdentity
from metacortex.platform.database import utc_now
from metacortex.platform.errors import Conflict, NotFound, Refused
from metacortex.platform.telemetry import log

_LONGEST_NAME = 120


class EmailNotVerified(Refused):
    code = "email_not_verified"
    title = "Your e-mail address is not verified there. Verify it there, or sign in by password and add it in settings."


class SignInAndLink(Conflict):
    code = "sign_in_and_link"
    title = "An account with your e-mail address exists. Sign in to it by password, then add this sign-in in settings."


class IdentityInUse(Conflict):
    code = "identity_in_use"
    title = "This sign-in belongs to another account here. Remove it there first, or use another one."


class IdentityNotFound(NotFound):
    code = "identity_not_found"
    title = "This sign-in is not one of yours, or was removed already."


class LastWayIn(Conflict):
    code = "last_way_in"
    title = "This is your only way to sign in. Set a password or add another sign-in first."


def clean_name(name: object) -> str:
    """Return a name without what cannot be printed, shortened to what is kept."""
    text = name if isinstance(name, str) else ""
    return "".join(character for character in text if character.isprintable()).strip()[:_LONGEST_NAME]


async def admit(session: AsyncSession, identity: ProvenIdentity) -> User | None:
    """Return the user somebody proven may enter as, linked now if both sides are sure; None if they may sign up."""
    known = await queries.find_identity(session, identity.issuer, identity.subject)
    if known is not None:
        user = await queries.find_user(session, known.user_id)
    else:
        user = await queries.find_user_by_email(session, identity.email) if identity.email else None
    entry = rules.decide_entry(
        identity_known=known is not None,
        email_verified=identity.email_verified,
        email_trusted=identity.email_trusted,
        user_exists=user is not None,
        user_verified=user is not None and user.email_verified_at is not None,
    )
    match entry:
        case Entry.VERIFY_EMAIL:
            raise EmailNotVerified
        case Entry.SIGN_IN_AND_LINK:
            raise SignInAndLink
        case Entry.LINK if user is not None:
            await add_identity(session, user.id, identity)
    return user


async def add_identity(session: AsyncSession, user_id: UUID, identity: ProvenIdentity) -> None:
    """Let an outside identity sign a user in from now on."""
    session.add(
        ExternalIdentity(issuer=identity.issuer, subject=identity.subject, user_id=user_id, email=identity.email)
    )
    await session.flush()
    await tell_organizations(session, user_id, "identity.linked", {"issuer": identity.issuer})
    log.info("federation.linked", user_id=str(user_id), issuer=identity.issuer)


async def link_identity(session: AsyncSession, user_id: UUID, identity: ProvenIdentity) -> None:
    """Add an identity to a user who asked for it while signed in; adding it again changes nothing."""
    known = await queries.find_identity(session, identity.issuer, identity.subject)
    if known is None:
        await add_identity(session, user_id, identity)
    elif known.user_id != user_id:
        raise IdentityInUse


async def open_user_session(session: AsyncSession, user: User, *, organization_id: UUID | None = None) -> SignedIn:
    """Sign a user in to the organization asked for, else to the one used last."""
    await queries.see_as_user(session, user.id)
    memberships = await queries.find_memberships(session, user.id)
    # The preferred one first; the rest keep their order, the last used first.
    memberships.sort(key=lambda found: found[1].id != organization_id)
    if not memberships:
        raise NotAMember
    member, organization = memberships[0]
    await queries.see_organization(session, organization.id)
    return await open_session(session, member, user, organization, methods=["fed"])


async def make_user(session: AsyncSession, identity: ProvenIdentity) -> User:
    """Add a user who signs in by an outside identity and has no password."""
    assert identity.email is not None
    user = await add_user(session, identity.name, identity.email, None)
    # An issuer that does not decide about the domain proves less than a mail of our own would.
    user.email_verified_at = utc_now() if identity.email_trusted else None
    await add_identity(session, user.id, identity)
    return user


async def remove_identity(session: AsyncSession, user_id: UUID, identity_id: UUID) -> None:
    """End an identity's power to sign a user in, unless it is the last way in."""
    # Of two removals at once, the second sees what the first has left.
    await queries.lock_user(session, user_id)
    user = await queries.find_user(session, user_id)
    identities = await queries.find_identities(session, user_id)
    found = next((one for one in identities if one.id == identity_id), None)
    if user is None or found is None:
        raise IdentityNotFound
    if not rules.may_remove_identity(has_password=user.password_hash is not None, identities=len(identities)):
        raise LastWayIn
    await session.delete(found)
    await tell_organizations(session, user_id, "identity.removed", {"issuer": found.issuer})
