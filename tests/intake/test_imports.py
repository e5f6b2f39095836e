"""Tables become leads: looked at first, then read in runs of rows, each exactly once."""

import asyncio
import csv
import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from metacortex.contexts.intake.service import imports
from metacortex.platform.database import transaction
from metacortex.platform.storage import local_folder
from tests.conftest import MakeOwner, Owner, RunJobs

TABLE = (
    "Full name,E-mail,Mobile,Notes,Shoe size\r\n"
    'Asha Rao,asha@example.com,98765 43210,"Needs 40 chairs, by June",7\r\n'
    "Ravi,ravi@example.com,,,8\r\n"
    "Asha again,ASHA@example.com,,Second note,\r\n"
    "Nobody,,,No way to reach,\r\n"
    "=HYPERLINK(1),not-an-address,,,\r\n"
)


async def upload(owner: Owner, content: str | bytes, name: str = "leads.csv") -> Any:
    """Upload a file; return the answer."""
    raw = content.encode() if isinstance(content, str) else content
    return await owner.client.post("/api/v1/imports", files={"file": (name, raw, "text/csv")})


async def test_table_is_shown_and_guessed_before_anything_is_made(owner: Owner) -> None:
    answer = await upload(owner, TABLE)
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    assert (data["row_count"], data["state"], len(data["sample"])) == (5, "uploaded", 5)
    assert data["guess"] == {
        "Full name": "name",
        "E-mail": "email",
        "Mobile": "phone",
        "Notes": "message",
        "Shoe size": "ignore",
    }
    assert (await owner.client.get("/api/v1/leads")).json()["data"] == []


async def test_started_import_makes_leads_joins_people_and_explains_refusals(
    owner: Owner, run_due_jobs: RunJobs
) -> None:
    data = (await upload(owner, TABLE)).json()["data"]
    started = await owner.client.post(f"/api/v1/imports/{data['id']}/start", json={"mapping": data["guess"]})
    assert (started.status_code, started.json()["data"]["state"]) == (202, "running")
    await run_due_jobs(owner.org_id)

    done = (await owner.client.get(f"/api/v1/imports/{data['id']}")).json()["data"]
    counts = {name: done[name] for name in ("done_count", "created_count", "joined_count", "refused_count")}
    assert counts == {"done_count": 5, "created_count": 2, "joined_count": 1, "refused_count": 2}
    assert done["state"] == "done"
    leads = (await owner.client.get("/api/v1/leads")).json()["data"]
    assert {(lead["contact"]["email"], lead["message_count"]) for lead in leads} == {
        ("asha@example.com", 2),
        ("ravi@example.com", 0),
    }
    refused = await owner.client.get(f"/api/v1/imports/{data['id']}/refused.csv")
    assert refused.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(refused.content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["row", "reason", "Full name", "E-mail", "Mobile", "Notes", "Shoe size"]
    assert [row[0] for row in rows[1:]] == ["4", "5"]
    assert rows[2][2] == "'=HYPERLINK(1)"
    assert "not an email" in rows[2][1]


async def test_columns_say_where_people_live_and_a_place_that_means_nothing_is_refused(
    owner: Owner, run_due_jobs: RunJobs
) -> None:
    table = (
        "Email,Country,State,ZIP,Time zone\n"
        "a@example.com,USA,NY,10001,America/New_York\n"
        "b@example.com,Deutschland,,80331,\n"
        "c@example.com,Atlantis,,,\n"
        "d@example.com,,,,EST\n"
    )
    data = (await upload(owner, table)).json()["data"]
    assert list(data["guess"].values()) == ["email", "country", "region", "postal_code", "time_zone"]
    await owner.client.post(f"/api/v1/imports/{data['id']}/start", json={"mapping": data["guess"]})
    await run_due_jobs(owner.org_id)
    contacts = [lead["contact"] for lead in (await owner.client.get("/api/v1/leads")).json()["data"]]
    names = ("country", "region", "postal_code", "time_zone")
    assert {one["email"]: tuple(one[name] for name in names) for one in contacts} == {
        "a@example.com": ("US", "NY", "10001", "America/New_York"),
        "b@example.com": ("DE", None, "80331", None),
    }
    refused = (await owner.client.get(f"/api/v1/imports/{data['id']}/refused.csv")).text
    assert "“Atlantis” is no country we know" in refused
    assert "“EST” is no time zone" in refused


async def test_columns_say_who_agreed_to_be_called_and_a_day_that_is_none_is_refused(
    owner: Owner, run_due_jobs: RunJobs
) -> None:
    table = (
        "Phone,consent_source,Consented-At,Consent text\n"
        "98765 43210,form 12,2026-03-02T14:30+05:30,You may call me.\n"
        "98765 43211,,2026-03-02,\n"
        "98765 43212,form 13,last week,\n"
        "98765 43213,form 14,2099-01-01,\n"
    )
    data = (await upload(owner, table)).json()["data"]
    assert list(data["guess"].values()) == ["phone", "consent_source", "consented_at", "consent_text"]
    await owner.client.post(f"/api/v1/imports/{data['id']}/start", json={"mapping": data["guess"]})
    await run_due_jobs(owner.org_id)
    [kept] = (await owner.client.get("/api/v1/privacy/consents")).json()["data"]
    said = {"address": "+919876543210", "purpose": "sales", "channel": "phone", "decision": "given"}
    assert kept.items() >= {**said, "source": "form 12"}.items()
    assert datetime.fromisoformat(kept["at"]) == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert kept["proof"].items() >= {"by": "table", "import": data["id"], "text": "You may call me."}.items()
    refused = (await owner.client.get(f"/api/v1/imports/{data['id']}/refused.csv")).text
    assert "“last week” is no day on which somebody agreed" in refused
    assert "Nobody can have agreed on 2099-01-01" in refused or "“2099-01-01” is no day" in refused
    assert (await owner.client.get(f"/api/v1/imports/{data['id']}")).json()["data"]["created_count"] == 2


async def test_long_table_is_read_in_runs_each_once(
    owner: Owner, run_due_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "ROWS_PER_CHUNK", 7)
    table = "email\n" + "".join(f"p{n}@example.com\n" for n in range(40))
    data = (await upload(owner, table)).json()["data"]
    await owner.client.post(f"/api/v1/imports/{data['id']}/start", json={"mapping": {"email": "email"}})
    await asyncio.gather(*(run_due_jobs(owner.org_id) for _ in range(3)))
    await run_due_jobs(owner.org_id)
    done = (await owner.client.get(f"/api/v1/imports/{data['id']}")).json()["data"]
    assert (done["state"], done["done_count"], done["created_count"]) == ("done", 40, 40)
    assert len((await owner.client.get("/api/v1/leads", params={"limit": 80})).json()["data"]) == 40


async def test_import_that_is_given_up_says_so_and_goes_on_where_it_stopped(
    owner: Owner, run_due_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "ROWS_PER_CHUNK", 4)
    data = (await upload(owner, "email\n" + "".join(f"q{n}@example.com\n" for n in range(10)))).json()["data"]
    async with transaction(owner.org_id) as session:
        row = await imports.find_import(session, UUID(data["id"]))
    lost = local_folder() / row.chunk_keys[1]
    content = lost.read_bytes()
    lost.unlink()
    path = f"/api/v1/imports/{data['id']}"
    await owner.client.post(f"{path}/start", json={"mapping": {"email": "email"}})
    letters: list[dict[str, str]] = []
    while not letters:
        await run_due_jobs(owner.org_id)
        letters = (await owner.client.get("/api/v1/dead-letters")).json()["data"]
    stopped = (await owner.client.get(path)).json()["data"]
    assert (stopped["state"], stopped["done_count"]) == ("failed", 4)

    lost.write_bytes(content)
    assert (await owner.client.post(f"/api/v1/dead-letters/{letters[0]['id']}/replay")).status_code == 202
    await run_due_jobs(owner.org_id)
    done = (await owner.client.get(path)).json()["data"]
    assert (done["state"], done["done_count"], done["created_count"]) == ("done", 10, 10)


async def test_import_starts_once_and_only_with_a_usable_mapping(owner: Owner, run_due_jobs: RunJobs) -> None:
    data = (await upload(owner, TABLE)).json()["data"]
    path = f"/api/v1/imports/{data['id']}/start"
    for mapping in ({"Notes": "message"}, {"No such": "email"}, {"E-mail": "email", "Mobile": "email"}):
        refused = await owner.client.post(path, json={"mapping": mapping})
        assert (refused.status_code, refused.json()["code"]) == (422, "mapping_refused")
    assert (await owner.client.post(path, json={"mapping": {"E-mail": "spaceship"}})).status_code == 422
    assert (await owner.client.post(path, json={"mapping": {"E-mail": "email"}})).status_code == 202
    again = await owner.client.post(path, json={"mapping": {"E-mail": "email"}})
    assert (again.status_code, again.json()["code"]) == (409, "import_already_started")
    await run_due_jobs(owner.org_id)
    assert (await owner.client.get("/api/v1/imports")).json()["data"][0]["created_count"] == 2


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"PK\x03\x04" + b"\0" * 100, 422),
        (b"email\n\0\n", 422),
        (b"email\n", 422),
        (b"x" * (20 * 1024 * 1024 + 1), 413),
    ],
)
async def test_unusable_file_is_refused_and_not_kept(owner: Owner, content: bytes, status: int) -> None:
    answer = await upload(owner, content, "leads.xlsx")
    assert answer.status_code == status, answer.text
    assert (await owner.client.get("/api/v1/imports")).json()["data"] == []


async def test_another_organization_cannot_see_or_start_it(owner: Owner, make_owner: MakeOwner) -> None:
    stranger = await make_owner()
    data = (await upload(owner, TABLE)).json()["data"]
    for answer in (
        await stranger.client.get(f"/api/v1/imports/{data['id']}"),
        await stranger.client.get(f"/api/v1/imports/{data['id']}/refused.csv"),
        await stranger.client.post(f"/api/v1/imports/{data['id']}/start", json={"mapping": data["guess"]}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "import_not_found")
    assert (await stranger.client.get("/api/v1/imports")).json()["data"] == []
