"""Settings of encryption: keys from the environment or from a key service, when they are not in the data folder."""

from functools import lru_cache
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class EncryptionSettings(BaseSettings):
    """What encryption reads from the environment."""

    model_config = SettingsConfigDict(env_prefix="METACORTEX_", env_file=".env", extra="ignore", frozen=True)

    data_keys: SecretStr | None = Field(
        None,
        description=(
            "RSA keys in PEM that wrap the keys of encrypted fields: the first wraps, all unwrap. "
            "Line breaks may be written as \\n. Empty: a key is made once and kept in data_dir/keys/data."
        ),
    )
    kms_url: str | None = Field(
        None,
        description="Key service that speaks the protocol of AWS KMS, as https://kms.eu-central-1.amazonaws.com.",
        pattern=r"^https?://[^/?#]+/?$",
    )
    kms_key_id: str | None = Field(
        None, description="RSA keys of the key service by id, alias or ARN, with commas: the first wraps, all unwrap."
    )
    kms_region: str = Field("us-east-1", pattern=r"^[a-z0-9-]+$", description="Region the requests are signed for.")
    kms_access_key_id: str | None = Field(None, description="Name of the credentials for the key service.")
    kms_secret_access_key: SecretStr | None = Field(None, description="Secret of the credentials for the key service.")
    kms_session_token: SecretStr | None = Field(None, description="Session token of temporary credentials.")
    kms_timeout_seconds: float = Field(3, gt=0, le=30, description="Longest wait for one answer of the key service.")

    @property
    def kms_key_ids(self) -> tuple[str, ...]:
        """The key service's keys; the first wraps."""
        return tuple(filter(None, (part.strip() for part in (self.kms_key_id or "").split(","))))

    @model_validator(mode="after")
    def _check_key_service(self) -> Self:
        needed = {
            "METACORTEX_KMS_URL": self.kms_url,
            "METACORTEX_KMS_KEY_ID": self.kms_key_ids,
            "METACORTEX_KMS_ACCESS_KEY_ID": self.kms_access_key_id,
            "METACORTEX_KMS_SECRET_ACCESS_KEY": self.kms_secret_access_key,
        }
        missing = [name for name, value in needed.items() if not value]
        if missing and len(missing) < len(needed):
            message = f"A key service needs {' and '.join(missing)} as well."
            raise ValueError(message)
        if self.kms_url and self.kms_url.startswith("http://") and not _is_loopback(self.kms_url):
            message = "METACORTEX_KMS_URL must begin with https://: the answers hold keys."
            raise ValueError(message)
        return self


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=1)
def encryption_settings() -> EncryptionSettings:
    """Return this process's encryption settings, read at the first call."""
    return EncryptionSettings()
