"""No organization can see or change another's rows: not by any endpoint, and not by SQL under the product's role."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from metacortex.contexts.identity.models import LoginLink
from metacortex.contexts.qualification.service.spending import DailyBudget
from metacortex.migrations import tables
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.jobs.models import DeadLetter
from tests.calls.rows import fill_calls
from tests.conftest import MakeOwner, Owner, Product, RunJobs

pytestmark = pytest.mark.slow
TENANT_TABLES = sorted((t for t in tables.metadata.tables.values() if "org_id" in t.columns), key=lambda t: t.name)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSED = {403, 404, 405, 409, 412, 422, 428}
SECRET = "Zanzibar-only-theirs"


async def fill(owner: Owner, run_due_jobs: RunJobs) -> dict[str, str]:
    """Give an organization one of everything; return the ids by path parameter."""
    http = owner.client
    lead = await create(http, "leads", {"name": SECRET, "email": "z@example.com", "message": f"{SECRET}: buy a flat"})
    task = await create(http, f"leads/{lead}/tasks", {"title": SECRET})
    source = await create(http, "sources", {"kind": "form", "name": SECRET})
    invitation = await create(http, "invitations", {"email": f"{uuid4().hex}@example.com", "role": "agent"})
    files = {"file": ("people.csv", f"Name,Email\n{SECRET},q@example.com\n{SECRET},nowhere\n".encode(), "text/csv")}
    uploaded = await http.post("/api/v1/imports", files=files)
    assert uploaded.status_code == 201, uploaded.text
    key = await create(http, "api-keys", {"name": SECRET, "scopes": ["leads:view"]})
    sessions = (await http.get("/api/v1/me/sessions")).json()["data"]
    form = (await http.get("/api/v1/sources")).json()["data"]
    form_key = next(one["form_url"] for one in form if one["id"] == source).rsplit("/", 1)[-1]
    sent = await http.post(
        f"/api/v1/forms/{form_key}", json={"name": SECRET, "email": "f@example.com", "message": SECRET}
    )
    assert sent.status_code == 202, sent.text
    await run_due_jobs(owner.org_id)
    inbound = (await http.get("/api/v1/inbound")).json()["data"]
    letter = DeadLetter(
        org_id=owner.org_id, name="read_inbound", args={}, attempts=6, error=SECRET, created_at=utc_now()
    )
    async with transaction(owner.org_id) as session:
        session.add(letter)
    request = await create(http, "privacy/requests", {"kind": "export", "email": "z@example.com"})
    return {
        **await fill_calls(owner, SECRET, lead),
        "lead_id": lead,
        "task_id": task,
        "source_id": source,
        "invitation_id": invitation,
        "import_id": uploaded.json()["data"]["id"],
        "inbound_id": inbound[0]["id"],
        "dead_letter_id": str(letter.id),
        "member_id": str(owner.member_id),
        "key_id": key,
        "session_id": sessions[0]["id"],
        "request_id": request,
    }


async def create(http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> str:
    """Create something; return its id."""
    answer = await http.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def dump_rows(url: str, org_id: UUID) -> dict[str, list[str]]:
    """Return every row of an organization as the database's owner sees it."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        rows = {
            table.name: sorted(
                (
                    await connection.scalars(
                        text(f"SELECT to_jsonb(t)::text FROM {table.name} t WHERE org_id = :org"), {"org": org_id}
                    )
                ).all()
            )
            for table in TENANT_TABLES
        }
    await engine.dispose()
    return rows


BODIES: tuple[Any, ...] = (
    {},
    {
        "title": "taken",
        "role": "viewer",
        "name": "taken",
        "text": "taken",
        "verdict": "wrong",
        "mapping": {"Name": "name"},
    },
    {"title": "taken"},
    {"role": "viewer"},
    {"name": "taken"},
    {"text": "taken"},
    {"verdict": "wrong"},
    {"mapping": {"Name": "name"}},
)


async def test_no_endpoint_reaches_another_organization(
    make_owner: MakeOwner, run_due_jobs: RunJobs, app: Any, product: Product
) -> None:
    ours, theirs = await make_owner(), await make_owner()
    ids = await fill(theirs, run_due_jobs)
    before = await dump_rows(product.database_url, theirs.org_id)
    paths = [path for path in app.openapi()["paths"] if any(f"{{{name}}}" in path for name in ids)]
    assert len(paths) >= 15
    for path in paths:
        address = path.format(**ids)
        for method in METHODS:
            for body in BODIES if method != "GET" else (None,):
                answer = await ours.client.request(method, address, json=body, headers={"If-Match": '"1"'})
                assert answer.status_code in REFUSED or is_empty(answer), f"{method} {path}: {answer.text}"
                assert SECRET not in answer.text, f"{method} {path}"
    assert await dump_rows(product.database_url, theirs.org_id) == before


def is_empty(answer: httpx.Response) -> bool:
    """A list of nothing tells nothing."""
    return answer.status_code == 200 and answer.json()["data"] == []


async def test_lists_show_nothing_of_another_organization(make_owner: MakeOwner, run_due_jobs: RunJobs) -> None:
    ours, theirs = await make_owner(), await make_owner()
    ids = await fill(theirs, run_due_jobs)
    for path in (
        "leads?q=Zanzibar",
        "leads",
        "sources",
        "imports",
        "inbound",
        "dead-letters",
        "members",
        "invitations",
        "api-keys",
        "audit",
        "me/sessions",
        "ideal-customer",
        "me",
        "privacy/consent-texts",
        "privacy/consents",
        "privacy/consents?address=z@example.com",
        "privacy/suppressions",
        "privacy/requests",
        "calls",
        "calling/agents",
        "calling/phones",
        "calling/pause-codes",
        "calling/dispositions",
        "calling/scripts",
        "do-not-call",
        "dial-campaigns",
    ):
        answer = await ours.client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        assert SECRET not in answer.text
        assert not [one for one in ids.values() if one in answer.text], path


async def fill_every_table(owner: Owner, run_due_jobs: RunJobs) -> None:
    """Give an organization at least one row in each table."""
    ids = await fill(owner, run_due_jobs)
    http = owner.client
    await create(http, f"leads/{ids['lead_id']}/feedback", {"verdict": "right"})
    await http.post("/api/v1/leads", json={"email": "k@example.com"}, headers={"Idempotency-Key": uuid4().hex})
    await http.post(f"/api/v1/imports/{ids['import_id']}/start", json={"mapping": {"Name": "name", "Email": "email"}})
    await run_due_jobs(owner.org_id)
    await http.put("/api/v1/ideal-customer", json={"description": SECRET, "weights": {}})
    told = {"purpose": "marketing", "channel": "email"}
    await create(http, "privacy/consent-texts", {**told, "language": "en", "text": SECRET})
    said = {**told, "address": "z@example.com", "decision": "given", "source": SECRET}
    await create(http, "privacy/consents", said)
    await http.post("/api/v1/privacy/suppressions", json={"address": "s@example.com"})
    await http.put("/api/v1/privacy/retention/raw_mail", json={"keep_days": 30})
    assert await DailyBudget(1_000).reserve(owner.org_id, 1)
    async with transaction(owner.org_id) as session:
        soon = utc_now() + timedelta(hours=1)
        session.add(LoginLink(org_id=owner.org_id, member_id=owner.member_id, token_hash=SECRET, expires_at=soon))


async def test_sql_cannot_reach_another_organization(
    make_owner: MakeOwner, run_due_jobs: RunJobs, product: Product
) -> None:
    ours, theirs = await make_owner(), await make_owner()
    await fill_every_table(theirs, run_due_jobs)
    before = await dump_rows(product.database_url, theirs.org_id)
    assert [name for name, rows in before.items() if not rows] == []
    for table in TENANT_TABLES:
        await refuse_or_touch_nothing(ours.org_id, update(table).where(table.c.org_id == theirs.org_id), table)
        await refuse_or_touch_nothing(ours.org_id, delete(table).where(table.c.org_id == theirs.org_id), table)
        counted = select(func.count()).select_from(table).where(table.c.org_id == theirs.org_id)
        async with transaction(ours.org_id) as session:
            assert await session.scalar(counted) == 0, table.name
        async with transaction(None) as session:
            assert await session.scalar(select(func.count()).select_from(table)) == 0, table.name
        await refuse_insert(ours.org_id, theirs.org_id, table)
    assert await dump_rows(product.database_url, theirs.org_id) == before


async def refuse_insert(org_id: UUID, their_id: UUID, table: Any) -> None:
    """Insert a row that names the other organization; the policy refuses it before any constraint."""
    columns = [column.name for column in table.columns if column.identity is None]
    values = [text(f"'{their_id}'::uuid") if name == "org_id" else text("NULL") for name in columns]
    with pytest.raises(DBAPIError, match="row-level security"):
        async with transaction(org_id) as session:
            await session.execute(insert(table).from_select(columns, select(*values)))


async def refuse_or_touch_nothing(org_id: UUID, statement: Any, table: Any) -> None:
    """Run a change under the product's role; it must meet no row, or be no right of that role."""
    if statement.is_update:
        statement = statement.values(org_id=org_id)
    if table.name in {"audit_entries", "audit_heads"} and not (statement.is_update and table.name == "audit_heads"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with transaction(org_id) as session:
                await session.execute(statement)
        return
    async with transaction(org_id) as session:
        assert (await session.execute(statement)).rowcount == 0, table.name
