"""API keys: programs act in the name of the member who made the key, within its scopes and that member's role."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.identity import queries
from metacortex.contexts.identity.models import ApiKey, Member, Organization, User
from metacortex.contexts.identity.types import hash_token
from metacortex.platform.audit import record
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Conflict, NotFound, Refused, Unauthenticated
from metacortex.platform.security import Principal, Role, may
from metacortex.platform.security.revocations import is_revoked, revoke_tokens

KEY_PREFIX = "mc_"
MOST_KEYS = 100
USE_NOTED_EVERY = timedelta(minutes=1)
KEPT_SECONDS = 60
MOST_KEPT = 4096


class KeyNotFound(NotFound):
    code = "key_not_found"
    title = "There is no such API key, or it was ended already."


class TooManyKeys(Conflict):
    code = "too_many_keys"
    title = "Your organization has a hundred API keys. End one that nobody uses first."


class ScopeNotYours(Refused):
    code = "scope_not_yours"
    title = "A key cannot do more than you. Leave out what your role does not allow."


@dataclass(frozen=True, slots=True)
class NewKey:
    """A fresh key with its secret, which cannot be shown again."""

    key: ApiKey
    secret: str


async def create_key(
    session: AsyncSession, principal: Principal, *, name: str, scopes: Sequence[str], expires_at: datetime | None
) -> NewKey:
    """Make a key that may do what these scopes name."""
    if not all(may(principal, scope) for scope in scopes):  # type: ignore[arg-type]
        raise ScopeNotYours
    if await queries.count_keys(session, principal.org_id) >= MOST_KEYS:
        raise TooManyKeys
    prefix = KEY_PREFIX + secrets.token_hex(4)
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        org_id=principal.org_id,
        member_id=principal.member_id,
        name=name,
        prefix=prefix,
        token_hash=hash_token(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    session.add(key)
    await session.flush()
    record(session, "api_key.created", subject=str(key.id), after={"name": name, "scopes": key.scopes})
    return NewKey(key, secret)


async def list_keys(session: AsyncSession, principal: Principal) -> list[tuple[ApiKey, User]]:
    """Return the organization's keys that were not ended, with who made them, the newest first."""
    return await queries.find_keys(session, principal.org_id)


async def end_key(session: AsyncSession, principal: Principal, key_id: UUID) -> None:
    """End a key for good."""
    key = await queries.lock_key(session, principal.org_id, key_id)
    if key is None:
        raise KeyNotFound
    key.revoked_at = utc_now()
    revoke_tokens(session, key.id)
    record(session, "api_key.ended", subject=str(key.id), before={"name": key.name, "scopes": key.scopes})


@dataclass(frozen=True, slots=True)
class _Kept:
    """Whom a key speaks for, and until when (seconds since 1970) that need not be read again."""

    principal: Principal
    ends_at: float


# By the SHA-256 of the key, the longest unused first.
_kept: OrderedDict[str, _Kept] = OrderedDict()


async def read_key(secret: str) -> Principal:
    """Return whom an API key speaks for; a key that is unknown, ended, expired or its maker's no more is refused.

    The answer is kept for a minute at most. Whatever ends a key or changes its maker revokes one of them, and what was
    kept is read anew from then on.
    """
    token_hash = hash_token(secret)
    kept = _kept.get(token_hash)
    if kept is not None and time.time() < kept.ends_at and not await is_revoked(kept.principal):
        if token_hash in _kept:
            _kept.move_to_end(token_hash)
        return kept.principal
    _kept.pop(token_hash, None)
    found = await _read_key(token_hash)
    _kept[token_hash] = found
    if len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return found.principal


async def _read_key(token_hash: str) -> _Kept:
    began_at = time.time()
    async with transaction(None) as session:
        await queries.see_by_token(session, token_hash)
        key = await queries.find_key(session, token_hash)
        if key is None:
            raise Unauthenticated
        await queries.see_organization(session, key.org_id)
        person = await queries.find_member(session, key.org_id, key.member_id)
        organization = await queries.find_organization(session, key.org_id)
        if person is None or organization is None:
            raise Unauthenticated
        now = utc_now()
        if key.used_at is None or now - key.used_at > USE_NOTED_EVERY:
            await queries.note_key_use(session, key.org_id, key.id, now)
    ends_at = min(began_at + KEPT_SECONDS, key.expires_at.timestamp() if key.expires_at else float("inf"))
    # A revocation is dated before its commit, perhaps by another clock: one that is just being written counts as later.
    return _Kept(_as_principal(key, person[0], organization, issued_at=began_at - KEPT_SECONDS), ends_at)


def _as_principal(key: ApiKey, member: Member, organization: Organization, *, issued_at: float) -> Principal:
    return Principal(
        org_id=key.org_id,
        member_id=member.id,
        user_id=member.user_id,
        role=Role(member.role),
        issued_at=issued_at,
        plan=organization.plan,
        api_key_id=key.id,
        scopes=frozenset(key.scopes),
    )
