"""Reads messages with the models of the package: intent, language, facts and warnings."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from metacortex.contexts.qualification.rules.fields import extract_fields
from metacortex.contexts.qualification.rules.intent import compose_text, encode_message, predict
from metacortex.contexts.qualification.rules.safety import find_flags
from metacortex.contexts.qualification.types import Message, Reading

from .languages import detect_language
from .loading import ARTEFACTS, Model, load_model


class EmbeddedReader:
    """Understands messages without a key or a network, in well under a millisecond of model time each."""

    name = "embedded"

    def __init__(self, folder: Path = ARTEFACTS) -> None:
        self.model: Model = load_model(folder)
        self.version: str = self.model.version

    async def read(self, messages: Sequence[Message]) -> list[Reading]:
        """Read the messages in a thread, so that the event loop stays free for others."""
        return await asyncio.to_thread(self.read_all, tuple(messages))

    def read_all(self, messages: Sequence[Message]) -> list[Reading]:
        """Read the messages in this thread."""
        return [read_message(self.model, message) for message in messages]


def read_message(model: Model, message: Message) -> Reading:
    """Read one message."""
    text = compose_text(message)
    language = detect_language(text)
    intents = predict(model.head, encode_message(model.encoder, message, text), automatic=message.automatic)
    intent = max(intents, key=lambda candidate: intents[candidate])
    return Reading(
        intent=intent,
        intent_probability=intents[intent],
        intents=intents,
        language=language,
        fields=extract_fields(message, language),
        flags=find_flags(message),
    )
