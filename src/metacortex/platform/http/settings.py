"""Settings of the web server's edge: who stands in front of it, and which other sites may call it."""

import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class HttpSettings(BaseSettings):
    """What the web server's edge reads from the environment; lists are separated by commas."""

    model_config = SettingsConfigDict(env_prefix="METACORTEX_", env_file=".env", extra="ignore", frozen=True)

    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Addresses or networks whose X-Forwarded-For is believed, as 10.0.0.0/8, fd00::/8. Empty: none."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Other sites whose pages may call the API, as https://app.example.com. Empty: none."
    )

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _read_networks(cls, given: Any) -> Any:
        return tuple(ip_network(one) for one in _split(given)) if isinstance(given, str) else given

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _read_origins(cls, given: Any) -> Any:
        origins = tuple(one.lower().rstrip("/") for one in _split(given)) if isinstance(given, str) else given
        for origin in origins:
            if not _ORIGIN.fullmatch(str(origin)):
                message = f"{origin} is not one site's origin: write scheme and name, as https://app.example.com"
                raise ValueError(message)
        return origins


def _split(given: str) -> list[str]:
    return [one.strip() for one in given.split(",") if one.strip()]


@lru_cache(maxsize=1)
def http_settings() -> HttpSettings:
    """Return this process's settings of the web server's edge, read at the first call."""
    return HttpSettings()
