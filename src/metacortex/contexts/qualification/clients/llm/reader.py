"""Reads by a language model, message by message, each falling back to the other reader on its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from prometheus_client import Counter

from metacortex.contexts.qualification.clients.llm.breaker import CircuitBreaker
from metacortex.contexts.qualification.clients.llm.shape import BODY_SHOWN, INSTRUCTIONS, PROMPT_VERSION, to_reading
from metacortex.contexts.qualification.clients.llm.spending import Budget, price_micro_usd
from metacortex.contexts.qualification.settings import QualificationSettings
from metacortex.contexts.qualification.types import Message, Reader, Reading
from metacortex.platform.telemetry import log

if TYPE_CHECKING:
    from pydantic_ai import Agent

    from metacortex.contexts.qualification.clients.llm.shape import MessageRead

readings = Counter("metacortex_llm_readings_total", "Messages a language model was to read, by outcome.", ["outcome"])
spent_micro_usd = Counter("metacortex_llm_micro_usd_total", "Spent on language models, in millionths of a US dollar.")
TYPICAL_OUTPUT_TOKENS = 600


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reading with the reader that really made it."""

    reading: Reading
    reader: str
    reader_version: str


class LlmReader:
    """Asks the configured model; `fallback` answers what the model cannot, may not or need not answer."""

    version = PROMPT_VERSION

    def __init__(self, settings: QualificationSettings, fallback: Reader, budget: Budget | None = None) -> None:
        self.name = settings.model
        self.settings = settings
        self.fallback = fallback
        self.breaker = CircuitBreaker(settings.breaker_failures, settings.breaker_pause_seconds)
        self.budget = budget
        self._agent: Agent[Message, MessageRead] | None = None
        self._places = asyncio.Semaphore(settings.concurrency)

    async def read(self, messages: Sequence[Message]) -> list[Reading]:
        """Return one reading for each message."""
        return [outcome.reading for outcome in await self.read_outcomes(messages)]

    async def read_outcomes(self, messages: Sequence[Message], org_id: UUID | None = None) -> list[Outcome]:
        """Return one reading for each message, with who read it; never fails because of the model."""
        plain = await self.fallback.read(messages)
        pairs = zip(messages, plain, strict=True)
        return list(await asyncio.gather(*(self._read_one(*pair, org_id) for pair in pairs)))

    async def _read_one(self, message: Message, plain: Reading, org_id: UUID | None) -> Outcome:
        unread = Outcome(plain, self.fallback.name, self.fallback.version)
        if message.automatic or not message.body.strip():
            return unread
        async with self._places:
            reading, outcome = await self._ask(message, org_id)
        readings.labels(outcome).inc()
        return unread if reading is None else Outcome(_complete(reading, plain), self.name, self.version)

    async def _ask(self, message: Message, org_id: UUID | None) -> tuple[Reading | None, str]:
        """Return the model's reading and "read", or None and why there is none."""
        reserved = self._estimate(message)
        if self.budget and org_id and not await self.budget.reserve(org_id, reserved):
            return None, "budget"
        if not self.breaker.admit():
            await self._settle(org_id, reserved=reserved, spent=0)
            return None, "breaker"

        from pydantic_ai.exceptions import AgentRunError, UserError
        from pydantic_ai.usage import RunUsage

        from metacortex.contexts.qualification.clients.llm.asking import ask_model, build_agent

        usage, told = RunUsage(), False
        try:
            if self._agent is None:
                self._agent = build_agent(self.settings)
            async with asyncio.timeout(self.settings.timeout_seconds):
                answer = await ask_model(self._agent, message, usage)
            self.breaker.succeed()
            told = True
            return to_reading(answer, message), "read"
        except (AgentRunError, UserError, TimeoutError, OSError) as error:
            told = True
            if _is_down(error):
                self.breaker.fail()
            else:
                self.breaker.succeed()
            outcome = _name_outcome(error)
            log.warning("reader.fell_back", model=self.name, outcome=outcome, error=type(error).__name__)
            return None, outcome
        finally:
            if not told:
                self.breaker.release()
            spent = price_micro_usd(self.settings, input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)
            spent_micro_usd.inc(spent)
            await self._settle(org_id, reserved=reserved, spent=spent)

    async def _settle(self, org_id: UUID | None, *, reserved: int, spent: int) -> None:
        if self.budget and org_id:
            await self.budget.settle(org_id, reserved=reserved, spent=spent)

    def _estimate(self, message: Message) -> int:
        """Price a request of this size: three characters a token is on the safe side for most scripts."""
        characters = len(INSTRUCTIONS) + len(message.subject) + min(len(message.body), BODY_SHOWN)
        return price_micro_usd(self.settings, input_tokens=characters // 3, output_tokens=TYPICAL_OUTPUT_TOKENS)


def _is_down(error: Exception) -> bool:
    """Tell a server that fails from one that refuses this message: no writer may take the model from all others."""
    from pydantic_ai.exceptions import (
        AgentRunError,
        ModelAPIError,
        ModelAuthenticationError,
        ModelNotFoundError,
        ModelRequestRejectedError,
    )

    if isinstance(error, ModelRequestRejectedError):
        return isinstance(error, (ModelAuthenticationError, ModelNotFoundError))
    return isinstance(error, (ModelAPIError, TimeoutError)) or not isinstance(error, AgentRunError)


def _name_outcome(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    return "unreachable" if _is_down(error) else "unusable"


def _complete(reading: Reading, plain: Reading) -> Reading:
    """Add facts the model left out (those of the header among them) and warnings found by rules."""
    known = {field.name for field in reading.fields}
    return replace(
        reading,
        fields=reading.fields + tuple(field for field in plain.fields if field.name not in known),
        flags=tuple(dict.fromkeys(reading.flags + plain.flags)),
    )
