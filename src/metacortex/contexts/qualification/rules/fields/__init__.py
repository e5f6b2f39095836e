"""Finds the facts in a message.

Every fact taken from the body carries a literal quote; text that instructs the reader yields none.
"""

from dataclasses import replace
from datetime import UTC

from metacortex.contexts.qualification.rules.fields.dates import find_timeline
from metacortex.contexts.qualification.rules.fields.money import find_budget
from metacortex.contexts.qualification.rules.fields.need import find_need
from metacortex.contexts.qualification.rules.fields.people import find_people
from metacortex.contexts.qualification.rules.fields.phones import find_phones
from metacortex.contexts.qualification.rules.fields.places import find_location
from metacortex.contexts.qualification.rules.fields.quantity import find_quantity
from metacortex.contexts.qualification.rules.safety import hide_attacks
from metacortex.contexts.qualification.rules.text import prepare_text
from metacortex.contexts.qualification.types import Field, Message


def extract_fields(message: Message, language: str) -> tuple[Field, ...]:
    """Extract the facts of a message; `language` is a code such as `en`, `hi-Latn`, `es`, `de`."""
    text = prepare_text(hide_attacks(message.body))
    sent_on = (message.sent_at.astimezone(UTC) if message.sent_at.tzinfo else message.sent_at).date()
    found = (
        *find_people(text, message.sender_name, message.sender_email),
        *find_phones(text, language, message.region, message.sender_email),
        *find_budget(text, language, message.region),
        *find_need(text),
        *find_timeline(text, sent_on, message.region),
        *find_location(text, language),
        *find_quantity(text),
    )
    return add_signed(found, message, language)


def add_signed(found: tuple[Field, ...], message: Message, language: str) -> tuple[Field, ...]:
    """Add what the signature says; it outweighs guesses from the header, never what the person wrote in the body.

    A signature is not part of the body, so its facts carry no quote.
    """
    if not message.signature.strip():
        return found
    text = prepare_text(hide_attacks(message.signature))
    said = (*find_people(text, "", ""), *find_phones(text, language, message.region, ""))
    written = {field.name for field in found if field.evidence is not None}
    signed = {field.name: replace(field, evidence=None) for field in said if field.name not in written}
    return (*(field for field in found if field.name not in signed), *signed.values())
