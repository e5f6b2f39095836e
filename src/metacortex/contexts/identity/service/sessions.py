"""Sessions: a family of refresh tokens per device, each good for one exchange (RFC 9700 section 4.14.2)."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.models import Member, Organization, RefreshToken, SignInSession, User
from metacortex.contexts.identity.types import hash_token, new_token
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Unauthenticated
from metacortex.platform.security import Principal, Role, issue_access_token
from metacortex.platform.telemetry import log

REFRESH_LIFETIME = timedelta(days=30)


class SessionEnded(Unauthenticated):
    code = "session_ended"
    title = "You are signed out. Sign in again to go on."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who is now signed in, with both tokens."""

    member: Member
    user: User
    organization: Organization
    access_token: str
    refresh_token: str


async def open_session(
    session: AsyncSession, member: Member, user: User, organization: Organization, *, user_agent: str
) -> SignedIn:
    """Start a session for a member, in a transaction bound to the member's organization."""
    await queries.delete_dead_sessions(session, member.org_id, member.id)
    member.signed_in_at = utc_now()
    family = SignInSession(org_id=member.org_id, user_id=user.id, member_id=member.id, user_agent=user_agent)
    session.add(family)
    await session.flush()
    return _add_tokens(session, family, member, user, organization)


async def refresh_session(refresh_token: str) -> SignedIn:
    """Exchange a refresh token for fresh tokens; one that was exchanged before ends its whole session."""
    async with transaction(None) as session:
        signed_in = await _exchange(session, hash_token(refresh_token))
    # Raised only here: inside, it would undo the end of a session whose token was replayed.
    if signed_in is None:
        raise SessionEnded
    return signed_in


async def end_session(refresh_token: str) -> None:
    """Sign out the session a refresh token belongs to; an unknown token changes nothing."""
    async with transaction(None) as session:
        found = await _lock_family(session, hash_token(refresh_token))
        if found is not None and found[1].revoked_at is None:
            found[1].revoked_at = utc_now()


async def _lock_family(session: AsyncSession, token_hash: str) -> tuple[RefreshToken, SignInSession] | None:
    await queries.see_by_token(session, token_hash)
    known = await queries.find_refresh_token(session, token_hash)
    if known is None:
        return None
    await queries.see_organization(session, known.org_id)
    family = await queries.lock_sign_in_session(session, known.org_id, known.session_id)
    if family is None:
        return None
    # It was read before the lock was ours; another exchange may have used it meanwhile.
    await session.refresh(known)
    return known, family


async def _exchange(session: AsyncSession, token_hash: str) -> SignedIn | None:
    found = await _lock_family(session, token_hash)
    if found is None or found[1].revoked_at is not None:
        return None
    known, family = found
    now = utc_now()
    if known.used_at is not None:
        family.revoked_at = now
        log.warning("session.replayed", session_id=str(family.id), member_id=str(family.member_id))
        return None
    if known.expires_at <= now:
        return None
    person = await queries.find_member(session, family.org_id, family.member_id)
    organization = await queries.find_organization(session, family.org_id)
    if person is None or organization is None:
        return None
    known.used_at = now
    await queries.delete_expired_tokens(session, family.org_id, family.id)
    return _add_tokens(session, family, person[0], person[1], organization)


def _add_tokens(
    session: AsyncSession, family: SignInSession, member: Member, user: User, organization: Organization
) -> SignedIn:
    refresh_token, now = new_token(), utc_now()
    session.add(
        RefreshToken(
            org_id=family.org_id,
            session_id=family.id,
            token_hash=hash_token(refresh_token),
            issued_at=now,
            expires_at=now + REFRESH_LIFETIME,
        )
    )
    principal = Principal(org_id=member.org_id, member_id=member.id, user_id=user.id, role=Role(member.role))
    return SignedIn(member, user, organization, issue_access_token(principal, family.id), refresh_token)
