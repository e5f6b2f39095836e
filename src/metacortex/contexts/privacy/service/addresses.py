"""From what a person typed to an address, and from an address to its keyed hash."""

from collections.abc import Iterable
from uuid import UUID

from metacortex.contexts.privacy.rules import may_be_phone, normalise_email, normalise_phone
from metacortex.contexts.privacy.types import Address, AddressKind
from metacortex.platform.errors import Invalid
from metacortex.platform.security.pseudonyms import pseudonym
from metacortex.platform.settings import settings


class AddressUnusable(Invalid):
    code = "address_unusable"
    title = "This is neither an email address nor a phone number. Check it; add the country code to a number."


def read_address(typed: str) -> Address:
    """Return what was typed as an address; raise AddressUnusable when it is none."""
    email = normalise_email(typed)
    if email:
        return Address(AddressKind.EMAIL, email)
    phone = normalise_phone(typed, region=settings().default_region)
    if phone:
        return Address(AddressKind.PHONE, phone)
    raise AddressUnusable(errors=[{"field": "address", "message": AddressUnusable.title}])


def hash_address(org_id: UUID, address: Address) -> str:
    """Return the organization's keyed hash of an address."""
    return pseudonym(org_id, address.kind, address.value)


def list_addresses(emails: Iterable[str | None], phones: Iterable[str | None]) -> list[Address]:
    """Return normalised e-mails and phones as addresses, each once, in a fixed order."""
    found = {Address(AddressKind.EMAIL, one) for one in emails if one}
    found |= {Address(AddressKind.PHONE, one) for one in phones if one}
    return sorted(found, key=lambda one: (one.kind, one.value))


def find_addresses(cells: Iterable[str]) -> list[Address]:
    """Return the addresses among the cells of a row."""
    region = settings().default_region
    emails = [normalise_email(cell) for cell in cells if "@" in cell]
    phones = [normalise_phone(cell, region=region) for cell in cells if "@" not in cell and may_be_phone(cell)]
    return list_addresses(emails, phones)
