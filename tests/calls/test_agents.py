"""Agents on calls: lines, states, pauses, wrap-up, and what they note of a conversation."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from metacortex.contexts.calls.queries.agents import find_presence
from metacortex.contexts.calls.types import Signal, SignalKind, channel_id
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.security import Role
from tests.attacks.people import join
from tests.calls.campaigning import Agent, MakeTeam, Team
from tests.conftest import MakeOwner

pytestmark = pytest.mark.slow

TALKS_ON, ANSWERS = "9002", "9001"
ME = "/api/v1/calling/agents/me"


async def talk(team: Team, **settings: Any) -> tuple[str, dict[str, Any]]:
    """Let the first agent get a lead of a campaign who does not hang up; return campaign and call."""
    campaign_id = await team.make([f"+91982500{TALKS_ON}"], **settings)
    await team.agents[0].sign_in(campaign_id)
    assert (await team.move(campaign_id, "start")).status_code == 200
    await team.until(campaign_id, lambda live: live["talking"] == 1)
    [call] = await team.calls(campaign_id)
    return campaign_id, call


async def hang_up(agent: Agent, call: dict[str, Any]) -> None:
    assert (await agent.client.post(f"/api/v1/calls/{call['id']}/hang-up")).status_code == 200


async def test_an_agent_is_rung_once_and_stays_connected(make_team: MakeTeam) -> None:
    team = await make_team(1)
    [agent] = team.agents
    assert (await agent.client.get(ME)).json()["data"] is None
    before = team.desk.rung("asha")
    campaign_id, call = await talk(team)
    assert (await agent.state())["call_id"] == call["id"]
    await hang_up(agent, call)
    state = await agent.until("ready")
    assert (state["is_line_up"], state["call_id"], state["campaign_id"]) == (True, None, campaign_id)
    assert team.desk.rung("asha") == before + 1
    out = await agent.client.post(f"{ME}/sign-out")
    assert (out.status_code, out.json()["data"]["state"], out.json()["data"]["is_line_up"]) == (200, "offline", False)
    changes = await agent.client.get(f"/api/v1/calling/agents/{agent.member_id}/changes")
    states = [one["state"] for one in changes.json()["data"]]
    assert states == ["offline", "ready", "on_call", "reserved", "ready", "offline"]


async def test_pausing_takes_a_known_reason(make_team: MakeTeam) -> None:
    team = await make_team(1)
    [agent] = team.agents
    refused = await agent.client.post(f"{ME}/pause", json={"code": "lunch"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_signed_in")
    await agent.sign_in(await team.make([]))
    assert (await agent.client.post(f"{ME}/pause", json={})).status_code == 422
    unknown = await agent.client.post(f"{ME}/pause", json={"code": "nothing"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "pause_code_unknown")
    assert (await agent.state())["state"] == "ready"
    paused = (await agent.client.post(f"{ME}/pause", json={"code": "lunch"})).json()["data"]
    assert (paused["state"], paused["pause_code"]) == ("paused", "lunch")
    ready = (await agent.client.post(f"{ME}/ready")).json()["data"]
    assert (ready["state"], ready["pause_code"]) == ("ready", None)


async def test_a_paused_agent_gets_no_call(make_team: MakeTeam) -> None:
    team = await make_team(2)
    campaign_id = await team.make([f"+9198260{place}{ANSWERS}" for place in range(4)])
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    resting, working = team.agents
    await resting.client.post(f"{ME}/pause", json={"code": "lunch"})
    await team.move(campaign_id, "start")
    await team.until(campaign_id, lambda live: live["state"] == "done")
    assert {call["member_id"] for call in await team.calls(campaign_id)} == {str(working.member_id)}


async def test_a_pause_asked_for_during_a_call_begins_after_it(make_team: MakeTeam) -> None:
    team = await make_team(1)
    [agent] = team.agents
    _, call = await talk(team)
    asked = (await agent.client.post(f"{ME}/pause", json={"code": "lunch"})).json()["data"]
    assert (asked["state"], asked["next_pause_code"]) == ("on_call", "lunch")
    refused = [await agent.client.post(f"{ME}/{way}") for way in ("ready", "sign-out")]
    assert [answer.json()["code"] for answer in refused] == ["on_call", "on_call"]
    await agent.client.post(f"{ME}/pause", json={"code": "lunch"})
    await hang_up(agent, call)
    assert (await agent.until("paused"))["pause_code"] == "lunch"


async def test_wrap_up_ends_with_the_disposition(make_team: MakeTeam) -> None:
    team = await make_team(1)
    [agent] = team.agents
    campaign_id, call = await talk(team, wrap_up_seconds=1000)
    await hang_up(agent, call)
    state = await agent.until("wrap_up")
    assert state["call_id"] == call["id"]
    assert state["until_at"] > state["since_at"]
    wrong = await agent.client.post(f"/api/v1/calls/{call['id']}/disposition", json={"code": "no-such"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "disposition_unknown")
    said = {"code": "interested", "note": "Wants the flat"}
    answer = await agent.client.post(f"/api/v1/calls/{call['id']}/disposition", json=said)
    assert (answer.status_code, answer.json()["data"]["effect"]) == (200, "done")
    assert (await agent.state())["state"] == "ready"
    shown = await team.desk.read(call["id"])
    assert (shown["disposition"], shown["note"]) == ("interested", "Wants the flat")
    [target] = await team.targets(campaign_id)
    assert (target["state"], target["reason"]) == ("done", "interested")
    timeline = (await agent.client.get(f"/api/v1/leads/{call['lead_id']}/timeline")).json()["data"]
    assert {"call", "call_disposition", "note", "stage_changed"} <= {entry["kind"] for entry in timeline}


async def test_wrap_up_ends_by_itself(make_team: MakeTeam) -> None:
    team = await make_team(1)
    [agent] = team.agents
    _, call = await talk(team, wrap_up_seconds=1)
    await hang_up(agent, call)
    assert (await agent.until("wrap_up"))["until_at"] is not None
    assert (await agent.until("ready"))["until_at"] is None


@pytest.mark.parametrize(
    ("code", "state", "after"), [("later", "waiting", 600), ("callback", "callback", 3600), ("never", "done", None)]
)
async def test_a_disposition_decides_about_the_target(
    make_team: MakeTeam, code: str, state: str, after: int | None
) -> None:
    team = await make_team(1)
    [agent] = team.agents
    campaign_id, call = await talk(team)
    now = utc_now()
    said: dict[str, Any] = {"code": code}
    if code == "callback":
        refused = await agent.client.post(f"/api/v1/calls/{call['id']}/disposition", json=said)
        assert (refused.status_code, refused.json()["code"]) == (422, "callback_unclear")
        said["callback_at"] = (now + timedelta(seconds=3600)).isoformat()
    answer = await agent.client.post(f"/api/v1/calls/{call['id']}/disposition", json=said)
    assert answer.status_code == 200, answer.text
    assert [one["state"] for one in await team.targets(campaign_id)] == ["calling"], "the call is still on"
    await hang_up(agent, call)
    await agent.until("ready")
    await team.until(campaign_id, lambda live: "calling" not in live["targets"])
    [target] = await team.targets(campaign_id)
    assert (target["state"], target["reason"]) == (state, code)
    if after:
        assert target["next_at"] >= (now + timedelta(seconds=after)).isoformat().replace("+00:00", "")
    mine = str(agent.member_id) if code == "callback" else None
    assert target["callback_member_id"] == mine
    listed = (await team.client.get("/api/v1/do-not-call")).json()["data"]
    assert [one["number"] for one in listed] == ([target["number"]] if code == "never" else [])


async def test_only_those_on_a_call_say_how_it_went(make_team: MakeTeam, app: Any) -> None:
    team = await make_team(2)
    _, call = await talk(team)
    other = team.agents[1]
    answer = await other.client.post(f"/api/v1/calls/{call['id']}/disposition", json={"code": "interested"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_call")
    viewer = await join(app, team.desk.owner, Role.VIEWER)
    assert (await viewer.client.get("/api/v1/calling/agents")).status_code == 403
    seen = (await team.client.get("/api/v1/calling/agents")).json()["data"]
    assert [(one["member_id"], one["state"]) for one in seen] == [(str(team.agents[0].member_id), "on_call")]


async def test_a_phone_that_hangs_up_ends_the_call_and_signs_out(make_team: MakeTeam, app: Any) -> None:
    team = await make_team(1)
    [agent] = team.agents
    _, call = await talk(team)
    server = app.state.fleet.servers[0]
    org = team.desk.owner.org_id.hex
    [line] = [one["id"] for one in await server.list_channels() if org in one["id"] and "asha" in str(one["name"])]
    assert await server.hang_up(line)
    ended = await team.desk.until(call["id"], lambda call: call["state"] == "ended")
    assert ended["outcome"] == "answered"
    state = await agent.until("offline")
    assert (state["is_line_up"], state["campaign_id"]) == (False, None)


@pytest.mark.parametrize("account", ["agent-busy", "agent-reject"])
async def test_a_phone_nobody_picks_up_signs_nobody_in(make_team: MakeTeam, account: str) -> None:
    team = await make_team(1)
    [agent] = team.agents
    await agent.client.put("/api/v1/calling/phones/me", json={"account": account})
    campaign_id = await team.make([])
    answer = await agent.client.post(f"{ME}/sign-in", json={"campaign_id": campaign_id})
    assert answer.status_code == 200, answer.text
    lines = await team.client.get("/api/v1/calls")
    assert lines.json()["data"] == [], "a line is no call"
    await agent.until("offline")


async def test_signing_in_is_refused_in_words(make_team: MakeTeam, make_owner: MakeOwner) -> None:
    team = await make_team(1)
    [agent] = team.agents
    campaign_id = await team.make([])
    stranger = await make_owner()
    await stranger.client.put("/api/v1/calling/phones/me", json={"account": "eve"})
    foreign = await stranger.client.post(f"{ME}/sign-in", json={"campaign_id": campaign_id})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "campaign_not_found")
    await agent.client.put("/api/v1/calling/phones/me", json={})
    phoneless = await agent.client.post(f"{ME}/sign-in", json={"campaign_id": campaign_id})
    assert (phoneless.status_code, phoneless.json()["code"]) == (422, "no_phone")
    await team.move(campaign_id, "stop")
    over = await agent.client.post(f"{ME}/sign-in", json={"campaign_id": campaign_id})
    assert (over.status_code, over.json()["code"]) == (409, "campaign_over")
    assert (await agent.client.post(f"{ME}/sign-out")).json()["code"] == "not_signed_in"


async def test_an_agent_is_ready_when_their_line_can_be_joined_not_when_it_is_picked_up(
    make_team: MakeTeam, app: Any
) -> None:
    team = await make_team(1)
    [agent] = team.agents
    await agent.client.put("/api/v1/calling/phones/me", json={"account": "agent-noanswer"})
    campaign_id = await team.make([])
    await agent.client.post(f"{ME}/sign-in", json={"campaign_id": campaign_id})
    org_id = team.desk.owner.org_id
    async with transaction(org_id) as session:
        presence = await find_presence(session, agent.member_id)
        assert presence is not None
        line = presence.line_leg_id
    assert line is not None
    name = channel_id(org_id, line)
    for kind, state in ((SignalKind.UP, "offline"), (SignalKind.ENTERED, "ready"), (SignalKind.ENTERED, "ready")):
        said = Signal(kind=kind, channel_id=name, at=utc_now(), args=("agent",))
        await app.state.calls.take(org_id, [(line, said)])
        assert (await agent.state())["state"] == state


WHO_IS_WHERE = """
SELECT presence.member_id, presence.state, presence.call_id, array_agg(leg.call_id) FILTER (WHERE leg.id IS NOT NULL)
FROM agent_presences AS presence
LEFT JOIN call_legs AS leg ON leg.org_id = presence.org_id AND leg.line_leg_id = presence.line_leg_id
    AND leg.state <> 'ended'
WHERE presence.org_id = :org_id
GROUP BY presence.member_id, presence.state, presence.call_id
"""


async def test_an_agent_is_on_a_call_exactly_as_long_as_their_line_is_in_it(make_team: MakeTeam) -> None:
    team = await make_team(3)
    called = [f"+9198{27 + place % 2}{place:02d}{kind}" for place in range(8) for kind in ("9011", "9101")]
    once = {outcome: {"attempts": 0} for outcome in ("busy", "abandoned", "cancelled")}
    rules = {"ratio": 2.0, "abandonment_limit": 1, "hold_seconds": 5}
    campaign_id = await team.make(called, mode="power", recycling=once, **rules)
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    org_id = team.desk.owner.org_id
    seen: set[str] = set()

    async def look() -> None:
        async with transaction(org_id) as session:
            rows = (await session.execute(text(WHO_IS_WHERE), {"org_id": org_id})).all()
        for _, state, call_id, lent_to in rows:
            seen.add(state)
            assert (lent_to or []) == ([call_id] if state == "on_call" else []), (state, call_id, lent_to)

    await team.move(campaign_id, "start")
    async with asyncio.timeout(60):
        while (await team.read(campaign_id))["state"] != "done":
            await look()
            for call in await team.calls(campaign_id):
                if call["state"] == "connected" and call["requested_at"][-2] in "02468":
                    await team.client.post(f"/api/v1/calls/{call['id']}/hang-up")
                    await look()
    assert {"ready", "on_call"} <= seen
