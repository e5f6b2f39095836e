"""Spoken dates resolve against the day the message was sent, here Wednesday, 18 November 2026."""

import pytest

from .samples import find


@pytest.mark.parametrize(
    ("body", "language", "said", "on"),
    [
        ("visit day after tomorrow", "en", "day after tomorrow", "2026-11-20"),
        ("a viewing this Saturday", "en", "this Saturday", "2026-11-21"),
        ("call me next week", "en", "next week", "2026-11-23"),
        ("we need it by end of month", "en", "by end of month", "2026-11-30"),
        ("need it ASAP", "en", "ASAP", "2026-11-18"),
        ("delivery by 15 March", "en", "by 15 March", "2027-03-15"),
        ("kal call karo", "hi-Latn", "kal", "2026-11-19"),
        ("parso dekhna hai", "hi-Latn", "parso", "2026-11-20"),
        ("agle hafte milte hain", "hi-Latn", "agle hafte", "2026-11-23"),
        ("do hafte mein chahiye", "hi-Latn", "do hafte mein", "2026-12-02"),
        ("परसों देखना है", "hi", "परसों", "2026-11-20"),
        ("llámame mañana", "es", "mañana", "2026-11-19"),
        ("visita la próxima semana", "es", "la próxima semana", "2026-11-23"),
        ("antes del 15 de marzo", "es", "antes del 15 de marzo", "2027-03-15"),
        ("Termin nächste Woche", "de", "nächste Woche", "2026-11-23"),
        ("Lieferung bis Ende des Monats", "de", "bis Ende des Monats", "2026-11-30"),
        ("Termin am 15.03.2027", "de", "am 15.03.2027", "2027-03-15"),
        ("start within 2 weeks", "en", "within 2 weeks", "2026-12-02"),
        ("move in 3 months", "en", "in 3 months", "2027-02-18"),
        ("go live in Q1", "en", "in Q1", "2027-01-01"),
        ("meet next Friday", "en", "next Friday", "2026-11-27"),
        ("deliver on 2027-02-03", "en", "on 2027-02-03", "2027-02-03"),
        ("we decide in March", "en", "in March", "2027-03-01"),
    ],
)
def test_a_spoken_date_is_resolved(body: str, language: str, said: str, on: str) -> None:
    found = find(body, language)
    assert (found["timeline"], found["timeline_on"]) == (said, on)


@pytest.mark.parametrize(
    "body",
    [
        "I may be interested",
        "We march on",
        "I saw your ad today",
        "guten morgen, ich suche etwas",
        "por la mañana estoy libre",
        "have a nice weekend",
        "kal aaya tha",
        "version 2.1 is out",
        "the sun and the sat dish",
    ],
)
def test_words_that_look_like_dates_are_not(body: str) -> None:
    assert "timeline" not in find(body)


def test_american_dates_have_the_month_first_only_in_america() -> None:
    assert find("deliver on 12/01/2027", region="US")["timeline_on"] == "2027-12-01"
    assert find("deliver on 12/01/2027", region="GB")["timeline_on"] == "2027-01-12"


def test_an_impossible_date_has_no_day() -> None:
    assert "timeline_on" not in find("deliver on 31 February")
