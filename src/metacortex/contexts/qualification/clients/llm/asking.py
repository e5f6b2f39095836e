"""One question to the language model by pydantic-ai, imported only when a model is configured (it weighs 80 MB).

The model is given no tools: the most a message can bring about is a wrong answer of the fixed shape.
"""

from typing import TYPE_CHECKING, Any

from metacortex.contexts.qualification.clients.llm.shape import INSTRUCTIONS, MessageRead, find_quote, write_prompt
from metacortex.contexts.qualification.settings import QualificationSettings
from metacortex.contexts.qualification.types import Message

if TYPE_CHECKING:
    from pydantic_ai import Agent, RunContext
    from pydantic_ai.models import Model
    from pydantic_ai.usage import RunUsage

MAX_OUTPUT_TOKENS = 3_000
REQUESTS = 2


def build_model(settings: QualificationSettings) -> "Model[Any]":
    """Return the configured model; nothing is sent yet."""
    key = settings.api_key.get_secret_value() if settings.api_key else None
    url = str(settings.base_url).rstrip("/") if settings.base_url else None
    match settings.provider:
        case "openai":
            from pydantic_ai.models.openai import OpenAIChatModel
            from pydantic_ai.providers.openai import OpenAIProvider

            # The client insists on a key; servers of one's own need none.
            return OpenAIChatModel(settings.model_name, provider=OpenAIProvider(base_url=url, api_key=key or "none"))
        case "google":
            from pydantic_ai.models.google import GoogleModel
            from pydantic_ai.providers.google import GoogleProvider

            return GoogleModel(settings.model_name, provider=GoogleProvider(api_key=key or "none", base_url=url))
        case "anthropic":
            from pydantic_ai.models.anthropic import AnthropicModel
            from pydantic_ai.providers.anthropic import AnthropicProvider

            return AnthropicModel(settings.model_name, provider=AnthropicProvider(api_key=key or "none", base_url=url))


def build_agent(settings: QualificationSettings) -> "Agent[Message, MessageRead]":
    """Return an agent that answers in the fixed shape and must quote the message literally."""
    from pydantic_ai import Agent, ModelRetry, NativeOutput, PromptedOutput
    from pydantic_ai.settings import ModelSettings

    model = build_model(settings)
    native = model.profile.get("supports_json_schema_output", False)
    agent: Agent[Message, MessageRead] = Agent(
        model,
        output_type=NativeOutput(MessageRead) if native else PromptedOutput(MessageRead),
        deps_type=Message,
        instructions=INSTRUCTIONS,
        retries=REQUESTS - 1,
        name="message_reader",
        # The SDKs would retry by themselves, longer than a message may wait; the breaker and the fallback decide here.
        model_settings=ModelSettings(max_tokens=MAX_OUTPUT_TOKENS, timeout=settings.timeout_seconds, max_retries=0),
    )

    @agent.output_validator
    def require_literal_quotes(context: "RunContext[Message]", answer: MessageRead) -> MessageRead:
        invented = [read.quote for read in answer.fields if find_quote(context.deps.body, read.quote) is None]
        if invented and context.retry < context.max_retries:
            message = f"These quotes are not in the body; copy them literally or leave the field out: {invented[:5]}"
            raise ModelRetry(message)
        return answer

    return agent


async def ask_model(agent: "Agent[Message, MessageRead]", message: Message, usage: "RunUsage") -> MessageRead:
    """Ask about one message; what it cost is added to `usage` even where it fails."""
    from pydantic_ai import UsageLimits

    limits = UsageLimits(request_limit=REQUESTS, output_tokens_limit=REQUESTS * MAX_OUTPUT_TOKENS)
    result = await agent.run(write_prompt(message), deps=message, usage=usage, usage_limits=limits)
    return result.output
