"""No address that somebody writes into a field, a mail, a table or a form is ever fetched by the server (SSRF)."""

import asyncio
import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from tests.attacks.operations import find_operations
from tests.attacks.people import deliver_mail
from tests.conftest import Owner, RunJobs, open_client
from tests.stand import write_mail

URLS_TAKEN: dict[str, str] = {}
"""Fields that take an address to be called, with what keeps them from reaching inside. None does yet."""
CALLED_BACK = {"callback_at", "callback_mine"}
"""When a person is to be called back by telephone, and by whom: no address."""
NAMES = re.compile(r"ur[li]s?$|(^|_)(link|href|webhook|callback|redirect|endpoint|host|domain|issuer|server)s?(_|$)")
ODD = ("url", "uri", "iri", "hostname", "ipv4", "ipv6")


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and the first alternative that is not null."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        else:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
    return schema


def find_fields(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every field that a request may fill, by operation and name."""
    found = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for one in operation.get("parameters", []):
                found[f"{method.upper()} {path} {one['name']}"] = one["schema"]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for name, schema in resolve(document, content["schema"]).get("properties", {}).items():
                    found[f"{method.upper()} {path} {name}"] = resolve(document, schema)
    return found


def test_no_field_takes_an_address_to_call(app: FastAPI) -> None:
    fields = find_fields(app.openapi())
    assert len(fields) > 60
    taken = {
        field
        for field, schema in fields.items()
        if (NAMES.search(field.rsplit(" ", 1)[1]) and field.rsplit(" ", 1)[1] not in CALLED_BACK)
        or schema.get("format") in ODD
    }
    assert taken == URLS_TAKEN.keys(), "say here what keeps it from reaching inside, and test it"


@pytest.fixture
async def trap() -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server of this machine that nobody has reason to call: where it is, and what was sent to it."""
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readline())
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", heard


def fill(document: dict[str, Any], schema: dict[str, Any], url: str) -> Any:
    """Fill a body: the address wherever text goes, something that fits elsewhere."""
    schema = resolve(document, schema)
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    match schema.get("type"):
        case "object":
            extra = schema.get("additionalProperties")
            named = {name: fill(document, one, url) for name, one in schema.get("properties", {}).items()}
            return named or ({url[:100]: fill(document, extra, url)} if isinstance(extra, dict) else {})
        case "array":
            return [fill(document, schema.get("items", {}), url)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return str(uuid4()) if schema.get("format") == "uuid" else url[: schema.get("maxLength", 10_000)]


async def plant(app: FastAPI, client: httpx.AsyncClient, url: str, ids: dict[str, str]) -> set[str]:
    """Put an address into every field of every operation; return those that took it."""
    document, taken = app.openapi(), set()
    for one in find_operations(app):
        described = document["paths"].get(one.path, {}).get(one.method.lower())
        if described is None or one.path.endswith(("/me/password", "/end-others")) or one.method == "DELETE":
            continue
        path = one.path.format_map({**dict.fromkeys(re.findall(r"{(\w+)}", one.path), url.replace("/", "%2F")), **ids})
        params = {parameter["name"]: url for parameter in described.get("parameters", []) if parameter["in"] == "query"}
        content = described.get("requestBody", {}).get("content", {}).get("application/json")
        body = fill(document, content["schema"], url) if content else None
        headers = {"Referer": url, "Origin": url, "X-Forwarded-Host": url, "Host": url.split("/")[2], "If-Match": '"1"'}
        for sent in ({"params": params}, {}):
            for _ in range(3):
                answer = await client.request(one.method, path, json=body, headers=headers, **sent)
                if answer.status_code != 422 or not isinstance(body, dict):
                    break
                for error in answer.json()["errors"]:
                    name = error["field"].split(".")[0]
                    body[name] = f"{uuid4().hex}@example.com" if "mail" in name else None
                body = {name: value for name, value in body.items() if value is not None}
            if answer.is_success:
                taken.add(one.name)
    return taken


@pytest.mark.slow
async def test_addresses_in_every_field_are_called_by_nobody(
    app: FastAPI, owner: Owner, run_due_jobs: RunJobs, trap: tuple[str, list[bytes]]
) -> None:
    place, heard = trap
    client = open_client(app, owner.token)
    lead = (await client.post("/api/v1/leads", json={"email": "a@example.com"})).json()["data"]["id"]
    sources = (await client.get("/api/v1/sources")).json()["data"]
    form = next(one["form_url"] for one in sources if one["kind"] == "form").rsplit("/", 1)[1]
    taken: set[str] = set()
    for url in (f"http://{place}/x", f"http://user:pw@{place}/x", f"//{place}/x", f"http://localhost:{place[10:]}/"):
        taken |= await plant(app, client, url, {"lead_id": lead, "key": form})
        table = f"name,email,message,website\n{url},u{uuid4().hex}@example.com,{url},{url}\n".encode()
        await client.post("/api/v1/imports", files={"file": (url, table, "text/csv")})
        await run_due_jobs(owner.org_id)
    assert len(taken) >= 10, taken
    await read_mail(owner, f"http://{place}/x")
    await run_due_jobs(owner.org_id)
    assert (await client.get("/api/v1/dead-letters")).json()["data"] == []
    assert heard == []
    async with httpx.AsyncClient() as visitor:
        with pytest.raises(httpx.RemoteProtocolError):
            await visitor.get(f"http://{place}/seen")
    assert heard == [b"GET /seen HTTP/1.1\r\n"], "a call would have been heard"


async def read_mail(owner: Owner, url: str) -> None:
    """Have a mail read that points to an address in every way that a mail can."""
    mail: EmailMessage = write_mail("leads@example.com", text=f"See {url} for what we want.")
    mail["List-Unsubscribe"], mail["X-Confirm-Reading-To"] = f"<{url}>", url
    mail.add_alternative(
        f'<html><head><link rel="stylesheet" href="{url}"><base href="{url}"></head><body><img src="{url}">'
        f'<iframe src="{url}"></iframe><a href="{url}">we want 40 chairs</a></body></html>',
        subtype="html",
    )
    mail.add_attachment(
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{url}">]><x>&e;</x>'.encode(), "text", "xml", filename="a.xml"
    )
    external = mail.as_bytes().replace(b"Content-Type: text/html", b"Content-Type: text/html; x-url=" + url.encode())
    await deliver_mail(owner, external)


async def test_nobody_is_sent_on_to_an_address_of_a_request(app: FastAPI, owner: Owner) -> None:
    client = open_client(app, owner.token)
    sources = (await client.get("/api/v1/sources")).json()["data"]
    form = next(one["form_url"] for one in sources if one["kind"] == "form").rsplit("/", 1)[1]
    evil = "https://evil.example/"
    seen = set()
    for path in (
        "/",
        "/leads",
        "//evil.example",
        "/\\evil.example",
        "/api/v1/me",
        f"/f/{form}",
        f"/api/v1/forms/{form}",
    ):
        for method in ("GET", "POST"):
            answer = await client.request(
                method,
                path,
                params=dict.fromkeys(("next", "url", "redirect", "return_to", "continue", "redirect_uri"), evil),
                data={"email": "a@example.com", "next": evil, "redirect": evil} if method == "POST" else None,
                headers={"Accept": "text/html", "Host": "evil.example", "X-Forwarded-Host": "evil.example"},
            )
            location = answer.headers.get("location", "")
            seen.add(location)
            assert not location or re.fullmatch(r"/f/\w+/thanks", location), location
    assert f"/f/{form}/thanks" in seen
