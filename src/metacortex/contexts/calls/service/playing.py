"""Who hears a recording: members who ask for it, and players, which carry no access token but a link's."""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.service.recordings import open_sound
from metacortex.platform import audit
from metacortex.platform.audit import AuditEntry
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import NotFound, Unauthenticated
from metacortex.platform.security import Principal, Role
from metacortex.platform.security.revocations import refuse_revoked
from metacortex.platform.security.secret_key import derive_key

LINK_SECONDS = 600
PLAYED = "recording.played"
_SEAL_BYTES = 32
_IDS = 4
_MILLISECONDS_BYTES = 8
_LENGTH = 16 * _IDS + 2 * _MILLISECONDS_BYTES + _SEAL_BYTES


class RecordingLinkEnded(NotFound):
    code = "recording_link_ended"
    title = "This link to a recording has ended. Open the call and press play again."


@dataclass(frozen=True, slots=True)
class Link:
    """What a link stands for: one recording for one member, as long as the session lasts that asked for it."""

    org_id: UUID
    call_id: UUID
    member_id: UUID
    session_id: UUID
    issued_ms: int
    expires_ms: int


async def make_link(member: Principal, call_id: UUID) -> str:
    """Return the token of an address that plays a recording for ten minutes; who may hear it was asked before.

    Making it counts as playing once. Raises RecordingNotFound or RecordingNotReady.
    """
    await open_sound(member.org_id, call_id)
    async with transaction(member.org_id) as session:
        audit.record(session, PLAYED, subject=f"call:{call_id}", after={"by": "link"})
    expires_ms = round((time.time() + LINK_SECONDS) * 1000)
    session_id = member.session_id or member.member_id
    return _write(
        Link(member.org_id, call_id, member.member_id, session_id, round(member.issued_at * 1000), expires_ms)
    )


async def follow_link(token: str) -> Link:
    """Return what a link stands for; raises RecordingLinkEnded when it is none, is over, or its session is."""
    link = _read(token)
    if time.time() * 1000 >= link.expires_ms:
        raise RecordingLinkEnded
    speaker = Principal(
        org_id=link.org_id,
        member_id=link.member_id,
        user_id=link.member_id,
        role=Role.VIEWER,
        session_id=link.session_id,
        issued_at=link.issued_ms / 1000,
    )
    try:
        await refuse_revoked(speaker)
    except Unauthenticated as error:
        raise RecordingLinkEnded from error
    return link


async def record_played(session: AsyncSession, member: Principal, call_id: UUID) -> None:
    """Note in the audit log that a member hears a recording: once for the many ranges that a player asks for."""
    mine = select(AuditEntry.id).where(
        AuditEntry.org_id == member.org_id,
        AuditEntry.occurred_at > utc_now() - timedelta(seconds=LINK_SECONDS),
        AuditEntry.action == PLAYED,
        AuditEntry.subject == f"call:{call_id}",
        AuditEntry.actor_id == (member.api_key_id or member.member_id),
    )
    if await session.scalar(mine.limit(1)) is None:
        audit.record(session, PLAYED, subject=f"call:{call_id}", after={"by": "api"})


def _write(link: Link) -> str:
    ids = (link.org_id, link.call_id, link.member_id, link.session_id)
    content = b"".join(one.bytes for one in ids)
    content += b"".join(one.to_bytes(_MILLISECONDS_BYTES, "big") for one in (link.issued_ms, link.expires_ms))
    return _encode(content + _seal(content))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _read(token: str) -> Link:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError as error:
        raise RecordingLinkEnded from error
    content, given = raw[:-_SEAL_BYTES], raw[-_SEAL_BYTES:]
    if len(raw) != _LENGTH or _encode(raw) != token or not hmac.compare_digest(_seal(content), given):
        raise RecordingLinkEnded
    org_id, call_id, member_id, session_id = (UUID(bytes=content[at : at + 16]) for at in range(0, 16 * _IDS, 16))
    issued_ms = int.from_bytes(content[-2 * _MILLISECONDS_BYTES : -_MILLISECONDS_BYTES], "big")
    expires_ms = int.from_bytes(content[-_MILLISECONDS_BYTES:], "big")
    return Link(org_id, call_id, member_id, session_id, issued_ms, expires_ms)


def _seal(content: bytes) -> bytes:
    return hmac.new(derive_key("calls/recording-link"), content, hashlib.sha256).digest()
