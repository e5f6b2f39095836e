"""An agent's phone rings for one call at a time, however many want it in the same moment."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from metacortex.contexts.calls.models import CallRow, LegRow
from metacortex.contexts.calls.queries import agents, list_legs
from metacortex.contexts.calls.service.hot_leads import call_leads
from metacortex.contexts.calls.service.refusals import AgentBusy
from metacortex.contexts.calls.service.store import read_call, write_leg
from metacortex.contexts.calls.types import channel_id
from metacortex.platform.database import transaction
from metacortex.platform.security import Role
from tests.attacks.people import join
from tests.calls.desks import Desk
from tests.conftest import RunJobs

MANY = 8


@pytest.fixture
async def account(desk: Desk) -> str:
    """The owner's phone, which nobody else's tests ring."""
    name = f"phone{uuid4().hex[:12]}"
    assert (await desk.client.put("/api/v1/calling/phones/me", json={"account": name})).status_code == 200
    return name


async def add_leads(desk: Desk, count: int, kind: str = "9002") -> list[str]:
    return [await desk.add_lead(f"+919870{place:02d}{kind}") for place in range(count)]


async def list_open(desk: Desk) -> list[dict[str, Any]]:
    return list((await desk.client.get("/api/v1/calls", params={"still": "on"})).json()["data"])


async def end_all(desk: Desk) -> None:
    for call in await list_open(desk):
        await desk.client.post(f"/api/v1/calls/{call['id']}/hang-up")
        await desk.until(call["id"], lambda call: call["state"] == "ended")


async def test_of_many_clicks_at_once_one_rings_the_agent(desk: Desk, account: str) -> None:
    leads = await add_leads(desk, MANY)
    posts = [desk.client.post("/api/v1/calls", json={"lead_id": lead}) for lead in leads]
    answers = await asyncio.gather(*posts)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (MANY - 1)
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"agent_busy"}
    assert desk.rung(account) == 1
    assert len(await list_open(desk)) == 1
    await end_all(desk)
    again = await desk.client.post("/api/v1/calls", json={"lead_id": leads[0]})
    assert again.status_code == 201, "free again"
    await end_all(desk)


@pytest.mark.parametrize("ringing", ["in-turn", "at-once"])
async def test_hot_leads_and_a_click_share_an_agent(
    desk: Desk, account: str, ringing: str, run_due_jobs: RunJobs
) -> None:
    own = {"calls_hot_leads": True, "ringing": ringing}
    assert (await desk.client.patch("/api/v1/calling/settings", json=own)).status_code == 200
    leads = await add_leads(desk, MANY)
    await run_due_jobs(desk.owner.org_id)
    agent = desk.owner.member_id

    async def order(*_: object) -> list[UUID]:
        return [agent]

    hot = [call_leads(desk.owner.org_id, [UUID(lead)], order) for lead in leads[1:]]
    clicked, *called = await asyncio.gather(desk.client.post("/api/v1/calls", json={"lead_id": leads[0]}), *hot)
    busy = [problem for uncalled in called for problem in uncalled.values()]
    assert all(isinstance(problem, AgentBusy) for problem in busy)
    assert len(busy) + (clicked.status_code == 409) == MANY - 1
    assert desk.rung(account) == 1
    await end_all(desk)


async def test_an_agent_planned_for_two_calls_is_rung_for_the_one_whose_lead_answers_first(
    desk: Desk, account: str
) -> None:
    leads = await add_leads(desk, 4)
    posts = [desk.client.post("/api/v1/calls", json={"lead_id": lead, "mode": "lead-first"}) for lead in leads]
    ids = [answer.json()["data"]["id"] for answer in await asyncio.gather(*posts)]
    calls = [await desk.until(call_id, lambda call: call["state"] in {"connected", "ended"}) for call_id in ids]
    assert sorted(call["outcome"] or "on" for call in calls) == ["abandoned", "abandoned", "abandoned", "on"]
    for call in calls:
        [agent] = [leg for leg in call["legs"] if leg["party"] == "agent"]
        assert agent["outcome"] == (None if call["outcome"] is None else "busy")
    assert desk.rung(account) == 1
    await end_all(desk)


async def test_who_hangs_up_may_click_at_once(desk: Desk, account: str, app: Any) -> None:
    [lead, other] = await add_leads(desk, 2)
    call_id = (await desk.client.post("/api/v1/calls", json={"lead_id": lead})).json()["data"]["id"]
    await desk.until(call_id, lambda call: call["state"] == "connected")
    org_id = desk.owner.org_id
    async with transaction(org_id) as session:
        legs = await list_legs(session, [UUID(call_id)])
        for leg in legs:
            leg.is_hung_up_by_us = True  # and Asterisk has not said yet that it is over
    click = asyncio.create_task(desk.client.post("/api/v1/calls", json={"lead_id": other}))
    await asyncio.wait([click], timeout=0.3)
    for leg in legs:
        await app.state.fleet.servers[0].hang_up(channel_id(org_id, leg.id))
    assert (await click).status_code == 201, (await click).text
    assert desk.rung(account) == 2
    await end_all(desk)


async def test_who_is_on_another_call_too_is_not_waited_for(desk: Desk, account: str) -> None:
    [lead, other] = await add_leads(desk, 2)
    call_id = UUID((await desk.client.post("/api/v1/calls", json={"lead_id": lead})).json()["data"]["id"])
    await desk.until(str(call_id), lambda call: call["state"] == "connected")
    agent = [desk.owner.member_id]
    async with transaction(desk.owner.org_id) as session:
        assert not await agents.is_any_leaving(session, agent)
        mine = [leg for leg in await list_legs(session, [call_id]) if leg.member_id in agent]
        mine[0].is_hung_up_by_us = True
        await session.flush()
        assert await agents.is_any_leaving(session, agent)
        left = {**write_leg(read_call(await session.get_one(CallRow, (desk.owner.org_id, call_id)), mine), 0)}
        session.add(LegRow(**left | {"id": uuid4(), "position": 9, "is_hung_up_by_us": False}))
        await session.flush()
        assert not await agents.is_any_leaving(session, agent)
        await session.rollback()
    refused = await desk.client.post("/api/v1/calls", json={"lead_id": other})
    assert (refused.status_code, refused.json()["code"]) == (409, "agent_busy")
    await end_all(desk)


async def test_the_next_in_turn_is_rung_when_the_first_got_another_call(desk: Desk, account: str, app: Any) -> None:
    colleague = await join(app, desk.owner, Role.AGENT)
    other = f"phone{uuid4().hex[:12]}"
    assert (await colleague.client.put("/api/v1/calling/phones/me", json={"account": other})).status_code == 200
    team = [str(desk.owner.member_id), colleague.member_id]
    leads = await add_leads(desk, 2)
    body = {"mode": "lead-first", "agent_ids": team}
    posts = [desk.client.post("/api/v1/calls", json={"lead_id": lead, **body}) for lead in leads]
    ids = [answer.json()["data"]["id"] for answer in await asyncio.gather(*posts)]
    calls = [await desk.until(call_id, lambda call: call["state"] == "connected") for call_id in ids]
    assert {call["member_id"] for call in calls} == set(team)
    assert (desk.rung(account), desk.rung(other)) == (1, 1)
    await end_all(desk)


async def test_a_transfer_to_a_colleague_who_is_rung_meanwhile_changes_nothing(
    desk: Desk, account: str, app: Any
) -> None:
    colleague = await join(app, desk.owner, Role.AGENT)
    other = f"phone{uuid4().hex[:12]}"
    await colleague.client.put("/api/v1/calling/phones/me", json={"account": other})
    leads = await add_leads(desk, 2)
    mine = (await desk.client.post("/api/v1/calls", json={"lead_id": leads[0]})).json()["data"]["id"]
    await desk.until(mine, lambda call: call["state"] == "connected")
    transfer = {"member_id": colleague.member_id, "kind": "attended"}
    answers = await asyncio.gather(
        desk.client.post(f"/api/v1/calls/{mine}/transfer", json=transfer),
        colleague.client.post("/api/v1/calls", json={"lead_id": leads[1]}),
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [201, 409])
    assert desk.rung(other) == 1
    if answers[0].status_code == 409:
        call = await desk.read(mine)
        assert (call["transfer"], call["is_on_hold"], len(call["legs"])) == (None, False, 2)
    await end_all(desk)


async def test_who_is_asked_about_while_others_may_ring_them_is_asked_about_again(desk: Desk, app: Any) -> None:
    from metacortex.contexts.calls.service.engine import PhonesNotHeld
    from metacortex.contexts.calls.types import Leg, Party

    leg = Leg(id=uuid4(), party=Party.AGENT, endpoint="PJSIP/x", member_id=desk.owner.member_id)
    store = app.state.calls.store
    with pytest.raises(PhonesNotHeld):
        async with store.open(desk.owner.org_id) as opened:
            await opened.is_engaged(leg)
    async with store.open(desk.owner.org_id, holds_phones=True) as opened:
        assert not await opened.is_engaged(leg)
        async with transaction(None) as session:
            held = await session.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"))
        assert held
