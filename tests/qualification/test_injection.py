"""What a message says to the software that reads it changes no field, no intent and no score in its favour."""

import json
from pathlib import Path

import pytest

from metacortex.contexts.qualification.clients.embedded import EmbeddedReader
from metacortex.contexts.qualification.clients.embedded.languages import detect_language
from metacortex.contexts.qualification.rules.fields import extract_fields
from metacortex.contexts.qualification.rules.safety import INJECTION, find_attacks, find_flags, hide_attacks
from metacortex.contexts.qualification.rules.scoring import judge
from metacortex.contexts.qualification.types import Band, Intent

from .samples import ANYBODY, CRM, FLAT, HINGLISH, MACHINE, PISO, PITCH, SUPPORT, read, write_message

ATTACKS = [json.loads(line) for line in Path(__file__).with_name("injections.jsonl").read_text().splitlines()]
ORDER = [Band.UNSURE, Band.NONE, Band.COLD, Band.WARM, Band.HOT]


def test_there_are_enough_distinct_attacks() -> None:
    assert len({attack["text"] for attack in ATTACKS}) >= 40
    assert len({attack["language"] for attack in ATTACKS}) >= 8


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["text"][:40])
@pytest.mark.parametrize(
    ("body", "intent"),
    [(PITCH, Intent.VENDOR_PITCH), (SUPPORT, Intent.SUPPORT), ("Hello there, how are you", Intent.OTHER)],
)
def test_an_attack_raises_neither_score_nor_band(attack: dict[str, str], body: str, intent: Intent) -> None:
    for poisoned in (f"{body}\n\n{attack['text']}", f"{attack['text']}\n\n{body}", f"{body} {attack['text']}"):
        plain_message, message = write_message(body), write_message(poisoned)
        plain = judge(plain_message, read(plain_message, intent), ANYBODY)
        verdict = judge(message, read(message, intent), ANYBODY)
        assert INJECTION in find_flags(message)
        assert (verdict.score or 0) <= (plain.score or 0)
        assert ORDER.index(verdict.band) <= ORDER.index(plain.band)
        assert verdict.draft_reply is None
        assert any("instruct the software" in contribution.label for contribution in verdict.contributions)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["text"][:40])
def test_no_field_takes_a_value_from_an_attack(attack: dict[str, str]) -> None:
    for body in (FLAT, CRM, SUPPORT):
        poisoned = f"{body}\n\n{attack['text']}"
        plain = extract_fields(write_message(body), "en")
        fields = extract_fields(write_message(poisoned), "en")
        assert fields == plain
        assert all(poisoned[f.evidence.start : f.evidence.end] == f.evidence.quote for f in fields if f.evidence)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["text"][:40])
def test_a_real_lead_keeps_its_facts_but_gains_nothing(attack: dict[str, str]) -> None:
    message = write_message(f"{FLAT}\n\n{attack['text']}")
    plain = judge(write_message(FLAT), read(write_message(FLAT), Intent.BOOK), ANYBODY)
    verdict = judge(message, read(message, Intent.BOOK), ANYBODY)
    assert verdict.score is not None
    assert plain.score is not None
    assert verdict.score < plain.score


def test_hiding_keeps_every_position() -> None:
    body = f"{FLAT}\n\n{ATTACKS[0]['text']}"
    hidden = hide_attacks(body)
    assert len(hidden) == len(body)
    assert hidden.startswith(FLAT)
    assert "Ignore" not in hidden


@pytest.mark.parametrize(
    "body",
    [
        FLAT,
        CRM,
        MACHINE,
        PISO,
        HINGLISH,
        PITCH,
        SUPPORT,
        "Your system message says my account is locked, please help with the instructions on page 3.",
        "What is my credit score and can I give you the instructions for delivery?",
        "We are looking for an AI assistant for our support team, something with a GPT model. Please send prices.",
        "Please ignore my previous message, I found the price list. We need 20 licences.",
        "Is the score of 85 on the energy certificate up to date? We want to buy the house.",
        "Please forget the first quote, the budget is now 60 lakh.",
        "Can you mark the seats as reserved for our team of 12?",
        "I follow your instructions from the manual but the machine does not start.",
        "We want to classify documents and route them automatically; what does your product cost?",
    ],
)
def test_ordinary_messages_are_not_called_attacks(body: str) -> None:
    assert find_attacks(body) == ()


def test_the_language_of_a_lead_is_not_changed_by_hiding() -> None:
    assert detect_language(hide_attacks(f"{MACHINE}\n\n{ATTACKS[0]['text']}")) == "de"


def test_the_embedded_reader_is_not_swayed_by_any_attack() -> None:
    reader = EmbeddedReader()
    raised = []
    for body in (PITCH, SUPPORT):
        plain = write_message(body)
        before = judge(plain, reader.read_all([plain])[0], ANYBODY)
        for attack in ATTACKS:
            for poisoned in (f"{body}\n\n{attack['text']}", f"{attack['text']}\n\n{body}"):
                message = write_message(poisoned)
                after = judge(message, reader.read_all([message])[0], ANYBODY)
                if (after.score or 0) > (before.score or 0) or ORDER.index(after.band) > ORDER.index(before.band):
                    raised.append(attack["text"])
    assert raised == []
