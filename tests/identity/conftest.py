"""Issuers that tests of identity sign in with, and the settings that name them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from metacortex.contexts.identity.clients.oidc import open_issuer
from metacortex.contexts.identity.settings import federation_settings
from tests.fakes.evil_issuer import EvilIssuer, run_evil_issuer
from tests.fakes.oidc_server import CLIENT_ID, CLIENT_SECRET, OidcServer, run_oidc_server

UseIssuer = Callable[..., str]
CALLBACK = "http://127.0.0.1:8000/api/v1/sign-in/oidc/somewhere/callback"


@pytest.fixture(scope="session")
def oidc_server() -> Iterator[OidcServer]:
    """A certified server that tells e-mail addresses in the ID token."""
    with run_oidc_server(CALLBACK, claims_in_id_token=True) as running:
        yield running


@pytest.fixture(scope="session")
def evil_server() -> Iterator[EvilIssuer]:
    with run_evil_issuer() as running:
        yield running


@pytest.fixture
def evil_issuer(evil_server: EvilIssuer) -> EvilIssuer:
    """An issuer that lies as the test tells it to."""
    evil_server.reset()
    return evil_server


@pytest.fixture
def use_issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseIssuer]:
    """Let people sign in with an issuer by the name `somewhere`; return the address of its button."""

    def use(issuer: str, **change: Any) -> str:
        provider = {"name": "Somewhere", "issuer": issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        monkeypatch.setenv("METACORTEX_OIDC_PROVIDERS", json.dumps([{**provider, **change}]))
        federation_settings.cache_clear()
        open_issuer.cache_clear()
        return "/api/v1/sign-in/oidc/somewhere"

    yield use
    federation_settings.cache_clear()
    open_issuer.cache_clear()
