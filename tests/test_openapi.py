"""The OpenAPI document is kept: whatever is sent, no answer is a crash and every answer is one that is documented."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.stand import Stand, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 20
DOCUMENT = json.loads((Path(__file__).parents[1] / "web/openapi.json").read_text("utf-8"))
schema = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    running = Stand(tmp_path_factory.mktemp("openapi"), durable=False)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@dataclass(frozen=True)
class Access:
    """Who asks, and the ids of what they own, by the names that paths give them."""

    token: str
    ids: dict[str, str]


@pytest.fixture(scope="module")
def access(stand: Stand) -> Access:
    """Somebody with a little of everything."""
    signed_in = stand.sign_up()
    with stand.open_client(signed_in["access_token"]) as client:

        def create(path: str, **sent: Any) -> str:
            return str(client.post(f"/api/v1/{path}", **sent).raise_for_status().json()["data"]["id"])

        body = {"name": "Asha", "email": "asha@example.com", "message": "We want to buy 20 chairs this week."}
        lead_id = create("leads", json=body)
        wait_for(
            lambda: client.get(f"/api/v1/leads/{lead_id}/qualification").status_code == 200, seconds=60, what="A score"
        )
        return Access(
            signed_in["access_token"],
            {
                "lead_id": lead_id,
                "task_id": create(f"leads/{lead_id}/tasks", json={"title": "Call"}),
                "source_id": create("sources", json={"kind": "form", "name": "Site"}),
                "import_id": create("imports", files={"file": ("a.csv", b"email\na@example.com\n", "text/csv")}),
                "member_id": signed_in["member"]["id"],
                "invitation_id": create("invitations", json={"email": "new@example.com", "role": "agent"}),
                "inbound_id": find_inbound(stand, client),
                "key": find_form_key(client),
                "request_id": create("privacy/requests", json={"kind": "export", "email": "asha@example.com"}),
            },
        )


def find_inbound(stand: Stand, client: httpx.Client) -> str:
    """Send a mail; return its id."""
    stand.send_mail(stand.find_address(client), number=1)
    return str(client.get("/api/v1/inbound").raise_for_status().json()["data"][0]["id"])


def find_form_key(client: httpx.Client) -> str:
    """Return what the address of the organization's form ends with."""
    sources = client.get("/api/v1/sources").raise_for_status().json()["data"]
    return str(next(source["form_url"] for source in sources if source["kind"] == "form").rsplit("/", 1)[-1])


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
def test_answers_are_those_of_the_document(case: schemathesis.Case, stand: Stand, access: Access) -> None:
    headers = {"Authorization": f"Bearer {access.token}"}
    for name, value in case.path_parameters.items():
        if name in access.ids and (name == "key" or is_key(str(value))):
            case.path_parameters[name] = access.ids[name]
    if case.method == "PATCH" and case.path_parameters.get("lead_id") == access.ids["lead_id"]:
        url = f"{stand.url}/api/v1/leads/{access.ids['lead_id']}"
        headers["If-Match"] = httpx.get(url, headers=headers).headers["ETag"]
    case.call_and_validate(base_url=stand.url, headers=headers, checks=CHECKS, timeout=30)


def is_key(value: str) -> bool:
    """Tell a well-formed id, which is replaced by one that exists, from a malformed one, which is to be refused."""
    try:
        return bool(UUID(value))
    except ValueError:
        return False


async def test_the_web_apps_copy_of_the_document_is_the_products(app: FastAPI) -> None:
    assert app.openapi() == DOCUMENT, "Run `make types` and commit what it writes."


async def test_a_refusal_that_routes_share_stands_once(app: FastAPI) -> None:
    shared = app.openapi()["components"]["responses"]
    inline = []
    for path in app.openapi()["paths"].values():
        for answer in (answer for operation in path.values() for answer in operation["responses"].values()):
            if "$ref" in answer:
                assert answer["$ref"].removeprefix("#/components/responses/") in shared
            elif "application/problem+json" in answer.get("content", {}):
                inline.append(json.dumps(answer, sort_keys=True))
    assert len(inline) == len(set(inline))
    assert "Retry-After" in shared["too_many_requests"]["headers"]
