"""Which reader this process uses, chosen once from the settings."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from metacortex.contexts.qualification.clients.llm import LlmReader, Outcome
from metacortex.contexts.qualification.service.spending import DailyBudget
from metacortex.contexts.qualification.settings import qualification_settings
from metacortex.contexts.qualification.types import Message

if TYPE_CHECKING:
    from metacortex.contexts.qualification.clients.embedded import EmbeddedReader


@lru_cache(maxsize=1)
def embedded_reader() -> "EmbeddedReader":
    """Return this process's embedded reader; the first call loads its models, and the libraries only readers need."""
    from metacortex.contexts.qualification.clients.embedded import EmbeddedReader

    return EmbeddedReader()


def load_models() -> None:
    """Load what reading needs before the first message; a worker does so before it forks, to share the memory."""
    from metacortex.contexts.qualification.clients.embedded.languages import load_identifier

    embedded_reader()
    load_identifier()


@lru_cache(maxsize=1)
def llm_reader() -> LlmReader | None:
    """Return this process's language-model reader, or None where no model is configured."""
    settings = qualification_settings()
    budget = DailyBudget(settings.daily_budget_micro_usd)
    return LlmReader(settings, embedded_reader(), budget) if settings.model else None


async def read_outcomes(messages: Sequence[Message], org_id: UUID) -> list[Outcome]:
    """Read messages by the configured reader."""
    llm = llm_reader()
    return await read_embedded(messages) if llm is None else await llm.read_outcomes(messages, org_id)


async def read_embedded(messages: Sequence[Message]) -> list[Outcome]:
    """Read messages by the reader that costs nothing."""
    reader = embedded_reader()
    return [Outcome(reading, reader.name, reader.version) for reading in await reader.read(messages)]
