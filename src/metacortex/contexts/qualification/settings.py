"""Which reader understands messages, from `METACORTEX_READER_*` variables; with none of them set, the embedded one."""

from functools import lru_cache
from typing import Literal, Self

from pydantic import AnyHttpUrl, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Provider = Literal["openai", "google", "anthropic"]


class QualificationSettings(BaseSettings):
    """The language model that reads messages, and the limits on its time and money."""

    model_config = SettingsConfigDict(
        env_prefix="METACORTEX_READER_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    model: str = Field(
        "",
        pattern=r"^$|^(openai|google|anthropic):\S+$",
        description="As openai:gpt-5-mini; `openai:` also serves every compatible URL. Empty: embedded.",
    )
    base_url: AnyHttpUrl | None = Field(None, description="Where the model is served. Empty: the provider itself.")
    api_key: SecretStr | None = Field(None, description="Key of the provider; a local server may need none.")
    timeout_seconds: float = Field(20, gt=0, le=120, description="Longest wait for one message, retry included.")
    concurrency: int = Field(8, ge=1, le=64, description="Messages one worker has read by the model at the same time.")
    daily_budget_micro_usd: int = Field(
        5_000_000,
        ge=0,
        description="Millionths of a US dollar an organization may spend in a UTC day in each worker process.",
    )
    input_usd_per_million: float | None = Field(None, ge=0, description="Price of input tokens, where none is known.")
    output_usd_per_million: float | None = Field(None, ge=0, description="Price of output tokens, where none is known.")
    breaker_failures: int = Field(5, ge=1, description="Failures in a row after which the model is left alone.")
    breaker_pause_seconds: float = Field(30, gt=0, description="How long it is left alone before one message tries it.")

    @property
    def provider(self) -> Provider:
        """The part of `model` before the colon."""
        name = self.model.partition(":")[0]
        match name:
            case "openai" | "google" | "anthropic":
                return name
        message = "METACORTEX_READER_MODEL is empty, so messages are read by the embedded reader."
        raise ValueError(message)

    @property
    def model_name(self) -> str:
        """The provider's own name of the model."""
        return self.model.partition(":")[2]

    @model_validator(mode="after")
    def _require_a_key(self) -> Self:
        if self.model and self.api_key is None and self.base_url is None:
            message = "METACORTEX_READER_MODEL needs METACORTEX_READER_API_KEY or METACORTEX_READER_BASE_URL."
            raise ValueError(message)
        return self


@lru_cache(maxsize=1)
def qualification_settings() -> QualificationSettings:
    """Return this process's reader settings, read and checked at the first call."""
    return QualificationSettings()
