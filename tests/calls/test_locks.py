"""Transactions that wait for each other's locks do so in one order, so that the database never has to end one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from metacortex.contexts.calls.queries import agents, trunks
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.queries.trunks import count_trunk_lines
from metacortex.contexts.calls.rules.numbers import read_number
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.agents import set_state
from metacortex.contexts.calls.service.dialling.attempts import Dialling
from metacortex.contexts.calls.service.dialling.looking import Placed, place_attempts
from metacortex.contexts.calls.service.engine import Engine
from metacortex.contexts.calls.service.permitting import plan_use
from metacortex.contexts.calls.service.trunks import require_room
from metacortex.contexts.calls.settings import Server
from metacortex.contexts.calls.types import Call, Leg, Mode, Party
from metacortex.contexts.calls.types.campaigns import AgentState, CampaignState
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import new_id, take_lock, transaction, utc_now
from tests.calls.campaigning import MakeTeam, Team
from tests.calls.test_trunks import BUSY, Limit, limit, numbers, show_numbers
from tests.conftest import Owner
from tests.waiting import until_waiting

__all__ = ["limit"]

TRUNK = "asterisk"


@asynccontextmanager
async def held_trunk() -> AsyncIterator[None]:
    """Keep everybody from the lines of the trunk."""
    async with transaction(None) as session:
        await count_trunk_lines(session, TRUNK, holds=True)
        yield


def hash_of(team: Team, number: str) -> str:
    return plan_use(team.desk.owner.org_id, read_number(number), privacy.Purpose.SALES).address_hash


async def suppress(team: Team, called: list[str]) -> None:
    async with transaction(team.desk.owner.org_id) as session:
        addresses = [privacy.Address(privacy.AddressKind.PHONE, number) for number in called]
        await privacy.suppress(session, addresses, privacy.SuppressionReason.MANUAL)


async def make_draft(team: Team, called: list[str]) -> tuple[str, Callable[[], Any]]:
    """Return a campaign with agents that the dialer leaves alone, and what dials for it once."""
    campaign_id = await team.make(called, recycling={"busy": {"attempts": 0}})
    for agent in team.agents:
        await agent.sign_in(campaign_id)
    engine: Engine = team.client._transport.app.state.calls  # type: ignore[attr-defined]

    async def dial() -> Placed:
        org_id = team.desk.owner.org_id
        async with transaction(org_id) as session:
            campaign = await queries.find_campaign(session, UUID(campaign_id), lock="share")
            assert campaign is not None
            settings = CampaignSettings.model_validate(campaign.settings)
            staffed = await agents.list_presences(session, campaign_id=campaign.id)
            dialling = Dialling(campaign, settings, None, utc_now())
            placed = await place_attempts(session, engine, dialling, staffed, len(called))
        engine.begin((call, action) for call, actions in placed.attempts for action in actions)
        return placed

    return campaign_id, dial


async def test_who_is_suppressed_while_a_campaign_waits_for_a_line_is_called_or_not_but_nobody_is_ended(
    make_team: MakeTeam, limit: Limit
) -> None:
    team = await make_team(2)
    # A decision takes its numbers in the order of their hashes, the campaign those it calls in the order of its list.
    called = sorted(numbers(BUSY, 2, start=800), key=lambda one: hash_of(team, one), reverse=True)
    campaign_id, dial = await make_draft(team, called)
    limit(concurrent_calls=100)
    async with held_trunk():
        dialling = asyncio.create_task(dial())
        await until_waiting(1)
        deciding = asyncio.create_task(suppress(team, called))
        await until_waiting(2)
    placed = await dialling
    await deciding
    assert (len(placed.attempts), placed.refused) == (2, 0), "the decision came after both"
    await team.until(campaign_id, lambda live: live["targets"] == {"done": 2})


async def test_a_campaign_passes_over_whom_somebody_decides_about(make_team: MakeTeam, limit: Limit) -> None:
    team = await make_team(2)
    called = numbers(BUSY, 2, start=810)
    campaign_id, dial = await make_draft(team, called)
    limit(concurrent_calls=100)
    async with transaction(team.desk.owner.org_id) as deciding:
        address = privacy.Address(privacy.AddressKind.PHONE, called[0])
        await privacy.suppress(deciding, [address], privacy.SuppressionReason.MANUAL)
        async with asyncio.timeout(30):
            placed = await dial()
        assert [call.legs[0].number for call, _ in placed.attempts] == [called[1]]
        [first] = [one for one in await team.targets(campaign_id) if one["number"] == called[0]]
        assert (first["state"], first["reason"]) == ("waiting", None), "they are looked at again"
    await team.until(campaign_id, lambda live: live["agents"].get("ready") == 2)
    placed = await dial()
    assert (placed.attempts, placed.refused) == ([], 1)


async def require_free(team: Team) -> None:
    """Fail where a transaction holds what the team's first agent is doing."""
    async with transaction(team.desk.owner.org_id) as session:
        held = text("SELECT FROM agent_presences WHERE member_id = :member_id FOR UPDATE NOWAIT")
        await session.execute(held, {"member_id": team.agents[0].member_id})


async def test_a_campaign_that_waits_for_numbers_holds_no_agent(make_team: MakeTeam) -> None:
    team = await make_team(1)
    await show_numbers(team.desk, calls_per_number_a_day=1000)
    org_id, agent = team.desk.owner.org_id, team.agents[0]
    campaign_id = await team.make(numbers(BUSY, 1, start=820), recycling={"busy": {"attempts": 0}})
    await agent.sign_in(campaign_id)
    async with transaction(org_id) as holding:
        await trunks.hold_numbers(holding)
        async with transaction(org_id) as session:
            campaign = await queries.find_campaign(session, UUID(campaign_id), lock="update")
            presence = await agents.find_presence(session, agent.member_id, lock=True)
            assert campaign is not None
            assert presence is not None
            campaign.state, now = CampaignState.RUNNING.value, utc_now()
            set_state(session, presence, AgentState.WRAP_UP, at=now, until_at=now)
        await until_waiting(1)
        await require_free(team)
        assert (await agent.state())["state"] == "ready", "the wrap-up that was over is over"
    await team.until(campaign_id, lambda live: live["state"] == "done")


async def test_an_agent_who_calls_whom_they_were_shown_waits_for_the_decision_about_them_first(
    make_team: MakeTeam,
) -> None:
    team = await make_team(1)
    [number] = numbers(BUSY, 1, start=830)
    campaign_id = await team.make([number], mode="preview", recycling={"busy": {"attempts": 0}})
    await team.agents[0].sign_in(campaign_id)
    await team.move(campaign_id, "start")
    address = f"/api/v1/dial-campaigns/{campaign_id}/preview"
    shown = (await team.client.post(f"{address}/next")).json()["data"]["target"]
    use = plan_use(team.desk.owner.org_id, read_number(number), privacy.Purpose.SALES)
    async with transaction(team.desk.owner.org_id) as deciding:
        await take_lock(deciding, replace(use.lock, is_shared=False))
        calling = asyncio.create_task(team.client.post(f"{address}/{shown['id']}/call"))
        await until_waiting(1)
        await require_free(team)
    assert (await calling).status_code == 201
    await team.until(campaign_id, lambda live: live["targets"] == {"done": 1})


async def test_who_uses_two_trunks_takes_them_in_one_order(owner: Owner) -> None:
    said = {"url": "http://127.0.0.1:1/ari", "username": "u", "password": "p", "concurrent_calls": 9}
    both = [Server.model_validate({"name": f"{letter}-{new_id()}"[:39], **said}) for letter in "ab"]

    async def use(first: Server, then: Server, begun: asyncio.Event, go_on: asyncio.Event) -> None:
        async with transaction(owner.org_id) as session:
            await require_room(session, first, call_on(owner, first), beside=both)
            begun.set()
            await go_on.wait()
            await require_room(session, then, call_on(owner, then), beside=both)

    has_begun, may_go_on = asyncio.Event(), asyncio.Event()
    may_go_on_at_once = asyncio.Event()
    may_go_on_at_once.set()
    one = asyncio.create_task(use(both[0], both[1], has_begun, may_go_on))
    await has_begun.wait()
    other = asyncio.create_task(use(both[1], both[0], asyncio.Event(), may_go_on_at_once))
    await until_waiting(1)
    may_go_on.set()
    await asyncio.gather(one, other)


def call_on(owner: Owner, server: Server) -> Call:
    leg = Leg(id=new_id(), party=Party.LEAD, endpoint="x", number="+1")
    return Call(
        org_id=owner.org_id, id=new_id(), mode=Mode.DIRECT, legs=(leg,), server=server.name, requested_at=utc_now()
    )
