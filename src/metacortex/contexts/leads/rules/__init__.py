"""Decisions about contacts that need no database: when two addresses or numbers are the same one."""

import re

import phonenumbers

_ADDRESS = re.compile(r"^[^\s@<>\"]{1,64}@[^\s@<>\"]{1,190}\.[^\s@<>\".]{2,63}$|^[^\s@<>\"]{1,64}@localhost$")

DEFAULT_STAGES: tuple[tuple[str, str], ...] = (
    ("New", "open"),
    ("Contacted", "open"),
    ("Qualified", "open"),
    ("Proposal", "open"),
    ("Won", "won"),
    ("Lost", "lost"),
)


def normalise_email(address: str | None) -> str | None:
    """Return an e-mail address in the one form it is stored in, or None if it is none."""
    cleaned = (address or "").strip().strip("<>").casefold()
    return cleaned if _ADDRESS.match(cleaned) else None


def normalise_phone(number: str | None, *, region: str) -> str | None:
    """Return a phone number in E.164, reading local numbers as the region's, or None if it is none."""
    if not number or len(number) > 60:
        return None
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
