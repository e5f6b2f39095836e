"""Leads over HTTP: the board, conflicts, history, tasks, and joining of duplicates."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from metacortex.contexts.leads import public as leads
from metacortex.platform.database import transaction, utc_now
from tests.conftest import MakeOwner, Owner


def arrival(**values: Any) -> leads.NewLead:
    given = {"title": "3 BHK in Wakad", "source_name": "E-mail", "channel": "email", "received_at": utc_now()}
    return leads.NewLead(**given | values)


async def receive(org_id: UUID, *arrivals: leads.NewLead) -> list[leads.ReceivedLead]:
    async with transaction(org_id) as session:
        return await leads.receive_leads(session, arrivals)


async def change(owner: Owner, lead_id: UUID, version: int, **body: Any) -> httpx.Response:
    return await owner.client.patch(f"/api/v1/leads/{lead_id}", json=body, headers={"If-Match": f'"{version}"'})


async def test_the_same_person_is_joined_to_their_open_lead(owner: Owner) -> None:
    first, second = await receive(
        owner.org_id,
        arrival(email="Ravi.K@Example.com", name="Ravi"),
        arrival(email="ravi.k@example.com", phone="+91 98200 12345"),
    )
    third = (await receive(owner.org_id, arrival(email="RAVI.K@example.com", company="Kumar Traders")))[0]

    assert (first.joined, second.joined, third.joined) == (False, True, True)
    assert {first.lead_id, second.lead_id, third.lead_id} == {first.lead_id}
    card = (await owner.client.get(f"/api/v1/leads/{first.lead_id}")).json()["data"]
    assert card["message_count"] == 3
    assert card["contact"] | {"id": None} == {
        "id": None,
        "name": "Ravi",
        "email": "ravi.k@example.com",
        "phone": "+919820012345",
        "company": "Kumar Traders",
        "time_zone": None,
        "country": None,
        "region": None,
        "postal_code": None,
    }


async def test_an_address_is_filled_as_a_whole_and_only_where_none_is_known(owner: Owner) -> None:
    new_york, pune = leads.Place(country="US", region="NY"), leads.Place(country="IN", postal_code="411001")
    tokyo = leads.Place(time_zone="Asia/Tokyo")
    for places in ((tokyo, new_york, pune), (new_york, pune, tokyo)):
        email = f"{uuid4().hex}@example.com"
        for place in places:
            [made] = await receive(owner.org_id, arrival(email=email, place=place))
        card = (await owner.client.get(f"/api/v1/leads/{made.lead_id}")).json()["data"]
        known = {name: card["contact"][name] for name in ("time_zone", "country", "region", "postal_code")}
        assert known == {"time_zone": "Asia/Tokyo", "country": "US", "region": "NY", "postal_code": None}
        email = f"{uuid4().hex}@example.com"
        together = await receive(owner.org_id, *(arrival(email=email, place=place) for place in places))
        card = (await owner.client.get(f"/api/v1/leads/{together[0].lead_id}")).json()["data"]
        assert {name: card["contact"][name] for name in known} == known


async def test_where_a_contact_lives_is_corrected_and_checked(owner: Owner) -> None:
    lead = (await receive(owner.org_id, arrival(email="place@example.com")))[0]
    sent = {"time_zone": "america/new york", "country": "usa", "region": "New York", "postal_code": "10001"}
    assert (await change(owner, lead.lead_id, 1, contact=sent)).status_code == 200
    for wrong in ({"time_zone": "EST"}, {"time_zone": "Mars/Olympus"}, {"country": "Atlantis"}, {"country": "ZZ"}):
        refused = await change(owner, lead.lead_id, 2, contact={**wrong, "region": "Bavaria"})
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_place")
        [named] = refused.json()["errors"]
        assert named["field"] == f"contact.{next(iter(wrong))}"
        assert next(iter(wrong.values())) in named["message"]
    contact = (await owner.client.get(f"/api/v1/leads/{lead.lead_id}")).json()["data"]["contact"]
    known = {name: contact[name] for name in sent}
    assert known == {"time_zone": "America/New_York", "country": "US", "region": "New York", "postal_code": "10001"}
    assert (await change(owner, lead.lead_id, 2, contact={"time_zone": "", "country": None})).status_code == 200
    contact = (await owner.client.get(f"/api/v1/leads/{lead.lead_id}")).json()["data"]["contact"]
    assert (contact["time_zone"], contact["country"], contact["region"]) == (None, None, "New York")


async def test_a_closed_lead_takes_nothing_in_so_the_person_gets_a_new_one(owner: Owner) -> None:
    lead = (await receive(owner.org_id, arrival(email="a@example.com")))[0]
    pipeline = (await owner.client.get("/api/v1/pipeline")).json()["data"]
    lost = next(stage for stage in pipeline if stage["kind"] == "lost")
    assert (await change(owner, lead.lead_id, 1, stage_id=lost["id"])).status_code == 200

    again = (await receive(owner.org_id, arrival(email="a@example.com")))[0]

    assert (again.joined, again.contact_id) == (False, lead.contact_id)
    assert again.lead_id != lead.lead_id


async def test_two_arrivals_of_one_person_at_once_make_one_lead(owner: Owner) -> None:
    await receive(owner.org_id, arrival(email="warm-up@example.com"))
    made = await asyncio.gather(*(receive(owner.org_id, arrival(email="b@example.com")) for _ in range(8)))
    assert len({one.lead_id for (one,) in made}) == 1


async def test_a_person_known_only_by_phone_is_recognised(owner: Owner) -> None:
    first = (await receive(owner.org_id, arrival(phone="098200 12345")))[0]
    second = (await receive(owner.org_id, arrival(phone="+91-98200-12345")))[0]
    assert (first.lead_id, second.joined) == (second.lead_id, True)


async def test_the_second_of_two_edits_is_refused_and_told_what_is_there(owner: Owner) -> None:
    lead = (await receive(owner.org_id, arrival(email="c@example.com")))[0]
    stages = (await owner.client.get("/api/v1/pipeline")).json()["data"]

    first = await change(owner, lead.lead_id, 1, stage_id=stages[1]["id"])
    second = await change(owner, lead.lead_id, 1, stage_id=stages[2]["id"])

    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (second.status_code, second.json()["code"]) == (412, "stale_lead")
    assert second.json()["current"]["stage_id"] == stages[1]["id"]
    kept = (await owner.client.get(f"/api/v1/leads/{lead.lead_id}")).json()["data"]
    assert (kept["stage_id"], kept["version"]) == (stages[1]["id"], 2)


async def test_an_edit_must_name_the_version_it_saw(owner: Owner) -> None:
    lead = (await receive(owner.org_id, arrival(email="d@example.com")))[0]
    answer = await owner.client.patch(f"/api/v1/leads/{lead.lead_id}", json={"title": "New"})
    assert (answer.status_code, answer.json()["code"]) == (428, "version_required")


async def test_edits_stand_in_the_history_with_their_author(owner: Owner) -> None:
    lead = (await receive(owner.org_id, arrival(email="e@example.com")))[0]
    await change(owner, lead.lead_id, 1, owner_id=str(owner.member_id), contact={"phone": "9820012345"})
    await owner.client.post(f"/api/v1/leads/{lead.lead_id}/notes", json={"text": "Call after six."})

    history = (await owner.client.get(f"/api/v1/leads/{lead.lead_id}/timeline")).json()["data"]

    assert [entry["kind"] for entry in history] == ["note", "edited", "owner_changed", "received"]
    assert (history[0]["body"], history[0]["actor_name"]) == ({"text": "Call after six."}, "Asha Rao")


async def test_tasks_are_promised_and_done(owner: Owner) -> None:
    lead = (await receive(owner.org_id, arrival(email="f@example.com")))[0]
    path = f"/api/v1/leads/{lead.lead_id}/tasks"
    due = (utc_now() + timedelta(hours=2)).isoformat()
    task = (await owner.client.post(path, json={"title": "Send floor plan", "due_at": due})).json()["data"]
    done = (await owner.client.patch(f"{path}/{task['id']}", json={"done": True})).json()["data"]
    assert (task["done_at"], done["done_at"] is not None) == (None, True)
    listed = (await owner.client.get(path)).json()["data"]
    assert [one["title"] for one in listed] == ["Send floor plan"]


async def test_pages_follow_each_other_without_gap_or_repeat(owner: Owner) -> None:
    now = utc_now()
    made = await receive(
        owner.org_id,
        *(arrival(email=f"p{n}@example.com", received_at=now - timedelta(minutes=n)) for n in range(25)),
    )
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": 10} | ({"cursor": cursor} if cursor else {})
        answer = (await owner.client.get("/api/v1/leads", params=params)).json()
        seen += [card["id"] for card in answer["data"]]
        cursor = answer["meta"]["next_cursor"]
        if cursor is None:
            break
    assert seen == [str(one.lead_id) for one in made]


async def test_search_finds_unfinished_words_and_nothing_odd_breaks_it(owner: Owner) -> None:
    await receive(owner.org_id, arrival(email="sunita@example.com", name="Sunita Deshpande"), arrival(name="Bob"))
    for typed, found in (("desh", 1), ("sunita@exam", 1), ("nobody", 0), ("' & | !:*", 0), ("(((", 0)):
        answer = await owner.client.get("/api/v1/leads", params={"q": typed})
        assert answer.status_code == 200, typed
        assert len(answer.json()["data"]) == found, typed


async def test_highest_score_comes_first(owner: Owner) -> None:
    made = await receive(owner.org_id, *(arrival(email=f"s{n}@example.com") for n in range(3)))
    said = {"intent": "buy", "band": "hot", "score_state": "scored", "summary": "", "language": "en", "next_step": ""}
    async with transaction(owner.org_id) as session:
        scores = [
            leads.LeadScore(lead_id=one.lead_id, score=score, reasons=[{"label": "Why", "points": 1.5}], **said)
            for one, score in zip(made, (20, 90, 50), strict=True)
        ]
        await leads.record_scores(session, scores)
    cards = (await owner.client.get("/api/v1/leads", params={"sort": "score"})).json()["data"]
    assert [card["score"] for card in cards] == [90, 50, 20]
    assert cards[0]["reasons"] == [{"label": "Why", "points": 1.5}]


async def test_bad_cursors_and_unknown_fields_are_refused_by_name(owner: Owner) -> None:
    lead = (await receive(owner.org_id, arrival(email="g@example.com")))[0]
    for cursor in ("x", "W10", "WzEsMl0", "bnVsbA", "é"):
        answer = await owner.client.get("/api/v1/leads", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor"), cursor
    answer = await change(owner, lead.lead_id, 1, colour="red")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "colour")


async def test_a_repeated_request_gets_the_first_answer_and_changes_nothing(owner: Owner) -> None:
    lead = (await receive(owner.org_id, arrival(email="h@example.com")))[0]
    path, headers = f"/api/v1/leads/{lead.lead_id}/notes", {"Idempotency-Key": uuid4().hex}
    answers = [await owner.client.post(path, json={"text": "Once"}, headers=headers) for _ in range(3)]
    other = await owner.client.post(path, json={"text": "Other"}, headers=headers)
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    history = (await owner.client.get(f"/api/v1/leads/{lead.lead_id}/timeline")).json()["data"]
    assert [entry["kind"] for entry in history] == ["note", "received"]


async def test_a_stranger_sees_nothing_of_a_lead(owner: Owner, make_owner: MakeOwner) -> None:
    lead = (await receive(owner.org_id, arrival(email="i@example.com")))[0]
    stranger = await make_owner()
    for path in (f"/api/v1/leads/{lead.lead_id}", f"/api/v1/leads/{lead.lead_id}/timeline"):
        assert (await stranger.client.get(path)).status_code == 404
    assert (await change(stranger, lead.lead_id, 1, title="Mine")).status_code == 404
    assert (await stranger.client.get("/api/v1/leads", params={"ids": str(lead.lead_id)})).json()["data"] == []
