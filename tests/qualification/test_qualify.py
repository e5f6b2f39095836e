"""From a received message to the score on the board, and what people say of it, on a real database."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.conversations.events import MessageReceived
from metacortex.contexts.conversations.public import NewMessage
from metacortex.contexts.leads import public as leads
from metacortex.contexts.leads.public import NewLead
from metacortex.contexts.qualification.models import Label, Qualification
from metacortex.contexts.qualification.rules import scoring
from metacortex.contexts.qualification.service import readers, reading
from metacortex.contexts.qualification.settings import qualification_settings
from metacortex.contexts.qualification.tasks import qualify_messages
from metacortex.contexts.qualification.types import Message, Verdict
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.jobs import enqueue
from metacortex.platform.jobs.models import JobRow
from tests.conftest import MakeOwner, Owner, RunJobs
from tests.fakes.llm_server import Reply, reply_json, run_llm_server

READY = (
    "Hello,\n\nI want to buy a 3 BHK flat in Baner, Pune. My budget is 95 lakh and we want to close this week.\n"
    "Please call me on +91 98220 12345 today.\n\nRegards,\nMeera Kulkarni"
)
PITCH = "We offer SEO services and guaranteed first page ranking on Google. Can I send you our packages and prices?"


@pytest.fixture
def reader_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Let a test choose the reader by the environment, as an operator does."""
    caches = (qualification_settings, readers.llm_reader)
    for cache in caches:
        cache.cache_clear()
    yield monkeypatch
    for cache in caches:
        cache.cache_clear()


async def receive(org_id: UUID, *bodies: str, lead_id: UUID | None = None, automatic: bool = False) -> list[UUID]:
    """Put a lead with these messages on the board, or add them to a lead; return the lead's and the messages' ids."""
    async with transaction(org_id) as session:
        if lead_id is None:
            arrival = NewLead(
                email=f"buyer-{uuid4().hex[:8]}@example.com",
                title="A flat",
                source_name="Mail",
                channel="email",
                received_at=utc_now(),
            )
            lead_id = (await leads.receive_leads(session, [arrival]))[0].lead_id
        recorded = await conversations.record_messages(
            session,
            [
                NewMessage(
                    lead_id=lead_id, subject="A flat", from_email="b@example.com", text=body, automatic=automatic
                )
                for body in bodies
            ],
        )
    return [lead_id, *(one.message_id for one in recorded)]


async def test_a_ready_buyer_gets_a_score_whose_reasons_quote_the_message(owner: Owner, run_due_jobs: RunJobs) -> None:
    lead_id, message_id = await receive(owner.org_id, READY)
    waiting = await owner.client.get(f"/api/v1/leads/{lead_id}/qualification")
    assert (waiting.status_code, waiting.json()["code"]) == (404, "not_qualified_yet")

    await run_due_jobs(owner.org_id)

    read = (await owner.client.get(f"/api/v1/leads/{lead_id}/qualification")).json()["data"]
    assert (read["message_id"], read["reader"], read["not_enough_to_say"]) == (str(message_id), "embedded", False)
    assert read["band"] == "hot"
    quoted = [one for one in read["fields"] + read["contributions"] if one["quote"] is not None]
    assert quoted
    assert all(READY[one["start"] : one["end"]] == one["quote"] for one in quoted)
    card = (await owner.client.get(f"/api/v1/leads/{lead_id}")).json()["data"]
    assert (card["band"], card["score"], card["score_state"]) == (read["band"], read["score"], "scored")
    assert card["intent"] == read["intent"]
    assert 1 <= len(card["reasons"]) <= 3
    assert card["contact"]["phone"] == "+919822012345"
    assert card["summary"]


async def test_reading_the_same_message_again_replaces_what_was_read(owner: Owner, run_due_jobs: RunJobs) -> None:
    from metacortex.contexts.conversations.events import MessageReceived
    from metacortex.contexts.qualification.tasks import qualify_messages
    from metacortex.platform.jobs import enqueue

    lead_id, message_id = await receive(owner.org_id, READY)
    await run_due_jobs(owner.org_id)
    async with transaction(owner.org_id) as session:
        enqueue(session, qualify_messages, MessageReceived(lead_id=lead_id, message_id=message_id))
    await run_due_jobs(owner.org_id)
    async with transaction(owner.org_id) as session:
        kept = (await session.scalars(select(Qualification).where(Qualification.lead_id == lead_id))).all()
    assert len(kept) == 1


async def test_an_automatic_reply_does_not_take_the_score_of_what_came_before(
    owner: Owner, run_due_jobs: RunJobs
) -> None:
    lead_id, message_id = await receive(owner.org_id, READY)
    await run_due_jobs(owner.org_id)
    await receive(owner.org_id, "I am out of office until Monday.", lead_id=lead_id, automatic=True)
    await run_due_jobs(owner.org_id)
    card = (await owner.client.get(f"/api/v1/leads/{lead_id}")).json()["data"]
    read = (await owner.client.get(f"/api/v1/leads/{lead_id}/qualification")).json()["data"]
    assert card["band"] == "hot"
    assert read["message_id"] == str(message_id)


async def test_a_later_message_that_tells_something_decides_whatever_order_they_are_read_in(
    owner: Owner, run_due_jobs: RunJobs
) -> None:
    from metacortex.platform.jobs.runner import run_jobs

    lead_id, _, second = await receive(owner.org_id, PITCH, READY)
    async with transaction(owner.org_id) as session:
        rows = (
            await session.scalars(select(JobRow.id).where(JobRow.name == "qualify_messages").order_by(JobRow.id))
        ).all()
    await asyncio.gather(*(run_jobs(owner.org_id, "qualify_messages", [row]) for row in reversed(rows)))
    await run_due_jobs(owner.org_id)
    read = (await owner.client.get(f"/api/v1/leads/{lead_id}/qualification")).json()["data"]
    card = (await owner.client.get(f"/api/v1/leads/{lead_id}")).json()["data"]
    assert read["message_id"] == str(second)
    assert (card["band"], card["score"]) == (read["band"], read["score"])


async def test_a_message_nobody_can_read_is_shown_as_such_and_stops_no_other(
    owner: Owner, run_due_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, *_ = await receive(owner.org_id, "poison")
    fine, *_ = await receive(owner.org_id, READY)

    def judge(message: Message, *rest: Any) -> Verdict:
        if message.body == "poison":
            raise ValueError("this text breaks the judge")
        return scoring.judge(message, *rest)

    monkeypatch.setattr(reading, "judge", judge)
    letters: list[dict[str, Any]] = []
    while not letters:
        await run_due_jobs(owner.org_id)
        letters = (await owner.client.get("/api/v1/dead-letters")).json()["data"]
    states = {row["id"]: row["score_state"] for row in (await owner.client.get("/api/v1/leads")).json()["data"]}
    assert states == {str(poison): "failed", str(fine): "scored"}
    assert (letters[0]["job"], letters[0]["attempts"]) == ("qualify_messages", 6)

    monkeypatch.undo()
    await owner.client.post(f"/api/v1/dead-letters/{letters[0]['id']}/replay")
    await run_due_jobs(owner.org_id)
    assert (await owner.client.get(f"/api/v1/leads/{poison}")).json()["data"]["score_state"] != "failed"


async def test_a_reading_is_told_in_the_history_when_it_changes_something(owner: Owner, run_due_jobs: RunJobs) -> None:
    lead_id, message_id = await receive(owner.org_id, READY)
    await run_due_jobs(owner.org_id)
    lead = (await owner.client.get(f"/api/v1/leads/{lead_id}")).json()["data"]
    async with transaction(owner.org_id) as session:
        enqueue(session, qualify_messages, MessageReceived(lead_id=lead_id, message_id=message_id))
    await run_due_jobs(owner.org_id)
    history = (await owner.client.get(f"/api/v1/leads/{lead_id}/timeline")).json()["data"]
    assert [entry["body"] for entry in history if entry["kind"] == "scored"] == [
        {"band": lead["band"], "score": lead["score"], "intent": lead["intent"]}
    ]


async def test_too_little_is_said_to_be_too_little(owner: Owner, run_due_jobs: RunJobs) -> None:
    lead_id, _ = await receive(owner.org_id, "hello")
    await run_due_jobs(owner.org_id)
    read = (await owner.client.get(f"/api/v1/leads/{lead_id}/qualification")).json()["data"]
    card = (await owner.client.get(f"/api/v1/leads/{lead_id}")).json()["data"]
    assert (read["not_enough_to_say"], read["score"], read["probability"]) == (True, None, None)
    assert (card["score_state"], card["score"]) == ("not_enough", None)


async def test_feedback_is_kept_and_told_in_the_history(owner: Owner, run_due_jobs: RunJobs) -> None:
    lead_id, _ = await receive(owner.org_id, READY)
    await run_due_jobs(owner.org_id)
    said = {"verdict": "wrong", "band": "cold", "intent": "information", "note": "Only browsing"}
    answer = await owner.client.post(f"/api/v1/leads/{lead_id}/feedback", json=said)
    assert answer.status_code == 201, answer.text
    async with transaction(owner.org_id) as session:
        [label] = (await session.scalars(select(Label).where(Label.lead_id == lead_id))).all()
    assert (label.verdict, label.band, label.intent, label.note) == ("wrong", "cold", "information", "Only browsing")
    assert label.member_id == owner.member_id
    timeline = (await owner.client.get(f"/api/v1/leads/{lead_id}/timeline")).json()["data"]
    assert said in [entry["body"] for entry in timeline if entry["kind"] == "feedback"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "maybe"},
        {"verdict": "right", "band": "boiling"},
        {"verdict": "right", "note": "a\u0000b"},
        {"verdict": "right", "note": "x" * 2_001},
        {"verdict": "right", "score": 100},
    ],
)
async def test_feedback_that_cannot_be_used_is_refused_and_not_kept(
    owner: Owner, run_due_jobs: RunJobs, body: dict[str, str]
) -> None:
    lead_id, _ = await receive(owner.org_id, READY)
    await run_due_jobs(owner.org_id)
    answer = await owner.client.post(f"/api/v1/leads/{lead_id}/feedback", json=body)
    assert answer.status_code == 422
    async with transaction(owner.org_id) as session:
        assert (await session.scalars(select(Label))).all() == []


async def test_another_organization_sees_and_says_nothing(
    owner: Owner, make_owner: MakeOwner, run_due_jobs: RunJobs
) -> None:
    lead_id, _ = await receive(owner.org_id, READY)
    await run_due_jobs(owner.org_id)
    stranger = await make_owner()
    seen = await stranger.client.get(f"/api/v1/leads/{lead_id}/qualification")
    said = await stranger.client.post(f"/api/v1/leads/{lead_id}/feedback", json={"verdict": "right"})
    assert (seen.status_code, said.status_code) == (404, 404)
    assert seen.json()["code"] == "lead_not_found"


async def test_a_changed_ideal_customer_scores_open_leads_anew(owner: Owner, run_due_jobs: RunJobs) -> None:
    lead_id, _ = await receive(owner.org_id, READY)
    await run_due_jobs(owner.org_id)
    before = (await owner.client.get(f"/api/v1/leads/{lead_id}")).json()["data"]
    empty = (await owner.client.get("/api/v1/ideal-customer")).json()["data"]
    assert empty == {"description": "", "weights": {}, "version": 0, "updated_at": None}

    wanted = {"description": "", "weights": {"intent": 0, "budget": 0, "phone": 0}}
    changed = await owner.client.put("/api/v1/ideal-customer", json=wanted)
    again = await owner.client.put("/api/v1/ideal-customer", json=wanted)
    assert (changed.status_code, changed.json()["data"]["version"], again.json()["data"]["version"]) == (200, 1, 1)
    await run_due_jobs(owner.org_id)

    after = (await owner.client.get(f"/api/v1/leads/{lead_id}")).json()["data"]
    read = (await owner.client.get(f"/api/v1/leads/{lead_id}/qualification")).json()["data"]
    assert after["score"] < before["score"]
    assert (read["score"], read["ideal_customer_version"]) == (after["score"], 1)


@pytest.mark.parametrize(
    "body",
    [
        {"description": "", "weights": {"moon_phase": 1}},
        {"description": "", "weights": {"budget": 99}},
        {"description": "", "weights": {"budget": -1}},
        {"description": "a\u0000b", "weights": {}},
        {"description": "x" * 4_001, "weights": {}},
        {"description": "", "weights": {}, "version": 7},
    ],
)
async def test_an_ideal_customer_that_cannot_be_scored_by_is_refused(owner: Owner, body: dict[str, object]) -> None:
    answer = await owner.client.put("/api/v1/ideal-customer", json=body)
    kept = (await owner.client.get("/api/v1/ideal-customer")).json()["data"]
    assert (answer.status_code, kept["version"]) == (422, 0)


async def test_two_who_describe_the_ideal_customer_at_once_both_succeed(owner: Owner) -> None:
    bodies = [{"description": f"Families {at}", "weights": {}} for at in range(4)]
    answers = await asyncio.gather(*(owner.client.put("/api/v1/ideal-customer", json=body) for body in bodies))
    assert sorted(answer.json()["data"]["version"] for answer in answers) == [1, 2, 3, 4]


async def test_a_configured_model_reads_and_its_failure_loses_no_lead(
    owner: Owner, run_due_jobs: RunJobs, reader_settings: pytest.MonkeyPatch
) -> None:
    with run_llm_server() as server:
        reader_settings.setenv("METACORTEX_READER_MODEL", "openai:local-model")
        reader_settings.setenv("METACORTEX_READER_BASE_URL", server.url)
        quote = {"name": "budget_max", "value": "9500000", "quote": "budget is 95 lakh"}
        good = {"intent": "buy", "intent_probability": 0.97, "language": "en", "addresses_the_reader": False}
        server.answer_with(reply_json({**good, "fields": [quote]}), Reply(status=503))
        first, _ = await receive(owner.org_id, READY)
        await run_due_jobs(owner.org_id)
        second, _ = await receive(owner.org_id, READY)
        await run_due_jobs(owner.org_id)
        read = [
            (await owner.client.get(f"/api/v1/leads/{one}/qualification")).json()["data"] for one in (first, second)
        ]
        await owner.client.put("/api/v1/ideal-customer", json={"description": "", "weights": {"budget": 2}})
        asked = len(server.requests)
        await run_due_jobs(owner.org_id)
        again = (await owner.client.get(f"/api/v1/leads/{first}/qualification")).json()["data"]

    assert [one["reader"] for one in read] == ["openai:local-model", "embedded"]
    assert (read[0]["intent"], read[0]["intent_probability"]) == ("buy", 0.97)
    assert {"name": "budget_max", "value": 9500000}.items() <= next(
        one for one in read[0]["fields"] if one["name"] == "budget_max"
    ).items()
    assert (again["reader"], again["ideal_customer_version"], len(server.requests)) == ("openai:local-model", 1, asked)


async def test_qualifications_are_hidden_from_other_organizations_by_the_database(
    owner: Owner, make_owner: MakeOwner, run_due_jobs: RunJobs
) -> None:
    await receive(owner.org_id, READY)
    await run_due_jobs(owner.org_id)
    stranger = await make_owner()
    async with transaction(stranger.org_id) as session:
        assert (await session.execute(text("SELECT count(*) FROM qualifications"))).scalar() == 0
    async with transaction(owner.org_id) as session:
        assert (await session.execute(text("SELECT count(*) FROM qualifications"))).scalar() == 1
