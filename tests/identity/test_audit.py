"""The audit log: what is in it, who may read it, and that no change of it goes unnoticed."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from metacortex.platform.audit import Finding, record, verify_chain
from metacortex.platform.database import transaction
from metacortex.platform.events import NO_ORGANIZATION
from tests.commands import run_command
from tests.conftest import PASSWORD, Owner, Product, RunJobs

Tamper = Callable[..., Awaitable[None]]


async def verify(org_id: UUID) -> Finding:
    async with transaction(org_id) as session:
        return await verify_chain(session, org_id)


async def add(org_id: UUID, *actions: str) -> None:
    for action in actions:
        async with transaction(org_id) as session:
            record(session, action, subject="x", before={"n": 1}, after={"n": 2, "name": "₹ é"})


@pytest.fixture
async def tamper(product: Product) -> AsyncIterator[Tamper]:
    """Change the log as somebody may who owns the database and switches its guard off."""
    engine = create_async_engine(product.database_url)

    async def change(statement: str, **values: Any) -> None:
        async with engine.begin() as connection:
            await _change(connection, statement, values)

    yield change
    await engine.dispose()


async def _change(connection: AsyncConnection, statement: str, values: dict[str, Any]) -> None:
    await connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER keep_audit_entries"))
    await connection.execute(text(statement), values)
    await connection.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER keep_audit_entries"))


async def test_critical_acts_are_recorded_with_who_and_where_from(
    owner: Owner, client: httpx.AsyncClient, run_due_jobs: RunJobs
) -> None:
    agent = {"user-agent": "Tester/1.0", "x-request-id": "request-0123456789"}
    invited = await owner.client.post(
        "/api/v1/invitations", json={"email": "a@example.com", "role": "agent"}, headers=agent
    )
    await client.post("/api/v1/sign-in", json={"email": owner.email, "password": "wrong password"})
    await run_due_jobs(NO_ORGANIZATION)
    source = await owner.client.post("/api/v1/sources", json={"kind": "form", "name": "Fair"})
    await owner.client.patch(f"/api/v1/sources/{source.json()['data']['id']}", json={"active": False})
    await owner.client.delete(f"/api/v1/invitations/{invited.json()['data']['id']}")
    entries = (await owner.client.get("/api/v1/audit")).json()["data"]
    assert [one["action"] for one in entries] == [
        "invitation.withdrawn",
        "source.changed",
        "source.created",
        "sign_in.failed",
        "member.invited",
        "session.opened",
        "organization.created",
    ]
    made = entries[4]
    assert (made["actor_kind"], made["actor_name"], made["user_agent"]) == ("member", "Asha Rao", "Tester/1.0")
    assert (made["address"], made["request_id"]) == ("127.0.0.1", "request-0123456789")
    assert (made["subject"], made["after"]) == (invited.json()["data"]["id"], {"role": "agent"})
    assert (entries[1]["before"]["active"], entries[1]["after"]["active"]) == (True, False)
    assert (entries[3]["actor_kind"], entries[3]["actor_name"]) == ("visitor", None)
    assert [one["sequence"] for one in entries] == [7, 6, 5, 4, 3, 2, 1]
    assert PASSWORD not in json.dumps(entries)
    assert (await verify(owner.org_id)).broken is None


async def test_the_log_is_searched_paged_and_exported(owner: Owner) -> None:
    await add(owner.org_id, *(f"thing.{n % 3}" for n in range(9)), "other.0")
    found = (await owner.client.get("/api/v1/audit", params={"action": "thing."})).json()["data"]
    assert len(found) == 9
    assert len((await owner.client.get("/api/v1/audit", params={"action": "thing.1"})).json()["data"]) == 3
    assert (await owner.client.get("/api/v1/audit", params={"action": "th_ng."})).json()["data"] == []
    mine = (await owner.client.get("/api/v1/audit", params={"actor_id": str(owner.member_id)})).json()["data"]
    assert {one["actor_name"] for one in mine} == {"Asha Rao"}
    since = found[4]["occurred_at"]
    later = await owner.client.get("/api/v1/audit", params={"action": "thing.", "since": since})
    assert len(later.json()["data"]) == 5
    seen, cursor = [], None
    while True:
        page = (
            await owner.client.get("/api/v1/audit", params={"limit": 5, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [one["sequence"] for one in page["data"]]
        cursor = page["meta"]["next_cursor"]
        if cursor is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen) == 12
    export = await owner.client.get("/api/v1/audit/export", params={"action": "thing."})
    lines = [json.loads(line) for line in export.text.splitlines()]
    assert [line["sequence"] for line in lines] == [one["sequence"] for one in reversed(found)]
    assert export.headers["content-disposition"].startswith("attachment")
    newest = (await owner.client.get("/api/v1/audit", params={"limit": 1})).json()["data"]
    assert newest[0]["action"] == "audit.exported"
    for path in ("/api/v1/audit", "/api/v1/audit/export"):
        for name in ("action", "subject"):
            assert (await owner.client.get(path, params={name: "thing.\0"})).status_code == 422
    for cursor in ("x", "WyJ4Il0", "Wy0xXQ", "WzEsMl0"):
        assert (await owner.client.get("/api/v1/audit", params={"cursor": cursor})).status_code == 422


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_entries SET action = 'harmless' WHERE org_id = :org AND sequence = 4", "Entry 4 was changed"),
        ("""UPDATE audit_entries SET after = '{"n": 3}' WHERE org_id = :org AND sequence = 4""", "Entry 4 was changed"),
        ("UPDATE audit_entries SET actor_id = NULL WHERE org_id = :org AND sequence = 2", "Entry 2 was changed"),
        (
            "UPDATE audit_entries SET occurred_at = occurred_at - interval '1 us' WHERE org_id = :org AND sequence = 5",
            "Entry 5 was changed",
        ),
        ("DELETE FROM audit_entries WHERE org_id = :org AND sequence = 3", "Entries 3 to 3 are missing"),
        ("DELETE FROM audit_entries WHERE org_id = :org AND sequence <= 2", "Entries 1 to 2 are missing"),
        ("DELETE FROM audit_entries WHERE org_id = :org AND sequence >= 5", "Entries after 4 were removed"),
        ("DELETE FROM audit_entries WHERE org_id = :org", "Entries after 0 were removed"),
        (
            (
                "WITH gone AS (DELETE FROM audit_entries WHERE org_id = :org AND sequence >= 5) UPDATE audit_heads h "
                "SET sequence = 4, hash = e.hash FROM audit_entries e WHERE h.org_id = :org AND e.org_id = :org "
                "AND e.sequence = 4"
            ),
            "The end of the log was changed",
        ),
        (
            (
                "WITH gone AS (DELETE FROM audit_heads WHERE org_id = :org) DELETE FROM audit_entries "
                "WHERE org_id = :org AND sequence >= 5"
            ),
            "The end of the log is missing",
        ),
        (
            "UPDATE audit_entries SET sequence = CASE sequence WHEN 3 THEN 1000 ELSE sequence END WHERE org_id = :org",
            "Entries 3 to 3 are missing",
        ),
        (
            (
                "UPDATE audit_entries SET hash = md5('x') || md5('y'), previous_hash = previous_hash "
                "WHERE org_id = :org AND sequence = 6"
            ),
            "Entry 6 was changed",
        ),
    ],
)
async def test_every_change_is_found(owner: Owner, tamper: Tamper, statement: str, found: str) -> None:
    await add(owner.org_id, "a", "b", "c", "d")
    whole = await verify(owner.org_id)
    assert (whole.entries, whole.broken) == (6, None)
    await tamper(statement, org=owner.org_id)
    broken = await verify(owner.org_id)
    assert broken.broken is not None
    assert broken.broken.startswith(found)


async def test_entries_moved_from_another_organization_are_found(owner: Owner, make_owner: Any, tamper: Tamper) -> None:
    other = await make_owner()
    await tamper("DELETE FROM audit_entries WHERE org_id = :org", org=owner.org_id)
    await tamper("UPDATE audit_entries SET org_id = :org WHERE org_id = :other", org=owner.org_id, other=other.org_id)
    assert (await verify(owner.org_id)).broken == "Entry 1 was changed."


async def test_the_product_cannot_change_its_own_log(owner: Owner, product: Product) -> None:
    for statement in ("UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with transaction(owner.org_id) as session:
                await session.execute(text(statement))
    engine = create_async_engine(product.database_url)
    with pytest.raises(DBAPIError, match="for ever"):
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM audit_entries"))
    await engine.dispose()


async def test_what_is_rolled_back_leaves_no_entry_and_what_is_done_together_stays_chained(owner: Owner) -> None:
    before = await verify(owner.org_id)
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with transaction(owner.org_id) as session:
            record(session, "never")
            raise RuntimeError("changed my mind")
    assert await verify(owner.org_id) == before
    await asyncio.gather(*(add(owner.org_id, "one", "two") for _ in range(8)))
    after = await verify(owner.org_id)
    assert (after.entries, after.broken) == (before.entries + 16, None)


@pytest.mark.slow
async def test_the_command_finds_a_change(owner: Owner, tamper: Tamper, product: Product) -> None:
    async def run() -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "metacortex.entrypoints.cli", "audit", "verify", stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    assert f"ok    {owner.org_id}: 2 entries" in run_command("audit", "verify").stdout
    await tamper("UPDATE audit_entries SET action = 'x' WHERE org_id = :org AND sequence = 1", org=owner.org_id)
    code, output = await run()
    assert code == 1
    assert f"FAIL  {owner.org_id}" in output
    assert "Entry 1 was changed." in output
    await tamper(
        "UPDATE audit_entries SET action = 'organization.created' WHERE org_id = :org AND sequence = 1",
        org=owner.org_id,
    )
