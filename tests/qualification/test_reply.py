"""Drafts speak the writer's language, use only facts of the message, and are missing where no answer is due."""

import pytest

from metacortex.contexts.qualification.rules.reply import draft_reply
from metacortex.contexts.qualification.types import Band, Field, FieldName, Intent, Reading

from .samples import CRM, FLAT, HINGLISH, MACHINE, PISO, PITCH, SUPPORT, read, write_message


@pytest.mark.parametrize(
    ("body", "language", "intent", "expected"),
    [
        (
            FLAT,
            "en",
            Intent.BOOK,
            ["Hello Priya,", "3 BHK flat in Wakad", "“this Saturday”", "+919822012345", "Kind regards"],
        ),
        (CRM, "en", Intent.BUY, ["Hello Tom,", "CRM for 25 users"]),
        (MACHINE, "de", Intent.BUY, ["Guten Tag Jürgen Weber,", "Verpackungsmaschine", "Mit freundlichen Grüßen"]),
        (PISO, "es", Intent.BOOK, ["Hola, Lucía:", "«la próxima semana»", "Un cordial saludo"]),
        (HINGLISH, "hi-Latn", Intent.BUY, ["Namaste,", "2 BHK flat", "Dhanyavaad"]),
        ("मुझे 2 BHK फ्लैट चाहिए", "hi", Intent.BUY, ["नमस्ते,", "धन्यवाद", "आपका बजट कितना है?"]),
        (SUPPORT, "en", Intent.SUPPORT, ["support team"]),
    ],
)
def test_a_draft_uses_the_facts_in_the_writers_language(
    body: str, language: str, intent: Intent, expected: list[str]
) -> None:
    message = write_message(body)
    reply = draft_reply(message, read(message, intent, language), Band.HOT)
    assert reply is not None
    assert [part for part in expected if part not in reply] == []
    assert "{" not in reply


def test_a_missing_fact_is_asked_for() -> None:
    message = write_message("We want to buy a bakery oven.")
    reply = draft_reply(message, read(message, Intent.BUY), Band.WARM)
    assert reply is not None
    assert "Which budget" in reply
    assert "By when" in reply
    assert "On which number" in reply


@pytest.mark.parametrize("intent", [Intent.VENDOR_PITCH, Intent.SPAM, Intent.AUTOMATIC, Intent.JOB_APPLICATION])
def test_no_answer_is_drafted_where_none_is_due(intent: Intent) -> None:
    message = write_message(PITCH)
    assert draft_reply(message, read(message, intent), Band.NONE) is None


def test_other_languages_get_no_draft() -> None:
    message = write_message("Szukam mieszkania w Krakowie")
    assert draft_reply(message, read(message, Intent.BUY, "pl"), Band.HOT) is None


def test_machines_get_no_draft() -> None:
    message = write_message(FLAT, automatic=True)
    assert draft_reply(message, read(message, Intent.BUY), Band.HOT) is None


@pytest.mark.parametrize(
    "value", ["flat, see https://evil.example", "write to a@evil.example", "<b>flat</b>", "x" * 200, "{phone}"]
)
def test_links_addresses_and_markup_are_not_repeated(value: str) -> None:
    fields = (Field(FieldName.NEED, value, None, 0.9), Field(FieldName.NAME, value, None, 0.9))
    reply = draft_reply(write_message("x"), Reading(Intent.BUY, 0.9, {Intent.BUY: 1.0}, "en", fields, ()), Band.HOT)
    assert reply is not None
    assert value not in reply
