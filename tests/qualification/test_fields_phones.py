"""Telephone numbers become E.164; other long numbers do not."""

import pytest

from .samples import find


@pytest.mark.parametrize(
    ("body", "language", "region", "expected"),
    [
        ("call me on 98765 43210", "en", "IN", "+919876543210"),
        ("Mobile: +34 612 345 678", "es", "IN", "+34612345678"),
        ("Tel. 030 12345678", "de", "DE", "+493012345678"),
        ("Thanks\nRavi\n+91-98220-12345", "en", "IN", "+919822012345"),
        ("Mi teléfono es 612 345 678", "es", "IN", "+34612345678"),
        ("(415) 555-2671 is my cell", "en", "US", "+14155552671"),
        ("invoice 20261234567, call 020 7946 0958", "en", "GB", "+442079460958"),
        ("919876543210", "en", "IN", "+919876543210"),
        ("Bitte rufen Sie mich an: 0711 1234567", "de", "IN", "+497111234567"),
        ("मेरा नंबर 9876543210 है", "hi", "IN", "+919876543210"),
    ],
)
def test_a_phone_is_read(body: str, language: str, region: str, expected: str) -> None:
    assert find(body, language, region=region)["phone"] == expected


@pytest.mark.parametrize(
    ("body", "language", "region"),
    [
        ("order 612345678 has not arrived", "es", "ES"),
        ("order number 9876543210", "en", "IN"),
        ("my account 9876543210", "en", "IN"),
        ("₹ 9876543210", "en", "IN"),
        ("on 15.03.2027 and 2027-03-15", "de", "DE"),
        ("GST 27AAPFU0939F1ZV", "en", "IN"),
        ("budget 4500000", "en", "IN"),
        ("Rechnung 0301234567", "de", "DE"),
    ],
)
def test_another_number_is_not_a_phone(body: str, language: str, region: str) -> None:
    assert "phone" not in find(body, language, region=region)


def test_the_writers_phone_wins_over_the_readers() -> None:
    assert find("I called you on 080 4567 8900, my number is 9876501234")["phone"] == "+919876501234"
