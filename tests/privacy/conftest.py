"""A person planted through every way in, and everything that every store holds."""

import asyncio
import io
import smtplib
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from metacortex.contexts.intake import public as intake
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.jobs.models import DeadLetter, JobRow
from metacortex.platform.jobs.runner import run_jobs
from metacortex.platform.storage import local_folder
from tests.conftest import Owner, Product, RunJobs


@dataclass(frozen=True)
class Person:
    """Somebody with a word that nobody else uses, in everything they say."""

    marker: str
    email: str
    phone: str

    @classmethod
    def invent(cls) -> "Person":
        marker = "zq" + uuid4().hex[:10]
        return cls(marker, f"{marker}@example.com", f"+9198{uuid4().int % 10**8:08d}")

    @property
    def traces(self) -> tuple[str, ...]:
        return (self.marker, self.phone, self.phone[3:])


async def send_mail(owner: Owner, person: Person, *, words: str = "") -> None:
    """Send a mail as the person over SMTP; it waits to be read."""
    message = EmailMessage()
    message["From"] = f"Asha {person.marker} <{person.email.upper()}>"
    message["To"] = address = str(await intake.read_default_address(owner.org_id))
    message["Subject"] = f"{person.marker} {words or '3 BHK in Wakad'}"
    message["Message-ID"] = f"<{uuid4().hex}.{person.marker}@example.com>"
    message.set_content(
        f"Hello, I am {person.marker} and want to buy a 3 BHK flat for 85 lakh this week. {words}\n"
        f"Call me on {person.phone}.\n\nRegards\nAsha {person.marker}\n"
    )

    def deliver(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
            client.sendmail(person.email, [address], message.as_bytes())

    async with intake.open_mail_receiver(host="127.0.0.1", port=0) as port:
        await asyncio.to_thread(deliver, port)


async def send_form(owner: Owner, person: Person, **more: str) -> Any:
    """Send the organization's form as the person."""
    sources = (await owner.client.get("/api/v1/sources")).json()["data"]
    key = next(one["form_url"] for one in sources if one["kind"] == "form").rsplit("/", 1)[-1]
    body = {"name": person.marker, "email": person.email, "message": f"{person.marker} by form", **more}
    return await owner.client.post(f"/api/v1/forms/{key}", json=body)


def write_table(person: Person, *others: str) -> bytes:
    lines = ["Name,Email,Mobile,Notes", f"{person.marker},{person.email},{person.phone},{person.marker} in a table"]
    lines += [
        f"{person.marker},,{person.phone[3:8]} {person.phone[8:]},only a number",
        f"{person.marker},{person.email},1,",
    ]
    lines += [f"Other {one},{one}@example.com,,Note of {one}" for one in others]
    return ("\r\n".join(lines) + "\r\n").encode()


async def upload(owner: Owner, content: bytes, *, start: bool = True) -> str:
    """Upload a table and start its import; return its id."""
    answer = await owner.client.post("/api/v1/imports", files={"file": ("people.csv", content, "text/csv")})
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    if start:
        await owner.client.post(f"/api/v1/imports/{data['id']}/start", json={"mapping": data["guess"]})
    return str(data["id"])


async def plant(owner: Owner, person: Person, run_due_jobs: RunJobs) -> str:
    """Let the person in by mail, form, API and table, and let colleagues work on them; return the lead."""
    http = owner.client
    await http.post(
        "/api/v1/leads", json={"phone": person.phone, "name": person.marker, "source": f"Expo {person.marker}"}
    )
    await send_mail(owner, person)
    await run_due_jobs(owner.org_id)
    assert (await send_form(owner, person)).status_code == 202
    body = {
        "name": person.marker,
        "email": person.email,
        "message": f"{person.marker} by API",
        "source": f"Fair {person.marker}",
        "region": f"Village of {person.marker}",
        "postal_code": person.marker,
    }
    headers = {"Idempotency-Key": uuid4().hex}
    lead = (await http.post("/api/v1/leads", json=body, headers=headers)).json()["data"]["id"]
    await upload(owner, write_table(person, "bystander"))
    await upload(owner, write_table(person, "bystander"), start=False)
    await run_due_jobs(owner.org_id)
    await http.post(f"/api/v1/leads/{lead}/notes", json={"text": f"note about {person.marker}"})
    task = {"title": f"call {person.marker} back"}
    await http.post(f"/api/v1/leads/{lead}/tasks", json=task, headers={"Idempotency-Key": uuid4().hex})
    said = await http.post(
        f"/api/v1/leads/{lead}/feedback", json={"verdict": "wrong", "note": f"label {person.marker}"}
    )
    assert said.status_code == 201, said.text
    version = (await http.get(f"/api/v1/leads/{lead}")).headers["ETag"]
    await http.patch(f"/api/v1/leads/{lead}", json={"title": f"title {person.marker}"}, headers={"If-Match": version})
    decided = {"purpose": "marketing", "channel": "email", "decision": "given", "source": f"call {person.marker}"}
    kept = await http.post("/api/v1/privacy/consents", json={"address": person.email, **decided, "note": person.marker})
    assert kept.status_code == 201, kept.text
    async with transaction(owner.org_id) as session:
        now = utc_now()
        error = f"ValueError: cannot read {person.marker}"
        session.add(
            DeadLetter(org_id=owner.org_id, name="qualify_messages", args={"lead_id": lead}, attempts=6, error=error,
                       created_at=now)
        )  # fmt: skip
        session.add(
            JobRow(org_id=owner.org_id, name="qualify_messages", priority=2, args={"lead_id": lead}, error=error,
                   due_at=now + timedelta(days=1))
        )  # fmt: skip
    return str(lead)


DumpStores = Callable[[], Awaitable[dict[str, str]]]


@pytest.fixture
def dump_stores(product: Product) -> DumpStores:
    """Read everything every store holds: each row of each table as the database's owner, each object, each key."""

    async def dump() -> dict[str, str]:
        found = await dump_database(product.database_url)
        folder = local_folder()
        assert isinstance(folder, Path)
        for path in folder.rglob("*"):
            if path.is_file():
                found[f"object {path.relative_to(folder)}"] = unpack(path.read_bytes())
        return found | dump_valkey(product.redis_url)

    return dump


def unpack(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


async def dump_database(url: str) -> dict[str, str]:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        names = await connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        found = {}
        for name in names.all():
            rows = (await connection.scalars(text(f"SELECT to_jsonb(t)::text FROM {name} t"))).all()
            if name == "idempotency_keys":
                bodies = await connection.scalars(text("SELECT convert_from(body, 'UTF8') FROM idempotency_keys"))
                rows = [*rows, *filter(None, bodies.all())]
            found[f"table {name}"] = "\n".join(rows)
    await engine.dispose()
    return found


def dump_valkey(url: str) -> dict[str, str]:
    client = redis.Redis.from_url(url)
    found = {}
    for key in client.scan_iter():
        read = {
            b"string": client.get,
            b"list": lambda one: client.lrange(one, 0, -1),
            b"hash": client.hgetall,
            b"set": client.smembers,
            b"zset": lambda one: client.zrange(one, 0, -1),
            b"none": lambda _: "gone since",
        }[client.type(key)]
        found[f"key {key!r}"] = f"{key!r} {read(key)!r}"
    client.close()
    return found


def find_traces(stores: dict[str, str], person: Person) -> dict[str, str]:
    """Return where one of the person's traces stands, with what stands around it."""
    found = {}
    for name, content in stores.items():
        small = content.lower()
        for trace in person.traces:
            at = small.find(trace.lower())
            if at >= 0:
                found[name] = content[max(0, at - 200) : at + 200]
    return found


async def ask(owner: Owner, kind: str, person: Person, **more: str) -> str:
    """Make a request; return its id."""
    body = {"kind": kind, "email": person.email, **more}
    answer = await owner.client.post("/api/v1/privacy/requests", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def hurry(org_id: UUID) -> None:
    """Let the second pass begin at once."""
    async with transaction(org_id) as session:
        mine = (JobRow.org_id == org_id, JobRow.name == "begin_next_pass")
        await session.execute(update(JobRow).where(*mine).values(due_at=utc_now()))


async def run_all_but(org_id: UUID, *names: str) -> None:
    """Run what an organization owes now, except the named jobs."""
    while True:
        async with transaction(org_id) as session:
            wanted = (JobRow.org_id == org_id, JobRow.due_at <= utc_now(), JobRow.name.not_in(names))
            due = (await session.execute(select(JobRow.name, JobRow.id).where(*wanted).order_by(JobRow.id))).all()
        if not due:
            return
        for name, job_id in due:
            await run_jobs(org_id, name, [job_id])


async def finish_erasure(owner: Owner, request_id: str, run_due_jobs: RunJobs) -> dict[str, Any]:
    """Run both passes; return the request."""
    await run_due_jobs(owner.org_id)
    await hurry(owner.org_id)
    await run_due_jobs(owner.org_id)
    shown: dict[str, Any] = (await owner.client.get(f"/api/v1/privacy/requests/{request_id}")).json()["data"]
    assert shown["status"] == "done", shown
    return shown
