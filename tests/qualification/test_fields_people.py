"""Who writes, from where, and what for."""

import pytest

from metacortex.contexts.qualification.types import FieldName

from .samples import CRM, FLAT, HINGLISH, MACHINE, PISO, cite, find


@pytest.mark.parametrize(
    ("body", "sender", "name", "expected"),
    [
        (FLAT, "priya@gmail.com", "", {"name": "Priya Nair", "location": "Wakad, Pune", "need": "3 BHK flat in Wakad"}),
        (
            CRM,
            "tom@northwind.example",
            "T. Baker",
            {
                "name": "Tom Baker",
                "role": "Head of Operations",
                "company": "Northwind Traders",
                "need": "CRM for 25 users",
                "quantity": 25,
            },
        ),
        (
            MACHINE,
            "j.weber@weber-maschinenbau.de",
            "",
            {
                "name": "Jürgen Weber",
                "role": "Einkaufsleiter",
                "company": "Weber Maschinenbau GmbH",
                "location": "Stuttgart",
            },
        ),
        (
            PISO,
            "lucia@hotmail.es",
            "",
            {"name": "Lucía Gómez", "location": "Valencia", "need": "piso de 2 habitaciones en Valencia"},
        ),
        (
            HINGLISH,
            "ravi@gmail.com",
            "Ravi Patil",
            {"name": "Ravi Patil", "location": "Wakad", "need": "Wakad mein 2 BHK flat"},
        ),
        (
            "Please send details.",
            "anna@acme-tools.com",
            "Anna Lee",
            {"name": "Anna Lee", "company": None, "email": "anna@acme-tools.com"},
        ),
        ("I work at Globex Systems in London", "x@gmail.com", "", {"company": "Globex Systems", "location": "London"}),
        ("My e-mail is Jane.Doe@work.example, write there", "x@gmail.com", "", {"email": "jane.doe@work.example"}),
    ],
)
def test_people_and_places_are_read(body: str, sender: str, name: str, expected: dict[str, str | int | None]) -> None:
    found = find(body, "de" if body is MACHINE else "en", sender=sender, name=name)
    assert {key: found.get(key) for key in expected} == expected


@pytest.mark.parametrize(
    ("body", "language", "region", "expected"),
    [
        (
            (
                "Hello team,\nWe run 14 dental clinics in Austin and want to replace our "
                "booking software. Roughly $2,500 "
                "per month is approved. Could someone demo it on Tuesday?\nDana "
                "Whitfield\nCOO, BrightSmile Dental\n512-555-0147"
            ),
            "en",
            "US",
            {
                "name": "Dana Whitfield",
                "role": "COO",
                "location": "Austin",
                "need": "booking software",
                "budget_max": 2500,
            },
        ),
        (
            (
                "Dear Sales, Kindly quote for 2000 pcs SS ball valves 1 inch, delivery Dubai, "
                "required within 3 weeks. Regards, "
                "Ahmed Khan, Procurement Manager, Gulf Star Trading LLC, Tel: +971 4 123 4567"
            ),
            "en",
            "IN",
            {
                "name": "Ahmed Khan",
                "role": "Procurement Manager",
                "company": "Gulf Star Trading LLC",
                "quantity": 2000,
                "location": "Dubai",
            },
        ),
        (
            (
                "Buenas, quisiera cotización para 500 camisetas con logo, las necesito antes "
                "del 10 de diciembre. Tengo entre "
                "2.000 y 2.500 euros. Gracias, Marcos"
            ),
            "es",
            "IN",
            {"name": "Marcos", "budget_min": 2000, "budget_max": 2500, "currency": "EUR", "timeline_on": "2026-12-10"},
        ),
        (
            "Up to 1.2 Cr for something ready to move in. I work at Infosys. - Neha",
            "en",
            "IN",
            {"name": "Neha", "company": "Infosys"},
        ),
        (
            "Sir mera naam Sunil Yadav hai, ek car leni hai 8 lakh tak",
            "hi-Latn",
            "IN",
            {"name": "Sunil Yadav", "budget_max": 800_000},
        ),
        (
            "I'm looking for a flat from Lodha Group in Thane",
            "en",
            "IN",
            {"name": None, "company": None, "location": "Thane"},
        ),
        ("Dear Team,\nSend prices\nNew York", "en", "IN", {"name": None}),
    ],
)
def test_a_whole_message_is_read(body: str, language: str, region: str, expected: dict[str, str | int | None]) -> None:
    found = find(body, language, region=region)
    assert {key: found.get(key) for key in expected} == expected


def test_free_mail_is_no_company() -> None:
    assert "company" not in find("Send details", sender="someone@gmail.com")
    assert "company" not in find("Send details", sender="jemand@t-online.de")


def test_a_role_mailbox_is_no_person() -> None:
    assert "name" not in find("Send details", name="Sales Team", sender="sales@acme.example")


def test_a_city_is_no_company() -> None:
    found = find("I'm Ravi from Pune")
    assert (found.get("name"), found.get("location"), found.get("company")) == ("Ravi", "Pune", None)


def test_header_facts_carry_no_quote() -> None:
    assert cite("Send details", FieldName.EMAIL) is None


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("20 licences", 20),
        ("CRM for 45 users", 45),
        ("12 Stück", 12),
        ("need 200 steel chairs", 200),
        ("Qty: 500", 500),
        ("twenty laptops", 20),
    ],
)
def test_a_quantity_is_counted(body: str, count: int) -> None:
    assert find(body)["quantity"] == count


@pytest.mark.parametrize(
    "body", ["a 2 BHK flat", "in 3 days", "need 10 lakhs", "trusted by 5000 customers", "a 4 bedroom house"]
)
def test_other_counts_are_not_a_quantity(body: str) -> None:
    assert "quantity" not in find(body)


@pytest.mark.parametrize(
    ("body", "language", "need"),
    [
        ("I am interested in buying a plot near Nashik.", "en", "plot near Nashik"),
        ("Could you send me a quote for 40 office chairs? Thanks", "en", "40 office chairs"),
        ("Ich suche eine Software für die Lagerverwaltung.", "de", "Software für die Lagerverwaltung"),
        (
            "Necesitamos un sistema de facturación para 15 tiendas, por favor.",
            "es",
            "sistema de facturación para 15 tiendas",
        ),
    ],
)
def test_the_need_is_a_phrase_of_the_message(body: str, language: str, need: str) -> None:
    assert find(body, language)["need"] == need
