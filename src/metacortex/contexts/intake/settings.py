"""Limits of what the intake accepts, read from `METACORTEX_INTAKE_*` variables or `.env`."""

from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1024 * 1024


class IntakeSettings(BaseSettings):
    """Sizes, counts and waiting times of the mail receiver, the forms and the imports."""

    model_config = SettingsConfigDict(env_prefix="METACORTEX_INTAKE_", env_file=".env", extra="ignore", frozen=True)

    mail_bytes: int = Field(25 * MEBIBYTE, ge=10_000, description="Largest mail accepted.")
    mail_connections: int = Field(200, ge=1, description="Mail connections open at once; more are told to come back.")
    mail_memory_bytes: int = Field(512 * MEBIBYTE, ge=MEBIBYTE, description="Mail held in memory before it is stored.")
    mail_idle_seconds: float = Field(120, gt=0, description="A mail connection silent for so long is closed.")
    form_bytes: int = Field(64 * 1024, ge=1024, description="Largest form submission accepted.")
    form_submissions: int = Field(20, ge=1, description="Submissions one address may send to one form per window.")
    form_window_seconds: int = Field(600, ge=1, description="Length of that window.")
    import_bytes: int = Field(20 * MEBIBYTE, ge=1024, description="Largest CSV file accepted.")
    import_rows: int = Field(100_000, ge=1, description="Most rows of one CSV file.")


@lru_cache(maxsize=1)
def intake_settings() -> IntakeSettings:
    """Return the limits of this process, read once."""
    return IntakeSettings()
