"""When two addresses or numbers are the same one."""

import pytest

from metacortex.contexts.leads.rules import normalise_email, normalise_phone


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Ravi@Example.COM ", "ravi@example.com"),
        ("<ravi@example.co.in>", "ravi@example.co.in"),
        ("ravi@localhost", "ravi@localhost"),
        ("ravi@example", None),
        ("ravi example.com", None),
        ("a" * 65 + "@example.com", None),
        ("", None),
        (None, None),
    ],
)
def test_normalise_email(typed: str | None, stored: str | None) -> None:
    assert normalise_email(typed) == stored


@pytest.mark.parametrize(
    ("typed", "region", "stored"),
    [
        ("098200 12345", "IN", "+919820012345"),
        ("+91-98200-12345", "DE", "+919820012345"),
        ("(202) 555-0143", "US", "+12025550143"),
        ("030 901820", "DE", "+4930901820"),
        ("12", "IN", None),
        ("call me", "IN", None),
        ("9" * 61, "IN", None),
        (None, "IN", None),
    ],
)
def test_normalise_phone(typed: str | None, region: str, stored: str | None) -> None:
    assert normalise_phone(typed, region=region) == stored
