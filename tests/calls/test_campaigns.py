"""Dial campaigns through the front door: lists, pacing, settling, steering, on an emulated Asterisk."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from metacortex.contexts.calls.models import CallRow
from metacortex.contexts.calls.rules.flow import waiting
from metacortex.contexts.calls.rules.outage import FEWEST
from metacortex.contexts.calls.rules.pacing import replay_decision
from metacortex.contexts.calls.service.forgetting import blank_targets, export_targets
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.emulators.asterisk.behaviour import BY_LAST_FOUR
from metacortex.platform.emulators.asterisk.parts import Channel
from metacortex.platform.emulators.asterisk.stasis import hang_up_remotely
from tests.calls.campaigning import MakeTeam, Team
from tests.calls.conftest import Dialer
from tests.conftest import MakeOwner, Owner

pytestmark = pytest.mark.slow

ANSWERS, TALKS_ON, SHORT = "9001", "9002", "9011"
BUSY, RINGS_ON, SILENT, INVALID = "9101", "9103", "9105", "9106"
MACHINE, UNSURE, GREETS_ON = "9005", "9006", "9012"
CONGESTED = "9102"


def numbers(kind: str, count: int, *, start: int = 100) -> list[str]:
    """Numbers of people who all behave alike."""
    return [f"+91982{start + place:03d}{kind}" for place in range(count)]


async def test_a_progressive_campaign_calls_everybody_once(make_team: MakeTeam) -> None:
    team = await make_team(3)
    called = [
        *numbers(ANSWERS, 15),
        *numbers(SHORT, 15),
        *numbers(BUSY, 10),
        *numbers(SILENT, 10),
        *numbers(INVALID, 10),
    ]
    once = {outcome: {"attempts": 0} for outcome in ("busy", "no-answer")}
    campaign_id = await team.make(called, recycling=once)
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    assert (await team.move(campaign_id, "start")).status_code == 200
    live = await team.until(campaign_id, lambda live: live["state"] == "done", seconds=90)
    assert live["targets"] == {"done": 60}
    assert live["outcomes"] == {"answered": 30, "busy": 10, "no-answer": 10, "invalid-number": 10}
    assert (live["abandonment"]["live"], live["abandonment"]["abandoned"]) == (30, 0)
    assert Counter(number for number in called if team.desk.rung(number) != 1) == Counter()
    talked = [call for call in await team.calls(campaign_id) if call["outcome"] == "answered"]
    assert {call["member_id"] for call in talked} == {str(agent.member_id) for agent in team.agents}


async def test_pausing_and_resuming(make_team: MakeTeam) -> None:
    team = await make_team(2)
    campaign_id = await team.make(numbers(RINGS_ON, 6), recycling={"no-answer": {"attempts": 0}})
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    await team.move(campaign_id, "start")
    await team.until(campaign_id, lambda live: live["ringing"] == 2)
    assert (await team.move(campaign_id, "pause")).json()["data"]["state"] == "paused"
    placed = len(await team.calls(campaign_id))
    live = await team.until(campaign_id, lambda live: live["ringing"] == 0 and live["agents"] == {"ready": 2})
    assert len(await team.calls(campaign_id)) == placed, "what rang goes on, and nobody else is rung"
    assert live["state"] == "paused"
    assert (await team.move(campaign_id, "resume")).status_code == 200
    await team.until(campaign_id, lambda live: live["state"] == "done")
    assert [team.desk.rung(number) for number in numbers(RINGS_ON, 6)] == [1] * 6


async def test_a_campaign_goes_on_while_its_last_call_is_wrapped_up(make_team: MakeTeam) -> None:
    team = await make_team(1)
    agent = team.agents[0]
    campaign_id = await team.make(numbers(SHORT, 1, start=210), wrap_up_seconds=600)
    await agent.sign_in(campaign_id)
    await team.move(campaign_id, "start")
    await agent.until("wrap_up")
    for _ in range(20):
        assert (await team.live(campaign_id))["state"] == "running"
    ready = (await agent.client.post("/api/v1/calling/agents/me/ready")).json()["data"]
    await team.until(campaign_id, lambda live: live["state"] == "done")
    ended_at = datetime.fromisoformat((await team.read(campaign_id))["ended_at"])
    assert ended_at >= datetime.fromisoformat(ready["since_at"])


@pytest.mark.parametrize("move", ["drain", "stop"])
async def test_draining_and_stopping_let_calls_end(make_team: MakeTeam, move: str) -> None:
    team = await make_team(1)
    campaign_id = await team.make(numbers(TALKS_ON, 3, start=200))
    await team.agents[0].sign_in(campaign_id)
    await team.move(campaign_id, "start")
    await team.until(campaign_id, lambda live: live["talking"] == 1)
    state = (await team.move(campaign_id, move)).json()["data"]["state"]
    assert state == {"drain": "draining", "stop": "stopped"}[move]
    [call] = await team.calls(campaign_id)
    assert call["state"] == "connected", "nobody who talks is cut off"
    await team.client.post(f"/api/v1/calls/{call['id']}/hang-up")
    live = await team.until(
        campaign_id,
        lambda live: live["state"] == "stopped" and live["agents"] == {"ready": 1} and "calling" not in live["targets"],
    )
    assert live["targets"] == {"done": 1, "waiting": 2}
    assert len(await team.calls(campaign_id)) == 1
    again = await team.move(campaign_id, "start")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_campaign_state")
    assert "stopped" in again.json()["detail"]


@pytest.mark.parametrize("rules", [{}, {"mode": "power", "ratio": 3, "abandonment_limit": 1}])
async def test_stopping_hangs_up_what_rings_and_lets_agents_go(make_team: MakeTeam, rules: dict[str, Any]) -> None:
    team = await make_team(2)
    called = numbers(RINGS_ON, 8, start=750)
    campaign_id = await team.make(called, ring_seconds=120, abandonment_sound="sound:sorry", **rules)
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    await team.move(campaign_id, "start")
    rings = 6 if rules else 2
    await team.until(campaign_id, lambda live: live["ringing"] == rings)
    assert (await team.move(campaign_id, "stop")).json()["data"]["state"] == "stopped"
    live = await team.until(campaign_id, lambda live: live["agents"] == {"ready": 2} and live["ringing"] == 0)
    assert live["outcomes"] == {"cancelled": rings}
    assert live["targets"] == {"waiting": 8}
    targets = await team.targets(campaign_id)
    assert {(target["attempts"], target["last_outcome"]) for target in targets} == {(0, None)}
    assert len(await team.calls(campaign_id)) == rings
    for agent in team.agents:
        gone = await agent.client.post("/api/v1/calling/agents/me/sign-out")
        assert gone.status_code == 200, gone.text


async def test_draining_lets_what_rings_ring_out(make_team: MakeTeam) -> None:
    team = await make_team(1)
    campaign_id = await team.make(numbers(RINGS_ON, 2, start=770), recycling={"no-answer": {"attempts": 0}})
    await team.agents[0].sign_in(campaign_id)
    await team.move(campaign_id, "start")
    await team.until(campaign_id, lambda live: live["ringing"] == 1)
    await team.move(campaign_id, "drain")
    live = await team.until(campaign_id, lambda live: live["state"] == "stopped")
    assert live["outcomes"] == {"no-answer": 1}
    assert live["targets"] == {"done": 1, "waiting": 1}


async def test_whoever_answered_before_the_stop_still_hears_something(make_team: MakeTeam) -> None:
    team = await make_team(1)
    rules = {"ratio": 2, "abandonment_limit": 1, "hold_seconds": 10, "abandonment_sound": "sound:sorry"}
    campaign_id = await team.make(numbers(TALKS_ON, 2, start=780), mode="power", **rules)
    await team.agents[0].sign_in(campaign_id)
    await team.move(campaign_id, "start")
    await team.until(campaign_id, lambda live: (live["talking"], live["waiting"]) == (1, 1))
    await team.move(campaign_id, "stop")
    [talking] = [call for call in await team.calls(campaign_id) if call["state"] == "connected"]
    await team.client.post(f"/api/v1/calls/{talking['id']}/hang-up")
    # Who waited has the agent.
    await team.until(
        campaign_id,
        lambda live: live["outcomes"] == {"answered": 1} and (live["talking"], live["waiting"]) == (1, 0),
    )


async def test_a_dialer_that_dies_loses_nobody_and_repeats_nobody(make_team: MakeTeam, dialer: Dialer) -> None:
    team = await make_team(3)
    called = [*numbers(ANSWERS, 10, start=300), *numbers(SILENT, 10, start=300), *numbers(BUSY, 10, start=300)]
    once = {outcome: {"attempts": 0} for outcome in ("busy", "no-answer", "lost", "cancelled", "abandoned")}
    campaign_id = await team.make(called, recycling=once)
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    await team.move(campaign_id, "start")
    for share in (5, 15):
        await team.until(campaign_id, lambda live, share=share: live["targets"].get("done", 0) >= share)
        await dialer.stop()
        await dialer.start()
    for agent in team.agents:
        if (await agent.state())["state"] == "offline":
            await agent.sign_in(campaign_id)
    live = await team.until(campaign_id, lambda live: live["state"] == "done", seconds=90)
    assert live["targets"] == {"done": 30}
    assert [number for number in called if team.desk.rung(number) > 1] == []
    calls = await team.calls(campaign_id)
    assert Counter(call["to"] for call in calls) == Counter(called), "one attempt each"
    assert all(call["state"] == "ended" and call["outcome"] for call in calls)


async def test_a_callback_is_made_at_its_minute_by_who_promised_it(make_team: MakeTeam) -> None:
    team = await make_team(2)
    [number] = numbers(SHORT, 1, start=400)
    campaign_id = await team.make([number])
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    await team.move(campaign_id, "start")
    await team.until(campaign_id, lambda live: live["state"] == "done")
    [call] = await team.calls(campaign_id)
    [mine] = [agent for agent in team.agents if str(agent.member_id) == call["member_id"]]
    at = utc_now() + timedelta(seconds=1.5)
    said = {"code": "callback", "callback_at": at.isoformat()}
    assert (await mine.client.post(f"/api/v1/calls/{call['id']}/disposition", json=said)).status_code == 200
    assert (await team.move(campaign_id, "resume")).status_code == 200
    await team.until(campaign_id, lambda live: live["state"] == "done")
    later, first = await team.calls(campaign_id)
    assert first["id"] == call["id"]
    assert later["member_id"] == str(mine.member_id)
    assert datetime.fromisoformat(later["requested_at"]) >= at
    assert team.desk.rung(number) == 2


async def test_recycling_tries_again_and_then_gives_up(make_team: MakeTeam) -> None:
    team = await make_team(1)
    [number] = numbers(BUSY, 1, start=500)
    campaign_id = await team.make([number], recycling={"busy": {"attempts": 2, "again_after_seconds": 0}})
    await team.agents[0].sign_in(campaign_id)
    await team.move(campaign_id, "start")
    await team.until(campaign_id, lambda live: live["state"] == "done")
    [target] = await team.targets(campaign_id)
    assert (target["attempts"], target["state"], target["last_outcome"], target["reason"]) == (
        3,
        "done",
        "busy",
        "busy",
    )
    assert team.desk.rung(number) == 3


async def test_a_trunk_that_fails_is_tried_now_and_then_and_the_list_is_kept(make_team: MakeTeam) -> None:
    team = await make_team(2)
    called = numbers(CONGESTED, 40, start=550)
    campaign_id = await team.make(called)
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    await team.move(campaign_id, "start")

    def is_outage(live: dict[str, Any]) -> bool:
        return bool(live["last_decision"]) and live["last_decision"]["capped_by"] == "outage"

    live = await team.until(campaign_id, is_outage)
    assert live["outcomes"].keys() == {"congestion"}
    # Those on the way when the eighth failed, and one try.
    assert FEWEST <= sum(team.desk.rung(number) for number in called) <= FEWEST + 4
    assert live["targets"]["waiting"] >= 40 - 1


async def test_another_number_of_the_same_person_is_tried(make_team: MakeTeam) -> None:
    team = await make_team(1)
    campaign_id = await team.make([])
    [wrong], [right] = numbers(INVALID, 1, start=600), numbers(SHORT, 1, start=600)
    await team.desk.add_lead(wrong)
    await team.desk.add_lead(right, name="Ravi at home")
    table = {"text": f"Mobile;Home;Name\n{wrong};{right};Ravi", "other_number_columns": ["home"]}
    filled = await team.client.post(f"/api/v1/dial-campaigns/{campaign_id}/fills/table", json=table)
    assert filled.status_code == 202, filled.text
    await team.run_jobs(team.desk.owner.org_id)
    await team.agents[0].sign_in(campaign_id)
    await team.move(campaign_id, "start")
    live = await team.until(campaign_id, lambda live: live["state"] == "done")
    assert live["outcomes"] == {"invalid-number": 1, "answered": 1}
    assert (team.desk.rung(wrong), team.desk.rung(right)) == (1, 1)


async def test_power_without_a_limit_dials_ahead_and_tells_whom_it_cannot_serve(make_team: MakeTeam) -> None:
    team = await make_team(1)
    rules = {"ratio": 3, "abandonment_limit": 1, "hold_seconds": 0.2, "abandonment_sound": "sound:sorry"}
    campaign_id = await team.make(numbers(TALKS_ON, 3, start=700), mode="power", **rules)
    await team.agents[0].sign_in(campaign_id)
    await team.move(campaign_id, "start")
    live = await team.until(
        campaign_id,
        lambda live: live["outcomes"] == {"abandoned": 2} and live["abandonment"]["abandoned"] == 2,
    )
    assert (live["talking"], live["agents"]) == (1, {"on_call": 1})
    decisions = (await team.client.get(f"/api/v1/dial-campaigns/{campaign_id}/decisions")).json()["data"]
    assert max(decision["calls"] for decision in decisions) == 3
    assert {decision["reason"] for decision in decisions} == {"fixed_ratio"}


async def test_power_under_a_limit_begins_with_one_call_for_each_agent(make_team: MakeTeam) -> None:
    team = await make_team(3)
    called = numbers(TALKS_ON, 15, start=720)
    campaign_id = await team.make(called, mode="power", ratio=5, hold_seconds=0.2, abandonment_sound="sound:sorry")
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    await team.move(campaign_id, "start")
    live = await team.until(campaign_id, lambda live: live["agents"] == {"on_call": 3} and live["talking"] == 3)
    assert (live["abandonment"]["live"], live["abandonment"]["abandoned"]) == (3, 0)
    assert len(await team.calls(campaign_id)) == 3
    decisions = (await team.client.get(f"/api/v1/dial-campaigns/{campaign_id}/decisions")).json()["data"]
    assert {decision["reason"] for decision in decisions} == {"few_data"}


@pytest.mark.parametrize("sound", [None, "sound:please-call-us"])
async def test_a_machine_is_no_conversation(
    make_team: MakeTeam, sound: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody hangs up before a busy machine has understood who they are, nor is their silence missed for long.
    for kind in (MACHINE, UNSURE):
        monkeypatch.setitem(BY_LAST_FOUR, kind, replace(BY_LAST_FOUR[kind], talks=None))
    monkeypatch.setattr(waiting, "GREETING_LIMIT", timedelta(seconds=1))
    team = await make_team(1)
    called = [*numbers(MACHINE, 2, start=800), *numbers(UNSURE, 1, start=800)]
    campaign_id = await team.make(
        called, detect_machine=True, voicemail_sound=sound, recycling={"machine": {"attempts": 0}}
    )
    await team.agents[0].sign_in(campaign_id)
    await team.move(campaign_id, "start")
    await team.until(campaign_id, lambda live: live["talking"] == 1)
    [person] = [call for call in await team.calls(campaign_id) if call["state"] == "connected"]
    await team.client.post(f"/api/v1/calls/{person['id']}/hang-up")
    live = await team.until(campaign_id, lambda live: live["state"] == "done")
    assert live["outcomes"] == {"machine": 2, "answered": 1}, "who cannot be told from a person is one"
    assert (live["abandonment"]["live"], live["abandonment"]["abandoned"]) == (1, 0)


async def list_kinds(team: Team, call_id: str) -> list[str]:
    """Return what was heard of a call, in order."""
    events = (await team.client.get(f"/api/v1/calls/{call_id}/events")).json()["data"]
    return [event["kind"] for event in events]


async def dial_machine(team: Team) -> tuple[str, str, Channel]:
    """Let a campaign reach a machine that is to be left a message; return campaign, call, and who greets and greets."""
    settings = {"detect_machine": True, "voicemail_sound": "sound:please-call-us"}
    called = numbers(GREETS_ON, 1, start=850)
    campaign_id = await team.make(called, recycling={"machine": {"attempts": 0}}, **settings)
    await team.agents[0].sign_in(campaign_id)
    await team.move(campaign_id, "start")
    async with asyncio.timeout(60):
        while True:
            for channel in team.desk.asterisk.switch.channels.values():
                # It is heard from when we ask for its silence.
                if channel.is_talking and channel.entry is not None and channel.entry.number in called:
                    [call] = await team.calls(campaign_id)
                    return campaign_id, str(call["id"]), channel
            await asyncio.sleep(0.02)


async def test_a_message_waits_until_the_machine_is_silent(make_team: MakeTeam) -> None:
    team = await make_team(1)
    campaign_id, call_id, channel = await dial_machine(team)
    team.desk.asterisk.switch.emit("ChannelTalkingFinished", channel, duration=7000)
    await team.until(campaign_id, lambda live: live["state"] == "done")
    heard = [kind for kind in await list_kinds(team, call_id) if kind in {"talking-finished", "playback-finished"}]
    assert heard == ["talking-finished", "playback-finished"]
    assert (await team.desk.read(call_id))["outcome"] == "machine"


async def test_a_message_is_left_at_the_limit_where_a_greeting_never_ends(make_team: MakeTeam) -> None:
    team = await make_team(1)
    campaign_id, call_id, _ = await dial_machine(team)
    org_id = team.desk.owner.org_id
    async with transaction(org_id) as session:
        row = await session.get(CallRow, (org_id, UUID(call_id)))
        assert row is not None
        assert row.greeting_until_at is not None
        assert row.message_at is None
        row.greeting_until_at = utc_now()
    await team.until(campaign_id, lambda live: live["state"] == "done")
    heard = [kind for kind in await list_kinds(team, call_id) if kind in {"talking-finished", "playback-finished"}]
    assert heard == ["playback-finished"]
    assert (await team.desk.read(call_id))["outcome"] == "machine"


async def test_a_machine_that_hangs_up_before_it_is_silent_is_left_nothing(make_team: MakeTeam) -> None:
    team = await make_team(1)
    campaign_id, call_id, channel = await dial_machine(team)
    hang_up_remotely(team.desk.asterisk.switch, channel)
    await team.until(campaign_id, lambda live: live["state"] == "done")
    assert {"talking-finished", "playback-finished"} & set(await list_kinds(team, call_id)) == set()
    assert (await team.desk.read(call_id))["outcome"] == "machine"


async def test_predictive_dialling_keeps_its_decisions_for_replay(make_team: MakeTeam) -> None:
    team = await make_team(3)
    called = [*numbers(SHORT, 20, start=100), *numbers(BUSY, 20, start=900), *numbers(INVALID, 20, start=900)]
    once = {outcome: {"attempts": 0} for outcome in ("busy", "abandoned")}
    campaign_id = await team.make(called, mode="predictive", recycling=once)
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    await team.move(campaign_id, "start")
    live = await team.until(campaign_id, lambda live: live["state"] == "done", seconds=90)
    assert live["targets"] == {"done": 60}
    assert all(team.desk.rung(number) >= 1 for number in called)
    decisions = (await team.client.get(f"/api/v1/dial-campaigns/{campaign_id}/decisions?limit=200")).json()["data"]
    assert sum(decision["calls"] for decision in decisions) == 60
    for decision in decisions:
        assert replay_decision(decision["detail"]).calls == decision["detail"]["calls"]


async def test_a_list_is_filled_from_leads_and_tables_each_number_once(make_team: MakeTeam) -> None:
    team = await make_team(1)
    first, second = numbers(ANSWERS, 2)
    campaign_id = await team.make([first])
    await team.desk.add_lead(second)
    path = f"/api/v1/dial-campaigns/{campaign_id}/fills"
    assert (await team.client.post(f"{path}/leads", json={})).status_code == 202
    table = {"text": f"Phone number\tName\n{second}\tTwice\n911\tPolice\nabc\tNobody\n\n{first}\tFirst\n"}
    assert (await team.client.post(f"{path}/table", json=table)).status_code == 202
    none = await team.client.post(f"{path}/leads", json={"source": "no such source"})
    assert none.status_code == 202
    await team.run_jobs(team.desk.owner.org_id)
    empty, tabled, led, _ = (await team.client.get(path)).json()["data"]
    assert (empty["state"], empty["read"], empty["added"]) == ("done", 0, 0)
    assert (led["read"], led["added"], led["duplicates"]) == (2, 1, 1)
    assert (tabled["read"], tabled["added"], tabled["duplicates"]) == (4, 0, 2)
    assert sum(tabled["bad_numbers"].values()) == 2
    assert sorted(target["number"] for target in await team.targets(campaign_id)) == sorted([first, second])


@pytest.mark.parametrize(
    "table", [{"text": "Name\nRavi"}, {"text": "phone\n1", "name_column": "none"}, {"text": ""}, {"text": "a\x00b"}]
)
async def test_a_table_that_is_none_is_refused(make_team: MakeTeam, table: dict[str, str]) -> None:
    team = await make_team(1)
    campaign_id = await team.make([])
    answer = await team.client.post(f"/api/v1/dial-campaigns/{campaign_id}/fills/table", json=table)
    assert answer.status_code == 422
    assert (await team.read(campaign_id))["targets"] == {}


async def test_a_preflight_counts_everybody_before_anybody_is_called(make_team: MakeTeam) -> None:
    team = await make_team(1)
    fine, forbidden = numbers(ANSWERS, 2)
    [unknown] = numbers(BUSY, 1)
    campaign_id = await team.make([fine, forbidden])
    await team.client.post("/api/v1/do-not-call", json={"numbers": [forbidden]})
    table = {"text": f"phone\n{unknown}\n{fine}\nnonsense\n"}
    await team.client.post(f"/api/v1/dial-campaigns/{campaign_id}/fills/table", json=table)
    await team.run_jobs(team.desk.owner.org_id)
    path = f"/api/v1/dial-campaigns/{campaign_id}/preflight"
    assert (await team.client.get(path)).json()["data"] is None
    begun = (await team.client.post(path)).json()["data"]
    assert (begun["state"], begun["total"], begun["checked"]) == ("running", 3, 0)
    await team.run_jobs(team.desk.owner.org_id)
    counted = (await team.client.get(path)).json()["data"]
    assert (counted["state"], counted["checked"], counted["callable_now"]) == ("done", 3, 1)
    assert (counted["do_not_call"], counted["no_consent"]) == (1, 1)
    assert (counted["bad_numbers"], counted["duplicates"]) == (1, 1)
    zone = ZoneInfo("Asia/Kolkata")
    opens = (utc_now().astimezone(zone) + timedelta(hours=6)).hour
    hours = {"opens_at": f"{opens:02d}:00", "closes_at": f"{opens:02d}:59"}
    changed = await team.client.patch(f"/api/v1/dial-campaigns/{campaign_id}", json={"settings": hours})
    assert changed.status_code == 200, changed.text
    await team.client.post(path)
    await team.run_jobs(team.desk.owner.org_id)
    counted = (await team.client.get(path)).json()["data"]
    assert (counted["closed_now"], counted["callable_now"]) == (1, 0)
    assert datetime.fromisoformat(counted["opens_at"]).astimezone(zone).hour == opens
    await team.agents[0].sign_in(campaign_id)
    await team.move(campaign_id, "start")
    live = await team.until(campaign_id, lambda live: live["targets"] == {"done": 2, "waiting": 1})
    assert live["refusals"] == {"outside_calling_hours": 1}
    assert await team.calls(campaign_id) == []
    reasons = {target["number"]: target["reason"] for target in await team.targets(campaign_id)}
    assert (reasons[forbidden], reasons[unknown]) == ("do_not_call", "consent_missing")


async def test_a_person_who_is_erased_is_on_no_list(make_team: MakeTeam) -> None:
    team = await make_team(1)
    gone, other, stays = numbers(ANSWERS, 3, start=130)
    campaign_id = await team.make([gone, stays])
    table = {"text": f"phone,home\n{numbers(BUSY, 1)[0]},{other}\n", "other_number_columns": ["home"]}
    await team.client.post(f"/api/v1/dial-campaigns/{campaign_id}/fills/table", json=table)
    await team.run_jobs(team.desk.owner.org_id)
    theirs: dict[str, Any] = {"lead_ids": [], "phones": [gone, other]}
    async with transaction(team.desk.owner.org_id) as session:
        exported = await export_targets(session, **theirs)
    assert sorted(row["number"] for row in exported) == sorted([gone, numbers(BUSY, 1)[0]])
    async with transaction(team.desk.owner.org_id) as session:
        assert await blank_targets(session, **theirs) == 2
    async with transaction(team.desk.owner.org_id) as session:
        assert await blank_targets(session, **theirs) == 0, "nothing is left of them"
    left = await team.client.get(f"/api/v1/dial-campaigns/{campaign_id}/targets")
    assert not [number for number in (gone, other) if number in left.text]
    assert sorted((one["state"], one["reason"]) for one in left.json()["data"]) == [
        ("done", "erased"),
        ("done", "erased"),
        ("waiting", None),
    ]


async def test_a_first_campaign_brings_the_usual_words(owner: Owner) -> None:
    assert (await owner.client.get("/api/v1/calling/dispositions")).json()["data"] == []
    for name in ("First", "Second"):
        assert (await owner.client.post("/api/v1/dial-campaigns", json={"name": name})).status_code == 201
    codes = (await owner.client.get("/api/v1/calling/dispositions")).json()["data"]
    assert {code["effect"] for code in codes} == {"done", "again", "callback", "do-not-call"}
    assert len(codes) == len({code["code"] for code in codes})
    path = "/api/v1/calling/pause-codes"
    [lunch] = [one for one in (await owner.client.get(path)).json()["data"] if one["code"] == "lunch"]
    taken = await owner.client.post(path, json={"code": "lunch", "label": "Mittag"})
    assert (taken.status_code, taken.json()["code"]) == (409, "code_taken")
    renamed = await owner.client.put(f"{path}/{lunch['id']}", json={"code": "lunch", "label": "Mittag"})
    assert renamed.json()["data"]["label"] == "Mittag"
    for _ in range(2):
        gone = await owner.client.delete(f"{path}/{lunch['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "word_not_found")


async def test_preview_lets_the_agent_decide(make_team: MakeTeam) -> None:
    team = await make_team(2)
    agent, other = team.agents
    script = await team.client.post(
        "/api/v1/calling/scripts", json={"name": "Hello", "text": "Hi {contact.name}, {agent.name} here. {no.such}"}
    )
    script_id = script.json()["data"]["id"]
    campaign_id = await team.make(numbers(SHORT, 2, start=120), mode="preview")
    path = f"/api/v1/dial-campaigns/{campaign_id}"
    await team.client.patch(path, json={"script_id": script_id})
    assert (await agent.client.post(f"{path}/preview/next")).json()["code"] == "wrong_campaign_state"
    await team.move(campaign_id, "start")
    assert (await agent.client.post(f"{path}/preview/next")).json()["code"] == "not_signed_in"
    for one in team.agents:
        await one.sign_in(campaign_id)
    shown = (await agent.client.post(f"{path}/preview/next")).json()["data"]
    assert shown["script"] == f"Hi {shown['target']['name']}, Asha Rao here. {{no.such}}"
    again = (await agent.client.post(f"{path}/preview/next")).json()["data"]
    assert again["target"]["id"] == shown["target"]["id"], "one at a time"
    target = shown["target"]["id"]
    stolen = await other.client.post(f"{path}/preview/{target}/call")
    assert (stolen.status_code, stolen.json()["code"]) == (409, "target_not_yours")
    assert await team.calls(campaign_id) == []
    placed = await agent.client.post(f"{path}/preview/{target}/call")
    assert placed.status_code == 201, placed.text
    call = await team.desk.until(placed.json()["data"]["call_id"], lambda call: call["state"] == "ended")
    assert (call["outcome"], call["member_id"]) == ("answered", str(agent.member_id))
    await agent.until("ready")
    following = (await agent.client.post(f"{path}/preview/next")).json()["data"]["target"]
    assert following["id"] != target
    skipped = await agent.client.post(f"{path}/preview/{following['id']}/skip", json={"reason": "a relative"})
    assert (skipped.json()["data"]["state"], skipped.json()["data"]["reason"]) == ("done", "skipped: a relative")
    assert (await agent.client.post(f"{path}/preview/next")).json()["code"] in {
        "nobody_to_preview",
        "wrong_campaign_state",
    }


async def test_what_cannot_be_is_refused_in_words(make_team: MakeTeam, make_owner: MakeOwner) -> None:
    team = await make_team(1)
    campaign_id = await team.make([])
    empty = await team.move(campaign_id, "start")
    assert (empty.status_code, empty.json()["code"]) == (409, "nobody_on_list")
    assert (await team.move(campaign_id, "pause")).json()["code"] == "wrong_campaign_state"
    assert (await team.move(campaign_id, "explode")).status_code == 422
    path = f"/api/v1/dial-campaigns/{campaign_id}"
    for settings in ({"ratio": 99}, {"opens_at": "09:00"}, {"unknown": 1}, {"recycling": {"no-outcome": {}}}):
        assert (await team.client.patch(path, json={"settings": settings})).status_code == 422
    unknown = await team.client.patch(path, json={"settings": {"dispositions": ["no-such"]}})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "disposition_unknown")
    foreign = await team.client.patch(path, json={"settings": {"caller_ids": ["+14155550123"]}})
    assert foreign.status_code == 422
    stranger = await make_owner()
    for where in (path, f"{path}/live", f"{path}/targets", f"{path}/fills", f"{path}/preflight"):
        assert (await stranger.client.get(where)).status_code == 404
    assert (await stranger.client.get("/api/v1/dial-campaigns")).json()["data"] == []
    assert (await team.client.delete(path)).status_code == 204
    assert (await team.client.get(path)).status_code == 404
