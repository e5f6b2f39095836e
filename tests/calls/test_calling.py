"""Calls through the front door: asked for over HTTP, rung by an emulated Asterisk, heard by the dialer."""

from uuid import uuid4

import pytest

from tests.calls.desks import Desk

pytestmark = pytest.mark.slow

ANSWERS = "+919820019001"
TALKS_ON = "+919820019002"
OUTCOMES = {
    "+919820019101": "busy",
    "+919820019102": "congestion",
    "+919820019103": "no-answer",
    "+919820019104": "no-answer",
    "+919820019105": "no-answer",
    "+919820019106": "invalid-number",
    "+919820019107": "rejected",
    "+919820019108": "failed",
    "+919820019109": "congestion",
    "+919820019110": "failed",
    "+919820019111": "congestion",
    "+919820019112": "failed",
    "+919820019113": "failed",
    "+919820019120": "congestion",
}


async def test_an_agent_and_a_lead_are_brought_together(desk: Desk) -> None:
    lead_id = await desk.add_lead(ANSWERS)
    call = await desk.call(lead_id=lead_id)
    assert (call["state"], call["outcome"], call["to"]) == ("ended", "answered", ANSWERS)
    assert call["member_id"] == str(desk.owner.member_id)
    assert call["requested_at"] <= call["answered_at"] <= call["connected_at"] <= call["ended_at"]
    assert [(leg["party"], leg["outcome"]) for leg in call["legs"]] == [("agent", "answered"), ("lead", "answered")]
    timeline = (await desk.client.get(f"/api/v1/leads/{lead_id}/timeline")).json()["data"]
    [entry] = [entry for entry in timeline if entry["kind"] == "call"]
    assert entry["body"]["outcome"] == "answered"
    events = (await desk.client.get(f"/api/v1/calls/{call['id']}/events")).json()["data"]
    assert [event["kind"] for event in events].count("destroyed") == 2


@pytest.mark.parametrize(("number", "outcome"), OUTCOMES.items())
async def test_every_way_a_call_can_end(desk: Desk, number: str, outcome: str) -> None:
    await desk.add_lead(number)
    call = await desk.call(to=number, mode="direct", timeout_seconds=20)
    assert call["outcome"] == outcome


async def test_the_same_key_rings_once(desk: Desk) -> None:
    await desk.add_lead(ANSWERS)
    before = desk.rung(ANSWERS)
    key = {"Idempotency-Key": str(uuid4())}
    answers = [await desk.client.post("/api/v1/calls", json={"to": ANSWERS}, headers=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    other = await desk.client.post("/api/v1/calls", json={"to": TALKS_ON}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    call = await desk.until(answers[0].json()["data"]["id"], lambda call: call["state"] == "ended")
    assert call["outcome"] == "answered"
    assert desk.rung(ANSWERS) == before + 1


async def test_who_cannot_be_told_from_a_machine_is_spoken_to(desk: Desk) -> None:
    failed = "+919820019014"
    await desk.add_lead(failed)
    call = await desk.call(to=failed, mode="direct", amd=True)
    assert (call["outcome"], call["machine"], call["connected_at"] is None) == ("answered", "notsure", False)


async def test_hanging_up(desk: Desk) -> None:
    await desk.add_lead(TALKS_ON)
    answer = await desk.client.post("/api/v1/calls", json={"to": TALKS_ON}, params={"wait": "answered"})
    call_id = answer.json()["data"]["id"]
    await desk.until(call_id, lambda call: call["state"] == "connected")
    assert (await desk.client.post(f"/api/v1/calls/{call_id}/hang-up")).status_code == 200
    call = await desk.until(call_id, lambda call: call["state"] == "ended")
    assert call["outcome"] == "answered"
    assert (await desk.client.post(f"/api/v1/calls/{call_id}/hang-up")).json()["data"]["outcome"] == "answered"
