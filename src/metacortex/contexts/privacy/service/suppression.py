"""Whom to leave alone: kept as keyed hashes, so that the list itself holds nobody's address."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.privacy import queries
from metacortex.contexts.privacy.models import Suppression
from metacortex.contexts.privacy.service.addresses import find_addresses, hash_address
from metacortex.contexts.privacy.types import Address, SuppressionReason
from metacortex.platform.database import new_id, utc_now
from metacortex.platform.errors import Conflict, NotFound

ERASED_ROW = "This person asked to be erased. They come back only by writing to you themself."


class PersonErased(Conflict):
    code = "person_erased"
    title = "This person asked to be erased and cannot be added again. They come back by writing to you themself."


class NotSuppressed(NotFound):
    code = "not_suppressed"
    title = "This address is not on the list, or not for a reason that can be taken back."


async def suppress(session: AsyncSession, addresses: Iterable[Address], reason: SuppressionReason) -> int:
    """Put addresses on the list; return how many were not yet there for this reason."""
    org_id, now = session.info["org_id"], utc_now()
    rows = {
        hash_address(org_id, one): {
            "id": new_id(),
            "address_kind": one.kind.value,
            "address_hash": hash_address(org_id, one),
            "reason": reason.value,
            "created_at": now,
        }
        for one in addresses
    }
    await queries.hold_addresses(session, rows)
    return await queries.insert_suppressions(session, [rows[key] for key in sorted(rows)])


async def unsuppress(session: AsyncSession, address: Address) -> int:
    """Take an address off the list; return how many reasons fell.

    An erasure is not taken back here: the person was promised that nobody but themself can bring them back.
    """
    found = await find_suppressions(session, address)
    removable = [one for one in found if one.reason != SuppressionReason.ERASED]
    if not removable:
        raise NotSuppressed
    await queries.hold_addresses(session, [hash_address(session.info["org_id"], address)])
    for one in removable:
        await session.delete(one)
    await session.flush()
    return len(removable)


async def find_suppressions(session: AsyncSession, address: Address) -> Sequence[Suppression]:
    """Return why an address is on the list; nothing if it is not."""
    return await queries.find_suppressions(session, hash_address(session.info["org_id"], address))


async def find_erased(session: AsyncSession, addresses: Iterable[Address]) -> frozenset[Address]:
    """Return those of these addresses whose person was erased, so that nobody else brings them back."""
    hashes = {hash_address(session.info["org_id"], one): one for one in addresses}
    found = await queries.read_suppressions(session, list(hashes))
    return frozenset(hashes[key] for key, reasons in found.items() if SuppressionReason.ERASED in reasons)


async def find_erased_rows(session: AsyncSession, rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the places of those rows of a table that hold an address of an erased person."""
    if not await queries.has_suppressions(session, SuppressionReason.ERASED):
        return []
    places: list[int] = []
    for start in range(0, len(rows), 500):
        by_row = [find_addresses(cells) for cells in rows[start : start + 500]]
        erased = await find_erased(session, {one for addresses in by_row for one in addresses})
        places += [start + place for place, found in enumerate(by_row) if erased.intersection(found)]
    return places
