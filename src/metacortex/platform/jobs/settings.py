"""Limits of the job system."""

from functools import lru_cache

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class JobSettings(BaseSettings):
    """How long jobs may run and how soon they are tried again."""

    model_config = SettingsConfigDict(env_prefix="METACORTEX_JOB_", env_file=".env", extra="ignore", frozen=True)

    lease_seconds: float = Field(45, gt=0, description="A job handed out and not done by then is handed out again.")
    time_limit_seconds: float = Field(30, gt=0, description="A batch that runs longer is stopped and tried again.")
    retry_seconds: float = Field(2, gt=0, description="Wait before the second attempt; it doubles with each one.")
    in_flight: int = Field(
        1,
        ge=1,
        description="Batches handed to Celery and not yet fetched, per worker process. Few: what waits in the database "
        "while workers are busy leaves in larger batches, and a batch of fifty costs a tenth of fifty batches.",
    )

    @model_validator(mode="after")
    def _lease_outlives_run(self) -> "JobSettings":
        if self.time_limit_seconds >= self.lease_seconds:
            message = "METACORTEX_JOB_TIME_LIMIT_SECONDS must be below METACORTEX_JOB_LEASE_SECONDS."
            raise ValueError(message)
        return self


@lru_cache(maxsize=1)
def job_settings() -> JobSettings:
    """Return the limits, read once."""
    return JobSettings()
