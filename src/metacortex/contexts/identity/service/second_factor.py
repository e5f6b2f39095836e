"""The second factor: a code of an authenticator app (TOTP, RFC 6238) or a recovery code, after the first proof."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pyotp
import segno
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.models import Challenge, Member, Organization, RecoveryCode, TotpFactor, User
from metacortex.contexts.identity.service.sessions import SignedIn, open_session
from metacortex.contexts.identity.service.throttling import admit_code
from metacortex.contexts.identity.types import hash_token, new_token, plain_code
from metacortex.platform.audit import record
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Conflict, Invalid, NotFound, Unauthenticated
from metacortex.platform.security import Principal
from metacortex.platform.security.encryption import unlock

CHALLENGE_LIFETIME = timedelta(minutes=5)
MOST_ATTEMPTS = 5
STEP_SECONDS = 30
RECOVERY_CODES = 10
# Without 0, 1, l, o: read from paper and typed under stress.
_LETTERS = "23456789abcdefghijkmnpqrstuvwxyz"


class WrongCode(Invalid):
    code = "wrong_code"
    title = "This code is not right or was used before. Wait for the next one in your app and type it."


class ChallengeOver(Unauthenticated):
    code = "challenge_over"
    title = "This took too long or was tried too often. Sign in again."


class FactorExists(Conflict):
    code = "factor_exists"
    title = "An authenticator app is set up already. Remove it before you set up another."


class FactorNotFound(NotFound):
    code = "factor_not_found"
    title = "No authenticator app is being set up. Begin again."


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """The first proof was right; the holder of the token has five minutes to give the second."""

    token: str
    methods: list[str]


@dataclass(frozen=True, slots=True)
class TotpSetUp:
    """What an authenticator app needs: the secret as text, as URI and as a picture (an SVG data URI)."""

    secret: str
    uri: str
    picture: str


async def enter(
    session: AsyncSession, member: Member, user: User, organization: Organization, *, methods: Sequence[str]
) -> SignedIn | SecondFactorNeeded:
    """Let a person in who gave these proofs, or ask for the second factor that they have set up."""
    await queries.see_as_user(session, user.id)
    ways = await queries.find_second_factors(session, user.id)
    if not ways or "hwk" in methods:
        return await open_session(session, member, user, organization, methods=methods)
    token = new_token()
    session.add(
        Challenge(
            token_hash=hash_token(token),
            purpose="second_factor",
            user_id=user.id,
            organization_id=member.org_id,
            member_id=member.id,
            methods=list(methods),
            expires_at=utc_now() + CHALLENGE_LIFETIME,
        )
    )
    return SecondFactorNeeded(token, ways)


async def finish_sign_in(token: str, code: str) -> SignedIn:
    """Let in whoever gives the right code for a sign-in half done."""
    async with transaction(None) as session:
        challenge = await queries.lock_challenge(session, hash_token(token), "second_factor")
        if challenge is None or challenge.user_id is None or challenge.attempts >= MOST_ATTEMPTS:
            raise ChallengeOver
        signed_in = await _try_code(session, challenge, challenge.user_id, code)
    # Raised only here: inside, it would undo the count of attempts.
    if signed_in is None:
        raise WrongCode
    return signed_in


async def _try_code(session: AsyncSession, challenge: Challenge, user_id: UUID, code: str) -> SignedIn | None:
    await queries.see_as_user(session, user_id)
    organization = (
        await queries.find_organization(session, challenge.organization_id) if challenge.organization_id else None
    )
    if organization is None or challenge.member_id is None:
        raise ChallengeOver
    await queries.see_organization(session, organization.id)
    person = await queries.find_member(session, organization.id, challenge.member_id)
    if person is None:
        raise ChallengeOver
    if not await use_code(session, user_id, code):
        challenge.attempts += 1
        record(session, "sign_in.second_factor_failed", subject=str(person[0].id))
        return None
    await session.delete(challenge)
    return await open_session(session, person[0], person[1], organization, methods=[*challenge.methods, "otp"])


async def use_code(session: AsyncSession, user_id: UUID, code: str) -> bool:
    """Tell whether this is the person's code of now or one of their recovery codes; either works once.

    Raises TooManyTries.
    """
    await admit_code(str(user_id))
    code = plain_code(code)
    if code.isascii() and code.isdigit():
        factor = await queries.lock_totp_factor(session, user_id)
        await unlock(factor)
        return factor is not None and factor.confirmed_at is not None and _accept_step(factor, code)
    return await queries.delete_recovery_code(session, user_id, hash_token(f"{user_id}:{code}"))


def _accept_step(factor: TotpFactor, code: str) -> bool:
    """Accept the step of now or one beside it (RFC 6238 section 5.2), never one at or before the last accepted."""
    totp, now = pyotp.TOTP(factor.secret), int(utc_now().timestamp()) // STEP_SECONDS
    given = code.encode("utf-8", "surrogatepass")
    for step in (now - 1, now, now + 1):
        if step > factor.last_step and secrets.compare_digest(totp.generate_otp(step).encode(), given):
            factor.last_step = step
            return True
    return False


async def set_up_totp(session: AsyncSession, principal: Principal) -> TotpSetUp:
    """Make a secret for an authenticator app; it counts once a code of it was given."""
    await queries.see_as_user(session, principal.user_id)
    await queries.lock_user(session, principal.user_id)
    known = await queries.lock_totp_factor(session, principal.user_id)
    if known is not None and known.confirmed_at is not None:
        raise FactorExists
    if known is not None:
        await session.delete(known)
        await session.flush()
    person = await queries.find_member(session, principal.org_id, principal.member_id)
    if person is None:
        raise Unauthenticated
    secret = pyotp.random_base32()
    await unlock()
    session.add(TotpFactor(user_id=principal.user_id, secret=secret))
    uri = pyotp.TOTP(secret).provisioning_uri(name=person[1].email, issuer_name="MetaCortex")
    return TotpSetUp(secret, uri, segno.make(uri, error="m").svg_data_uri(scale=4, border=2, light="#fff"))


async def confirm_totp(session: AsyncSession, principal: Principal, code: str) -> list[str]:
    """Count the app's codes from now on, once a right one was given; return fresh recovery codes."""
    await queries.see_as_user(session, principal.user_id)
    factor = await queries.lock_totp_factor(session, principal.user_id)
    if factor is None or factor.confirmed_at is not None:
        raise FactorNotFound
    await unlock(factor)
    if not _accept_step(factor, plain_code(code)):
        raise WrongCode
    factor.confirmed_at = utc_now()
    record(session, "second_factor.added", subject=str(principal.member_id), after={"method": "totp"})
    return await renew_recovery_codes(session, principal)


async def remove_totp(session: AsyncSession, principal: Principal) -> None:
    """Forget the authenticator app and the recovery codes."""
    await queries.see_as_user(session, principal.user_id)
    factor = await queries.lock_totp_factor(session, principal.user_id)
    if factor is None:
        raise FactorNotFound
    await session.delete(factor)
    await queries.delete_recovery_codes(session, principal.user_id)
    record(session, "second_factor.removed", subject=str(principal.member_id), before={"method": "totp"})


async def renew_recovery_codes(session: AsyncSession, principal: Principal) -> list[str]:
    """Replace a person's recovery codes by ten fresh ones; each stands in for the second factor once."""
    await queries.see_as_user(session, principal.user_id)
    await queries.delete_recovery_codes(session, principal.user_id)
    codes = ["-".join(_word() for _ in range(3)) for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(user_id=principal.user_id, code_hash=hash_token(f"{principal.user_id}:{plain_code(code)}"))
        for code in codes
    )
    record(session, "recovery_codes.renewed", subject=str(principal.member_id))
    return codes


def _word() -> str:
    """Five letters: with three words over 70 random bits, out of reach of guessing even from their hashes."""
    return "".join(secrets.choice(_LETTERS) for _ in range(5))
