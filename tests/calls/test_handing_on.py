"""Whom a lead may be handed on to, by what nobody else sees of it: the numbers that rang."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from metacortex.contexts.calls.types import channel_id
from tests.calls.campaigning import Agent, MakeTeam
from tests.calls.conftest import Dialer
from tests.calls.desks import Desk
from tests.calls.hearing import until
from tests.calls.test_following import begin_talk, end

pytestmark = pytest.mark.slow

SETTINGS = "/api/v1/calling/settings"
THIRD = "+919820069002"


async def hand_on(desk: Desk, call_id: str, **body: Any) -> httpx.Response:
    return await desk.client.post(f"/api/v1/calls/{call_id}/transfer", json=body)


async def require_refused(desk: Desk, number: str, status: int, code: str) -> None:
    """See that a lead is handed on to a number in neither way, and nobody rung."""
    call_id = await begin_talk(desk, desk.client)
    before = desk.rung(number)
    for kind in ("blind", "attended"):
        answer = await hand_on(desk, call_id, to=number, kind=kind)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    call = await desk.read(call_id)
    assert ([leg["party"] for leg in call["legs"]], call["transfer"]) == (["agent", "lead"], None)
    assert (desk.rung(number), call["is_on_hold"]) == (before, False)
    await end(desk, call_id)


@pytest.mark.parametrize("entry", [THIRD, THIRD[:9] + "*"])
async def test_nobody_on_the_do_not_call_list(desk: Desk, entry: str) -> None:
    body = {"numbers": [entry], "reason": "They asked us to stop."}
    assert (await desk.client.post("/api/v1/do-not-call", json=body)).status_code == 201
    await require_refused(desk, THIRD, 403, "do_not_call")


async def test_nobody_who_is_suppressed(desk: Desk) -> None:
    body = {"address": THIRD, "reason": "objected"}
    assert (await desk.client.post("/api/v1/privacy/suppressions", json=body)).status_code == 201
    await require_refused(desk, THIRD, 403, "address_suppressed")


async def test_nobody_who_withdrew_their_consent(desk: Desk) -> None:
    said = {"address": THIRD, "purpose": "sales", "channel": "phone", "source": "by phone"}
    for decision in ("given", "withdrawn"):
        answer = await desk.client.post("/api/v1/privacy/consents", json={**said, "decision": decision})
        assert answer.status_code == 201, answer.text
    await require_refused(desk, THIRD, 403, "consent_missing")


@pytest.mark.parametrize("number", ["112", "+91112", "+1900555012", "+882131234567", "nobody"])
async def test_no_number_that_nobody_may_call(desk: Desk, number: str) -> None:
    await require_refused(desk, number, 422, "number_invalid")


async def test_somebody_who_never_heard_of_us_may_be_asked_for_help(desk: Desk) -> None:
    call_id = await begin_talk(desk, desk.client)
    before = desk.rung(THIRD)
    assert (await hand_on(desk, call_id, to=THIRD)).status_code == 200
    await desk.until(call_id, lambda call: [leg["state"] for leg in call["legs"]] == ["ended", "up", "up"])
    assert desk.rung(THIRD) == before + 1
    await end(desk, call_id)


async def test_a_number_of_ours_is_shown_no_more_often_by_handing_on(desk: Desk) -> None:
    body = {"caller_ids": ["+912240001001"], "calls_per_number_a_day": 2, "calls_per_number_at_once": 1}
    assert (await desk.client.patch(SETTINGS, json=body)).status_code == 200
    call_id = await begin_talk(desk, desk.client)
    assert (await hand_on(desk, call_id, to=THIRD, kind="attended")).status_code == 200
    assert (await desk.client.post(f"/api/v1/calls/{call_id}/transfer/cancel")).status_code == 200
    again = await hand_on(desk, call_id, to=THIRD)
    assert (again.status_code, again.json()["code"]) == (429, "numbers_used_up")
    await end(desk, call_id)
    next_one = await desk.client.post("/api/v1/calls", json={"to": "+919820019002"})
    assert (next_one.status_code, next_one.json()["code"]) == (429, "numbers_used_up")


async def command(agent: Agent, call_id: str, name: str, body: dict[str, Any] | None = None) -> int:
    return (await agent.client.post(f"/api/v1/calls/{call_id}/{name}", json=body)).status_code


async def hand_to(first: Agent, second: Agent, desk: Desk, kind: str) -> str:
    """Let one agent talk with a lead and hand it to another; return the call when the first is out of it."""
    call_id = await begin_talk(desk, first.client)
    assert (await desk.read(call_id))["member_id"] == str(first.member_id)
    assert await command(first, call_id, "mute") == 204
    assert await command(first, call_id, "transfer", {"member_id": str(second.member_id), "kind": kind}) == 200
    if kind == "attended":
        call = await desk.until(call_id, lambda call: call["legs"][2]["is_joined"])
        assert (call["member_id"], call["legs"][2]["party"]) == (str(first.member_id), "third"), "still the first's"
        assert await command(first, call_id, "transfer/complete") == 200
    await desk.until(call_id, lambda call: call["legs"][0]["state"] == "ended")
    return call_id


@pytest.mark.parametrize("kind", ["blind", "attended"])
async def test_who_took_a_call_over_has_it(make_team: MakeTeam, kind: str) -> None:
    team = await make_team(4)
    desk, (_, first, second, third) = team.desk, team.agents
    call_id = await hand_to(first, second, desk, kind)
    call = await desk.read(call_id)
    assert (call["state"], call["member_id"], call["is_muted"]) == ("connected", str(second.member_id), False)
    new = call["legs"][2]
    assert (new["party"], new["member_id"]) == ("agent", str(second.member_id))
    channel = desk.asterisk.switch.channel(channel_id(desk.owner.org_id, UUID(new["id"])))
    assert channel is not None
    for name, is_muted in (("mute", True), ("unmute", False)):
        assert await command(second, call_id, name) == 204
        call = await desk.read(call_id)
        assert (call["is_muted"], call["legs"][2]["is_muted"], channel.muted == {"in"}) == (is_muted,) * 3
    for name in ("hold", "resume"):
        assert await command(second, call_id, name) == 200
    assert await command(second, call_id, "digits", {"digits": "1"}) == 204
    to_third = {"member_id": str(third.member_id)}
    for name, body in (
        ("hold", None),
        ("mute", None),
        ("digits", {"digits": "1"}),
        ("transfer", to_third),
        ("hang-up", None),
    ):
        assert await command(first, call_id, name, body) == 403, name
    assert (await first.client.get(f"/api/v1/calls/{call_id}")).json()["data"]["state"] == "connected"
    assert (await first.client.get(f"/api/v1/calls/{call_id}/events")).status_code == 200
    assert await command(second, call_id, "transfer", to_third) == 200
    call = await desk.until(call_id, lambda call: call["legs"][2]["state"] == "ended")
    assert call["member_id"] == str(third.member_id)
    assert (await command(second, call_id, "hang-up"), await command(third, call_id, "hang-up")) == (403, 200)
    call = await desk.until(call_id, lambda call: call["state"] == "ended")
    timeline = (await desk.client.get(f"/api/v1/leads/{call['lead_id']}/timeline")).json()["data"]
    assert [one["actor_id"] for one in timeline if one["kind"] == "call"] == [str(third.member_id)]
    for agent in (first, second, third):
        assert await command(agent, call_id, "disposition", {"code": "interested"}) == 200, "who took part may note it"


async def test_an_agent_on_a_shift_wraps_up_what_they_handed_on(make_team: MakeTeam) -> None:
    team = await make_team(3)
    desk, (_, first, second) = team.desk, team.agents
    campaign_id = await team.make(["+919820089002"], wrap_up_seconds=600)
    await first.sign_in(campaign_id)
    await team.move(campaign_id, "start")
    call_id = (await first.until("on_call"))["call_id"]
    await desk.until(call_id, lambda call: call["state"] == "connected")
    body = {"member_id": str(second.member_id), "kind": "blind"}
    assert await command(first, call_id, "transfer", body) == 200
    call = await desk.until(call_id, lambda call: call["member_id"] == str(second.member_id))
    assert ((await first.until("wrap_up"))["call_id"], call["state"]) == (call_id, "connected")
    assert await command(first, call_id, "disposition", {"code": "later"}) == 200
    await first.until("ready")
    assert await command(second, call_id, "disposition", {"code": "interested"}) == 200
    assert await command(second, call_id, "hang-up") == 200
    await desk.until(call_id, lambda call: call["state"] == "ended")
    [target] = await team.targets(campaign_id)
    assert (target["state"], target["reason"]) == ("done", "interested"), "the one who has the call says how it went"


@pytest.mark.parametrize("kind", ["blind", "attended"])
async def test_three_at_once_hand_a_lead_on_once(desk: Desk, dialer: Dialer, kind: str) -> None:
    number, others = "+919824099103", ["+919825099002", "+919826099002"]
    call_id = await begin_talk(desk, desk.client)
    before = desk.rung(number)
    await dialer.stop()  # so nobody hears how the transfer goes on: it stays under way
    try:
        answers = await asyncio.gather(*(hand_on(desk, call_id, to=number, kind=kind) for _ in range(3)))
        answers += await asyncio.gather(*(hand_on(desk, call_id, to=other, kind="blind") for other in others))
    finally:
        await dialer.start()
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"transfer_under_way"}
    call = await desk.until(call_id, lambda call: call["legs"][2]["state"] == "ended")
    assert (call["state"], call["transfer"], len(call["legs"])) == ("connected", None, 3)
    assert (desk.rung(number), sum(map(desk.rung, others))) == (before + 1, 0)
    await end(desk, call_id)


async def test_who_completes_a_transfer_three_times_has_handed_on_once(desk: Desk) -> None:
    numbers = [f"+91982{place}099002" for place in range(4, 7)]
    call_id = await begin_talk(desk, desk.client)
    before = sum(map(desk.rung, numbers))
    assert (await hand_on(desk, call_id, to=numbers[0], kind="attended")).status_code == 200
    await desk.until(call_id, lambda call: call["legs"][2]["is_joined"])
    more = await asyncio.gather(*(hand_on(desk, call_id, to=number, kind="blind") for number in numbers))
    assert {(one.status_code, one.json()["code"]) for one in more} == {(409, "transfer_under_way")}
    done = [desk.client.post(f"/api/v1/calls/{call_id}/transfer/complete") for _ in range(3)]
    assert 200 in {answer.status_code for answer in await asyncio.gather(*done)}
    call = await desk.until(call_id, lambda call: call["legs"][0]["state"] == "ended")
    assert (call["state"], call["transfer"], len(call["legs"])) == ("connected", None, 3)
    assert sum(map(desk.rung, numbers)) == before + 1
    await end(desk, call_id)


async def test_a_supervisor_hears_who_took_over(make_team: MakeTeam) -> None:
    team = await make_team(3)
    desk, (_, first, second) = team.desk, team.agents
    call_id = await begin_talk(desk, first.client)
    address = f"/api/v1/calls/{call_id}"
    assert (await desk.client.post(f"{address}/monitor", json={"monitoring": "listen"})).status_code == 200
    await desk.until(call_id, lambda call: call["legs"][2]["state"] == "up")
    assert await command(first, call_id, "transfer", {"member_id": str(second.member_id), "kind": "blind"}) == 200
    call = await desk.until(call_id, lambda call: call["legs"][0]["state"] == "ended")
    taken = channel_id(desk.owner.org_id, UUID(call["legs"][3]["id"]))
    await until(lambda: [ear.snooped.id for ear in desk.asterisk.switch.snoops if ear.bridge] == [taken])
    await end(desk, call_id)
