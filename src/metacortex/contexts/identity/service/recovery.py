"""Forgotten passwords and unproven addresses: links sent by mail, each good once."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.events import EmailVerificationRequested, PasswordResetRequested
from metacortex.contexts.identity.models import MailedToken, User
from metacortex.contexts.identity.service.passwords import refuse_easy_password
from metacortex.contexts.identity.service.sessions import end_all_sessions, tell_organizations
from metacortex.contexts.identity.service.throttling import admit_code
from metacortex.contexts.identity.types import hash_token, new_token
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Unauthenticated
from metacortex.platform.events import NO_ORGANIZATION, publish
from metacortex.platform.security import Principal, hash_password, verify_password
from metacortex.platform.settings import settings

LIFETIMES = {"reset_password": timedelta(hours=1), "verify_email": timedelta(days=3)}


class MailLinkNotValid(Unauthenticated):
    code = "mail_link_not_valid"
    title = "This link was used before or is too old. Ask for a new one."


class WrongPassword(Unauthenticated):
    code = "wrong_password"
    title = "This is not your password."


@dataclass(frozen=True, slots=True)
class AccountMail:
    """A mail about somebody's account."""

    to: str
    subject: str
    text: str


async def request_reset(email: str) -> None:
    """Have a link that sets a new password sent to this address, if it has an account."""
    async with transaction(NO_ORGANIZATION) as session:
        publish(session, PasswordResetRequested(email=email))


async def request_verification(user_id: UUID) -> None:
    """Have a link that proves a person's address sent there."""
    async with transaction(NO_ORGANIZATION) as session:
        publish(session, EmailVerificationRequested(user_id=user_id))


async def write_reset_mail(session: AsyncSession, email: str) -> AccountMail | None:
    """Return the mail that lets the person with this address set a new password; None when nobody has it."""
    user = await queries.find_user_by_email(session, email)
    if user is None:
        return None
    token = await _make_token(session, user, "reset_password")
    return AccountMail(
        user.email,
        "Set a new password",
        f"Hello {user.name},\n\nsomebody, hopefully you, asked for a new password at MetaCortex. Set it here within an "
        f"hour:\n\n{settings().base_url}/reset-password?token={token}\n\nIf it was not you, do nothing: your password "
        "stays as it is.\n",
    )


async def write_verification_mail(session: AsyncSession, user_id: UUID) -> AccountMail | None:
    """Return the mail that proves a person's address; None when it is proven or the person is gone."""
    await queries.see_as_user(session, user_id)
    user = await queries.find_user(session, user_id)
    if user is None or user.email_verified_at is not None:
        return None
    token = await _make_token(session, user, "verify_email")
    return AccountMail(
        user.email,
        "Is this your e-mail address?",
        f"Hello {user.name},\n\nopen this link within three days to show that this address is yours:\n\n"
        f"{settings().base_url}/verify-email?token={token}\n\nIf you did not sign up at MetaCortex, do nothing.\n",
    )


async def _make_token(session: AsyncSession, user: User, purpose: str) -> str:
    await queries.see_as_user(session, user.id)
    await queries.delete_mailed_tokens(session, user.id, purpose)
    token = new_token()
    session.add(
        MailedToken(
            user_id=user.id,
            purpose=purpose,
            email=user.email,
            token_hash=hash_token(token),
            expires_at=utc_now() + LIFETIMES[purpose],
        )
    )
    return token


async def reset_password(token: str, password: str) -> None:
    """Set a new password by a mailed link, prove the address it was sent to, and end every session of the person."""
    password_hash = await hash_password(password)
    async with transaction(None) as session:
        user = await _use_token(session, token, "reset_password")
        await _judge_password(session, user, password, field="password")
        user.password_hash = password_hash
        user.email_verified_at = user.email_verified_at or utc_now()
        await session.flush()
        await tell_organizations(session, user.id, "password.reset", {})
        await end_all_sessions(session, user.id)


async def verify_email(token: str) -> None:
    """Note by a mailed link that the address it was sent to belongs to the person."""
    async with transaction(None) as session:
        user = await _use_token(session, token, "verify_email")
        user.email_verified_at = utc_now()


async def change_password(session: AsyncSession, principal: Principal, current: str, new: str) -> None:
    """Replace the signed-in person's password and end all their other sessions."""
    await admit_code(str(principal.user_id))
    user = await queries.find_user(session, principal.user_id)
    if user is None or not await verify_password(current, user.password_hash):
        raise WrongPassword
    await _judge_password(session, user, new, field="new")
    user.password_hash = await hash_password(new)
    await session.flush()
    await tell_organizations(session, user.id, "password.changed", {})
    await end_all_sessions(session, user.id, but=principal.session_id)


async def _judge_password(session: AsyncSession, user: User, password: str, *, field: str) -> None:
    await queries.see_as_user(session, user.id)
    organizations = [organization.name for _, organization in await queries.find_memberships(session, user.id)]
    await refuse_easy_password(password, user.name, user.email, *organizations, field=field)


async def _use_token(session: AsyncSession, token: str, purpose: str) -> User:
    found = await queries.lock_mailed_token(session, hash_token(token), purpose)
    user = await queries.find_user(session, found.user_id) if found else None
    if found is None or user is None or user.email != found.email:
        raise MailLinkNotValid
    await queries.see_as_user(session, user.id)
    found.used_at = utc_now()
    return user
