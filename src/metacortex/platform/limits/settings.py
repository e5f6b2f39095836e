"""Settings of the rate limits: where they are counted, and the amounts an operator may want to change."""

from functools import lru_cache
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LimitSettings(BaseSettings):
    """What the limiter reads from the environment."""

    model_config = SettingsConfigDict(env_prefix="METACORTEX_", env_file=".env", extra="ignore", frozen=True)

    limits: Literal["on", "off"] = Field("on", description="Rate limits; `off` only to measure or under another one.")
    limits_store: Literal["redis", "memory"] | None = Field(
        None,
        description="Where uses are counted: `redis` shares them between processes, `memory` is for a single one. "
        "Empty: redis where METACORTEX_REDIS_URL is known.",
    )
    limits_timeout_seconds: float = Field(
        0.1, gt=0, le=5, description="Valkey or Redis slower than this is left alone for a moment."
    )
    address_limit: int = Field(1200, ge=1, le=10**8, description="API requests per minute from one network address.")
    sign_up_limit: int = Field(20, ge=1, le=10**8, description="Sign-ups per hour from one network address.")
    sign_in_limit: int = Field(60, ge=1, le=10**8, description="Sign-ins per minute from one network address.")
    invitation_limit: int = Field(
        60, ge=1, le=10**8, description="Invitation links opened per minute from one network address."
    )


@lru_cache(maxsize=1)
def limit_settings() -> LimitSettings:
    """Return this process's rate limit settings, read at the first call."""
    return LimitSettings()
