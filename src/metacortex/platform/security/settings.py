"""Settings of security: the keys, when they are not the ones kept in the data folder."""

from functools import lru_cache

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SecuritySettings(BaseSettings):
    """What sign-in reads from the environment."""

    model_config = SettingsConfigDict(env_prefix="METACORTEX_", env_file=".env", extra="ignore", frozen=True)

    signing_key: SecretStr | None = Field(
        default=None,
        description=(
            "RSA keys in PEM that sign access tokens: the first signs, all verify. "
            "Line breaks may be written as \\n. Empty: a key is made once and kept in data_dir/keys."
        ),
    )
    secret_key: SecretStr | None = Field(
        default=None,
        min_length=32,
        description=(
            "Secret of at least 32 characters that seals the audit log, the hashes of erased people and cookies. "
            "Every process needs the same. Empty: made once and kept in data_dir/keys."
        ),
    )
    password_hash_rounds: int = Field(
        default=12,
        ge=10,
        le=16,
        description=(
            "Cost of a password's bcrypt hash: each more doubles the time, for whoever guesses too. "
            "After a change every person's hash is made anew at their next sign-in."
        ),
    )


@lru_cache(maxsize=1)
def security_settings() -> SecuritySettings:
    """Return this process's sign-in settings, read at the first call."""
    return SecuritySettings()
