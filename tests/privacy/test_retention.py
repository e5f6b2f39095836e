"""Each kind of data is forgotten after its time, and not before."""

from uuid import UUID

import pytest
from sqlalchemy import text

from metacortex.contexts.privacy.public import run_retention
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.storage import StorageUnavailable, read_object
from tests.conftest import Owner, RunJobs
from tests.privacy.conftest import DumpStores, Person, ask, find_traces, plant, send_mail

pytestmark = pytest.mark.slow

AGE = {
    "inbound_messages": "received_at",
    "imports": "created_at",
    "events": "occurred_at",
    "dead_letters": "failed_at",
    "privacy_requests": "finished_at",
    "leads": "closed_at",
    "messages": "received_at",
}


async def age(org_id: UUID, days: int) -> None:
    """Make everything of an organization older."""
    async with transaction(org_id) as session:
        for table, column in AGE.items():
            await session.execute(text(f"UPDATE {table} SET {column} = {column} - interval '{days} days'"))


async def count(org_id: UUID, query: str) -> int:
    async with transaction(org_id) as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {query}")) or 0)


async def test_what_is_older_than_its_time_is_forgotten_and_nothing_else(
    owner: Owner, run_due_jobs: RunJobs, dump_stores: DumpStores
) -> None:
    person = Person.invent()
    await plant(owner, person, run_due_jobs)
    await ask(owner, "export", person)
    await run_due_jobs(owner.org_id)
    lost = next(
        one["id"] for one in (await owner.client.get("/api/v1/pipeline")).json()["data"] if one["kind"] == "lost"
    )
    for lead in (await owner.client.get("/api/v1/leads")).json()["data"]:
        headers = {"If-Match": f'"{lead["version"]}"'}
        await owner.client.patch(f"/api/v1/leads/{lead['id']}", json={"stage_id": lost}, headers=headers)
    await run_due_jobs(owner.org_id)

    await run_retention()
    await run_due_jobs(owner.org_id)
    assert await count(owner.org_id, "inbound_messages WHERE raw_key IS NOT NULL") == 1
    assert await count(owner.org_id, "imports WHERE raw_key <> ''") == 2
    assert await count(owner.org_id, "dead_letters") == 1
    assert await count(owner.org_id, "privacy_requests WHERE object_key IS NOT NULL") == 1

    await age(owner.org_id, 800)
    await run_retention()
    await run_due_jobs(owner.org_id)
    assert await count(owner.org_id, "inbound_messages WHERE raw_key IS NOT NULL") == 0
    assert await count(owner.org_id, "messages WHERE raw_key IS NOT NULL OR text <> ''") == 0
    assert await count(owner.org_id, "imports WHERE raw_key <> '' OR chunk_keys <> '{}'") == 0
    assert await count(owner.org_id, "import_refusals") == 0
    assert await count(owner.org_id, "dead_letters") == 0
    assert await count(owner.org_id, "privacy_requests WHERE object_key IS NOT NULL") == 0
    assert await count(owner.org_id, "contacts") >= 2
    assert not [name for name in find_traces(await dump_stores(), person) if name.startswith("object ")]


async def test_a_rule_shortens_the_time_and_cannot_pass_its_limit(owner: Owner, run_due_jobs: RunJobs) -> None:
    await send_mail(owner, Person.invent())
    await run_due_jobs(owner.org_id)
    await age(owner.org_id, 5)
    path = "/api/v1/privacy/retention"
    assert (await owner.client.put(f"{path}/events", json={"keep_days": 8})).status_code == 422
    assert (await owner.client.put(f"{path}/raw_mail", json={"keep_days": 0})).status_code == 422
    assert (await owner.client.put(f"{path}/everything", json={"keep_days": 3})).status_code == 422
    changed = await owner.client.put(f"{path}/raw_mail", json={"keep_days": 3})
    assert changed.json()["data"]["keep_days"] == 3
    rules = {one["kind"]: one for one in (await owner.client.get(path)).json()["data"]}
    assert (rules["raw_mail"]["keep_days"], rules["raw_mail"]["default_days"], rules["exports"]["keep_days"]) == (
        3,
        90,
        7,
    )
    async with transaction(owner.org_id) as session:
        key = str(await session.scalar(text("SELECT raw_key FROM inbound_messages")))
    assert await read_object(key)
    await run_retention()
    await run_due_jobs(owner.org_id)
    with pytest.raises(StorageUnavailable):
        await read_object(key)
    inbound = (await owner.client.get("/api/v1/inbound")).json()["data"]
    assert (await owner.client.get(f"/api/v1/inbound/{inbound[0]['id']}/raw")).status_code == 404


async def test_an_export_cannot_be_fetched_after_its_time(owner: Owner, run_due_jobs: RunJobs) -> None:
    request_id = await ask(owner, "export", Person.invent())
    await run_due_jobs(owner.org_id)
    path = f"/api/v1/privacy/requests/{request_id}/download"
    assert (await owner.client.get(path)).status_code == 200
    async with transaction(owner.org_id) as session:
        await session.execute(text("UPDATE privacy_requests SET expires_at = :at"), {"at": utc_now()})
    answer = await owner.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "export_gone")
