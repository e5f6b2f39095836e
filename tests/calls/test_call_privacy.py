"""A person who asks is handed their calls, and forgotten in them: in every table, in storage and in Asterisk."""

import io
import zipfile
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text

from metacortex.contexts.calls.models import CallEvent
from metacortex.contexts.calls.types import recording_name
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.storage import local_folder
from tests.calls.conftest import Desk
from tests.conftest import RunJobs
from tests.privacy.conftest import DumpStores, Person, ask, dump_stores, find_traces, finish_erasure, hurry, run_all_but

pytestmark = pytest.mark.slow

__all__ = ["dump_stores"]


def invent() -> Person:
    """Somebody whose number picks up, and hangs up soon."""
    marker = "zq" + uuid4().hex[:10]
    return Person(marker, f"{marker}@example.com", f"+9198{uuid4().int % 10**4:04d}9011")


async def call_person(desk: Desk, person: Person) -> tuple[str, dict[str, Any]]:
    """Have a person call back, be recorded, and everything that a caller of the API adds; return lead and call."""
    settings = {"announcement": "sound:recorded", "is_recorded": True}
    assert (await desk.client.patch("/api/v1/calling/settings", json=settings)).status_code == 200
    lead_id = await desk.add_lead(person.phone, name=person.marker, email=person.email)
    body = {"lead_id": lead_id, "variables": {"name": person.marker}}
    headers = {"Idempotency-Key": f"call-{person.phone}-{uuid4().hex}"}
    answer = await desk.client.post("/api/v1/calls", json=body, headers=headers, params={"wait": "ended"}, timeout=60)
    assert answer.status_code == 201, answer.text
    call = dict(answer.json()["data"])
    assert call["outcome"] == "answered"
    async with transaction(desk.owner.org_id) as session:
        detail = {"text": f"could not send 1 to {person.phone}", "cause": 17, "args": [person.marker]}
        event = CallEvent(org_id=desk.owner.org_id, call_id=UUID(call["id"]), at=utc_now(), kind="digit", detail=detail)
        session.add(event)
    return lead_id, call


def open_archive(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: orjson.loads(archive.read(name)) for name in archive.namelist() if name.startswith("calls/")}


async def download(desk: Desk, request_id: str) -> dict[str, Any]:
    answer = await desk.client.get(f"/api/v1/privacy/requests/{request_id}/download")
    assert answer.status_code == 200, answer.text
    return open_archive(answer.content)


async def test_an_export_holds_the_calls(desk: Desk, run_due_jobs: RunJobs) -> None:
    person, other = invent(), invent()
    _, call = await call_person(desk, person)
    await call_person(desk, other)
    assert (
        await desk.client.post("/api/v1/do-not-call", json={"numbers": [person.phone, other.phone]})
    ).status_code == 201
    await run_due_jobs(desk.owner.org_id)
    request_id = await ask(desk.owner, "export", person)
    await run_due_jobs(desk.owner.org_id)
    found = await download(desk, request_id)
    assert [one["id"] for one in found["calls/calls.json"]] == [call["id"]]
    assert found["calls/calls.json"][0]["to_number"] == person.phone
    assert [leg["party"] for leg in found["calls/call_legs.json"]] == ["lead"]
    assert len(found["calls/call_events.json"]) > 4
    [sound] = found["calls/recordings.json"]
    assert sound["seconds"] == (await desk.read(call["id"]))["recording"]["seconds"]
    assert "key_sealed" not in sound
    assert (await desk.client.get(sound["fetched_from"])).headers["content-type"] == "audio/wav"
    assert [one["number"] for one in found["calls/do_not_call.json"]] == [person.phone]
    assert other.phone not in orjson.dumps(found).decode()


async def test_after_an_erasure_no_call_knows_the_person(
    desk: Desk, run_due_jobs: RunJobs, dump_stores: DumpStores
) -> None:
    person, other = invent(), invent()
    _, fetched = await call_person(desk, person)
    _, others = await call_person(desk, other)
    await run_due_jobs(desk.owner.org_id)
    _, waiting = await call_person(desk, person)
    added = await desk.client.post("/api/v1/do-not-call", json={"numbers": [person.phone, other.phone, "+4930*"]})
    assert added.status_code == 201
    before = find_traces(await dump_stores(), person)
    tables = {"calls", "call_legs", "call_events", "do_not_call"}
    assert {f"table {name}" for name in tables} <= set(before)
    assert recording_name(desk.owner.org_id, UUID(waiting["id"])) in desk.asterisk.switch.stored

    request_id = await ask(desk.owner, "erasure", person)
    await run_all_but(desk.owner.org_id, "store_recording")
    await hurry(desk.owner.org_id)
    await finish_erasure(desk.owner, request_id, run_due_jobs)

    assert find_traces(await dump_stores(), person) == {}
    folder = local_folder()
    assert folder is not None
    assert len(list((folder / str(desk.owner.org_id) / "recordings").iterdir())) == 1
    kept = set(desk.asterisk.switch.stored)
    assert not {recording_name(desk.owner.org_id, UUID(one["id"])) for one in (fetched, waiting)} & kept
    for call in (fetched, waiting):
        shown = await desk.read(call["id"])
        assert (shown["to"], shown["variables"], shown["recording"]["state"]) == (None, {}, "deleted")
        assert (shown["outcome"], shown["talked_seconds"]) == ("answered", call["talked_seconds"])
        assert (await desk.client.get(f"/api/v1/calls/{call['id']}/recording")).status_code == 404
    events = (await desk.client.get(f"/api/v1/calls/{fetched['id']}/events")).json()["data"]
    assert {frozenset(event["detail"]) for event in events} <= {frozenset(), frozenset({"cause"})}
    assert (await desk.read(others["id"]))["to"] == other.phone
    assert (await desk.client.get(f"/api/v1/calls/{others['id']}/recording")).status_code == 200
    listed = (await desk.client.get("/api/v1/do-not-call")).json()["data"]
    assert [one["number"] for one in listed] == ["+4930*", other.phone]
    certificate = (await desk.client.get(f"/api/v1/privacy/requests/{request_id}/certificate")).json()["data"]
    erased = certificate["erased"]["calls"]
    assert (erased["calls"], erased["call_legs"], erased["do_not_call"]) == (2, 2, 1)


async def test_who_was_not_to_be_called_is_not_after_an_erasure(desk: Desk, run_due_jobs: RunJobs) -> None:
    person = invent()
    await call_person(desk, person)
    await desk.client.post(
        "/api/v1/do-not-call", json={"numbers": [person.phone], "reason": f"{person.marker} said so"}
    )
    refused = await desk.client.post("/api/v1/calls", json={"to": person.phone, "mode": "direct"})
    assert refused.json()["code"] == "do_not_call"
    await finish_erasure(desk.owner, await ask(desk.owner, "erasure", person), run_due_jobs)
    before = desk.rung(person.phone)
    again = await desk.client.post("/api/v1/calls", json={"to": person.phone, "mode": "direct"})
    assert (again.status_code, again.json()["code"]) == (403, "address_suppressed")
    assert desk.rung(person.phone) == before
    # An erasure alone would let them be called again once they write; this does not.
    check = await desk.client.post("/api/v1/privacy/suppressions/check", json={"address": person.phone})
    assert {one["reason"] for one in check.json()["data"]["reasons"]} == {"erased", "manual"}


async def test_a_number_given_alone_is_found_where_no_lead_is(desk: Desk, run_due_jobs: RunJobs) -> None:
    """By phone, and without touching a call about somebody else's lead."""
    person, other = invent(), invent()
    _, call = await call_person(desk, other)
    async with transaction(desk.owner.org_id) as session:
        await session.execute(
            text("UPDATE calls SET to_number = :phone WHERE id = :id"), {"phone": person.phone, "id": UUID(call["id"])}
        )
        await session.execute(
            text(
                "INSERT INTO calls SELECT (jsonb_populate_record(calls, CAST(:changed AS jsonb))).*"
                " FROM calls WHERE id = :id"
            ),
            {
                "id": UUID(call["id"]),
                "changed": orjson.dumps({"id": str(uuid4()), "lead_id": None, "idempotency_key": None}).decode(),
            },
        )
    body = {"kind": "erasure", "phone": person.phone}
    request_id = (await desk.client.post("/api/v1/privacy/requests", json=body)).json()["data"]["id"]
    await finish_erasure(desk.owner, request_id, run_due_jobs)
    listed = (await desk.client.get("/api/v1/calls")).json()["data"]
    assert sorted((one["to"], one["lead_id"] is None) for one in listed if one["to"]) == [(person.phone, False)]
    assert len(listed) == 2
