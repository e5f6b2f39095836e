"""Signing in with others by OpenID Connect: the way to an issuer and back, bound to one browser and used once."""

import base64
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries, rules
from metacortex.contexts.identity.clients.issuers import IssuerRefused, IssuerUnreachable, TokenNotValid
from metacortex.contexts.identity.clients.oidc import open_issuer
from metacortex.contexts.identity.models import FederationAttempt, PendingIdentity, User
from metacortex.contexts.identity.schemas import FederatedSignUp
from metacortex.contexts.identity.service.identities import (
    SignInAndLink,
    admit,
    clean_name,
    link_identity,
    make_user,
    open_user_session,
)
from metacortex.contexts.identity.service.invitations import InvitationNotFound
from metacortex.contexts.identity.service.sessions import SignedIn, open_session
from metacortex.contexts.identity.service.sign_in import (
    EmailInUse,
    NotAMember,
    add_member,
    create_organization,
)
from metacortex.contexts.identity.settings import OidcProvider, federation_settings
from metacortex.contexts.identity.types import ProvenIdentity, hash_token, new_token, normalise_email
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import NotFound, Refused, Unauthenticated, Unavailable
from metacortex.platform.security import Role
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import log

ATTEMPT_LIFETIME = timedelta(minutes=10)
PENDING_LIFETIME = timedelta(minutes=30)


class ProviderNotFound(NotFound):
    code = "provider_not_found"
    title = "Signing in this way is not set up here. Use another way to sign in."


class ProviderUnavailable(Unavailable):
    code = "provider_unavailable"
    title = "The page you wanted to sign in with does not answer. Try again in a moment, or sign in another way."


class AttemptNotValid(Unauthenticated):
    code = "attempt_not_valid"
    title = "This sign-in took too long or began in another browser. Start it again here."


class SignInCancelled(Unauthenticated):
    code = "sign_in_cancelled"
    title = "You did not finish signing in on the other page. Start again, or sign in another way."


class IdentityNotProved(Unauthenticated):
    code = "identity_not_proved"
    title = "What the other page says about you could not be verified. Start again; if it stays so, tell your admin."


class InvitationForAnother(Refused):
    code = "invitation_for_another"
    title = "The invitation is for another e-mail address. Sign in with that one, or ask for a new invitation."


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and the secret it keeps in a cookie to be recognised by when it comes back."""

    authorization_url: str
    browser_secret: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the browser brings back in the address (RFC 6749 section 4.1.2, RFC 9207), and its cookie's secret."""

    state: str
    browser_secret: str
    code: str | None
    error: str | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class Welcome:
    """Where the browser goes in the end; without `signed_in` nobody was signed in by this."""

    path: str
    signed_in: SignedIn | None = None


def find_provider(slug: str) -> OidcProvider:
    """Return a configured issuer."""
    provider = federation_settings().providers.get(slug)
    if provider is None:
        raise ProviderNotFound
    return provider


async def depart(
    slug: str, *, next_path: str, invitation: str | None = None, linking_user_id: UUID | None = None
) -> Departure:
    """Begin a sign-in at an issuer, or the adding of an identity to a user who has just signed in."""
    provider, state, secret = find_provider(slug), new_token(), new_token()
    try:
        url = await open_issuer(provider).build_authorization_url(
            redirect_uri=_redirect_uri(provider),
            state=state,
            nonce=_derive(secret, "nonce"),
            verifier=_derive(secret, "verifier"),
        )
    except (IssuerUnreachable, IssuerRefused) as error:
        log.warning("federation.unreachable", provider=slug, error=str(error))
        raise ProviderUnavailable from error
    async with transaction(None) as session:
        await queries.delete_expired_attempts(session)
        session.add(
            FederationAttempt(
                state_hash=hash_token(state),
                browser_hash=hash_token(secret),
                provider=slug,
                next_path=next_path if rules.is_own_path(next_path) else "/",
                invitation_hash=hash_token(invitation) if invitation else None,
                linking_user_id=linking_user_id,
                expires_at=utc_now() + ATTEMPT_LIFETIME,
            )
        )
    return Departure(url, secret)


async def take_attempt(slug: str, arrival: Arrival) -> FederationAttempt:
    """Return the attempt this browser began with this issuer; whatever follows, it cannot be used again."""
    async with transaction(None) as session:
        attempt = await queries.take_attempt(session, hash_token(arrival.state), hash_token(arrival.browser_secret))
    if attempt is None or attempt.provider != slug:
        raise AttemptNotValid
    return attempt


async def arrive(attempt: FederationAttempt, arrival: Arrival) -> Welcome:
    """Verify what the issuer says, then sign the person in, add the identity to the user, or lead to sign-up."""
    identity = await _prove(find_provider(attempt.provider), arrival)
    try:
        async with transaction(None) as session:
            if attempt.linking_user_id is not None:
                await link_identity(session, attempt.linking_user_id, identity)
                return Welcome(attempt.next_path)
            return await _enter(session, attempt, identity, arrival.browser_secret)
    except IntegrityError as error:
        # The same person came in twice at once, and the other one was first.
        raise AttemptNotValid from error


async def _prove(provider: OidcProvider, arrival: Arrival) -> ProvenIdentity:
    issuer = open_issuer(provider)
    try:
        await issuer.check_answer(arrival.issuer)
        if arrival.error is not None or not arrival.code:
            raise SignInCancelled
        claims = await issuer.redeem_code(
            arrival.code,
            redirect_uri=_redirect_uri(provider),
            nonce=_derive(arrival.browser_secret, "nonce"),
            verifier=_derive(arrival.browser_secret, "verifier"),
        )
    except IssuerUnreachable as error:
        log.warning("federation.unreachable", provider=provider.slug, error=str(error))
        raise ProviderUnavailable from error
    except (TokenNotValid, IssuerRefused) as error:
        log.warning("federation.refused", provider=provider.slug, error=str(error))
        raise IdentityNotProved from error
    return read_identity(provider, claims)


def read_identity(provider: OidcProvider, claims: dict[str, Any]) -> ProvenIdentity:
    """Read verified claims (OpenID Connect Core 1.0 section 5.1); some issuers write booleans as text."""
    sent = claims.get("email")
    sent = sent.strip() if isinstance(sent, str) else ""
    email = normalise_email(sent)
    # An address that only normalisation makes equal to somebody's is not the one the issuer has verified.
    verified = claims.get("email_verified") in (True, "true") and email == sent.lower()
    trusted = email is not None and rules.decides_about(
        provider.issuer, email, hosted_domain=claims.get("hd"), trusted_domains=provider.trusted_domains
    )
    return ProvenIdentity(
        issuer=provider.issuer,
        subject=claims["sub"],
        email=email,
        name=clean_name(claims.get("name")) or (email or "").partition("@")[0],
        email_verified=verified,
        email_trusted=trusted,
    )


async def _enter(
    session: AsyncSession, attempt: FederationAttempt, identity: ProvenIdentity, browser_secret: str
) -> Welcome:
    user = await admit(session, identity)
    if attempt.invitation_hash is not None:
        signed_in = await _join(session, attempt.invitation_hash, identity, user)
        return Welcome(attempt.next_path, signed_in)
    if user is not None:
        try:
            return Welcome(attempt.next_path, await open_user_session(session, user))
        except NotAMember:
            log.info("federation.without_organization", user_id=str(user.id))
    token = new_token()
    session.add(
        PendingIdentity(
            token_hash=hash_token(token),
            browser_hash=hash_token(browser_secret),
            issuer=identity.issuer,
            subject=identity.subject,
            email=user.email if user else identity.email or "",
            name=identity.name,
            email_trusted=identity.email_trusted,
            expires_at=utc_now() + PENDING_LIFETIME,
        )
    )
    return Welcome(f"/sign-up?federated={token}")


async def _join(session: AsyncSession, invitation_hash: str, identity: ProvenIdentity, user: User | None) -> SignedIn:
    """Accept the invitation whose link the person came with, if it is for the address that was proven."""
    await queries.see_by_token(session, invitation_hash)
    found = await queries.find_invitation_by_token(session, invitation_hash)
    organization = await queries.find_organization(session, found.org_id) if found else None
    if found is None or organization is None:
        raise InvitationNotFound
    if found.email != (user.email if user else identity.email):
        raise InvitationForAnother
    await queries.see_organization(session, organization.id)
    invitation = await queries.lock_invitation(session, found.org_id, found.id)
    if invitation is None:
        raise InvitationNotFound
    invitation.accepted_at = utc_now()
    user = user or await make_user(session, identity)
    member = await add_member(session, organization.id, user.id, Role(invitation.role))
    return await open_session(session, member, user, organization, methods=["fed"])


async def sign_up_federated(body: FederatedSignUp, *, browser_secret: str) -> SignedIn:
    """Create an organization for somebody an issuer has proven, in the browser in which it did."""
    try:
        async with transaction(None) as session:
            pending = await queries.take_pending_identity(session, hash_token(body.token), hash_token(browser_secret))
            if pending is None:
                raise AttemptNotValid
            known = await queries.find_identity(session, pending.issuer, pending.subject)
            user = await queries.find_user(session, known.user_id) if known else None
            user = user or await make_user(session, _read_pending(pending, body.name))
            organization = await create_organization(session, body.organization_name)
            member = await add_member(session, organization.id, user.id, Role.OWNER)
            return await open_session(session, member, user, organization, methods=["fed"])
    except EmailInUse as error:
        raise SignInAndLink from error


def _read_pending(pending: PendingIdentity, name: str | None) -> ProvenIdentity:
    return ProvenIdentity(
        issuer=pending.issuer,
        subject=pending.subject,
        email=pending.email,
        name=name or pending.name,
        email_verified=True,
        email_trusted=pending.email_trusted,
    )


def _redirect_uri(provider: OidcProvider) -> str:
    return f"{settings().base_url}/api/v1/sign-in/oidc/{quote(provider.slug)}/callback"


def _derive(secret: str, purpose: str) -> str:
    """Make nonce or PKCE verifier (43 characters, RFC 7636 section 4.1) from the secret that only the browser keeps."""
    digest = hmac.digest(secret.encode("utf-8", "surrogatepass"), f"metacortex/federation/{purpose}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
