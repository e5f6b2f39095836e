"""A person who asks is handed everything, and forgotten everywhere; others, and other organizations, lose nothing."""

import hashlib
import io
import zipfile
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select

from metacortex.contexts.intake import tasks
from metacortex.contexts.intake.models import InboundMessage
from metacortex.contexts.intake.service import erasing
from metacortex.platform.database import transaction
from metacortex.platform.jobs.models import JobRow
from metacortex.platform.jobs.runner import run_jobs
from tests.conftest import MakeOwner, Owner, RunJobs
from tests.privacy.conftest import (
    DumpStores,
    Person,
    ask,
    find_traces,
    finish_erasure,
    hurry,
    plant,
    run_all_but,
    send_form,
    send_mail,
    upload,
    write_table,
)

pytestmark = pytest.mark.slow

WAYS = (
    "by form",
    "by API",
    "in a table",
    "note about",
    "call {} back",
    "label",
    "title",
    "cannot read",
    "Fair",
    "Expo",
    "Village of {}",
)


async def read_leads(owner: Owner) -> list[Any]:
    return list((await owner.client.get("/api/v1/leads", params={"limit": 200})).json()["data"])


async def test_an_export_holds_everything(owner: Owner, run_due_jobs: RunJobs) -> None:
    person = Person.invent()
    await plant(owner, person, run_due_jobs)
    request_id = await ask(owner, "export", person)
    path = f"/api/v1/privacy/requests/{request_id}/download"
    assert (await owner.client.get(path)).status_code == 409
    await run_due_jobs(owner.org_id)
    answer = await owner.client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    everything = "\n".join(files.values())
    missing = [way for way in WAYS if way.format(person.marker) not in everything]
    assert missing == []
    rows = {name: orjson.loads(content) for name, content in files.items() if name.endswith(".json")}
    assert len(rows["leads/contacts.json"]) == 2
    assert len(rows["imports/rows.json"]) == 6
    assert len(rows["qualification/labels.json"]) == 1
    assert len(rows["privacy/consents.json"]) == 1
    assert len(rows["platform/dead_letters.json"]) == 1
    assert len(rows["platform/jobs.json"]) >= 1
    [raw] = [name for name in files if name.endswith(".eml")]
    assert f"Call me on {person.phone}" in files[raw]
    assert "bystander" not in everything.replace("people.csv", "")


async def test_after_an_erasure_no_store_knows_the_person(
    owner: Owner, run_due_jobs: RunJobs, dump_stores: DumpStores
) -> None:
    person, other = Person.invent(), Person.invent()
    await plant(owner, person, run_due_jobs)
    await plant(owner, other, run_due_jobs)
    await ask(owner, "export", person)
    await run_due_jobs(owner.org_id)
    before = find_traces(await dump_stores(), person)
    tables = {"contacts", "leads", "messages", "conversations", "timeline_entries", "tasks", "inbound_messages"}
    tables |= {"qualifications", "labels", "consents", "dead_letters", "jobs", "idempotency_keys", "import_refusals"}
    assert {f"table {name}" for name in tables} <= set(before)
    assert len([name for name in before if name.startswith("object ")]) >= 4
    others_before = find_traces(await dump_stores(), other)

    request_id = await ask(owner, "erasure", person)
    await run_due_jobs(owner.org_id)
    await hurry(owner.org_id)
    await run_due_jobs(owner.org_id)

    assert find_traces(await dump_stores(), person) == {}
    shown = (await owner.client.get(f"/api/v1/privacy/requests/{request_id}")).json()["data"]
    assert (shown["status"], shown["pass_number"]) == ("done", 2)
    others_after = find_traces(await dump_stores(), other)
    assert {name for name in others_after if "table" in name} == {name for name in others_before if "table" in name}
    leads = await read_leads(owner)
    assert sum(lead["contact"]["email"] == other.email for lead in leads) >= 1
    assert sum(lead["contact"]["email"] == "bystander@example.com" for lead in leads) == 1
    erased = [lead for lead in leads if lead["title"] == "Erased"]
    assert len(erased) == 2
    assert {lead["score_state"] for lead in erased} <= {"scored", "not_enough"}


async def test_a_certificate_counts_and_names_nobody(owner: Owner, run_due_jobs: RunJobs) -> None:
    person = Person.invent()
    await plant(owner, person, run_due_jobs)
    request_id = await ask(owner, "erasure", person)
    path = f"/api/v1/privacy/requests/{request_id}/certificate"
    assert (await owner.client.get(path)).status_code == 409
    await finish_erasure(owner, request_id, run_due_jobs)
    certificate = (await owner.client.get(path)).json()["data"]
    assert certificate["erased"]["leads"] == {
        "contacts": 2,
        "leads": 2,
        "tasks": 1,
        "timeline_entries": pytest.approx(10, abs=6),
    }
    assert certificate["erased"]["qualification"]["labels"] == 1
    assert certificate["erased"]["intake"]["raw_mails"] == 1
    assert certificate["erased"]["platform"]["dead_letters"] == 1
    assert len(certificate["subject_hashes"]) == 2
    assert certificate["not_covered"]
    assert not [trace for trace in person.traces if trace in orjson.dumps(certificate).decode()]
    digest, _ = certificate.pop("sha256"), certificate.pop("seal")
    assert digest == hashlib.sha256(orjson.dumps(certificate, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def test_the_same_person_in_another_organization_is_untouched(
    make_owner: MakeOwner, run_due_jobs: RunJobs
) -> None:
    ours, theirs, person = await make_owner(), await make_owner(), Person.invent()
    await plant(ours, person, run_due_jobs)
    lead = await plant(theirs, person, run_due_jobs)
    before = (await theirs.client.get(f"/api/v1/leads/{lead}/messages")).json()
    await finish_erasure(ours, await ask(ours, "erasure", person), run_due_jobs)
    assert (await theirs.client.get(f"/api/v1/leads/{lead}/messages")).json() == before
    assert (await theirs.client.get(f"/api/v1/leads/{lead}")).json()["data"]["contact"]["email"] == person.email
    assert (await theirs.client.get("/api/v1/privacy/requests")).json()["data"] == []
    again = await theirs.client.post("/api/v1/leads", json={"email": person.email})
    assert again.status_code == 201


async def test_a_mail_that_waits_to_be_read_is_erased_unread(
    owner: Owner, run_due_jobs: RunJobs, dump_stores: DumpStores
) -> None:
    person, other = Person.invent(), Person.invent()
    await send_mail(owner, person)
    await send_mail(owner, other)
    await ask(owner, "erasure", person)
    await run_all_but(owner.org_id, "read_messages")
    assert find_traces(await dump_stores(), person).keys() <= {"table privacy_requests"}
    await hurry(owner.org_id)
    await run_due_jobs(owner.org_id)
    assert find_traces(await dump_stores(), person) == {}
    assert [lead["contact"]["email"] for lead in await read_leads(owner)] == [other.email]
    assert (await owner.client.get("/api/v1/dead-letters")).json()["data"] == []


async def test_work_under_way_cannot_bring_the_person_back(
    owner: Owner, run_due_jobs: RunJobs, dump_stores: DumpStores
) -> None:
    """What a job had read before the first pass, it writes after it; the second pass finds it."""
    from metacortex.contexts.intake.service import reading
    from metacortex.contexts.qualification import service as qualification

    person, other = Person.invent(), Person.invent()
    await send_mail(owner, person)
    await run_due_jobs(owner.org_id)
    [lead] = await read_leads(owner)
    [message] = (await owner.client.get(f"/api/v1/leads/{lead['id']}/messages")).json()["data"]
    async with transaction(owner.org_id) as session:
        unread, ideal = await qualification.read_unread(session, [UUID(message["id"])])
    judged = await qualification.judge_messages(unread, ideal, owner.org_id)
    await send_mail(owner, person, words="late")
    async with transaction(owner.org_id) as session:
        waiting = select(InboundMessage.id).where(InboundMessage.state == "received")
        batch = await reading.load_batch(owner.org_id, list(await session.scalars(waiting)))
    async with transaction(owner.org_id) as session:
        await reading.keep_batch(session, batch)

    request_id = await ask(owner, "erasure", person)
    await run_due_jobs(owner.org_id)
    async with transaction(owner.org_id) as session:
        await qualification.save_judged(session, judged)
    assert find_traces(await dump_stores(), person) != {}
    await hurry(owner.org_id)
    await run_due_jobs(owner.org_id)
    assert (await owner.client.get(f"/api/v1/privacy/requests/{request_id}")).json()["data"]["status"] == "done"
    assert find_traces(await dump_stores(), person) == {}
    await send_mail(owner, other)


async def test_the_second_pass_waits_for_every_job_that_may_have_read_something(
    owner: Owner, run_due_jobs: RunJobs
) -> None:
    from metacortex.platform.database import utc_now
    from metacortex.platform.jobs.settings import job_settings

    request_id = await ask(owner, "erasure", Person.invent())
    await run_due_jobs(owner.org_id)
    async with transaction(owner.org_id) as session:
        due_at = await session.scalar(select(JobRow.due_at).where(JobRow.name == "begin_next_pass"))
    assert due_at is not None
    assert (due_at - utc_now()).total_seconds() > job_settings().time_limit_seconds
    shown = (await owner.client.get(f"/api/v1/privacy/requests/{request_id}")).json()["data"]
    assert (shown["status"], shown["pass_number"]) == ("running", 2)


async def test_a_part_that_runs_again_changes_nothing(owner: Owner, run_due_jobs: RunJobs) -> None:
    """Every job of an erasure is delivered twice, as after a crash."""
    person = Person.invent()
    await plant(owner, person, run_due_jobs)
    request_id = await ask(owner, "erasure", person)
    for _ in range(30):
        async with transaction(owner.org_id) as session:
            due = (await session.execute(select(JobRow.name, JobRow.id).where(JobRow.name != "qualify_messages"))).all()
        if not due:
            break
        for name, job_id in due:
            await run_jobs(owner.org_id, name, [job_id])
            await run_jobs(owner.org_id, name, [job_id])
    certificate = (await owner.client.get(f"/api/v1/privacy/requests/{request_id}/certificate")).json()["data"]
    assert certificate["erased"]["leads"]["contacts"] == 2
    assert certificate["erased"]["intake"]["raw_mails"] == 1


async def test_who_was_erased_is_refused_by_api_and_table_and_welcome_by_mail_and_form(
    owner: Owner, run_due_jobs: RunJobs, dump_stores: DumpStores
) -> None:
    person = Person.invent()
    await plant(owner, person, run_due_jobs)
    waiting = await upload(owner, write_table(person, "carla"), start=False)
    await finish_erasure(owner, await ask(owner, "erasure", person), run_due_jobs)
    for body in ({"email": person.email}, {"phone": person.phone}, {"email": "new@example.com", "phone": person.phone}):
        for headers in ({}, {"Idempotency-Key": "again"}):
            answer = await owner.client.post("/api/v1/leads", json=body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (409, "person_erased"), answer.text
    again = await upload(owner, write_table(person, "daria"))
    await owner.client.post(
        f"/api/v1/imports/{waiting}/start", json={"mapping": {"Email": "email", "Mobile": "phone", "Name": "name"}}
    )
    await run_due_jobs(owner.org_id)
    for import_id in (again, waiting):
        done = (await owner.client.get(f"/api/v1/imports/{import_id}")).json()["data"]
        assert (done["state"], done["created_count"], done["refused_count"]) == ("done", 1, 3)
        refused = (await owner.client.get(f"/api/v1/imports/{import_id}/refused.csv")).text
        assert refused.count("asked to be erased") == 3
    assert find_traces(await dump_stores(), person) == {}

    assert (await send_form(owner, person, message="it is me again")).status_code == 202
    await send_mail(owner, person, words="and by mail")
    await run_due_jobs(owner.org_id)
    mine = [lead for lead in await read_leads(owner) if lead["contact"]["email"] == person.email]
    assert len(mine) == 1
    check = {"address": person.email, "purpose": "marketing", "channel": "email"}
    answer = await owner.client.post("/api/v1/privacy/checks", json=check)
    assert answer.json()["data"] == {
        "allowed": False, "basis": None, "since": None, "law": None, "refused_for": "erased",
    }  # fmt: skip


async def test_refused_rows_are_emptied_run_by_run_and_a_job_that_is_cut_off_goes_on(
    owner: Owner, run_due_jobs: RunJobs, dump_stores: DumpStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "REFUSALS_AT_ONCE", 2)
    person = Person.invent()
    names = [person.marker if number in {2, 5, 7} else f"Other {number}" for number in range(1, 8)]
    rows = [f"{name},broken {person.email if name == person.marker else 'x@example.com'}" for name in names]
    import_id = await upload(owner, ("Name,Email\n" + "\n".join(rows) + "\n").encode())
    await run_due_jobs(owner.org_id)
    request_id = await ask(owner, "erasure", person)
    runs = 0
    while True:
        await run_all_but(owner.org_id, "erase_person_from_imports")
        async with transaction(owner.org_id) as session:
            found = select(JobRow.id).where(JobRow.org_id == owner.org_id, JobRow.name == "erase_person_from_imports")
            job_id = await session.scalar(found)
        if job_id is None:
            break
        # The time is up: what this run had emptied is taken back, and it runs once more.
        with monkeypatch.context() as patch:
            patch.setattr(tasks, "enqueue", cut_off)
            await run_jobs(owner.org_id, "erase_person_from_imports", [job_id])
        await run_jobs(owner.org_id, "erase_person_from_imports", [job_id])
        runs += 1
    # The file with its first two refused rows, the next two, two and one, then nothing is left.
    assert runs == 5
    await finish_erasure(owner, request_id, run_due_jobs)
    assert find_traces(await dump_stores(), person) == {}
    refused = (await owner.client.get(f"/api/v1/imports/{import_id}/refused.csv")).text
    assert [f"Other {number}" in refused for number in (1, 3, 4, 6)] == [True] * 4
    assert refused.count("asked to be erased") == 3


def cut_off(*_: object) -> None:
    raise TimeoutError


async def test_a_shared_switchboard_number_erases_nobody_else(owner: Owner, run_due_jobs: RunJobs) -> None:
    person = Person.invent()
    await owner.client.post("/api/v1/leads", json={"email": person.email, "phone": person.phone, "message": "one"})
    await owner.client.post(
        "/api/v1/leads", json={"email": "colleague@example.com", "phone": person.phone, "message": "two"}
    )
    shown = await finish_erasure(owner, await ask(owner, "erasure", person), run_due_jobs)
    assert len(shown["subject_hashes"]) == 1
    leads = {lead["contact"]["email"]: lead["contact"]["phone"] for lead in await read_leads(owner)}
    assert leads == {None: None, "colleague@example.com": person.phone}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "erasure"}, 422, "address_unusable"),
        ({"kind": "erasure", "email": "nobody"}, 422, "address_unusable"),
        ({"kind": "export", "email": "a@example.com", "phone": "12"}, 422, "invalid_request"),
        ({"kind": "export", "email": "a@example.com", "phone": "123"}, 422, "address_unusable"),
        ({"kind": "everything", "email": "a@example.com"}, 422, "invalid_request"),
    ],
)
async def test_requests_about_nobody_are_refused(owner: Owner, body: Any, status: int, code: str) -> None:
    answer = await owner.client.post("/api/v1/privacy/requests", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_member_and_a_second_request_are_refused(owner: Owner) -> None:
    member = await owner.client.post("/api/v1/privacy/requests", json={"kind": "erasure", "email": owner.email})
    assert (member.status_code, member.json()["code"]) == (409, "person_is_member")
    person = Person.invent()
    await ask(owner, "erasure", person)
    again = await owner.client.post("/api/v1/privacy/requests", json={"kind": "erasure", "email": person.email})
    assert (again.status_code, again.json()["code"]) == (409, "privacy_request_running")
