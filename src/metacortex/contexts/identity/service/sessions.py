"""Sessions: a family of refresh tokens per device, each good for one exchange (RFC 9700 section 4.14.2)."""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.models import Member, Organization, RefreshToken, SignInSession, User
from metacortex.contexts.identity.rules import must_set_up_second_factor
from metacortex.contexts.identity.settings import second_factor_settings
from metacortex.contexts.identity.types import hash_token, new_token
from metacortex.platform.audit import current_origin, record
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import NotFound, Unauthenticated
from metacortex.platform.security import Principal, Role, issue_access_token
from metacortex.platform.security.revocations import revoke_tokens
from metacortex.platform.telemetry import log

REFRESH_LIFETIME = timedelta(days=30)
# However much it is used, a session ends then; people sign in again.
SESSION_LIFETIME = timedelta(days=90)


# By the hash of its refresh token: the session that the request's browser is in, until somebody signs in there.
_left: ContextVar[str | None] = ContextVar("left_session", default=None)


class SessionEnded(Unauthenticated):
    code = "session_ended"
    title = "You are signed out. Sign in again to go on."


class SessionNotFound(NotFound):
    code = "session_not_found"
    title = "This session has ended already."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who is now signed in, with both tokens."""

    member: Member
    user: User
    organization: Organization
    access_token: str
    refresh_token: str
    restricted: bool


def plan_requires_second_factor(organization: Organization) -> bool:
    """Tell whether a second factor is demanded by the organization's plan, whatever it demands itself."""
    return organization.plan in second_factor_settings().plans_that_require_second_factor


def leave_session(token_hash: str | None) -> None:
    """Have the session of this refresh token end in the transaction in which this request opens another."""
    _left.set(token_hash)


async def open_session(
    session: AsyncSession, member: Member, user: User, organization: Organization, *, methods: Sequence[str]
) -> SignedIn:
    """Start a session for a member who gave these proofs, in a transaction bound to the member's organization."""
    await _end_left_session(session, organization.id)
    # Held until commit, so that whoever changes the role waits, and then also ends the token made here.
    await session.refresh(member, with_for_update=True)
    await queries.delete_dead_sessions(session, member.org_id, member.id)
    origin, now = current_origin(), utc_now()
    member.signed_in_at = now
    family = SignInSession(
        org_id=member.org_id,
        user_id=user.id,
        member_id=member.id,
        user_agent=origin.user_agent or "",
        address=origin.address,
        methods=list(methods),
        proved_at=now,
    )
    session.add(family)
    await session.flush()
    origin.actor_kind, origin.actor_id = "member", member.id
    record(session, "session.opened", subject=str(family.id), after={"methods": list(methods)})
    return await _add_tokens(session, family, member, user, organization)


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
            _end(session, found[1], "session.signed_out")


async def list_sessions(session: AsyncSession, user_id: UUID) -> list[tuple[SignInSession, Organization]]:
    """Return the sessions a person is signed in by, in all their organizations, the last used first."""
    await queries.see_as_user(session, user_id)
    return await queries.find_open_sessions(session, user_id)


async def end_own_session(session: AsyncSession, user_id: UUID, session_id: UUID) -> None:
    """End one of a person's sessions, wherever it is."""
    for family, organization in await list_sessions(session, user_id):
        if family.id == session_id:
            await queries.see_organization(session, organization.id)
            locked = await queries.lock_sign_in_session(session, organization.id, session_id)
            if locked is not None and locked.revoked_at is None:
                _end(session, locked, "session.ended")
                return
    raise SessionNotFound


async def end_all_sessions(session: AsyncSession, user_id: UUID, *, but: UUID | None = None) -> None:
    """End every session of a person but one, in all their organizations; the transaction stays bound to the last."""
    for family, organization in await list_sessions(session, user_id):
        if family.id != but:
            await queries.see_organization(session, organization.id)
            locked = await queries.lock_sign_in_session(session, organization.id, family.id)
            if locked is not None and locked.revoked_at is None:
                _end(session, locked, "session.ended")


async def prove_session(session: AsyncSession, principal: Principal, methods: Sequence[str]) -> str:
    """Note that a person has just shown again that it is them; return an access token that says so."""
    family = await queries.lock_sign_in_session(session, principal.org_id, principal.session_id or principal.member_id)
    person = await queries.lock_member(session, principal.org_id, principal.member_id)
    organization = await queries.find_organization(session, principal.org_id)
    if family is None or family.revoked_at is not None or person is None or organization is None:
        raise SessionEnded
    family.proved_at = utc_now()
    family.methods = sorted({*family.methods, *methods})
    record(session, "session.proved", subject=str(family.id), after={"methods": list(methods)})
    return issue_access_token(await _as_principal(session, family, person[0], person[1], organization))


async def tell_organizations(session: AsyncSession, user_id: UUID, action: str, after: dict[str, Any]) -> None:
    """Record what happened to a person's account where the owners of each of their organizations see it."""
    bound = session.info["org_id"]
    await queries.see_as_user(session, user_id)
    for member, organization in await queries.find_memberships(session, user_id):
        await queries.see_organization(session, organization.id)
        record(session, action, subject=str(member.id), after=after)
    if bound is not None:
        await queries.see_organization(session, bound)


async def _end_left_session(session: AsyncSession, org_id: UUID) -> None:
    if (token_hash := _left.get()) is None:
        return
    # What was read by another token is written while it is still to be seen.
    await session.flush()
    found = await _lock_family(session, token_hash)
    if found is not None and found[1].revoked_at is None:
        _end(session, found[1], "session.replaced")
    await queries.see_organization(session, org_id)


def _end(session: AsyncSession, family: SignInSession, action: str) -> None:
    family.revoked_at = utc_now()
    revoke_tokens(session, family.id)
    record(session, action, subject=str(family.id), after={"member_id": family.member_id})


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
        _end(session, family, "session.token_replayed")
        log.warning("session.replayed", session_id=str(family.id), member_id=str(family.member_id))
        return None
    if known.expires_at <= now or family.created_at + SESSION_LIFETIME <= now:
        return None
    person = await queries.lock_member(session, family.org_id, family.member_id)
    organization = await queries.find_organization(session, family.org_id)
    if person is None or organization is None:
        return None
    known.used_at = family.used_at = now
    await queries.delete_expired_tokens(session, family.org_id, family.id)
    return await _add_tokens(session, family, person[0], person[1], organization)


async def _add_tokens(
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
    principal = await _as_principal(session, family, member, user, organization)
    return SignedIn(member, user, organization, issue_access_token(principal), refresh_token, principal.restricted)


async def _as_principal(
    session: AsyncSession, family: SignInSession, member: Member, user: User, organization: Organization
) -> Principal:
    is_required = organization.requires_second_factor or plan_requires_second_factor(organization)
    has_factor = not is_required or await queries.has_second_factor(session, user.id)
    return Principal(
        org_id=member.org_id,
        member_id=member.id,
        user_id=user.id,
        role=Role(member.role),
        session_id=family.id,
        proved_at=(family.proved_at or family.created_at).timestamp(),
        plan=organization.plan,
        restricted=must_set_up_second_factor(is_required=is_required, has_factor=has_factor, methods=family.methods),
    )
