"""Selects of signing in with others: identities, browsers on their way, and what Clerk has told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity.models import (
    ClerkMessage,
    ClerkObject,
    ExternalIdentity,
    FederationAttempt,
    PendingIdentity,
)
from metacortex.platform.database import utc_now

_CLERK_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('metacortex.clerk'))")


async def find_identity(session: AsyncSession, issuer: str, subject: str) -> ExternalIdentity | None:
    """Return what is known of somebody under an issuer's name for them."""
    return await session.scalar(
        select(ExternalIdentity).where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
    )


async def find_identities(session: AsyncSession, user_id: UUID) -> Sequence[ExternalIdentity]:
    """Return a user's identities in the order they were added."""
    found = await session.scalars(
        select(ExternalIdentity).where(ExternalIdentity.user_id == user_id).order_by(ExternalIdentity.id)
    )
    return found.all()


async def take_attempt(session: AsyncSession, state_hash: str, browser_hash: str) -> FederationAttempt | None:
    """Remove and return the attempt that this browser began with this state, if it is recent."""
    return await session.scalar(
        delete(FederationAttempt)
        .where(
            FederationAttempt.state_hash == state_hash,
            FederationAttempt.browser_hash == browser_hash,
            FederationAttempt.expires_at > utc_now(),
        )
        .returning(FederationAttempt)
    )


async def take_pending_identity(session: AsyncSession, token_hash: str, browser_hash: str) -> PendingIdentity | None:
    """Remove and return the proven person that this browser brought back, if it was recently."""
    return await session.scalar(
        delete(PendingIdentity)
        .where(
            PendingIdentity.token_hash == token_hash,
            PendingIdentity.browser_hash == browser_hash,
            PendingIdentity.expires_at > utc_now(),
        )
        .returning(PendingIdentity)
    )


async def delete_expired_attempts(session: AsyncSession) -> None:
    """Forget browsers that went to an issuer and did not come back in time."""
    await session.execute(delete(FederationAttempt).where(FederationAttempt.expires_at <= utc_now()))
    await session.execute(delete(PendingIdentity).where(PendingIdentity.expires_at <= utc_now()))


async def lock_clerk(session: AsyncSession) -> None:
    """Let one transaction at a time act on what Clerk tells, until this one ends."""
    await session.execute(_CLERK_LOCK)


async def clerk_message_exists(session: AsyncSession, message_id: str) -> bool:
    """Tell whether a webhook was acted on before."""
    return await session.get(ClerkMessage, message_id) is not None


async def delete_clerk_messages(session: AsyncSession, before: datetime) -> None:
    """Forget webhooks that are too old to be accepted again."""
    await session.execute(delete(ClerkMessage).where(ClerkMessage.received_at < before))


async def find_clerk_object(session: AsyncSession, clerk_id: str | None) -> ClerkObject | None:
    """Return what Clerk has told of one of its objects."""
    return await session.get(ClerkObject, clerk_id) if clerk_id else None


async def find_clerk_organization(session: AsyncSession, organization_id: UUID) -> ClerkObject | None:
    """Return the object that an organization of ours was made of."""
    return await session.scalar(
        select(ClerkObject).where(ClerkObject.kind == "organization", ClerkObject.organization_id == organization_id)
    )


async def find_clerk_memberships(
    session: AsyncSession, *, clerk_user_id: str | None = None, clerk_organization_id: str | None = None
) -> Sequence[ClerkObject]:
    """Return what Clerk has told of memberships of a user, of an organization or of both, the newest first."""
    found = select(ClerkObject).where(ClerkObject.kind == "membership")
    if clerk_user_id is not None:
        found = found.where(ClerkObject.clerk_user_id == clerk_user_id)
    if clerk_organization_id is not None:
        found = found.where(ClerkObject.clerk_organization_id == clerk_organization_id)
    return (await session.scalars(found.order_by(ClerkObject.version.desc(), ClerkObject.id))).all()
