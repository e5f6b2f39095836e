"""One-click unsubscribing: a link that withdraws one consent, without sign-in and without naming anybody."""

import base64
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.privacy import queries
from metacortex.contexts.privacy.models import Consent
from metacortex.contexts.privacy.service.addresses import hash_address, read_address
from metacortex.contexts.privacy.types import AddressKind, Channel, Decision, Purpose
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.errors import NotFound
from metacortex.platform.security.pseudonyms import SEAL_BYTES, is_sealed, seal

_PURPOSES, _CHANNELS = tuple(Purpose), tuple(Channel)
_HASH_BYTES = 32
_LENGTH = 16 + _HASH_BYTES + 3 + SEAL_BYTES


class LinkInvalid(NotFound):
    code = "unsubscribe_link_invalid"
    title = "This link is not complete. Copy all of it from the message, or answer the message and say stop."


def write_token(org_id: UUID, address: str, purpose: Purpose, channel: Channel) -> str:
    """Return the token of a link that withdraws consent; it holds the keyed hash, not the address."""
    known = read_address(address)
    marks = bytes([_PURPOSES.index(purpose), _CHANNELS.index(channel), tuple(AddressKind).index(known.kind)])
    content = org_id.bytes + bytes.fromhex(hash_address(org_id, known)) + marks
    return base64.urlsafe_b64encode(content + seal(content)).rstrip(b"=").decode()


async def unsubscribe(token: str, *, client_address: str | None) -> None:
    """Withdraw what the link is for; a second time changes nothing (RFC 8058, one-click unsubscribe)."""
    content = _read_token(token)
    org_id, hashed = UUID(bytes=content[:16]), content[16:48].hex()
    purpose, channel = _PURPOSES[content[48]], _CHANNELS[content[49]]
    async with transaction(org_id) as session:
        await queries.hold_addresses(session, [hashed])
        said = (await queries.read_decisions(session, [hashed], purpose=purpose, channel=channel)).get(hashed)
        if said is None or said.decision is not Decision.WITHDRAWN:
            kind = tuple(AddressKind)[content[50]]
            await _withdraw(session, hashed, kind, purpose, channel, client_address)


async def _withdraw(
    session: AsyncSession, hashed: str, kind: AddressKind, purpose: Purpose, channel: Channel, client: str | None
) -> None:
    known = await queries.find_address_of(session, hashed)
    session.add(
        Consent(
            org_id=session.info["org_id"],
            id=new_id(),
            address_kind=kind.value,
            address_hash=hashed,
            address=known[1] if known else None,
            purpose=purpose.value,
            channel=channel.value,
            decision=Decision.WITHDRAWN.value,
            text_id=None,
            at=utc_now(),
            source="unsubscribe link",
            # Of somebody who was erased nothing new is kept.
            client_address=client if known and known[1] else None,
            proof={"by": "link"},
            actor_id=None,
        )
    )


def _read_token(token: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError as error:
        raise LinkInvalid from error
    content, given = raw[:-SEAL_BYTES], raw[-SEAL_BYTES:]
    if len(raw) != _LENGTH or not is_sealed(content, given):
        raise LinkInvalid
    return content
