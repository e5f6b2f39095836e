"""Selects of what a person proves who they are with."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity.models import Challenge, MailedToken, Passkey, RecoveryCode, TotpFactor
from metacortex.contexts.identity.queries.seeing import see_as_user, see_by_token
from metacortex.platform.database import utc_now


async def lock_challenge(session: AsyncSession, token_hash: str, purpose: str) -> Challenge | None:
    """Return a challenge that can still be met, and hold its row until commit."""
    await see_by_token(session, token_hash)
    return await session.scalar(
        select(Challenge)
        .where(
            Challenge.token_hash == token_hash,
            Challenge.purpose == purpose,
            Challenge.expires_at > utc_now(),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def delete_old_challenges(session: AsyncSession) -> None:
    """Forget the challenges nobody met in time; needs the relay's role."""
    await session.execute(delete(Challenge).where(Challenge.expires_at < utc_now()))


async def find_second_factors(session: AsyncSession, user_id: UUID) -> list[str]:
    """Return by what a person must give a second proof after a password; needs `see_as_user`."""
    totp = await session.scalar(
        select(TotpFactor.id).where(TotpFactor.user_id == user_id, TotpFactor.confirmed_at.is_not(None))
    )
    return ["totp", "recovery_code"] if totp else []


async def has_second_factor(session: AsyncSession, user_id: UUID) -> bool:
    """Tell whether a person has set up an authenticator app or a passkey."""
    await see_as_user(session, user_id)
    return bool(await find_second_factors(session, user_id)) or bool(await find_passkeys(session, user_id))


async def lock_totp_factor(session: AsyncSession, user_id: UUID) -> TotpFactor | None:
    """Return a person's authenticator app, confirmed or not, and hold its row: each code is used one at a time."""
    return await session.scalar(
        select(TotpFactor)
        .where(TotpFactor.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def delete_recovery_code(session: AsyncSession, user_id: UUID, code_hash: str) -> bool:
    """Use up a recovery code; tell whether the person had it."""
    found = await session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash)
        .returning(RecoveryCode.id)
    )
    return found.first() is not None


async def delete_recovery_codes(session: AsyncSession, user_id: UUID) -> None:
    """Forget all recovery codes of a person."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


async def count_recovery_codes(session: AsyncSession, user_id: UUID) -> int:
    """Return how many recovery codes a person has left."""
    return await session.scalar(select(func.count()).where(RecoveryCode.user_id == user_id)) or 0


async def find_passkeys(session: AsyncSession, user_id: UUID) -> Sequence[Passkey]:
    """Return a person's passkeys, the newest first."""
    found = await session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id.desc()))
    return found.all()


async def lock_passkey(session: AsyncSession, token_hash: str) -> Passkey | None:
    """Return the passkey with this credential, and hold its row until commit."""
    await see_by_token(session, token_hash)
    return await session.scalar(select(Passkey).where(Passkey.token_hash == token_hash).with_for_update())


async def lock_mailed_token(session: AsyncSession, token_hash: str, purpose: str) -> MailedToken | None:
    """Return a mailed token that can still be used, and hold its row until commit."""
    await see_by_token(session, token_hash)
    return await session.scalar(
        select(MailedToken)
        .where(
            MailedToken.token_hash == token_hash,
            MailedToken.purpose == purpose,
            MailedToken.used_at.is_(None),
            MailedToken.expires_at > utc_now(),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def delete_mailed_tokens(session: AsyncSession, user_id: UUID, purpose: str) -> None:
    """Make a person's earlier links of a kind worthless; needs `see_as_user`."""
    await session.execute(delete(MailedToken).where(MailedToken.user_id == user_id, MailedToken.purpose == purpose))
