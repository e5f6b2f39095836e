"""Limits of a trunk, which every call shares, and of an organization's own numbers, by the emulator's book."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from metacortex.contexts.calls.clients.asterisk import Connection, Fleet
from metacortex.contexts.calls.queries.trunks import count_server_channels, count_trunk_lines, take_turn
from metacortex.contexts.calls.rules.trunks import count_channels, count_lines
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.placing import choose_server, insert_call
from metacortex.contexts.calls.service.presence import read_heard, record_presence
from metacortex.contexts.calls.service.refusals import CallsUnavailable
from metacortex.contexts.calls.service.store import PostgresCalls
from metacortex.contexts.calls.service.trunks import count_for_campaigns
from metacortex.contexts.calls.settings import Server, calls_settings
from metacortex.contexts.calls.types import Call, CallState, Leg, LegState, Mode, Party, Ringing
from metacortex.platform.database import insert_rows, new_id, transaction, utc_now
from metacortex.platform.emulators.asterisk.ledger import Entry
from tests.calls.campaigning import MakeTeam
from tests.calls.conftest import Dialer
from tests.calls.desks import Desk
from tests.conftest import MakeOwner, Owner

BUSY, SHORT, TALKS_ON = "9101", "9011", "9002"
Limit = Callable[..., Connection]


@pytest.fixture
def limit(dialer: Dialer) -> Iterator[Limit]:
    """Limit the trunk of the emulated Asterisk while a test runs."""
    [connection] = dialer.fleet.servers
    unlimited = connection.server

    def say(**values: Any) -> Connection:
        connection.server = unlimited.model_copy(update=values)
        return connection

    yield say
    connection.server = unlimited


def numbers(kind: str, count: int, *, start: int) -> list[str]:
    return [f"+91983{start + place:03d}{kind}" for place in range(count)]


def list_rung(desk: Desk, called: list[str]) -> list[Entry]:
    """Return what the book says about these numbers, in order."""
    return [entry for entry in desk.asterisk.switch.ledger.entries if entry.number in set(called)]


def count_most(entries: list[Entry]) -> int:
    """Return how many of these were dialled or on at one moment at most."""
    return count_most_at([(entry.dialled_at, entry.ended_at) for entry in entries])


def count_most_at(spans: list[tuple[str, str | None]]) -> int:
    """Return how many of these were under way at one moment at most, each from its beginning to its end."""
    moments = [(datetime.fromisoformat(begun), 1) for begun, _ in spans]
    moments += [(datetime.fromisoformat(ended), -1) for _, ended in spans if ended]
    now = most = 0
    for _, change in sorted(moments):
        now += change
        most = max(most, now)
    return most


async def click(client: httpx.AsyncClient, number: str) -> httpx.Response:
    return await client.post("/api/v1/calls", json={"to": number, "mode": "direct"})


def leg(party: Party, state: LegState, number: str | None = None, **values: Any) -> Leg:
    return Leg(id=new_id(), party=party, endpoint="x", state=state, number=number, **values)


P, R, U, E = LegState.PLANNED, LegState.REQUESTED, LegState.UP, LegState.ENDED
AGENT, LEAD, THIRD = Party.AGENT, Party.LEAD, Party.THIRD
SHAPES: list[tuple[int, int, Ringing, list[Leg]]] = [
    (1, 1, Ringing.IN_TURN, [leg(LEAD, R, "+1")]),
    (0, 1, Ringing.IN_TURN, [leg(LEAD, E, "+1"), leg(AGENT, U)]),
    (1, 2, Ringing.IN_TURN, [leg(AGENT, R), leg(LEAD, P, "+1")]),
    (2, 2, Ringing.IN_TURN, [leg(AGENT, R, "+2"), leg(AGENT, P, "+3"), leg(LEAD, P, "+1")]),
    (2, 2, Ringing.IN_TURN, [leg(LEAD, R, "+1"), leg(AGENT, P, "+2"), leg(AGENT, P, "+3")]),
    (2, 2, Ringing.IN_TURN, [leg(LEAD, U, "+1"), leg(AGENT, E, "+2"), leg(AGENT, P, "+3")]),
    (1, 2, Ringing.IN_TURN, [leg(LEAD, U, "+1"), leg(AGENT, U), leg(AGENT, P, "+3")]),
    (3, 3, Ringing.AT_ONCE, [leg(LEAD, R, "+1"), leg(AGENT, P, "+2"), leg(AGENT, P, "+3")]),
    (2, 3, Ringing.IN_TURN, [leg(LEAD, U, "+1"), leg(AGENT, U), leg(THIRD, R, "+4")]),
    (1, 1, Ringing.IN_TURN, [leg(LEAD, U, "+1"), leg(AGENT, U, "+5", line_leg_id=UUID(int=1), is_standing=True)]),
]


@pytest.mark.parametrize(("lines", "channels", "ringing", "legs"), SHAPES)
async def test_the_database_counts_lines_and_channels_as_the_rule_does(
    owner: Owner, lines: int, channels: int, ringing: Ringing, legs: list[Leg]
) -> None:
    call = Call(
        org_id=owner.org_id,
        id=new_id(),
        mode=Mode.LEAD_FIRST,
        legs=tuple(legs),
        server=f"trunk-{new_id()}",
        ringing=ringing,
        requested_at=utc_now(),
    )
    assert (count_lines(call), count_channels(call)) == (lines, channels)
    async with transaction(owner.org_id) as session:
        await insert_call(session, call, None, purpose="sales")
    async with transaction(None) as session:
        assert await count_trunk_lines(session, call.server) == lines
        assert await count_server_channels(session, call.server) == channels
        assert await count_trunk_lines(session, "another") == 0
        assert await count_server_channels(session, "another") == 0


async def test_what_ended_leaves_no_line(owner: Owner) -> None:
    ended = Call(
        org_id=owner.org_id,
        id=new_id(),
        mode=Mode.DIRECT,
        legs=(leg(LEAD, P, "+1"),),
        server=f"trunk-{new_id()}",
        state=CallState.ENDED,
        requested_at=utc_now(),
    )
    async with transaction(owner.org_id) as session:
        await insert_call(session, ended, None, purpose="sales")
    async with transaction(None) as session:
        assert await count_trunk_lines(session, ended.server) == 0
        assert await count_server_channels(session, ended.server) == 0


async def test_turns_lie_apart_and_none_is_taken_for_nothing(owner: Owner) -> None:
    from metacortex.contexts.calls.models import AsteriskServer

    name = f"trunk-{new_id()}"
    async with transaction(None) as session:
        await insert_rows(session, AsteriskServer, [{"name": name, "heard_at": utc_now()}])

    async def take(within_seconds: float) -> float | None:
        async with transaction(None) as session:
            return await take_turn(session, name, apart_seconds=100, within_seconds=within_seconds)

    taken = sorted([seconds for seconds in await asyncio.gather(*(take(350) for _ in range(5))) if seconds is not None])
    assert [round(seconds, -2) for seconds in taken] == [0, 100, 200, 300], "and the fifth waits too long"
    assert await take(350) is None
    assert round(await take(450) or 0, -2) == 400


async def test_two_campaigns_and_clicks_keep_to_the_lines_of_a_trunk(
    make_team: MakeTeam, make_owner: MakeOwner, limit: Limit
) -> None:
    team, other = await make_team(6), await make_owner()
    limit(concurrent_calls=4)
    stranger = Desk(other, team.desk.asterisk)
    lists = [numbers(SHORT, 8, start=100), numbers(SHORT, 8, start=200)]
    clicked = numbers(SHORT, 4, start=300)
    for number in clicked:
        await stranger.add_lead(number)
    campaigns = [await team.make(called) for called in lists]
    for place, agent in enumerate(team.agents):
        await agent.sign_in(campaigns[place % 2])
    for campaign_id in campaigns:
        await team.move(campaign_id, "start")

    async def insist(number: str) -> None:
        while (answer := await click(stranger.client, number)).status_code != 201:
            assert (answer.status_code, answer.json()["code"]) == (503, "trunk_busy"), answer.text
            assert int(answer.headers["Retry-After"]) >= 1

    await asyncio.gather(*(insist(number) for number in clicked))
    for campaign_id in campaigns:
        await team.until(campaign_id, lambda live: live["state"] == "done")
    rung = list_rung(team.desk, [*lists[0], *lists[1], *clicked])
    assert sorted(entry.number for entry in rung) == sorted([*lists[0], *lists[1], *clicked]), "everybody once"
    assert count_most(rung) <= 4
    assert count_most([entry for entry in rung if entry.number not in clicked]) == 3, "the fourth is for who clicks"


async def test_calls_a_second_hold_for_campaigns_and_clicks_together(
    make_team: MakeTeam, make_owner: MakeOwner, limit: Limit
) -> None:
    team, other = await make_team(4), await make_owner()
    stranger = Desk(other, team.desk.asterisk)
    lists = [numbers(BUSY, 15, start=400), numbers(BUSY, 15, start=500)]
    clicked = numbers(BUSY, 6, start=600)
    for number in clicked:
        await stranger.add_lead(number)
    once = {"busy": {"attempts": 0}}
    campaigns = [
        await team.make(called, recycling=once, mode="power", ratio=5, abandonment_limit=1) for called in lists
    ]
    for place, agent in enumerate(team.agents):
        await agent.sign_in(campaigns[place % 2])
    limit(calls_per_second=10)
    for campaign_id in campaigns:
        await team.move(campaign_id, "start")
    answers = await asyncio.gather(*(click(stranger.client, number) for number in clicked))
    assert {answer.status_code for answer in answers} == {201}
    for campaign_id in campaigns:
        await team.until(campaign_id, lambda live: live["state"] == "done")
    rung = list_rung(team.desk, [*lists[0], *lists[1], *clicked])
    assert len(rung) == 36
    at = sorted(datetime.fromisoformat(entry.dialled_at) for entry in rung)
    tenths = [(later - earlier).total_seconds() for earlier, later in zip(at, at[10:], strict=False)]
    # Each ring has its moment; a busy machine is late for some, so that they come a little closer.
    assert min(tenths) > 0.7, "about ten in any second"
    assert (at[-1] - at[0]).total_seconds() > 3.4


async def test_a_click_waits_for_a_line_and_is_told_if_none_comes(desk: Desk, limit: Limit) -> None:
    first, second, third = numbers(TALKS_ON, 3, start=700)
    for number in (first, second, third):
        await desk.add_lead(number)
    limit(concurrent_calls=1)
    on = (await click(desk.client, first)).json()["data"]["id"]
    refused = await click(desk.client, second)
    assert (refused.status_code, refused.json()["code"]) == (503, "trunk_busy")
    assert "All 1 lines" in refused.json()["detail"]
    assert refused.headers["Retry-After"] == "2"
    waiting = asyncio.create_task(click(desk.client, third))
    await desk.client.post(f"/api/v1/calls/{on}/hang-up")
    answer = await waiting
    assert answer.status_code == 201, answer.text
    assert (desk.rung(second), desk.rung(third)) == (0, 1)
    await desk.client.post(f"/api/v1/calls/{answer.json()['data']['id']}/hang-up")
    await desk.until(answer.json()["data"]["id"], lambda call: call["state"] == "ended")


async def test_a_server_carries_so_many_phones_and_no_more(desk: Desk, limit: Limit) -> None:
    first, second = numbers(TALKS_ON, 2, start=770)
    for number in (first, second):
        await desk.add_lead(number)
    limit(max_concurrent=3)
    with_agent = await desk.client.post("/api/v1/calls", json={"to": first})
    assert with_agent.status_code == 201, with_agent.text
    on = with_agent.json()["data"]["id"]
    await desk.until(on, lambda call: call["state"] == "connected")
    address = f"/api/v1/calls/{on}/transfer"
    limit(max_concurrent=2)
    refused = await click(desk.client, second)
    assert (refused.status_code, refused.json()["code"]) == (503, "trunk_busy")
    assert refused.json()["detail"].startswith("The phone server carries 2 phones at once")
    assert int(refused.headers["Retry-After"]) >= 1
    handed = await desk.client.post(address, json={"to": second})
    assert (handed.status_code, handed.json()["code"]) == (503, "trunk_busy")
    assert desk.rung(second) == 0
    waiting = asyncio.create_task(click(desk.client, second))
    await desk.client.post(f"/api/v1/calls/{on}/hang-up")
    answer = await waiting
    assert answer.status_code == 201, answer.text
    await desk.client.post(f"/api/v1/calls/{answer.json()['data']['id']}/hang-up")
    await desk.until(answer.json()["data"]["id"], lambda call: call["state"] == "ended")


async def test_a_campaign_leaves_room_on_its_server(make_team: MakeTeam, limit: Limit) -> None:
    team = await make_team(3)
    campaign_id = await team.make(numbers(TALKS_ON, 3, start=780))
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    limit(max_concurrent=6)
    await team.move(campaign_id, "start")
    live = await team.until(campaign_id, lambda live: live["talking"] == 2)
    live = await team.until(campaign_id, lambda live: (live["last_decision"] or {})["capped_by"] == "concurrency")
    assert live["targets"] == {"calling": 2, "waiting": 1}, "three telephones of agents, two leads, one for who clicks"
    limit(max_concurrent=7)
    await team.until(campaign_id, lambda live: live["talking"] == 3)


async def test_a_campaign_that_fills_its_lines_leaves_one_for_a_click(make_team: MakeTeam, limit: Limit) -> None:
    team = await make_team(4)
    limit(concurrent_calls=3)
    campaign_id = await team.make(numbers(TALKS_ON, 4, start=750))
    [lead] = numbers(TALKS_ON, 1, start=760)
    await team.desk.add_lead(lead)
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    await team.move(campaign_id, "start")
    live = await team.until(campaign_id, lambda live: live["talking"] == 2)
    live = await team.until(campaign_id, lambda live: (live["last_decision"] or {})["capped_by"] == "concurrency")
    assert live["targets"] == {"calling": 2, "waiting": 2}
    answer = await click(team.client, lead)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(("lines", "for_campaigns"), [(1, 1), (2, 1), (3, 2), (10, 9), (11, 9), (30, 27), (500, 450)])
def test_campaigns_leave_a_tenth(lines: int, for_campaigns: int) -> None:
    assert count_for_campaigns(lines) == for_campaigns


async def test_a_transfer_needs_a_line(desk: Desk, limit: Limit) -> None:
    lead, third = numbers(TALKS_ON, 2, start=710)
    await desk.add_lead(lead)
    limit(concurrent_calls=1)
    call_id = (await desk.client.post("/api/v1/calls", json={"to": lead})).json()["data"]["id"]
    await desk.until(call_id, lambda call: call["state"] == "connected")
    refused = await desk.client.post(f"/api/v1/calls/{call_id}/transfer", json={"to": third})
    assert (refused.status_code, refused.json()["code"]) == (503, "trunk_busy")
    assert [one["party"] for one in (await desk.read(call_id))["legs"]] == ["agent", "lead"]
    limit(concurrent_calls=2)
    taken = await desk.client.post(f"/api/v1/calls/{call_id}/transfer", json={"to": third})
    assert taken.status_code == 200, taken.text
    await desk.client.post(f"/api/v1/calls/{call_id}/hang-up")
    await desk.until(call_id, lambda call: call["state"] == "ended")


async def test_a_dialer_that_dies_leaves_no_line_taken(desk: Desk, dialer: Dialer, limit: Limit) -> None:
    called = numbers(SHORT, 6, start=720)
    for number in called:
        await desk.add_lead(number)
    limit(concurrent_calls=2)
    placed = [(await click(desk.client, number)).json()["data"]["id"] for number in called[:2]]
    await dialer.stop()
    await dialer.start()
    for call_id in placed:
        await desk.until(call_id, lambda call: call["state"] == "ended")
    again = await asyncio.gather(*(click(desk.client, number) for number in called[2:4]))
    assert [answer.status_code for answer in again] == [201, 201]
    for answer in again:
        await desk.until(answer.json()["data"]["id"], lambda call: call["state"] == "ended")


async def show_numbers(desk: Desk, **limits: int | None) -> list[str]:
    own = ["+912240001001", "+912240001002"]
    answer = await desk.client.patch("/api/v1/calling/settings", json={"caller_ids": own, **limits})
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()["data"][name] for name in limits} == limits
    return own


async def test_own_numbers_are_in_so_many_calls_at_once(desk: Desk) -> None:
    own = await show_numbers(desk, calls_per_number_at_once=1, calls_per_number_a_day=None)
    called = numbers(TALKS_ON, 5, start=730)
    for number in called:
        await desk.add_lead(number)
    answers = await asyncio.gather(*(click(desk.client, number) for number in called))
    placed = [answer.json()["data"] for answer in answers if answer.status_code == 201]
    assert sorted(call["from"] for call in placed) == own
    assert {(one.status_code, one.json()["code"]) for one in answers if one.status_code != 201} == {
        (429, "numbers_used_up")
    }
    for call in placed:
        await desk.client.post(f"/api/v1/calls/{call['id']}/hang-up")
        await desk.until(call["id"], lambda now: now["state"] == "ended")
    [free] = [number for number in called if desk.rung(number) == 0][:1]
    asked = {"to": free, "mode": "direct", "from": placed[0]["from"]}
    again = await desk.client.post("/api/v1/calls", json=asked)
    assert (again.status_code, again.json()["data"]["from"]) == (201, placed[0]["from"])
    busy = await desk.client.post("/api/v1/calls", json={**asked, "to": called[0]})
    assert busy.json()["code"] == "numbers_used_up", "asked for, it is used up all the same"
    await desk.client.post(f"/api/v1/calls/{again.json()['data']['id']}/hang-up")


async def test_a_campaign_waits_where_its_numbers_were_shown_often_enough(make_team: MakeTeam) -> None:
    team = await make_team(2)
    await show_numbers(team.desk, calls_per_number_a_day=2)
    called = numbers(BUSY, 8, start=740)
    campaign_id = await team.make(called, recycling={"busy": {"attempts": 0}})
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    await team.move(campaign_id, "start")
    live = await team.until(campaign_id, lambda live: (live["last_decision"] or {}).get("capped_by") == "numbers")
    assert live["targets"] == {"waiting": 4, "done": 4}, "those who wait are not put off"
    assert live["refusals"] == {}
    await show_numbers(team.desk, calls_per_number_a_day=None)
    await team.until(campaign_id, lambda live: live["state"] == "done")
    assert {entry.number for entry in list_rung(team.desk, called)} == set(called)


@pytest.mark.parametrize("value", [0, -1, "many", 10**9])
async def test_limits_that_make_no_sense_are_refused(desk: Desk, value: Any) -> None:
    for name in ("calls_per_number_a_day", "calls_per_number_at_once"):
        answer = await desk.client.patch("/api/v1/calling/settings", json={name: value})
        assert answer.status_code == 422, answer.text


async def test_a_click_turns_to_a_server_whose_trunk_is_not_full(owner: Owner) -> None:
    names = [f"server-{new_id()}"[:39] for _ in range(2)]
    said = {"username": "u", "password": "p"}
    servers = tuple(Server(name=name, url=f"http://127.0.0.1:{at}/ari", **said) for at, name in enumerate(names, 1))
    fleet = Fleet(calls_settings().model_copy(update={"asterisk_url": "", "asterisk_servers": servers}))
    engine = Engine(PostgresCalls(), fleet)
    with pytest.raises(CallsUnavailable):
        await choose_server(engine)
    while not await read_heard() >= set(names):
        await record_presence(names)
        await asyncio.sleep(0.1)
    assert {(await choose_server(engine)).name for _ in range(50)} == set(names)
    assert {(await choose_server(engine, {names[0]})).name for _ in range(50)} == {names[1]}
    assert {(await choose_server(engine, set(names))).name for _ in range(50)} == set(names), "one may be free again"
    await fleet.close()
