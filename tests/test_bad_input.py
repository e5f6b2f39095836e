"""Bad input of every kind gets a clear refusal and leaves nothing behind; a bad mail is kept and stops no other."""

import asyncio
import base64
import gzip
import io
import smtplib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from metacortex.contexts.intake import public as intake
from tests.conftest import Owner, RunJobs

pytestmark = pytest.mark.slow
DOCUMENT = orjson.loads((Path(__file__).parents[1] / "web/openapi.json").read_bytes())
SCHEMAS = DOCUMENT["components"]["schemas"]
MEGABYTES = 200
WRONG = {"string": [1], "array": "many", "object": "a word", "integer": "three", "number": "three", "boolean": [1]}


def find_operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and description of every operation."""
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, operation


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference."""
    return SCHEMAS[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema


def find_bodies() -> list[Any]:
    """Every operation that takes a JSON object, with that object's schema."""
    found = []
    for method, path, operation in find_operations():
        content = operation.get("requestBody", {}).get("content", {})
        schema = resolve(content.get("application/json", {}).get("schema", {}))
        if schema.get("properties") and "application/x-www-form-urlencoded" not in content:
            found.append(pytest.param(method, path, schema, id=f"{method} {path}"))
    return found


def find_type(schema: dict[str, Any]) -> str:
    """Return the JSON type of a property, of the first of its alternatives where it has some."""
    alternatives = [resolve(one) for one in schema.get("anyOf", [schema])]
    return next(str(one["type"]) for one in alternatives if one.get("type", "null") != "null")


def fill_path(path: str, value: str = "") -> str:
    """Put an id into each place of a path."""
    parts = [(value or str(uuid4())) if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def check_refusal(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    """Require a problem document that says what is wrong in words; return it."""
    assert answer.status_code in statuses, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["code"]
    assert len(problem["detail"]) > 10
    return problem


@pytest.mark.parametrize(("method", "path", "schema"), find_bodies())
async def test_wrong_types_and_unknown_fields_are_named(
    owner: Owner, method: str, path: str, schema: dict[str, Any]
) -> None:
    headers = {"If-Match": '"1"'}
    for name, described in schema["properties"].items():
        wrong = WRONG[find_type(described)]
        answer = await owner.client.request(method, fill_path(path), json={name: wrong}, headers=headers)
        problem = check_refusal(answer, 422)
        assert any(error["field"].split(".")[0] == name for error in problem["errors"]), (name, problem["errors"])
    answer = await owner.client.request(method, fill_path(path), json={"surprise": 1}, headers=headers)
    problem = check_refusal(answer, 422)
    assert any(error["field"] == "surprise" for error in problem["errors"]), problem["errors"]
    for body in ([], "words", 7, None):
        check_refusal(await owner.client.request(method, fill_path(path), json=body, headers=headers), 422)


@pytest.mark.parametrize(("method", "path", "schema"), find_bodies())
async def test_text_that_no_database_stores_is_refused(
    owner: Owner, method: str, path: str, schema: dict[str, Any]
) -> None:
    texts = [name for name, described in schema["properties"].items() if find_type(described) == "string"]
    for text in (b'"a\\u0000b"', b'"\\ud800"', b'"\xff\xfe"', b"[" * 5_000):
        for name in texts or ["anything"]:
            content = b'{"' + name.encode() + b'": ' + text + b"}"
            headers = {"Content-Type": "application/json", "If-Match": '"1"'}
            answer = await owner.client.request(method, fill_path(path), content=content, headers=headers)
            # A wrong password is no bad text: 403 is the answer of /session/proof.
            check_refusal(answer, 400, 401, 404, 422, *([403] if path.endswith("/session/proof") else []))


@pytest.mark.parametrize("bad", ["not-a-uuid", "1", "00000000-0000-0000-0000-00000000000g", "%00", "a" * 300])
async def test_ids_that_are_none_are_refused(owner: Owner, bad: str) -> None:
    for method, path, _ in find_operations():
        if "_id}" in path:
            answer = await owner.client.request(method, fill_path(path, bad), json={}, headers={"If-Match": '"1"'})
            check_refusal(answer, 404, 422)


def encode(*values: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()


NOBODYS_ID = "0198c0de-0000-7000-8000-000000000000"
CURSORS = (
    "!!!",
    encode(),
    encode("2026-01-01T00:00:00", NOBODYS_ID),
    encode("0001-01-01T00:00:00+14:00", NOBODYS_ID),
    encode("9999-12-31T23:59:59-14:00", NOBODYS_ID),
    encode("2026-01-01T00:00:00+00:00", "nobody"),
    encode(None, None),
    encode({}, []),
    encode("yesterday"),
    "a" * 250,
)


@pytest.mark.parametrize("limit", ["-1", "0", "201", "99999999999999999999", "ten", ""])
async def test_limits_out_of_range_are_refused(owner: Owner, limit: str) -> None:
    for method, path, operation in find_operations():
        if any(one["name"] == "limit" for one in operation.get("parameters", [])):
            check_refusal(await owner.client.request(method, fill_path(path), params={"limit": limit}), 422)


@pytest.mark.parametrize("cursor", CURSORS)
async def test_cursors_of_others_are_refused(owner: Owner, cursor: str) -> None:
    made = await owner.client.post("/api/v1/leads", json={"email": "a@example.com"})
    lead_id = made.json()["data"]["id"]
    asked = 0
    for method, path, operation in find_operations():
        if any(one["name"] == "cursor" for one in operation.get("parameters", [])):
            address = path.replace("{lead_id}", lead_id)
            for sort in ({}, {"sort": "score"}) if path.endswith("/leads") else ({},):
                answer = await owner.client.request(method, address, params={"cursor": cursor, **sort})
                assert check_refusal(answer, 422)["code"] in {"bad_cursor", "invalid_request"}, path
                asked += 1
    assert asked >= 7


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/octet-stream", "multipart/form-data"])
async def test_bodies_that_are_no_json_are_refused(owner: Owner, kind: str) -> None:
    answer = await owner.client.post("/api/v1/leads", content=b"<lead/>", headers={"Content-Type": kind})
    check_refusal(answer, 400, 415, 422)


def zip_zeros() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(4):
            archive.writestr(f"xl/worksheets/sheet{part}.xml", b"0" * (MEGABYTES * 1024 * 256))
    return packed.getvalue()


def squeeze_zeros() -> bytes:
    return gzip.compress(b"0" * (MEGABYTES * 1024 * 1024))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.zip", zip_zeros),
        ("bomb.xlsx", zip_zeros),
        ("bomb.csv.gz", squeeze_zeros),
        ("wide.csv", b"a," * 100_000 + b"a\n" + b"1," * 100_000 + b"1\n"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
        ("open.csv", b'email,note\na@example.com,"never closed\n' + b"x" * 200_000),
        ("nul.csv", b"email\na\x00@example.com\n"),
    ],
)
async def test_files_that_are_no_tables_are_refused_with_a_reason(
    owner: Owner, name: str, content: bytes | Callable[[], bytes]
) -> None:
    # What takes seconds to make is made here: every worker reads the list of tests.
    sent = content if isinstance(content, bytes) else content()
    answer = await owner.client.post("/api/v1/imports", files={"file": (name, sent, "text/csv")})
    check_refusal(answer, 413, 422)
    assert (await owner.client.get("/api/v1/imports")).json()["data"] == []


async def test_a_table_of_two_encodings_loses_no_row(owner: Owner, run_due_jobs: RunJobs) -> None:
    content = "email,name\na@example.com,Müller\n".encode() + "b@example.com,Müller\n".encode("latin-1")
    uploaded = (await owner.client.post("/api/v1/imports", files={"file": ("m.csv", content, "text/csv")})).json()
    path = f"/api/v1/imports/{uploaded['data']['id']}"
    await owner.client.post(f"{path}/start", json={"mapping": {"email": "email", "name": "name"}})
    await run_due_jobs(owner.org_id)
    done = (await owner.client.get(path)).json()["data"]
    assert (done["state"], done["created_count"], done["refused_count"]) == ("done", 2, 0)


HEAD = b"From: Ravi <ravi@example.com>\r\nMessage-ID: <%s@example.com>\r\nMIME-Version: 1.0\r\n"
PART = b"--x\r\nContent-Type: text/plain\r\n\r\npart\r\n"
BAD_MAILS = {
    "ten thousand parts": HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + PART * 10_000 + b"--x--\r\n",
    "nested without end": HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    + b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 2_000,
    "headers without end": HEAD + b"".join(b"X-Head-%d: more\r\n" % number for number in range(20_000)) + b"\r\nhello",
    "no boundary": HEAD + b"Content-Type: multipart/alternative\r\n\r\nhello",
    "broken transfer encoding": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n!!!! not base64 ====",
    "charset of nobody": HEAD + b"Content-Type: text/plain; charset=klingon\r\n\r\nhello \xe9\xff",
    "eight-bit noise": HEAD + b"\r\n" + bytes(byte for byte in range(128, 256)) * 50,
    "headers of noise": HEAD + b"Subject: \xff\xfe=?utf-8?b?!!!?= =?x?q?=ZZ?=\r\nDate: never\r\n\r\nhello",
    "nothing at all": b"\r\n",
    "NUL bytes": HEAD + b"\r\nhel\x00lo",
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_MAILS)
async def test_a_bad_mail_is_kept_and_the_next_one_read(owner: Owner, run_due_jobs: RunJobs, kind: str) -> None:
    bad = BAD_MAILS[kind].replace(b"%s", uuid4().hex.encode())
    good = HEAD.replace(b"Ravi <ravi@", b"Zoe <zoe@").replace(b"%s", uuid4().hex.encode()) + b"\r\nWe want 40 chairs."
    address = str(await intake.read_default_address(owner.org_id))

    def deliver(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            for content in (bad, good):
                client.sendmail("relay@example.com", [address], content)

    async with intake.open_mail_receiver(host="127.0.0.1", port=0) as port:
        await asyncio.to_thread(deliver, port)
    await run_due_jobs(owner.org_id)
    rows = (await owner.client.get("/api/v1/inbound")).json()["data"]
    assert len(rows) == 2
    assert {row["state"] for row in rows} <= {"read", "failed"}
    assert all(row["error"] for row in rows if row["state"] == "failed")
    leads = (await owner.client.get("/api/v1/leads")).json()["data"]
    assert "zoe@example.com" in [lead["contact"]["email"] for lead in leads]
    assert (await owner.client.get("/api/v1/dead-letters")).json()["data"] == []
    raw = await owner.client.get(f"/api/v1/inbound/{rows[-1]['id']}/raw")
    assert raw.status_code == 200
