"""Budgets: every spelling that leads use, and amounts that are not budgets."""

import pytest

from .samples import find


@pytest.mark.parametrize(
    ("body", "language", "region", "low", "high", "currency"),
    [
        ("Our budget is $1.2m for this", "en", "US", None, 1_200_000, "USD"),
        ("my budget is 85 lakh", "en", "IN", None, 8_500_000, "INR"),
        ("Flat for around 1.5 cr please", "en", "IN", None, 15_000_000, "INR"),
        ("budget ₹45,00,000", "en", "IN", None, 4_500_000, "INR"),
        ("We can spend between 50k and 80k EUR", "en", "DE", 50_000, 80_000, "EUR"),
        ("Something under 500 please, under 500.", "en", "US", None, 500, "USD"),
        ("Budget: 1.500,00 €", "de", "DE", None, 1_500, "EUR"),
        ("2 BHK upto 20L", "en", "IN", None, 2_000_000, "INR"),
        ("budget 300-400 k", "en", "US", 300_000, 400_000, "USD"),
        ("Wohnung, max 250.000 Euro", "de", "DE", None, 250_000, "EUR"),
        ("3 bedrooms, 250000 budget", "en", "GB", None, 250_000, "GBP"),
        ("Nuestro presupuesto es de 200 mil euros", "es", "ES", None, 200_000, "EUR"),
        ("mera budget 50 lakh tak hai", "hi-Latn", "IN", None, 5_000_000, "INR"),
        ("pachas lakh tak ka flat", "hi-Latn", "IN", None, 5_000_000, "INR"),
        ("बजट 50 लाख तक", "hi", "IN", None, 5_000_000, "INR"),
        ("₹ 80 lakhs to ₹ 1 crore", "en", "IN", 8_000_000, 10_000_000, "INR"),
        ("80 lakh to 1.2 cr", "en", "IN", 8_000_000, 12_000_000, "INR"),
        ("zwischen 300.000 und 400.000 €", "de", "DE", 300_000, 400_000, "EUR"),
        ("hasta 1.500 €", "es", "ES", None, 1_500, "EUR"),
        ("half a million dollars budget", "en", "US", None, 500_000, "USD"),
        ("Budget ca. 15.000 EUR netto", "de", "DE", None, 15_000, "EUR"),
        ("a villa for AED 2.5M", "en", "AE", None, 2_500_000, "AED"),
        ("budget is $500", "en", "AU", None, 500, "AUD"),
        ("at least 50k, up to 80k USD", "en", "US", 50_000, 80_000, "USD"),
    ],
)
def test_a_budget_is_read_in_every_spelling(
    body: str, language: str, region: str, low: int | None, high: int | None, currency: str
) -> None:
    found = find(body, language, region=region)
    assert (found.get("budget_min"), found.get("budget_max"), found.get("currency")) == (low, high, currency)


@pytest.mark.parametrize(
    ("body", "high"),
    [
        ("I paid $300 for my last order. For the new one my budget is 500 USD.", 500),
        ("The flat is listed at 90 lakh but our budget is 75 lakh", 7_500_000),
        ("We raised $5m last year and our budget for this is $20k", 20_000),
        ("Budget 60 lakh. My salary is 25 lakh.", 6_000_000),
    ],
)
def test_of_two_amounts_the_budget_is_chosen(body: str, high: int) -> None:
    assert find(body)["budget_max"] == high


@pytest.mark.parametrize(
    "body",
    [
        "order 612345678 has not arrived",
        "call me on 98765 43210",
        "We need a 3 BHK with 2 baths in 2027",
        "meeting at 10 am or 11 am",
        "I want a refund of $49.99",
        "Our plans start at $49 per month",
        "We raised $5m last year",
        "invoice 4500 is wrong",
        "for 45 users in 3 offices",
        "it is 500 m from the station",
    ],
)
def test_other_numbers_are_not_a_budget(body: str) -> None:
    assert not {"budget_min", "budget_max", "currency"} & find(body).keys()


def test_an_open_lower_limit_is_a_minimum() -> None:
    found = find("We would invest at least 2 crore, budget at least 2 crore")
    assert found["budget_min"] == 20_000_000
    assert "budget_max" not in found
