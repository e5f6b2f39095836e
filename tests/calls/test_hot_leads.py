"""Speed to lead: who proves hot is called by itself, once, or becomes somebody's task."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from metacortex.contexts.calls.service.hot_leads import call_leads
from metacortex.contexts.qualification.events import LeadQualified
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.events import publish
from metacortex.platform.security import Role
from tests.attacks.people import join
from tests.calls.campaigning import MakeTeam
from tests.calls.desks import Desk
from tests.conftest import RunJobs

ANSWERS = "+919825559001"
TALKS_ON = "+919825559002"
SETTINGS = "/api/v1/calling/settings"


async def prove(desk: Desk, run_due_jobs: RunJobs, lead_id: str, band: str) -> None:
    """Let a lead be judged."""
    fact = LeadQualified(lead_id=UUID(lead_id), message_id=new_id(), band=band, score=90, intent="buy")
    async with transaction(desk.owner.org_id) as session:
        publish(session, fact)
    await run_due_jobs(desk.owner.org_id)


async def list_calls(desk: Desk, lead_id: str) -> list[dict[str, str]]:
    return list((await desk.client.get("/api/v1/calls", params={"lead_id": lead_id})).json()["data"])


async def give(desk: Desk, lead_id: str) -> None:
    """Make the lead the owner's."""
    card = (await desk.client.get(f"/api/v1/leads/{lead_id}")).json()["data"]
    change = {"owner_id": str(desk.owner.member_id)}
    answer = await desk.client.patch(
        f"/api/v1/leads/{lead_id}", json=change, headers={"If-Match": f'"{card["version"]}"'}
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("wanted", "band", "called"), [(True, "hot", 1), (True, "warm", 0), (False, "hot", 0)])
async def test_a_hot_lead_is_called_where_that_is_wanted(
    desk: Desk, run_due_jobs: RunJobs, wanted: bool, band: str, called: int
) -> None:
    await desk.client.patch("/api/v1/calling/settings", json={"calls_hot_leads": wanted})
    lead_id = await desk.add_lead(ANSWERS)
    await run_due_jobs(desk.owner.org_id)
    await give(desk, lead_id)
    before = len(await list_calls(desk, lead_id))
    assert before == 0
    await prove(desk, run_due_jobs, lead_id, band)
    await prove(desk, run_due_jobs, lead_id, band)
    calls = await list_calls(desk, lead_id)
    assert len(calls) == called, "once, however often it is said"
    for call in calls:
        ended = await desk.until(call["id"], lambda call: call["state"] == "ended")
        assert (ended["outcome"], ended["member_id"]) == ("answered", str(desk.owner.member_id))
        assert ended["requested_by"] is None


async def test_who_cannot_be_called_is_somebodys_task(desk: Desk, run_due_jobs: RunJobs) -> None:
    await desk.client.patch("/api/v1/calling/settings", json={"calls_hot_leads": True})
    lead_id = await desk.add_lead(ANSWERS)
    await run_due_jobs(desk.owner.org_id)
    await give(desk, lead_id)
    await desk.client.post("/api/v1/do-not-call", json={"numbers": [ANSWERS]})
    await prove(desk, run_due_jobs, lead_id, "hot")
    assert await list_calls(desk, lead_id) == []
    [task] = (await desk.client.get(f"/api/v1/leads/{lead_id}/tasks")).json()["data"]
    assert task["assignee_id"] == str(desk.owner.member_id)
    assert "do-not-call" in task["title"]


async def test_the_agent_who_is_asked_for_is_given_the_call_on_their_line(
    make_team: MakeTeam, run_due_jobs: RunJobs
) -> None:
    team = await make_team(2)
    await team.client.patch("/api/v1/calling/settings", json={"calls_hot_leads": True})
    campaign_id = await team.make([])
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    wanted = team.agents[1]
    lead_id = await team.desk.add_lead(ANSWERS)
    rung = team.desk.rung(wanted.account)

    async def order(*_: object) -> list[UUID]:
        return [wanted.member_id, team.agents[0].member_id]

    assert await call_leads(team.desk.owner.org_id, [UUID(lead_id)], order) == {}
    [call] = await list_calls(team.desk, lead_id)
    ended = await team.desk.until(call["id"], lambda call: call["state"] == "ended")
    assert (ended["outcome"], ended["member_id"]) == ("answered", str(wanted.member_id))
    assert team.desk.rung(wanted.account) == rung, "a line that is up is not rung again"
    await wanted.until("ready")


async def make_hot(desk: Desk, run_due_jobs: RunJobs, phone: str, *, is_owned: bool = False) -> str:
    """Let somebody prove hot; return their lead."""
    lead_id = await desk.add_lead(phone)
    await run_due_jobs(desk.owner.org_id)
    if is_owned:
        await give(desk, lead_id)
    await prove(desk, run_due_jobs, lead_id, "hot")
    return lead_id


async def list_tasks(desk: Desk, lead_id: str) -> list[str]:
    return [one["title"] for one in (await desk.client.get(f"/api/v1/leads/{lead_id}/tasks")).json()["data"]]


async def end(desk: Desk, call_id: str) -> None:
    await desk.client.post(f"/api/v1/calls/{call_id}/hang-up")
    await desk.until(call_id, lambda call: call["state"] == "ended")


def list_agents(call: dict[str, Any]) -> list[str]:
    return [leg["member_id"] for leg in call["legs"] if leg["party"] == "agent"]


@pytest.mark.parametrize("ringing", ["in-turn", "at-once"])
async def test_where_nobody_is_signed_in_whoever_has_a_phone_is_rung(
    make_team: MakeTeam, app: Any, run_due_jobs: RunJobs, ringing: str
) -> None:
    team = await make_team(3)
    desk = team.desk
    viewer = await join(app, desk.owner, Role.VIEWER)
    phone = {"account": "viewer"}
    assert (await desk.client.put(f"/api/v1/calling/phones/{viewer.member_id}", json=phone)).is_success
    await desk.client.patch(SETTINGS, json={"calls_hot_leads": True, "ringing": ringing})
    talked = [str(agent.member_id) for agent in (team.agents[1], team.agents[0])]
    for member_id in talked:
        await desk.call(to=await reach(desk, ANSWERS), agent_ids=[member_id])
    viewers = desk.rung("viewer")
    lead_id = await make_hot(desk, run_due_jobs, TALKS_ON)
    [call] = await list_calls(desk, lead_id)
    connected = await desk.until(call["id"], lambda call: call["state"] == "connected")
    assert list_agents(connected) == [str(team.agents[2].member_id), *talked], "first who had no call for longest"
    assert connected["member_id"] in (list_agents(connected) if ringing == "at-once" else list_agents(connected)[:1])
    assert desk.rung("viewer") == viewers, "who may place no calls is not rung"
    await end(desk, call["id"])
    assert await list_tasks(desk, lead_id) == []


async def reach(desk: Desk, phone: str) -> str:
    await desk.add_lead(phone)
    return phone


async def test_an_owner_without_a_phone_is_passed_by(make_team: MakeTeam, run_due_jobs: RunJobs) -> None:
    team = await make_team(2)
    desk = team.desk
    await desk.client.patch(SETTINGS, json={"calls_hot_leads": True})
    await desk.client.put("/api/v1/calling/phones/me", json={})
    lead_id = await make_hot(desk, run_due_jobs, TALKS_ON, is_owned=True)
    [call] = await list_calls(desk, lead_id)
    connected = await desk.until(call["id"], lambda call: call["state"] == "connected")
    assert list_agents(connected) == [str(team.agents[1].member_id)]
    await end(desk, call["id"])


async def test_the_owner_is_rung_before_who_had_no_call_for_longer(make_team: MakeTeam, run_due_jobs: RunJobs) -> None:
    team = await make_team(2)
    desk = team.desk
    await desk.client.patch(SETTINGS, json={"calls_hot_leads": True})
    await desk.call(to=await reach(desk, ANSWERS))
    lead_id = await make_hot(desk, run_due_jobs, TALKS_ON, is_owned=True)
    [call] = await list_calls(desk, lead_id)
    connected = await desk.until(call["id"], lambda call: call["state"] == "connected")
    assert list_agents(connected) == [str(agent.member_id) for agent in team.agents]
    assert connected["member_id"] == str(desk.owner.member_id)
    await end(desk, call["id"])


async def test_a_task_says_that_nobody_has_a_phone(desk: Desk, run_due_jobs: RunJobs) -> None:
    await desk.client.patch(SETTINGS, json={"calls_hot_leads": True})
    await desk.client.put("/api/v1/calling/phones/me", json={})
    lead_id = await make_hot(desk, run_due_jobs, ANSWERS, is_owned=True)
    [task] = await list_tasks(desk, lead_id)
    assert "Nobody who could be rung has a phone" in task
    assert await list_calls(desk, lead_id) == []


@pytest.mark.parametrize("is_owned", [True, False])
async def test_a_task_says_that_all_are_on_calls(desk: Desk, run_due_jobs: RunJobs, is_owned: bool) -> None:
    await desk.client.patch(SETTINGS, json={"calls_hot_leads": True})
    talk = await desk.client.post("/api/v1/calls", json={"to": await reach(desk, TALKS_ON)})
    lead_id = await make_hot(desk, run_due_jobs, ANSWERS, is_owned=is_owned)
    [task] = await list_tasks(desk, lead_id)
    assert "Nobody was free" in task
    assert await list_calls(desk, lead_id) == []
    await end(desk, talk.json()["data"]["id"])


async def test_a_task_says_that_all_who_are_signed_in_pause(make_team: MakeTeam, run_due_jobs: RunJobs) -> None:
    team = await make_team(2)
    await team.client.patch(SETTINGS, json={"calls_hot_leads": True})
    pausing, idle = team.agents
    await pausing.sign_in(await team.make([]))
    await pausing.client.post("/api/v1/calling/agents/me/pause", json={"code": "lunch"})
    rung = team.desk.rung(idle.account)
    lead_id = await make_hot(team.desk, run_due_jobs, ANSWERS)
    [task] = await list_tasks(team.desk, lead_id)
    assert "Nobody was free" in task
    assert team.desk.rung(idle.account) == rung, "a team that is signed in decides who calls"


async def test_a_task_is_due_when_the_law_allows_the_call(desk: Desk, run_due_jobs: RunJobs) -> None:
    now = utc_now()
    shut = (now + timedelta(hours=6)).strftime("%H:%M"), (now + timedelta(hours=7)).strftime("%H:%M")
    opens, closes = shut if shut[0] < shut[1] else ("00:00", "00:01")
    await desk.client.patch(SETTINGS, json={"calls_hot_leads": True, "opens_at": opens, "closes_at": closes})
    lead_id = await make_hot(desk, run_due_jobs, ANSWERS)
    [task] = (await desk.client.get(f"/api/v1/leads/{lead_id}/tasks")).json()["data"]
    assert "allows calls" in task["title"]
    assert task["due_at"] > now.isoformat()
    assert await list_calls(desk, lead_id) == []
