"""Every setting of the platform, typed, read once from `METACORTEX_*` variables or `.env`."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """How one process reaches the others; refuses bad values by name when it is built."""

    model_config = SettingsConfigDict(env_prefix="METACORTEX_", env_file=".env", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = Field(
        "development", description="`production` makes browser rules strict and hides nothing from the logs."
    )
    disable_db: bool = Field(
        False,
        validation_alias=AliasChoices("METACORTEX_DISABLE_DB", "DISABLE_DB"),
        description="The calls API alone: no PostgreSQL, no Valkey, calls in memory. DISABLE_DB says the same.",
    )
    data_dir: Path = Field(Path(".metacortex"), description="Folder of the embedded servers, objects, keys and logs.")
    database_url: str | None = Field(
        None,
        description="PostgreSQL, as postgresql+asyncpg://user:password@host:port/name. Empty: embedded.",
        pattern=r"^postgresql(\+asyncpg)?://",
    )
    redis_url: str | None = Field(
        None,
        description="Valkey or Redis, as redis://:password@host:port/0. Empty: embedded.",
        pattern=r"^(rediss?|unix)://",
    )
    storage_url: str | None = Field(
        None,
        description="Object storage, as file:///folder or s3://bucket/prefix. Empty: a folder under data_dir.",
        pattern=r"^(file|s3|memory)://",
    )
    http_host: str = Field("127.0.0.1", description="Address the web server binds to.")
    http_port: int = Field(8000, ge=1, le=65535, description="Port of the web server.")
    smtp_host: str = Field("127.0.0.1", description="Address the mail receiver binds to.")
    smtp_port: int = Field(2525, ge=1, le=65535, description="Port of the mail receiver.")
    flower_host: str = Field("127.0.0.1", description="Address that `metacortex flower` binds to.")
    flower_port: int = Field(5555, ge=1, le=65535, description="Port of `metacortex flower`.")
    flower_login: SecretStr | None = Field(
        None, description="Who may see `metacortex flower`, as name:password; needed when others can reach it."
    )
    public_url: AnyHttpUrl | None = Field(None, description="Where browsers find the product. Empty: from host, port.")
    mail_domain: str = Field("leads.localhost", min_length=1, description="Domain of the addresses that take leads.")
    default_region: str = Field("IN", pattern=r"^[A-Z]{2}$", description="Country assumed for local phone numbers.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe line logged.")
    worker_processes: int = Field(2, ge=1, le=64, description="Celery child processes of one worker.")
    database_pool_size: int = Field(10, ge=1, le=200, description="Connections one process keeps open at most.")

    @property
    def base_url(self) -> str:
        """The public address without a trailing slash."""
        return str(self.public_url).rstrip("/") if self.public_url else f"http://{self.http_host}:{self.http_port}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return this process's settings, read and checked at the first call."""
    return Settings()
