"""Whether the row of an uploaded table is about a certain person."""

from collections.abc import Collection, Sequence

from metacortex.contexts.privacy.public import normalise_phone

_TAIL_DIGITS = 7
_FILTER_DIGITS = 4


def names_person(
    cells: Sequence[str], *, emails: Collection[str], phones: Collection[str], by_phone_only: bool, region: str
) -> bool:
    """Tell whether a row holds one of a person's e-mail addresses, or their number and no other's e-mail address.

    Numbers are also compared by their last digits: tables write them with and without country code and signs.
    """
    small = [cell.casefold() for cell in cells]
    if any(email in cell for cell in small for email in emails):
        return True
    if not by_phone_only and any("@" in cell for cell in small):
        return False
    return any(_is_number(cell, phone, region) for phone in phones for cell in cells)


def _is_number(cell: str, phone: str, region: str) -> bool:
    written = "".join(letter for letter in cell if letter in "0123456789")
    wanted = phone.lstrip("+")
    if wanted[-_FILTER_DIGITS:] not in written:  # spares most cells the costly reading
        return False
    local = written.lstrip("0")
    is_same_tail = len(local) >= _TAIL_DIGITS and (wanted.endswith(local) or local.endswith(wanted))
    return is_same_tail or normalise_phone(cell, region=region) == phone
