"""Uploads are judged by what they hold, not by what they are called; what was sent in is only handed out to be kept."""

import io
import zipfile
from uuid import uuid4

import httpx
import pytest

from tests.attacks.people import deliver_mail
from tests.conftest import Owner, RunJobs
from tests.stand import write_mail


def zip_of(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


DISGUISED = {
    "elf": b"\x7fELF\x02\x01\x01" + bytes(64),
    "elf without nul": b"\x7fELF" + b"A" * 64,
    "exe": b"MZ\x90\x00\x03\x00\x00\x00" + bytes(64),
    "script": b"#!/bin/sh\necho name,email\n",
    "web page": b"<!DOCTYPE html><html><body>name,email</body></html>",
    "web page with a mark": b"\xef\xbb\xbf \n<HTML><script>alert(1)</script>\nname,email\na,b@example.com\n",
    "web page in utf-16": "<html><body>\nname,email\n".encode("utf-16"),
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>\na,b',
    "script tag": b"<script>alert(1)</script>,email\na,b@example.com\n",
    "php": b"<?php system($_GET[0]); ?>\nname,email\n",
    "zip bomb": zip_of("xl/worksheets/sheet1.xml", bytes(50_000_000)),
    "zip that climbs": zip_of("../../../../tmp/x", b"x"),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "gif with script": b"GIF89a/*\x00*/=1;alert(1)",
    "nothing": b"",
    "blanks": b" \r\n\t ",
}


@pytest.mark.parametrize("kind", DISGUISED)
@pytest.mark.parametrize(("name", "media_type"), [("people.csv", "text/csv"), ("people.xlsx", "application/x-excel")])
async def test_what_is_no_table_is_refused_by_its_content(
    lasting_owner: Owner, kind: str, name: str, media_type: str
) -> None:
    http = lasting_owner.client
    answer = await http.post("/api/v1/imports", files={"file": (name, DISGUISED[kind], media_type)})
    assert (answer.status_code, answer.json()["code"]) == (422, "file_unusable"), answer.text
    assert (await http.get("/api/v1/imports")).json()["data"] == []


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\x.csv", "/etc/cron.d/x", "a\x00b.csv", "x" * 5000, 'a";x="b']
)
async def test_a_name_chooses_no_place_and_no_header(owner: Owner, name: str) -> None:
    table = f"name,email\nA,{uuid4().hex}@nowhere\n".encode()
    answer = await owner.client.post("/api/v1/imports", files={"file": (name, table, "text/csv")})
    assert answer.status_code in {201, 400, 422}, answer.text
    if answer.status_code == 201:
        data = answer.json()["data"]
        assert len(data["file_name"]) <= 200
        refused = await owner.client.get(f"/api/v1/imports/{data['id']}/refused.csv")
        assert refused.headers["content-disposition"] == f'attachment; filename="refused-{data["id"]}.csv"'


async def test_mail_is_handed_out_only_to_be_kept(owner: Owner, run_due_jobs: RunJobs) -> None:
    hostile = write_mail("leads@example.com", text="<script>alert(1)</script> We want 40 chairs.")
    await deliver_mail(owner, hostile.as_bytes())
    await run_due_jobs(owner.org_id)
    (inbound,) = (await owner.client.get("/api/v1/inbound")).json()["data"]
    raw: httpx.Response = await owner.client.get(f"/api/v1/inbound/{inbound['id']}/raw")
    assert b"script" in raw.content
    assert raw.headers["content-type"] == "application/octet-stream"
    assert raw.headers["content-disposition"] == f'attachment; filename="{inbound["id"]}.eml"'
    assert raw.headers["x-content-type-options"] == "nosniff"


async def test_too_much_is_refused_before_it_is_read(owner: Owner) -> None:
    answer = await owner.client.post(
        "/api/v1/imports", content=b"", headers={"Content-Length": str(10**12), "Content-Type": "multipart/form-data"}
    )
    assert answer.status_code == 413
