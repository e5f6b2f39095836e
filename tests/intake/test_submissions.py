"""Leads by API and by web form, through HTTP."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from metacortex.contexts.intake.settings import intake_settings
from tests.conftest import MakeOwner, Owner, RunJobs


async def read_leads(owner: Owner) -> list[dict[str, Any]]:
    """Return the organization's leads, newest first."""
    return list((await owner.client.get("/api/v1/leads")).json()["data"])


async def read_form(owner: Owner) -> dict[str, Any]:
    """Return the organization's default form."""
    sources = (await owner.client.get("/api/v1/sources")).json()["data"]
    return next(one for one in sources if one["kind"] == "form")


def form_path(form: dict[str, Any]) -> str:
    """Return where a form is submitted to."""
    return f"/api/v1/forms/{form['form_url'].rsplit('/', 1)[-1]}"


async def test_created_lead_is_on_the_board_with_its_message(owner: Owner) -> None:
    body = {
        "name": "Asha Rao",
        "email": " Asha@Example.com ",
        "phone": "98765 43210",
        "company": "Rao Interiors",
        "time_zone": "Asia/Kolkata",
        "country": "India",
        "region": "MH",
        "postal_code": "411001",
        "message": "We need 40 chairs by June.",
        "source": "Trade fair",
    }
    answer = await owner.client.post("/api/v1/leads", json=body)
    assert answer.status_code == 201, answer.text
    created = answer.json()["data"]
    assert created["joined"] is False
    [lead] = await read_leads(owner)
    assert (lead["id"], lead["source"], lead["channel"]) == (created["id"], "Trade fair", "api")
    assert (lead["title"], lead["message_count"]) == ("We need 40 chairs by June.", 1)
    assert lead["contact"] | {"id": ""} == {
        "id": "",
        "name": "Asha Rao",
        "email": "asha@example.com",
        "phone": "+919876543210",
        "company": "Rao Interiors",
        "time_zone": "Asia/Kolkata",
        "country": "IN",
        "region": "MH",
        "postal_code": "411001",
    }
    [message] = (await owner.client.get(f"/api/v1/leads/{lead['id']}/messages")).json()["data"]
    assert message["text"] == "We need 40 chairs by June."


async def test_same_person_joins_their_open_lead(owner: Owner) -> None:
    first = (await owner.client.post("/api/v1/leads", json={"email": "a@example.com"})).json()["data"]
    second = (await owner.client.post("/api/v1/leads", json={"email": "A@example.com", "message": "Hi"})).json()["data"]
    assert (second["id"], second["joined"]) == (first["id"], True)
    assert len(await read_leads(owner)) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"name": "Asha"}, "email"),
        ({"email": "asha@"}, "email"),
        ({"email": "a@example.com", "phone": "12"}, "phone"),
        ({"email": "a@example.com", "colour": "red"}, "colour"),
        ({"email": "a@example.com", "time_zone": "IST"}, "time_zone"),
        ({"email": "a@example.com", "country": "Atlantis"}, "country"),
        ({"email": "a@example.com", "name": "x\0y"}, "name"),
        ({"email": "a@example.com", "message": "x" * 20_001}, "message"),
        ({"email": 5}, "email"),
    ],
)
async def test_unusable_lead_is_refused_by_field_and_nothing_is_kept(
    owner: Owner, body: dict[str, Any], field: str
) -> None:
    answer = await owner.client.post("/api/v1/leads", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in [one["field"] for one in answer.json()["errors"]]
    assert await read_leads(owner) == []


async def test_repeated_key_gets_the_first_answer_and_one_lead(owner: Owner) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    body = {"phone": "+919876543210", "message": "Call me"}
    answers = [await owner.client.post("/api/v1/leads", json=body, headers=headers) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 201]
    assert len({one.content for one in answers}) == 1
    other = await owner.client.post("/api/v1/leads", json={**body, "message": "No"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    [lead] = await read_leads(owner)
    assert lead["message_count"] == 1


async def test_stranger_without_token_creates_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/leads", json={"email": "a@example.com"})
    assert answer.status_code == 401


async def test_sources_say_how_they_are_reached_and_can_be_switched_off(
    owner: Owner, client: httpx.AsyncClient, make_owner: MakeOwner
) -> None:
    sources = (await owner.client.get("/api/v1/sources")).json()["data"]
    assert [one["kind"] for one in sources] == ["email", "form"]
    assert sources[0]["address"].endswith("@leads.localhost")
    assert sources[0]["form_url"] is None
    assert sources[1]["snippet"].startswith("<script src=")

    made = (await owner.client.post("/api/v1/sources", json={"kind": "form", "name": "Brochure"})).json()["data"]
    assert (await client.get(made["form_url"])).status_code == 200
    stranger = await make_owner()
    assert (await stranger.client.patch(f"/api/v1/sources/{made['id']}", json={"active": False})).status_code == 404
    changed = await owner.client.patch(f"/api/v1/sources/{made['id']}", json={"active": False, "name": "Old"})
    assert (changed.json()["data"]["active"], changed.json()["data"]["name"]) == (False, "Old")
    assert (await client.get(made["form_url"])).status_code == 404
    assert (await client.post(form_path(made), json={"email": "a@example.com"})).status_code == 404
    assert (await owner.client.post("/api/v1/sources", json={"kind": "fax", "name": "x"})).status_code == 422


async def test_form_page_works_without_script_and_keeps_to_its_policy(owner: Owner, client: httpx.AsyncClient) -> None:
    form = await read_form(owner)
    shown = await client.get(form["form_url"])
    assert shown.status_code == 200
    assert "script" not in shown.text
    assert "style=" not in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    for field in ("name", "email", "phone", "company", "message", "website"):
        assert f'<label for="{field}">' in shown.text
    assert (await client.get("/f/form.css")).headers["content-type"].startswith("text/css")
    script = await client.get("/f/embed.js")
    assert "javascript" in script.headers["content-type"]
    assert (await client.get("/f/nosuchformkey")).status_code == 404


async def test_browser_submission_is_thanked_and_on_the_board(owner: Owner, client: httpx.AsyncClient) -> None:
    form = await read_form(owner)
    answer = await client.post(
        form_path(form),
        data={"name": "Mina <b>", "email": "mina@example.com", "message": "Is it free?", "Budget": "40 lakh"},
        headers={"Accept": "text/html,application/xhtml+xml"},
    )
    assert answer.status_code == 303
    assert "Thank you" in (await client.get(answer.headers["location"])).text
    [lead] = await read_leads(owner)
    assert (lead["channel"], lead["source"], lead["contact"]["name"]) == ("form", "Web form", "Mina <b>")
    [message] = (await owner.client.get(f"/api/v1/leads/{lead['id']}/messages")).json()["data"]
    assert message["text"] == "Is it free?\n\nBudget: 40 lakh"


async def test_browser_sees_what_is_wrong_and_keeps_what_was_typed(owner: Owner, client: httpx.AsyncClient) -> None:
    form = await read_form(owner)
    answer = await client.post(
        form_path(form),
        data={"name": '"><script>alert(1)</script>', "email": "nope"},
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "<script" not in answer.text
    assert "&quot;&gt;&lt;script&gt;" in answer.text
    assert await read_leads(owner) == []


async def test_script_submission_is_open_to_every_site(owner: Owner, client: httpx.AsyncClient) -> None:
    path = form_path(await read_form(owner))
    allowed = await client.options(path, headers={"Origin": "https://shop.example"})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, "*")
    answer = await client.post(path, json={"email": "a@example.com"}, headers={"Origin": "https://shop.example"})
    assert (answer.status_code, answer.json()["data"]) == (202, {"received": True})
    assert answer.headers["access-control-allow-origin"] == "*"
    refused = await client.post(path, json={"email": "a@"})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (422, "*")


async def test_where_a_visitor_lives_is_kept_and_what_was_not_understood_stays_with_their_words(
    owner: Owner, client: httpx.AsyncClient
) -> None:
    path = form_path(await read_form(owner))
    body = {"email": "a@example.com", "message": "Hi", "country": "germany", "time_zone": "teatime"}
    assert (await client.post(path, json=body)).status_code == 202
    [lead] = await read_leads(owner)
    assert (lead["contact"]["country"], lead["contact"]["time_zone"]) == ("DE", None)
    [message] = (await owner.client.get(f"/api/v1/leads/{lead['id']}/messages")).json()["data"]
    assert message["text"] == "Hi\n\ntime_zone: teatime"


async def test_double_click_is_kept_once(owner: Owner, client: httpx.AsyncClient, run_due_jobs: RunJobs) -> None:
    path = form_path(await read_form(owner))
    body = {"email": "a@example.com", "message": "Hi", "once": "token-1"}
    answers = await asyncio.gather(*(client.post(path, json=body) for _ in range(4)))
    assert [one.status_code for one in answers] == [202] * 4
    await run_due_jobs(owner.org_id)
    [lead] = await read_leads(owner)
    assert lead["message_count"] == 1


async def test_robot_is_thanked_and_dropped(owner: Owner, client: httpx.AsyncClient) -> None:
    body = {"email": "a@example.com", "website": "https://spam.example"}
    assert (await client.post(form_path(await read_form(owner)), json=body)).status_code == 202
    assert await read_leads(owner) == []


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"message=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'{"email": {"a": 1}}', "application/json", 400),
        (b"email=\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"f%d=1" % n for n in range(60)), "application/x-www-form-urlencoded", 400),
        (b"", "application/x-www-form-urlencoded", 422),
        (b'{"email": "a@b.co\\u0000"}', "application/json", 202),
    ],
)
async def test_odd_bodies_get_a_clear_answer(
    owner: Owner, client: httpx.AsyncClient, content: bytes, media_type: str, status: int
) -> None:
    path = form_path(await read_form(owner))
    answer = await client.post(path, content=content, headers={"Content-Type": media_type})
    assert answer.status_code == status, answer.text


@pytest.fixture
def two_submissions_an_hour(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("METACORTEX_INTAKE_FORM_SUBMISSIONS", "2")
    monkeypatch.setenv("METACORTEX_INTAKE_FORM_WINDOW_SECONDS", "3600")
    intake_settings.cache_clear()
    yield
    intake_settings.cache_clear()


async def test_flood_from_one_address_is_told_when_to_come_back(
    owner: Owner, client: httpx.AsyncClient, two_submissions_an_hour: None
) -> None:
    path = form_path(await read_form(owner))
    answers = [await client.post(path, json={"email": f"a{n}@example.com"}) for n in range(3)]
    assert [one.status_code for one in answers] == [202, 202, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 2 * 3600
    assert answers[2].headers["ratelimit-policy"] == '"form";q=2;w=3600'
    assert len(await read_leads(owner)) == 2


async def test_leads_sent_at_the_same_moment_share_commits_and_keep_their_own_answers(owner: Owner) -> None:
    bodies = [{"email": f"p{n % 20}@example.com", "message": f"Message {n}"} for n in range(30)]
    bodies.append({"email": "not-an-address"})
    answers = await asyncio.gather(*(owner.client.post("/api/v1/leads", json=body) for body in bodies))
    assert [one.status_code for one in answers] == [201] * 30 + [422]
    ids = [one.json()["data"]["id"] for one in answers[:30]]
    assert ids[:10] == ids[20:30]
    assert len(set(ids)) == 20
    leads = {lead["id"]: lead for lead in (await owner.client.get("/api/v1/leads")).json()["data"]}
    assert [leads[ids[n]]["contact"]["email"] for n in range(30)] == [body["email"] for body in bodies[:30]]
    assert sum(lead["message_count"] for lead in leads.values()) == 30


async def test_a_source_made_before_anybody_looked_comes_beside_the_usual_ones(owner: Owner) -> None:
    made = await owner.client.post("/api/v1/sources", json={"kind": "form", "name": "Landing page"})
    assert made.status_code == 201
    sources = (await owner.client.get("/api/v1/sources")).json()["data"]
    assert [source["name"] for source in sources] == ["E-mail", "Web form", "Landing page"]
