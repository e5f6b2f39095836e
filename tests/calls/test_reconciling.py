"""What Asterisk has beside what we believe: who is over, who is caught up with, and what is done again."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from metacortex.contexts.calls import queries
from metacortex.contexts.calls.clients.asterisk import Connection, Fleet
from metacortex.contexts.calls.clients.asterisk.breaker import Breaker
from metacortex.contexts.calls.models import CallRow
from metacortex.contexts.calls.queries.agents import find_presence
from metacortex.contexts.calls.rules import flow
from metacortex.contexts.calls.service.comparing import Look, compare
from metacortex.contexts.calls.service.engine import RING_WITHIN, Engine
from metacortex.contexts.calls.service.memory import MemoryCalls, Particulars
from metacortex.contexts.calls.service.reconciling import end_stranded, look_at, repair
from metacortex.contexts.calls.types import (
    Call,
    Change,
    Leg,
    LegState,
    Mode,
    OpenLeg,
    Originate,
    Party,
    Signal,
    SignalKind,
    Transfer,
    channel_id,
    locate,
)
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.emulators.asterisk.options import Options
from metacortex.platform.emulators.asterisk.server import emulated_asterisk
from tests.calls.campaigning import MakeTeam, Team
from tests.calls.conftest import Desk
from tests.calls.hearing import settings_for, until

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TALKS_ON = "+919820019002"
SENT = OpenLeg(
    org_id=UUID(int=7),
    id=UUID(int=8),
    call_id=UUID(int=9),
    server="asterisk",
    requested_at=NOON,
    party=Party.LEAD,
    state=LegState.REQUESTED,
    is_hung_up_by_us=False,
    is_joined=False,
    is_detecting=False,
)
NAME = channel_id(SENT.org_id, SENT.id)


def say(leg: OpenLeg, channel: dict[str, Any] | None, *, seconds: float = 0) -> list[SignalKind]:
    """Return what a look says about a leg, so many seconds after it was asked for."""
    look = Look((leg,), {NAME: channel} if channel else {}, {})
    return [signal.kind for signal in compare(look, 5, NOON + timedelta(seconds=seconds))]


def test_a_leg_on_its_way_to_asterisk_is_not_taken_for_gone() -> None:
    assert say(SENT, None, seconds=19) == []
    assert say(SENT, None, seconds=21) == [SignalKind.ABSENT]


@pytest.mark.parametrize("state", [LegState.DIALLING, LegState.RINGING, LegState.UP])
def test_a_leg_asterisk_spoke_of_is_over_as_soon_as_it_is_gone(state: LegState) -> None:
    assert say(replace(SENT, state=state), None) == [SignalKind.ABSENT]


STASIS = {"state": "Up", "dialplan": {"app_name": "Stasis", "app_data": "metacortex,lead"}}


@pytest.mark.parametrize(
    ("leg", "channel", "said"),
    [
        (SENT, {"state": "Down"}, [SignalKind.DIAL]),
        (SENT, {"state": "Ringing"}, [SignalKind.DIAL]),
        (replace(SENT, state=LegState.RINGING), {"state": "Ringing"}, []),
        (replace(SENT, state=LegState.DIALLING), {"state": "Down"}, []),
        (SENT, STASIS, [SignalKind.UP, SignalKind.ENTERED]),
        (replace(SENT, state=LegState.UP), STASIS, [SignalKind.ENTERED]),
        (replace(SENT, state=LegState.UP, is_joined=True), STASIS, []),
        (replace(SENT, state=LegState.UP, is_settled=True), STASIS, []),
        (replace(SENT, state=LegState.UP), {"state": "Up", "dialplan": None}, []),
    ],
)
def test_a_look_says_only_what_is_new(leg: OpenLeg, channel: dict[str, Any], said: list[SignalKind]) -> None:
    assert say(leg, channel) == said


def test_a_process_that_only_asks_learns_that_asterisk_is_back() -> None:
    now = [0.0]
    breaker = Breaker(2, 10, clock=lambda: now[0])
    for _ in range(2):
        assert breaker.would_admit
        breaker.fail()
    assert not breaker.would_admit
    now[0] = 10
    assert breaker.would_admit
    assert breaker.admit()
    assert not breaker.would_admit
    breaker.succeed()
    assert breaker.would_admit


async def test_a_phone_is_rung_soon_or_never() -> None:
    leg = Leg(id=uuid4(), party=Party.LEAD, endpoint="PJSIP/+919820019011@trunk", number="+919820019011")
    late = replace(leg, state=LegState.REQUESTED, requested_at=utc_now() - RING_WITHIN)
    call = Call(org_id=UUID(int=7), id=uuid4(), mode=Mode.DIRECT, legs=(late,), server="asterisk")
    store = MemoryCalls()
    kept = store.add(call, Particulars(to="+919820019011"))
    async with emulated_asterisk(Options(port=0, speed=100)) as emulator:
        async with Fleet.open(settings_for(emulator.url)) as fleet:
            assert len(await Engine(store, fleet).act(call, (Originate(leg.id),))) == 1
        assert emulator.switch.ledger.entries == []
    assert kept.call.outcome == "failed"


def bridges_of(desk: Desk, call_id: str) -> list[str]:
    """Return the channels in a call's bridge, as Asterisk knows it."""
    bridge = desk.asterisk.switch.bridges.get(UUID(call_id).hex)
    return sorted(channel.id for channel in bridge.channels) if bridge else []


async def talk(desk: Desk) -> dict[str, Any]:
    """Let an agent and a lead talk; return their call."""
    await desk.add_lead(TALKS_ON)
    answer = await desk.client.post("/api/v1/calls", json={"to": TALKS_ON}, params={"wait": "answered"})
    call = await desk.until(answer.json()["data"]["id"], lambda call: call["state"] == "connected")
    await until(lambda: len(bridges_of(desk, call["id"])) == 2)
    return call


async def look_and_repair(desk: Desk, app: Any, *, is_new: bool = False) -> None:
    engine: Engine = app.state.calls
    [server] = engine.fleet.servers
    await repair(engine, server, await look_at(server), is_new=is_new)
    await engine.settle()


async def ask(desk: Desk, method: str, path: str) -> int:
    """Do something in Asterisk behind our back."""
    login = {"Authorization": aiohttp.encode_basic_auth("metacortex", "metacortex")}
    async with (
        aiohttp.ClientSession(desk.asterisk.url, headers=login) as session,
        session.request(method, path) as answer,
    ):
        return answer.status


async def end(desk: Desk, call_id: str) -> None:
    assert (await desk.client.post(f"/api/v1/calls/{call_id}/hang-up")).status_code == 200
    await desk.until(call_id, lambda call: call["state"] == "ended")


async def test_those_who_were_not_joined_are(desk: Desk, app: Any) -> None:
    call = await talk(desk)
    assert await ask(desk, "DELETE", f"/ari/bridges/{UUID(call['id']).hex}") == 204
    assert bridges_of(desk, call["id"]) == []
    await look_and_repair(desk, app)
    await until(lambda: len(bridges_of(desk, call["id"])) == 2)
    await end(desk, call["id"])


async def test_a_lead_on_hold_is_left_there_by_a_look(desk: Desk, app: Any) -> None:
    call = await talk(desk)
    assert (await desk.client.post(f"/api/v1/calls/{call['id']}/hold")).status_code == 200
    engine: Engine = app.state.calls
    [server] = engine.fleet.servers
    look = await look_at(server)
    signals = [signal for signal in compare(look, 5) if signal.kind is SignalKind.ENTERED]
    [lead] = [leg for leg in look.legs if str(leg.call_id) == call["id"] and leg.party is Party.LEAD]
    about_lead = [signal for signal in signals if signal.channel_id == channel_id(lead.org_id, lead.id)]
    await engine.take(lead.org_id, [(lead.id, signal) for signal in about_lead])
    await engine.settle()
    assert (await desk.read(call["id"]))["is_on_hold"]
    assert len(bridges_of(desk, call["id"])) == 1
    await end(desk, call["id"])


async def test_a_hang_up_that_did_not_reach_asterisk_is_done_again(desk: Desk, app: Any) -> None:
    call = await talk(desk)
    engine: Engine = app.state.calls
    org_id = desk.owner.org_id
    async with engine.store.open(org_id, call_ids={UUID(call["id"])}) as opened:
        before = opened.find(call_id=UUID(call["id"]))
        assert before is not None
        legs = tuple(replace(leg, is_hung_up_by_us=True) for leg in before.legs)
        opened.put(Change(before=before, after=replace(before, legs=legs)))
    await look_and_repair(desk, app)
    ended = await desk.until(call["id"], lambda call: call["state"] == "ended")
    assert ended["outcome"] == "answered"


async def change_unseen(desk: Desk, app: Any, call_id: str, step: Callable[[Call], flow.Step]) -> None:
    """Store a change and do nothing of what follows, as a process that is killed in between."""
    engine: Engine = app.state.calls
    async with engine.store.open(desk.owner.org_id, call_ids={UUID(call_id)}) as opened:
        before = opened.find(call_id=UUID(call_id))
        assert before is not None
        opened.put(Change(before=before, after=step(before)[0]))


async def test_a_hold_that_did_not_reach_asterisk_is_done_again(desk: Desk, app: Any) -> None:
    call = await talk(desk)
    await change_unseen(desk, app, call["id"], flow.hold)
    assert len(bridges_of(desk, call["id"])) == 2
    await look_and_repair(desk, app)
    assert len(bridges_of(desk, call["id"])) == 1
    await change_unseen(desk, app, call["id"], lambda call: flow.resume(call, utc_now()))
    await look_and_repair(desk, app)
    await until(lambda: len(bridges_of(desk, call["id"])) == 2)
    assert not any(channel.hears_music for channel in desk.asterisk.switch.channels.values())
    await end(desk, call["id"])


async def test_a_microphone_is_closed_again_by_a_dialer_that_begins(desk: Desk, app: Any) -> None:
    call = await talk(desk)
    await change_unseen(desk, app, call["id"], lambda call: flow.mute(call, is_muted=True))
    [agent] = [leg for leg in call["legs"] if leg["party"] == "agent"]
    channel = desk.asterisk.switch.channel(channel_id(desk.owner.org_id, UUID(agent["id"])))
    assert channel is not None
    await look_and_repair(desk, app)
    assert channel.muted == set()
    await look_and_repair(desk, app, is_new=True)
    assert channel.muted == {"in"}
    await end(desk, call["id"])


async def talk_on_line(team: Team) -> tuple[str, str]:
    """Let an agent's line be lent to a call of their own; return the call and the line's channel."""
    [agent] = team.agents
    await agent.sign_in(await team.make([]))
    lead_id = await team.desk.add_lead(TALKS_ON)
    placed = await agent.client.post("/api/v1/calls", json={"lead_id": lead_id})
    assert placed.status_code == 201, placed.text
    call_id = str(placed.json()["data"]["id"])
    await team.desk.until(call_id, lambda call: call["state"] == "connected")
    await until(lambda: len(bridges_of(team.desk, call_id)) == 2)
    async with transaction(team.desk.owner.org_id) as session:
        presence = await find_presence(session, agent.member_id)
        assert presence is not None
        assert presence.line_leg_id is not None
        return call_id, channel_id(team.desk.owner.org_id, presence.line_leg_id)


async def test_a_line_that_was_not_joined_with_its_lead_is(make_team: MakeTeam, app: Any) -> None:
    team = await make_team(1)
    call_id, line = await talk_on_line(team)
    path = f"/ari/bridges/{UUID(call_id).hex}/removeChannel?channel={line}"
    assert await ask(team.desk, "POST", path) == 204
    assert await ask(team.desk, "POST", f"/ari/channels/{line}/moh") == 204
    assert line not in bridges_of(team.desk, call_id)
    await look_and_repair(team.desk, app)
    await until(lambda: line in bridges_of(team.desk, call_id))
    channel = team.desk.asterisk.switch.channel(line)
    assert channel is not None
    await until(lambda: not channel.hears_music)
    await end(team.desk, call_id)


async def test_a_look_lets_a_line_that_is_lent_hear_no_music(make_team: MakeTeam, app: Any) -> None:
    team = await make_team(1)
    call_id, line = await talk_on_line(team)
    channel = team.desk.asterisk.switch.channel(line)
    assert channel is not None
    await until(lambda: not channel.hears_music)
    engine: Engine = app.state.calls
    look = await look_at(engine.fleet.servers[0])
    org_id = team.desk.owner.org_id
    assert [one for one in compare(look, 5) if (found := locate(one)) and found[0] == org_id] == []
    found = locate(said := Signal(kind=SignalKind.ENTERED, channel_id=line, at=utc_now(), args=("agent",)))
    assert found is not None
    await engine.take(org_id, [(found[1], said)])
    await engine.settle()
    assert not channel.hears_music
    await end(team.desk, call_id)


async def test_a_line_that_was_given_back_does_not_stay_in_the_conversation(make_team: MakeTeam, app: Any) -> None:
    team = await make_team(1)
    call_id, line = await talk_on_line(team)
    other = Leg(id=new_id(), party=Party.THIRD, endpoint="PJSIP/meera")
    engine: Engine = app.state.calls
    org_id = team.desk.owner.org_id
    await engine.change(org_id, UUID(call_id), lambda call: flow.transfer(call, other, Transfer.ATTENDED, utc_now()))
    third = channel_id(org_id, other.id)
    await until(lambda: third in bridges_of(team.desk, call_id))
    await change_unseen(team.desk, app, call_id, lambda call: flow.complete_transfer(call, utc_now()))
    assert line in bridges_of(team.desk, call_id)
    await look_and_repair(team.desk, app)
    await until(lambda: line not in bridges_of(team.desk, call_id) and len(bridges_of(team.desk, call_id)) == 2)
    assert (await team.desk.read(call_id))["state"] == "connected"
    await end(team.desk, call_id)


async def test_a_bridge_that_was_left_is_closed(desk: Desk, app: Any) -> None:
    call = await talk(desk)
    await end(desk, call["id"])
    assert await ask(desk, "POST", f"/ari/bridges/{UUID(call['id']).hex}?type=mixing") == 200
    other = uuid4().hex
    assert await ask(desk, "POST", f"/ari/bridges/{other}?type=mixing") == 200
    await look_and_repair(desk, app)
    assert UUID(call["id"]).hex not in desk.asterisk.switch.bridges
    assert other in desk.asterisk.switch.bridges
    assert await ask(desk, "DELETE", f"/ari/bridges/{other}") == 204


async def test_a_look_at_those_who_wait_says_nothing_again(make_team: MakeTeam, app: Any) -> None:
    team = await make_team(1)
    call_id, _ = await talk_on_line(team)
    assert (await team.client.post(f"/api/v1/calls/{call_id}/hold")).status_code == 200
    engine: Engine = app.state.calls
    look = await look_at(engine.fleet.servers[0])
    own = [leg for leg in look.legs if leg.org_id == team.desk.owner.org_id]
    assert sorted((leg.party, leg.is_joined, leg.is_settled) for leg in own) == [
        (Party.AGENT, False, True),
        (Party.AGENT, True, False),
        (Party.LEAD, False, True),
    ]
    names = {leg.channel_id for leg in own}
    assert [one for one in compare(look, 5) if one.channel_id in names] == []
    await end(team.desk, call_id)


async def test_a_call_on_a_server_that_was_taken_out_of_the_settings_ends(desk: Desk, app: Any) -> None:
    number = "+919820039103"
    await desk.add_lead(number)
    placed = await desk.client.post("/api/v1/calls", json={"to": number, "mode": "direct", "timeout_seconds": 120})
    call_id = placed.json()["data"]["id"]
    engine: Engine = app.state.calls
    await desk.until(call_id, lambda call: call["state"] == "ringing")

    async def move(server: str, *, seconds: float) -> None:
        async with transaction(desk.owner.org_id) as session:
            row = await session.get(CallRow, (desk.owner.org_id, UUID(call_id)))
            [leg] = await queries.list_legs(session, [UUID(call_id)])
            assert row is not None
            row.server, leg.requested_at = server, utc_now() - timedelta(seconds=seconds)

    await end_stranded(engine)
    await move("gone", seconds=0)
    await end_stranded(engine)
    assert (await desk.read(call_id))["state"] == "ringing", "it may be on its way to a server that is new"
    await move("gone", seconds=60)
    await end_stranded(engine)
    assert (await desk.read(call_id))["outcome"] == "lost"


async def test_the_same_key_at_the_same_moment_rings_once(desk: Desk) -> None:
    number = "+919820029001"
    await desk.add_lead(number)
    key = {"Idempotency-Key": str(uuid4())}
    posts = [desk.client.post("/api/v1/calls", json={"to": number}, headers=key) for _ in range(5)]
    answers = await asyncio.gather(*posts)
    assert [answer.status_code for answer in answers] == [201] * 5
    [call_id] = {answer.json()["data"]["id"] for answer in answers}
    await desk.until(call_id, lambda call: call["state"] == "ended")
    assert desk.rung(number) == 1


async def test_a_signal_no_database_can_take_does_not_stop_those_behind_it(desk: Desk, app: Any) -> None:
    from metacortex.entrypoints.dialer import _take_until_kept

    call = await talk(desk)
    engine: Engine = app.state.calls
    [leg] = [UUID(leg["id"]) for leg in call["legs"] if leg["party"] == "lead"]
    name = channel_id(desk.owner.org_id, leg)
    bad = Signal(kind=SignalKind.DIGIT, channel_id=name, at=utc_now(), text="\x00")
    good = Signal(kind=SignalKind.DIGIT, channel_id=name, at=utc_now(), text="7")
    await _take_until_kept(engine, desk.owner.org_id, [(leg, bad), (leg, good)])
    events = (await desk.client.get(f"/api/v1/calls/{call['id']}/events")).json()["data"]
    assert [event["detail"] for event in events if event["kind"] == "digit"] == [{"text": "7"}]
    await end(desk, call["id"])


def test_a_server_whose_breaker_lets_one_try_may_be_chosen() -> None:
    settings = settings_for("http://127.0.0.1:1", breaker_failures=1, breaker_pause_seconds=0.000001)
    connection = Connection(settings.servers[0], settings)
    connection.rest.breaker.fail()
    assert connection.is_healthy
