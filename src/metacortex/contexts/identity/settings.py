"""Whose word identity takes for who somebody is: OpenID Connect issuers and Clerk, from `METACORTEX_*` variables."""

import base64
import binascii
import re
from functools import lru_cache
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from metacortex.platform.security import Role

GOOGLE_ISSUER = "https://accounts.google.com"
# Signatures by a shared secret are left out: with them, whoever can verify can also sign.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
_SHORTEST_SECRET = 16
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def is_safe_url(url: str) -> bool:
    """Tell whether what is said at this address cannot be changed on the way: https, or http within this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def _require_safe_url(url: str) -> str:
    if url and not is_safe_url(url):
        message = "must be an https:// address"
        raise ValueError(message)
    return url


def _require_known_algorithms(algorithms: tuple[str, ...]) -> tuple[str, ...]:
    if not algorithms or not ALGORITHMS.issuperset(algorithms):
        message = f"must be one or more of {', '.join(sorted(ALGORITHMS))}"
        raise ValueError(message)
    return algorithms


def read_webhook_secrets(secrets: SecretStr) -> list[bytes]:
    """Return the bytes of signing secrets as Svix writes them: `whsec_` and base64, several separated by blanks."""
    return [base64.b64decode(one.removeprefix("whsec_"), validate=True) for one in secrets.get_secret_value().split()]


def _require_webhook_secrets(secrets: SecretStr | None) -> SecretStr | None:
    try:
        found = [] if secrets is None else read_webhook_secrets(secrets)
    except binascii.Error as error:
        message = "must be what Clerk's dashboard shows: whsec_ and base64"
        raise ValueError(message) from error
    if secrets is not None and (not found or min(map(len, found)) < _SHORTEST_SECRET):
        message = f"must hold at least {_SHORTEST_SECRET} bytes"
        raise ValueError(message)
    return secrets


SafeUrl = Annotated[str, AfterValidator(_require_safe_url)]
Algorithms = Annotated[tuple[str, ...], AfterValidator(_require_known_algorithms)]


class OidcProvider(BaseModel):
    """One OpenID Connect issuer that people may sign in with."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=60)
    issuer: SafeUrl
    client_id: str = Field(min_length=1)
    client_secret: SecretStr | None = None
    trusted_domains: tuple[str, ...] = ()
    algorithms: Algorithms = ("RS256",)

    @property
    def slug(self) -> str:
        """The name as a part of an address."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


class FederationSettings(BaseSettings):
    """The issuers people may sign in with; none until a client id is set."""

    model_config = SettingsConfigDict(
        env_prefix="METACORTEX_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    oidc_name: str = Field("Google", description="What the button says.")
    oidc_issuer: SafeUrl = Field(GOOGLE_ISSUER, description="The issuer, exactly as its discovery document names it.")
    oidc_client_id: str = Field("", description="The client id that the issuer gave. Empty: no such button.")
    oidc_client_secret: SecretStr | None = Field(None, description="The client secret that the issuer gave.")
    oidc_trusted_domains: tuple[str, ...] = Field(
        (), description="JSON list of e-mail domains whose addresses this issuer decides about. Google needs none."
    )
    oidc_algorithms: Algorithms = Field(("RS256",), description="JSON list of signatures accepted on ID tokens.")
    oidc_providers: tuple[OidcProvider, ...] = Field(
        (), description="JSON list of further issuers: name, issuer, client_id, client_secret, trusted_domains."
    )
    clerk_issuer: SafeUrl = Field("", description="Clerk's Frontend API URL. Empty: no sign-in by Clerk.")
    clerk_jwks_url: SafeUrl = Field("", description="Clerk's keys. Empty: /.well-known/jwks.json of the issuer.")
    clerk_webhook_secret: Annotated[SecretStr | None, AfterValidator(_require_webhook_secrets)] = Field(
        None, description="Signing secret of the webhook endpoint (whsec_…); two, separated by a blank, to change it."
    )
    clerk_authorized_parties: tuple[str, ...] = Field(
        (), description="JSON list of origins whose Clerk sessions are accepted. Empty: this product's own address."
    )
    clerk_roles: dict[str, Role] = Field(
        {"org:admin": Role.OWNER, "org:member": Role.AGENT},
        description="JSON object from Clerk's roles to ours; any other role becomes a viewer.",
    )

    @property
    def providers(self) -> dict[str, OidcProvider]:
        """Every issuer by the part of the address that names it."""
        first = () if not self.oidc_client_id else (self._read_first(),)
        return {provider.slug: provider for provider in (*first, *self.oidc_providers)}

    def _read_first(self) -> OidcProvider:
        return OidcProvider(
            name=self.oidc_name,
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret,
            trusted_domains=self.oidc_trusted_domains,
            algorithms=self.oidc_algorithms,
        )

    @model_validator(mode="after")
    def _require_distinct_providers(self) -> Self:
        expected = len(self.oidc_providers) + bool(self.oidc_client_id)
        issuers = {provider.issuer for provider in self.providers.values()}
        if len(self.providers) != expected or len(issuers) != expected or "" in self.providers:
            message = "METACORTEX_OIDC_PROVIDERS: every issuer needs a name and an address of its own."
            raise ValueError(message)
        return self


class SecondFactorSettings(BaseSettings):
    """Of whom a second factor is demanded, whatever their organization wants."""

    model_config = SettingsConfigDict(env_prefix="METACORTEX_", env_file=".env", extra="ignore", frozen=True)

    plans_that_require_second_factor: tuple[str, ...] = Field(
        (), description="JSON list of plans; every member of an organization on one of them needs a second factor."
    )


@lru_cache(maxsize=1)
def second_factor_settings() -> SecondFactorSettings:
    """Return this process's demands, read at the first call."""
    return SecondFactorSettings()


@lru_cache(maxsize=1)
def federation_settings() -> FederationSettings:
    """Return this process's issuers, read and checked at the first call."""
    return FederationSettings()
