"""Speed to lead: who proves hot is called by itself, once, or becomes somebody's task."""

from uuid import UUID

import pytest

from metacortex.contexts.calls.service.hot_leads import call_leads
from metacortex.contexts.calls.tasks import call_hot_leads
from metacortex.contexts.qualification.events import LeadQualified
from metacortex.platform.database import new_id, transaction
from metacortex.platform.jobs import enqueue
from tests.calls.campaigning import MakeTeam
from tests.calls.desks import Desk
from tests.conftest import RunJobs

ANSWERS = "+919825559001"


async def prove(desk: Desk, run_due_jobs: RunJobs, lead_id: str, band: str) -> None:
    """Let a lead be judged."""
    fact = LeadQualified(lead_id=UUID(lead_id), message_id=new_id(), band=band, score=90, intent="buy")
    async with transaction(desk.owner.org_id) as session:
        enqueue(session, call_hot_leads, fact)
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
