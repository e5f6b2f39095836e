"""The first login: whoever starts the product gets in by a link, and sets a password there."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.models import LoginLink, Member
from metacortex.contexts.identity.service.sign_in import add_member, add_user, create_organization
from metacortex.contexts.identity.types import hash_token, new_token
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.security import Role

LINK_LIFETIME = timedelta(hours=24)
FIRST_OWNER_EMAIL = "owner@localhost"


async def issue_first_login() -> tuple[UUID, str] | None:
    """Return the first organization and a fresh link token for its owner, or None once that owner has a password."""
    async with transaction(None) as session:
        await queries.lock_first_login(session)
        owner = await _find_first_owner(session)
        if owner is None:
            return None
        await queries.delete_login_links(session, owner.org_id, owner.id)
        token = new_token()
        session.add(
            LoginLink(
                org_id=owner.org_id,
                member_id=owner.id,
                token_hash=hash_token(token),
                expires_at=utc_now() + LINK_LIFETIME,
            )
        )
        return owner.org_id, token


async def _find_first_owner(session: AsyncSession) -> Member | None:
    organization = await queries.find_oldest_organization(session)
    if organization is not None:
        await queries.see_organization(session, organization.id)
        return await queries.find_owner_without_password(session, organization.id)
    user = await add_user(session, "Owner", FIRST_OWNER_EMAIL, None)
    organization = await create_organization(session, "My company")
    return await add_member(session, organization.id, user.id, Role.OWNER)
