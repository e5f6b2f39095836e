"""Which Asterisk servers are used, and which settings are refused, by name."""

import json
import os

import pytest
from pydantic import ValidationError

from metacortex.contexts.calls.settings import CallsSettings

PREFIX = "METACORTEX_CALLS_"
SERVER = {"name": "berlin", "url": "https://pbx.example.com/asterisk/ari/", "username": "u", "password": "secret-word"}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(CallsSettings.model_config, "env_file", None)


def read(monkeypatch: pytest.MonkeyPatch, **variables: object) -> CallsSettings:
    for name, value in variables.items():
        monkeypatch.setenv(PREFIX + name, value if isinstance(value, str) else json.dumps(value))
    return CallsSettings()


def test_without_variables_there_are_no_servers() -> None:
    assert CallsSettings().servers == ()


def test_one_server_by_plain_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(
        monkeypatch,
        ASTERISK_URL="http://10.0.0.5:8088",
        ASTERISK_USERNAME="dialer",
        ASTERISK_PASSWORD="secret-word",
        ASTERISK_APP="sales",
        ASTERISK_ENDPOINT="IAX2/trunk/{number}",
        ASTERISK_SENDS_PLUS="false",
    )
    (server,) = found.servers
    assert (server.name, server.url, server.app) == ("asterisk", "http://10.0.0.5:8088/ari", "sales")
    assert server.build_endpoint("+4930123456") == "IAX2/trunk/4930123456"
    assert "secret-word" not in repr(found) + repr(server)


def test_several_servers_by_json(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(
        monkeypatch,
        ASTERISK_URL="http://127.0.0.1:8088",
        ASTERISK_PASSWORD="x",
        ASTERISK_SERVERS=[SERVER | {"weight": 3, "endpoint": "PJSIP/{number}@berlin"}],
    )
    assert [(one.name, one.url, one.weight) for one in found.servers] == [
        ("asterisk", "http://127.0.0.1:8088/ari", 1),
        ("berlin", "https://pbx.example.com/asterisk/ari", 3),
    ]
    assert found.servers[1].build_endpoint("+4930123456") == "PJSIP/+4930123456@berlin"


@pytest.mark.parametrize(
    "number",
    ["", "+", "1", "+49 30 123", "4930123&PJSIP/9", "+4930123456789012", "101@evil", "١٢٣٤", "+4930\n", "#21#"],
)
def test_only_numbers_are_put_into_an_endpoint(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    (server,) = read(monkeypatch, ASTERISK_URL="http://127.0.0.1:8088", ASTERISK_PASSWORD="x").servers
    with pytest.raises(ValueError, match="two to fifteen digits"):
        server.build_endpoint(number)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASTERISK_URL", "10.0.0.5:8088"),
        ("ASTERISK_URL", "ws://10.0.0.5:8088"),
        ("ASTERISK_URL", "http://user:secret-word@10.0.0.5"),
        ("ASTERISK_URL", "http://10.0.0.5/?api_key=secret-word"),
        ("ASTERISK_URL", "http://10.0.0.5:port"),
        ("ASTERISK_URL", "http://"),
        ("ASTERISK_USERNAME", "a:b"),
        ("ASTERISK_PASSWORD", "secret-word\n"),
        ("ASTERISK_APP", "a,b"),
        ("ASTERISK_APP", "a&subscribeAll=true"),
        ("ASTERISK_ENDPOINT", "PJSIP/trunk"),
        ("ASTERISK_ENDPOINT", "PJSIP/{number}{number}@trunk"),
        ("ASTERISK_ENDPOINT", "{number}/101"),
        ("ASTERISK_ENDPOINT", "PJSIP/{number}@trunk&PJSIP/101"),
        ("ASTERISK_ENDPOINT", "PJSIP/{number}@${TRUNK}"),
        ("ASTERISK_ENDPOINT", "PJSIP/{number}@{trunk}"),
        ("ASTERISK_ENDPOINT", "PJSIP/{number},30"),
        ("ASTERISK_ENDPOINT", "PJSIP/{number} @trunk"),
        ("ASTERISK_AMD_CONTEXT", "amd,s,1"),
        ("ASTERISK_MAX_CONCURRENT", "0"),
        ("CONNECTIONS", "100"),
        ("REQUEST_SECONDS", "0"),
        ("REQUEST_TRIES", "0"),
        ("HEARTBEAT_SECONDS", "soon"),
        ("BREAKER_FAILURES", "0"),
        ("ASTERISK_SERVERS", [SERVER | {"weight": 0}]),
        ("ASTERISK_SERVERS", [SERVER | {"name": "Berlin Mitte"}]),
        ("ASTERISK_SERVERS", [SERVER | {"url": ""}]),
        ("ASTERISK_SERVERS", [SERVER | {"endpoint": "PJSIP/{number}|evil"}]),
        ("ASTERISK_SERVERS", [SERVER | {"hurry": True}]),
        ("ASTERISK_SERVERS", [SERVER, SERVER | {"url": "http://10.0.0.6"}]),
        ("ASTERISK_SERVERS", [SERVER, SERVER | {"name": "other"}]),
    ],
)
def test_bad_values_are_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        read(monkeypatch, **{name: value})
    assert name.lower() in str(refused.value).lower()
    assert "secret-word" not in str(refused.value)


def test_an_address_needs_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="METACORTEX_CALLS_ASTERISK_PASSWORD"):
        read(monkeypatch, ASTERISK_URL="http://127.0.0.1:8088")
