"""Secrets sent in every place, to real processes, turn up in no log, no table but as a hash, no queue, no figure."""

import asyncio
import json
import re
import smtplib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
import pytest
import redis
import websockets.sync.client
from websockets.exceptions import WebSocketException

from metacortex.platform.telemetry.logs import mask_secrets
from tests.attacks.people import code_of
from tests.stand import Stand, wait_for

KEY = "mc_0a1b2c3d_Canary-key-9f31-Canary-key-9f31-Canary-key"
TOKEN = "Canary-token-9f31-Canary-token-9f31-Canary0"
PASSWORD = "Canary password 9f31, with blanks"


@dataclass
class Canaries:
    """Every secret that was sent, by what it is."""

    sent: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, secret: str) -> str:
        self.sent[what] = secret
        return secret

    def find_in(self, text: str) -> list[str]:
        """Return what of them stands in a text, plain or as JSON and URLs write it."""
        forms = {
            what: {secret, json.dumps(secret)[1:-1], secret.replace(" ", "%20")} for what, secret in self.sent.items()
        }
        return [what for what, written in forms.items() if any(one in text for one in written)]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    running = Stand(tmp_path_factory.mktemp("secrets"), METACORTEX_LOG_LEVEL="debug")
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def canaries(stand: Stand) -> Canaries:
    """Send secrets everywhere: in requests that succeed, are refused, break, or meet a broken database."""
    found = Canaries()
    use_secrets(stand, found)
    mail_secrets(stand)
    misplace(stand, found)
    with BrokenDatabase(stand):
        misplace(stand, found)
        use_again(stand, found)
    stand.kill("postgres")
    wait_for(lambda: httpx.get(f"{stand.url}/health/ready").status_code == 200, seconds=60, what="The database")
    misplace(stand, found)
    return found


def use_secrets(stand: Stand, found: Canaries) -> None:
    """Use each kind of secret as it is meant to be used."""
    body = {"organization_name": "A", "name": "Asha", "email": "canary@example.com", "password": PASSWORD}
    found.add("password", PASSWORD)
    visitor = httpx.Client(base_url=f"{stand.url}/api/v1", timeout=30)
    signed_in = visitor.post("/sign-up", json=body)
    found.add("access token", signed_in.json()["data"]["access_token"])
    found.add("refresh token", signed_in.cookies["metacortex_refresh"])
    me = httpx.Client(base_url=f"{stand.url}/api/v1", timeout=30)
    me.headers["Authorization"] = f"Bearer {found.sent['access token']}"
    key = me.post("/api-keys", json={"name": "k", "scopes": ["leads:view"]}, headers={"Idempotency-Key": "one"}).json()
    found.add("api key", key["data"]["secret"])
    invited = me.post("/invitations", json={"email": "new@example.com", "role": "agent"}).json()["data"]
    found.add("invitation token", invited["accept_url"].rsplit("/", 1)[1])
    visitor.get(f"/invitations/by-token/{found.sent['invitation token']}").raise_for_status()
    totp = me.post("/me/totp").json()["data"]["secret"]
    found.add("totp secret", totp)
    codes = me.post("/me/totp/confirm", json={"code": code_of(totp, -1)}).json()["data"]["codes"]
    found.add("recovery code", codes[0])
    found.add("recovery code left", codes[1])
    elsewhere = httpx.Client(base_url=f"{stand.url}/api/v1", timeout=30)
    halfway = elsewhere.post("/sign-in", json={"email": body["email"], "password": PASSWORD}).json()["token"]
    found.add("challenge token", halfway)
    elsewhere.post("/sign-in/second-factor", json={"token": halfway, "code": codes[0]}).raise_for_status()
    found.add("refreshed token", visitor.post("/session/refresh").cookies["metacortex_refresh"])


def mail_secrets(stand: Stand) -> None:
    """Have links mailed, and fail to."""
    httpx.post(f"{stand.url}/api/v1/password/reset-link", json={"email": "canary@example.com"}).raise_for_status()
    wait_for(lambda: len(list((stand.data_dir / "mail").glob("*.eml"))) >= 2, seconds=60, what="The mails")


def mailed_tokens(stand: Stand) -> list[str]:
    written = "".join(path.read_text().replace("=\n", "") for path in (stand.data_dir / "mail").glob("*.eml"))
    return re.findall(r"token=(?:3D)?([\w-]{43})", written)


def misplace(stand: Stand, found: Canaries) -> None:
    """Send secrets where they do not belong."""
    found.add("made-up key", KEY)
    found.add("made-up token", TOKEN)
    token = found.sent["access token"]
    http = httpx.Client(base_url=stand.url, timeout=30)
    json_type = {"Content-Type": "application/json"}
    for path in ("/api/v1/me", "/api/v1/nothing", "/api/v1/sign-in", "/metrics", "/health/ready", f"/api/v1/{TOKEN}"):
        for secret in (KEY, TOKEN, token, PASSWORD):
            for method in ("GET", "POST"):
                http.request(
                    method, path, params={"token": secret, "password": secret, "api_key": secret, "code": secret}
                )
            for header in ("Authorization", "Cookie", "X-API-Key", "Proxy-Authorization"):
                for form in ("{}", "Bearer {}", "Basic {}", "metacortex_refresh={}"):
                    http.get(path, headers={header: form.format(secret)})
    for path in (
        "sign-in",
        "sign-up",
        "sign-in/link",
        "sign-in/second-factor",
        "password/reset",
        "session/proof",
        "leads",
    ):
        for content in (
            f'{{"password": "{PASSWORD}", "token": "{TOKEN}"',
            f'{{"password": ["{PASSWORD}"], "token": {{"a": "{TOKEN}"}}}}',
            f'{{"email": "canary@example.com", "password": "{PASSWORD}x", "token": "{TOKEN}", "code": "{TOKEN}"}}',
            f'{{"token": "{TOKEN}", "password": "{PASSWORD}", "code": "{TOKEN[:30]}"}}',
            f"password={PASSWORD}&token={TOKEN}",
            f'{{"{PASSWORD}": 1, "{TOKEN}": 2, "{KEY}": 3}}',
        ):
            for headers in ({}, json_type):
                http.post(
                    f"/api/v1/{path}", content=content.encode(), headers={"Authorization": f"Bearer {KEY}", **headers}
                )
    http.get(f"/api/v1/invitations/by-token/{TOKEN}")
    http.post("/api/v1/session/refresh", headers={"Cookie": f"metacortex_refresh={TOKEN}"})
    http.post(
        "/api/v1/imports", files={"file": (f"{TOKEN}", b"", "text/csv")}, headers={"Authorization": f"Bearer {token}"}
    )
    for secret in (token, KEY, TOKEN, TOKEN * 100):
        for query in (f"token={secret}", f"token={secret}&since={secret}", f"since={secret}"):
            try:
                with websockets.sync.client.connect(
                    f"{stand.url.replace('http', 'ws')}/api/v1/live?{query}", proxy=None
                ) as live:
                    live.recv(timeout=2)
            except (WebSocketException, TimeoutError, OSError):
                pass
    with socket.create_connection(("127.0.0.1", stand.http_port), timeout=5) as raw:
        raw.sendall(
            f"GET /api/v1/me?token={TOKEN} HTTP/9.9\r\nAuthorization: Bearer {KEY}\nbroken {TOKEN}\r\n\r\n".encode()
        )
        raw.recv(1000)
    with smtplib.SMTP("127.0.0.1", stand.smtp_port, timeout=20) as mail:
        mail.docmd(f"AUTH PLAIN {TOKEN}")
        mail.docmd(f"{KEY} {TOKEN}")


def use_again(stand: Stand, found: Canaries) -> None:
    """Use real secrets while nothing can work."""
    http = httpx.Client(base_url=f"{stand.url}/api/v1", timeout=30)
    http.post("/sign-in", json={"email": "canary@example.com", "password": PASSWORD})
    http.post("/session/refresh", headers={"Cookie": f"metacortex_refresh={found.sent['refreshed token']}"})
    http.get(f"/invitations/by-token/{found.sent['invitation token']}")
    for token in mailed_tokens(stand):
        http.post("/password/reset", json={"token": found.add("mailed token", token), "password": PASSWORD})
        http.post("/email/verify", json={"token": token})
    for secret in (found.sent["api key"], found.sent["access token"]):
        answer = http.get("/me", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code >= 500, answer.text
        assert found.find_in(answer.text) == []


class BrokenDatabase:
    """A database that answers every statement about people by an error that is not foreseen."""

    TABLES = ("users", "api_keys", "refresh_tokens", "invitations", "mailed_tokens", "organizations", "challenges")

    def __init__(self, stand: Stand) -> None:
        self.url = stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", "")

    def rename(self, pattern: str) -> None:
        async def run() -> None:
            database = await asyncpg.connect(self.url)
            for table in self.TABLES:
                old, new = (table, f"{table}_away") if pattern == "away" else (f"{table}_away", table)
                await database.execute(f"ALTER TABLE {old} RENAME TO {new}")
            await database.close()

        asyncio.run(run())

    def __enter__(self) -> None:
        self.rename("away")

    def __exit__(self, *_: object) -> None:
        self.rename("back")


@pytest.mark.slow
@pytest.mark.timeout(400)
class TestNothingIsKept:
    """What the processes left behind holds none of the secrets."""

    def test_in_the_logs(self, stand: Stand, canaries: Canaries) -> None:
        logs = {path: path.read_text("utf-8", "replace") for path in stand.data_dir.rglob("*.log*") if path.is_file()}
        assert any("http.failed" in text for text in logs.values()), "nothing failed, so nothing was tried"
        assert {path.stem for path in logs} >= {"api", "worker", "relay", "ingest", "postgres", "valkey"}
        assert {path.name: canaries.find_in(text) for path, text in logs.items() if canaries.find_in(text)} == {}

    def test_in_the_database(self, stand: Stand, canaries: Canaries) -> None:
        async def dump() -> dict[str, str]:
            database = await asyncpg.connect(stand.environment["METACORTEX_DATABASE_URL"].replace("+asyncpg", ""))
            tables = [
                row[0]
                for row in await database.fetch(
                    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                    " WHERE schemaname !~ '^(pg_|information_)'"
                )
            ]
            rows = {
                table.rpartition(".")[2]: "\n".join(
                    row[0] for row in await database.fetch(f"SELECT to_jsonb(t)::text FROM {table} t")
                )
                for table in tables
            }
            bytes_of_answers = await database.fetch("SELECT body FROM idempotency_keys WHERE body IS NOT NULL")
            rows["idempotency_keys"] += "".join(row[0].decode() for row in bytes_of_answers)
            await database.close()
            return rows

        rows = asyncio.run(dump())
        assert rows["users"], "nothing was kept at all"
        # Names of files that people upload are kept as they are.
        rows["imports"] = ""
        assert {table: canaries.find_in(text) for table, text in rows.items() if canaries.find_in(text)} == {}
        errors = " ".join(json.loads(one)["error"] for one in rows["dead_letters"].splitlines())
        assert canaries.find_in(errors) == []

    def test_in_valkey(self, stand: Stand, canaries: Canaries) -> None:
        with redis.Redis.from_url(stand.environment["METACORTEX_REDIS_URL"], decode_responses=True) as valkey:
            assert valkey.keys("*")
            for key in valkey.scan_iter():
                assert canaries.find_in(key) == []
                reads: dict[str, Any] = {"string": valkey.get, "list": lambda name: valkey.lrange(name, 0, -1)}
                kind = str(valkey.type(key))
                value = reads[kind](key) if kind in reads else valkey.dump(key) if kind == "none" else kind
                assert canaries.find_in(str(value)) == [], key

    def test_in_the_figures(self, stand: Stand, canaries: Canaries) -> None:
        figures = httpx.get(f"{stand.url}/metrics").text
        assert "metacortex_http_requests_total" in figures
        assert canaries.find_in(figures) == []

    def test_in_files_others_may_read(self, stand: Stand) -> None:
        for folder in ("keys", "mail"):
            assert (stand.data_dir / folder).stat().st_mode & 0o077 == 0
            assert all(path.stat().st_mode & 0o077 == 0 for path in (stand.data_dir / folder).iterdir())


SHAPES = {
    "jwt": "refused eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJoIn0.aHVzaA today",
    "key": f"refused {KEY} today",
    "token": f"/invitations/by-token/{TOKEN} failed",
    "query": '"WebSocket /api/v1/live?token=hush-hush&since=1" [accepted]',
    "bearer": "Authorization: bearer hush-hush",
    "url": "redis://:hush-hush@127.0.0.1:1/0 and postgresql://u:hush-hush@h/d",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("wrap", ["event", "nested", "listed", "exception"])
def test_secrets_are_masked_wherever_they_stand_in_a_line(shape: str, wrap: str) -> None:
    text = SHAPES[shape]
    lines: dict[str, dict[str, Any]] = {
        "event": {"event": text},
        "nested": {
            "event": "x",
            "request": {"inner": {"text": text, "password": "hush-hush", "cookies": ["hush-hush"]}},
        },
        "listed": {"event": "x", "args": (text, [text])},
        "exception": {"event": "x", "exception": f"Traceback\n  {text}\n"},
    }
    masked = json.dumps(mask_secrets(None, "info", lines[wrap]))
    for secret in ("hush-hush", KEY, TOKEN, "aHVzaA"):
        assert secret not in masked
    assert "***" in masked


def test_what_is_no_secret_stays_readable() -> None:
    line = {
        "event": "jobs.done",
        "job_id": "01a1fef3-4daf-71e5-ab6b-c74dbf7e2952",
        "seconds": 0.2,
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
    }
    assert mask_secrets(None, "info", dict(line)) == line
