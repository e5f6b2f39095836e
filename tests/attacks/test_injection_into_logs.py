"""Hostile text stays text: in log lines, answers, the audit log, and tables that a spreadsheet opens."""

import csv
import io
import json
import subprocess
import sys
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from metacortex.platform.security import Role
from tests.attacks.people import join
from tests.conftest import PASSWORD, Owner, RunJobs, open_client

pytestmark = pytest.mark.slow

FAKED = '{"event": "faked", "level": "info"}'
HOSTILE = [
    f"first\n{FAKED}",
    f"first\r\n{FAKED}\r\n",
    "\x1b[2J\x1b[31mred\x1b]0;title\x07",
    '", "event": "faked", "x": "',
    "\u2028\u2029\x85\x0b\x0c" + FAKED,
    "\x9b31m",
    "\\u001b[2J",
    "%s%s%n {0.__class__} ${jndi:ldap://127.0.0.1/x}",
    "\ud800",
    "=cmd|'/c calc'!A1",
]
WRITES_EACH = """
import json, logging, sys
from metacortex.platform.telemetry import bind_ids, configure_logs, log
configure_logs("info", role="test")
texts = json.loads(sys.stdin.read())
for text in texts:
    bind_ids(org_id=text)
    log.warning(text, reason=text, **{"field": text})
    logging.getLogger("library").warning(text)
    logging.getLogger("library").warning("said %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("failed", nested={text: [text]})
"""


def test_a_hostile_text_makes_one_line_that_is_one_object() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITES_EACH],
        check=False,
        input=json.dumps(HOSTILE).encode(),
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    lines = done.stderr.split(b"\n")
    assert lines.pop() == b""
    objects = [json.loads(line) for line in lines]
    assert len(objects) == len(HOSTILE) * 4, "a line more or less than was logged"
    assert not any(one["event"] == "faked" for one in objects)
    assert all(one["role"] == "test" for one in objects)
    assert all(0x20 <= byte < 0x7F for line in lines for byte in line), "what reaches a terminal is plain ASCII"


def printable(text: str) -> bool:
    return all(character.isprintable() for character in text)


HEADERS = ["a\x1b[31mb", "a\x7fb", "\x80\x9b31m", "é" * 300, "x" * 5000]


@pytest.mark.parametrize("value", HEADERS)
async def test_headers_come_back_clean_or_not_at_all(client: httpx.AsyncClient, owner: Owner, value: str) -> None:
    raw = value.encode("latin-1")
    headers = [
        (name, raw) for name in (b"user-agent", b"x-request-id", b"traceparent", b"tracestate", b"x-forwarded-for")
    ]
    answer = await client.post("/api/v1/sign-in", json={"email": owner.email, "password": PASSWORD}, headers=headers)
    assert answer.status_code == 200
    UUID(answer.headers["x-request-id"])
    assert answer.headers["traceparent"].startswith("00-")
    sessions = (await owner.client.get("/api/v1/me/sessions")).json()["data"]
    assert all(printable(one["user_agent"]) and len(one["user_agent"]) <= 300 for one in sessions)
    entries = (await owner.client.get("/api/v1/audit")).json()["data"]
    assert entries
    for entry in entries:
        assert printable(entry["user_agent"] or "")
        assert printable(entry["request_id"] or "")


@pytest.mark.parametrize("name", [one for one in HOSTILE if not one.startswith(("\\", "%", "=", '"'))])
async def test_names_cannot_steer_a_terminal(owner: Owner, client: httpx.AsyncClient, name: str) -> None:
    content = json.dumps({"organization_name": name, "name": name, "email": "x@example.com", "password": PASSWORD})
    answer = await client.post("/api/v1/sign-up", content=content, headers={"Content-Type": "application/json"})
    if answer.status_code == 422:
        return
    # U+2028 and U+2029 are no control characters; they are kept, and are ASCII in every log line.
    assert answer.status_code in {201, 409}
    assert printable(answer.json()["data"]["member"]["name"].replace("\u2028", "").replace("\u2029", ""))


async def test_the_audit_export_is_one_object_a_line(app: FastAPI, owner: Owner) -> None:
    for name in ('", "action": "faked', "=cmd|'/c calc'!A1", "{}\\n{}", "\u2028"):
        made = await owner.client.post("/api/v1/api-keys", json={"name": name + "x", "scopes": ["leads:view"]})
        assert made.status_code == 201, made.text
    lines = (await owner.client.get("/api/v1/audit/export")).content.split(b"\n")
    assert lines.pop() == b""
    actions = [json.loads(line)["action"] for line in lines]
    assert actions.count("api_key.created") == 4
    assert "faked" not in actions


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "=cmd|'/c calc'!A1", '"=1', "'=1"]


async def test_tables_we_write_start_no_formula(owner: Owner, run_due_jobs: RunJobs) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["=Name", "email"], *([formula, "nobody"] for formula in FORMULAS)])
    sent: dict[str, Any] = {"files": {"file": ("=evil.csv", text.getvalue().encode(), "text/csv")}}
    uploaded = (await owner.client.post("/api/v1/imports", **sent)).json()["data"]
    path = f"/api/v1/imports/{uploaded['id']}"
    mapping = {uploaded["columns"][0]: "name", uploaded["columns"][1]: "email"}
    assert (await owner.client.post(f"{path}/start", json={"mapping": mapping})).status_code == 202
    await run_due_jobs(owner.org_id)
    answer = await owner.client.get(f"{path}/refused.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(FORMULAS)
    for row in rows:
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝")), row


async def test_form_pages_write_what_was_typed_as_text(owner: Owner) -> None:
    sources = (await owner.client.get("/api/v1/sources")).json()["data"]
    form = next(one for one in sources if one["kind"] == "form")
    hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'`{{7*7}}"
    renamed = await owner.client.patch(f"/api/v1/sources/{form['id']}", json={"name": hostile})
    assert renamed.status_code == 200, renamed.text
    key = form["form_url"].rsplit("/", 1)[1]
    fields = dict.fromkeys(("name", "company", "message", "phone", "once"), hostile)
    page = await owner.client.post(f"/api/v1/forms/{key}", data=fields, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    for html in (page.text, (await owner.client.get(f"/f/{key}")).text):
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html
    assert (await owner.client.get('/f/"><script>')).status_code in {404, 422}


async def test_a_hostile_name_of_a_colleague_reaches_mail_headers_nowhere(app: FastAPI, owner: Owner) -> None:
    for email in ("a@example.com\r\nBcc: all@example.com", "a@example.com\nSubject: x", "a@example.com\x00"):
        answer = await owner.client.post("/api/v1/invitations", json={"email": email, "role": "agent"})
        assert answer.status_code == 422
        asked = await open_client(app).post("/api/v1/password/reset-link", json={"email": email})
        assert asked.status_code == 422
    assert (await join(app, owner, Role.AGENT)).email
