"""Access tokens that end before their hour: asked at every request, in Valkey, else in PostgreSQL.

A revocation names a session, a member or an API key; tokens issued to it until then are refused, and what a process
keeps of an API key is read anew. PostgreSQL holds the truth. Valkey
is told before the revoking transaction commits, and is told everything again by every new connection to it and every
minute, so that a server that was away is never trusted to know all. One that lost its memory has also lost the key that
says that it was told: PostgreSQL is asked then, and Valkey told again.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from redis.asyncio import Connection, Redis
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.cache import Cache, CacheDown
from metacortex.platform.database import Base, Moment, before_commit, transaction, utc_now
from metacortex.platform.errors import Unauthenticated
from metacortex.platform.security.permissions import Principal
from metacortex.platform.security.tokens import ACCESS_TOKEN_SECONDS
from metacortex.platform.settings import settings

_PENDING = "revocations"
_TOLD = "revocations:told"
_KEPT = timedelta(seconds=ACCESS_TOKEN_SECONDS + 60)


class Revocation(Base):
    """A session, member or API key: what was issued to it, or kept of it, until `revoked_at` counts no more."""

    __tablename__ = "revocations"

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    revoked_at: Mapped[Moment]


def revoke_tokens(session: AsyncSession, *subject_ids: UUID) -> None:
    """Refuse, from this transaction's commit on, all that was issued so far to these sessions, members or API keys."""
    pending: list[UUID] = session.info.setdefault(_PENDING, [])
    pending += subject_ids
    before_commit(session, _write_revocations)


async def _write_revocations(session: AsyncSession) -> None:
    now = utc_now()
    rows = [{"subject_id": subject_id, "revoked_at": now} for subject_id in sorted(set(session.info.pop(_PENDING, [])))]
    if not rows:
        return
    made = insert(Revocation)
    await session.execute(
        made.on_conflict_do_update(
            index_elements=["subject_id"],
            set_={"revoked_at": func.greatest(made.excluded.revoked_at, Revocation.revoked_at)},
        ),
        rows,
    )
    await share_revocations([(row["subject_id"], now) for row in rows])


async def is_revoked(principal: Principal) -> bool:
    """Tell whether the session, the API key or the member was revoked after the principal was issued."""
    subjects = (principal.session_id or principal.api_key_id or principal.member_id, principal.member_id)
    try:
        *found, told = await _cache.ask(lambda redis: redis.mget([*map(_key, subjects), _TOLD]))
        moments = [float(one) for one in found if one is not None]
        if told is None:
            moments = await _read_moments(subjects)
            await share_revocations()
    except CacheDown:
        moments = await _read_moments(subjects)
    return any(principal.issued_at <= moment for moment in moments)


async def refuse_revoked(principal: Principal) -> None:
    """Raise Unauthenticated for a token that was revoked."""
    if await is_revoked(principal):
        message = "You were signed out. Sign in again."
        raise Unauthenticated(message)


async def _read_moments(subjects: Sequence[UUID]) -> list[float]:
    if settings().database_url is None:
        return []
    async with transaction(None) as session:
        found = await session.scalars(select(Revocation.revoked_at).where(Revocation.subject_id.in_(subjects)))
        return [moment.timestamp() for moment in found]


async def share_revocations(revoked: Sequence[tuple[UUID, datetime]] | None = None) -> None:
    """Tell Valkey of these revocations, or of all that matter still; when it is down, PostgreSQL is asked anyway."""
    rows = await _read_all() if revoked is None else revoked

    async def tell(redis: Redis) -> None:
        async with redis.pipeline(transaction=revoked is None) as pipeline:
            for subject_id, moment in rows:
                pipeline.set(_key(subject_id), moment.timestamp(), ex=_KEPT)
            if revoked is None:
                pipeline.set(_TOLD, 1)
            await pipeline.execute()

    try:
        await _cache.ask(tell)
    except CacheDown:
        return


async def forget_revocations() -> None:
    """Delete the revocations of tokens that have all expired."""
    async with transaction(None) as session:
        await session.execute(delete(Revocation).where(Revocation.revoked_at < utc_now() - _KEPT))


async def close_revocations() -> None:
    """Close this process's connections."""
    await _cache.close()


async def _read_all() -> list[tuple[UUID, datetime]]:
    async with transaction(None) as session:
        found = await session.execute(
            select(Revocation.subject_id, Revocation.revoked_at).where(Revocation.revoked_at > utc_now() - _KEPT)
        )
        return [(subject_id, moment) for subject_id, moment in found]


async def _tell_new_connection(connection: Connection) -> None:
    """Tell a server just reached, which may have been away, restarted or emptied, all that it must know."""
    if settings().database_url is None:
        return
    for subject_id, moment in await _read_all():
        remaining = int(moment.timestamp() + _KEPT.total_seconds() - time.time())
        if remaining > 0:
            await connection.send_command("SET", _key(subject_id), moment.timestamp(), "EX", remaining)
            await connection.read_response()


def _key(subject_id: UUID) -> str:
    return f"revoked:{subject_id}"


_cache = Cache(_tell_new_connection)
