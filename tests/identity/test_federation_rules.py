"""Whom an outside issuer may let in, and where redirects may lead, as tables."""

import itertools
import json
from typing import Any

import pytest
from pydantic import ValidationError

from metacortex.contexts.identity import rules
from metacortex.contexts.identity.rules import Entry
from metacortex.contexts.identity.service.federation import read_identity
from metacortex.contexts.identity.settings import FederationSettings, OidcProvider

GOOGLE = "https://accounts.google.com"
YES_NO = (True, False)

# identity known, e-mail verified, issuer trusted, user exists, user's e-mail verified → what happens
ENTRIES = {
    **{(True, *rest): Entry.SIGN_IN for rest in itertools.product(YES_NO, repeat=4)},
    **{(False, False, *rest): Entry.VERIFY_EMAIL for rest in itertools.product(YES_NO, repeat=3)},
    **{(False, True, trusted, False, verified): Entry.SIGN_UP for trusted in YES_NO for verified in YES_NO},
    (False, True, True, True, True): Entry.LINK,
    (False, True, True, True, False): Entry.SIGN_IN_AND_LINK,
    (False, True, False, True, True): Entry.SIGN_IN_AND_LINK,
    (False, True, False, True, False): Entry.SIGN_IN_AND_LINK,
}


@pytest.mark.parametrize(("facts", "entry"), ENTRIES.items())
def test_what_becomes_of_somebody_proven(facts: tuple[bool, ...], entry: Entry) -> None:
    known, verified, trusted, exists, user_verified = facts
    decided = rules.decide_entry(
        identity_known=known,
        email_verified=verified,
        email_trusted=trusted,
        user_exists=exists,
        user_verified=user_verified,
    )
    assert decided == entry


def test_the_table_is_complete_and_links_in_one_case_only() -> None:
    assert len(ENTRIES) == 2**5
    assert [facts for facts, entry in ENTRIES.items() if entry == Entry.LINK] == [(False, True, True, True, True)]


@pytest.mark.parametrize(
    ("issuer", "email", "hosted_domain", "trusted_domains", "decides"),
    [
        (GOOGLE, "a@gmail.com", None, (), True),
        (GOOGLE, "a@googlemail.com", None, (), True),
        (GOOGLE, "a@acme.example", "acme.example", (), True),
        (GOOGLE, "a@acme.example", None, (), False),
        (GOOGLE, "a@acme.example", "", (), False),
        (GOOGLE, "a@acme.example", True, (), False),
        (GOOGLE, "a@gmail.com.evil.example", None, (), False),
        (GOOGLE + "/", "a@gmail.com", None, (), False),
        ("https://evil.example", "a@gmail.com", "gmail.com", (), False),
        ("https://id.acme.example", "a@acme.example", None, ("Acme.example",), True),
        ("https://id.acme.example", "a@sub.acme.example", None, ("acme.example",), False),
        ("https://id.acme.example", "a@notacme.example", None, ("acme.example",), False),
    ],
)
def test_who_decides_about_an_address(
    issuer: str, email: str, hosted_domain: object, trusted_domains: tuple[str, ...], decides: bool
) -> None:
    found = rules.decides_about(issuer, email, hosted_domain=hosted_domain, trusted_domains=trusted_domains)
    assert found == decides


@pytest.mark.parametrize(
    "path", ["/", "/leads", "/leads?band=hot&sort=-score", "/leads/0199#notes", "/settings?back=https://example.com"]
)
def test_paths_of_our_own(path: str) -> None:
    assert rules.is_own_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "leads",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/leads\r\nSet-Cookie: a=b",
        "/\x00",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/..//evil.example",
        "/./../evil.example",
        "/leads//evil.example",
        "@evil.example",
        "/api/v1/sign-in/oidc/google",
        "/.well-known/jwks.json",
        "/лиды",
        "/" + "a" * 500,
    ],
)
def test_paths_that_lead_elsewhere(path: str) -> None:
    assert not rules.is_own_path(path)


@pytest.mark.parametrize(
    ("claims", "email", "verified"),
    [
        ({"email": " Asha@Example.com", "email_verified": True}, "asha@example.com", True),
        ({"email": "asha@example.com", "email_verified": "true"}, "asha@example.com", True),
        ({"email": "asha@example.com", "email_verified": False}, "asha@example.com", False),
        ({"email": "asha@example.com", "email_verified": "false"}, "asha@example.com", False),
        ({"email": "asha@example.com", "email_verified": "yes"}, "asha@example.com", False),
        ({"email": "asha@example.com"}, "asha@example.com", False),
        ({"email": "asha@example.com", "email_verified": [True]}, "asha@example.com", False),
        ({"email": "ａsha@example.com", "email_verified": True}, "asha@example.com", False),
        ({"email": ["asha@example.com"], "email_verified": True}, None, False),
        ({"email": "asha", "email_verified": True}, None, False),
        ({"email_verified": True}, None, False),
    ],
)
def test_an_address_is_verified_only_as_it_was_sent(claims: dict[str, Any], email: str | None, verified: bool) -> None:
    provider = OidcProvider(name="Somewhere", issuer="https://id.example.com", client_id="us")
    found = read_identity(provider, {"sub": "1", **claims})
    assert (found.email, found.email_verified) == (email, verified)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "http://id.example.com"},
        {"issuer": "id.example.com"},
        {"issuer": "file:///etc/passwd"},
        {"algorithms": ["HS256"]},
        {"algorithms": ["none"]},
        {"algorithms": []},
        {"client_id": ""},
        {"name": ""},
        {"name": "?!"},
        {"secret": "x"},
    ],
)
def test_unsafe_issuers_are_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    provider = {"name": "Acme", "issuer": "https://id.example.com", "client_id": "us", "client_secret": "hush-hush"}
    monkeypatch.setenv("METACORTEX_OIDC_PROVIDERS", json.dumps([provider]))
    assert set(FederationSettings().providers) == {"acme"}
    monkeypatch.setenv("METACORTEX_OIDC_PROVIDERS", json.dumps([{**provider, **change}]))
    with pytest.raises(ValidationError) as refused:
        FederationSettings()
    assert "hush-hush" not in str(refused.value)


def test_google_is_the_issuer_when_only_a_client_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert FederationSettings().providers == {}
    monkeypatch.setenv("METACORTEX_OIDC_CLIENT_ID", "us")
    monkeypatch.setenv("METACORTEX_OIDC_CLIENT_SECRET", "hush-hush")
    [(slug, google)] = FederationSettings().providers.items()
    assert (slug, google.name, google.issuer, google.client_id) == ("google", "Google", GOOGLE, "us")
    monkeypatch.setenv(
        "METACORTEX_OIDC_PROVIDERS", json.dumps([{"name": "google", "issuer": "https://x.example", "client_id": "us"}])
    )
    with pytest.raises(ValidationError):
        FederationSettings()


@pytest.mark.parametrize(
    "secret", ["whsec_", "whsec_?", "whsec_c2hvcnQ=", "  ", "whsec_bm90IHNvIHNob3J0IGEgc2VjcmV0 x"]
)
def test_a_webhook_secret_that_is_none_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("METACORTEX_CLERK_WEBHOOK_SECRET", secret)
    with pytest.raises(ValidationError) as refused:
        FederationSettings()
    assert secret.strip() not in str(refused.value) or not secret.strip()
