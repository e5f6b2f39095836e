"""What browsers are told of a call, whose call it is, and a supervisor who comes and goes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from metacortex.contexts.calls.types import channel_id
from metacortex.platform.database import transaction
from metacortex.platform.events.models import EventRow
from tests.calls.conftest import Desk
from tests.calls.hearing import until
from tests.conftest import PASSWORD, open_client

TALKS_ON, OTHER_TALKS_ON = "+919820019002", "+919820029002"


@pytest.fixture
async def colleague(desk: Desk, app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """An agent of the same team whose telephone is the account `meera`."""
    email = f"meera-{uuid4().hex[:12]}@example.com"
    offer = await desk.client.post("/api/v1/invitations", json={"email": email, "role": "agent"})
    token = offer.json()["data"]["accept_url"].rsplit("/", 1)[1]
    async with open_client(app) as visitor:
        body = {"token": token, "name": "Meera Kumar", "password": PASSWORD}
        joined = await visitor.post("/api/v1/invitations/accept", json=body)
    async with open_client(app, joined.json()["data"]["access_token"]) as client:
        await client.put("/api/v1/calling/phones/me", json={"account": "meera"})
        yield client


async def begin_talk(desk: Desk, client: httpx.AsyncClient) -> str:
    """Let a client call a lead who stays on; return the call when they talk."""
    await desk.add_lead(TALKS_ON)
    answer = await client.post("/api/v1/calls", json={"to": TALKS_ON})
    assert answer.status_code == 201, answer.text
    call_id = str(answer.json()["data"]["id"])
    await desk.until(call_id, lambda call: call["state"] == "connected")
    return call_id


async def list_mine(client: httpx.AsyncClient) -> list[str]:
    answer = await client.get("/api/v1/calls", params={"mine": True, "still": "on"})
    return [str(call["id"]) for call in answer.json()["data"]]


async def count_facts(desk: Desk, call_id: str, kind: str) -> int:
    """Return how many facts of a kind browsers were told about a call."""
    org_id = desk.owner.org_id
    async with transaction(org_id) as session:
        rows = await session.scalars(select(EventRow).where(EventRow.org_id == org_id))
        return sum(row.type.endswith(kind) and row.data.get("call_id") == call_id for row in rows)


async def end(desk: Desk, call_id: str) -> None:
    await desk.client.post(f"/api/v1/calls/{call_id}/hang-up")
    await desk.until(call_id, lambda call: call["state"] == "ended")


async def test_a_call_is_of_those_who_asked_for_it_or_were_rung(desk: Desk, colleague: httpx.AsyncClient) -> None:
    call_id = await begin_talk(desk, colleague)
    assert await list_mine(colleague) == [call_id]
    assert await list_mine(desk.client) == []
    handed = {"member_id": str(desk.owner.member_id), "kind": "attended"}
    await colleague.post(f"/api/v1/calls/{call_id}/transfer", json=handed)
    assert (await desk.read(call_id))["transfer"] == "attended"
    assert await list_mine(desk.client) == [call_id]
    await colleague.post(f"/api/v1/calls/{call_id}/transfer/cancel")
    assert (await desk.read(call_id))["transfer"] is None
    await end(desk, call_id)
    assert await list_mine(colleague) == []


async def test_a_second_transfer_waits_until_the_first_is_over(desk: Desk, colleague: httpx.AsyncClient) -> None:
    call_id = await begin_talk(desk, colleague)
    address = f"/api/v1/calls/{call_id}/transfer"
    to_owner = {"member_id": str(desk.owner.member_id), "kind": "attended"}
    to_number = {"to": OTHER_TALKS_ON, "kind": "attended"}
    both = await asyncio.gather(*(colleague.post(address, json=body) for body in (to_owner, to_number)))
    assert sorted(answer.status_code for answer in both) == [200, 409], "one of two at the same moment"
    for kind in ("blind", "attended"):
        again = await colleague.post(address, json={**to_number, "kind": kind})
        assert (again.status_code, again.json()["code"]) == (409, "transfer_under_way")
    assert "cancel" in again.json()["title"]
    assert [leg["party"] for leg in (await desk.read(call_id))["legs"]] == ["agent", "lead", "third"]
    assert (await colleague.post(f"{address}/cancel")).status_code == 200
    await desk.until(call_id, lambda call: call["legs"][2]["state"] == "ended")
    assert (await colleague.post(address, json=to_number)).status_code == 200
    await end(desk, call_id)


async def test_a_supervisor_leaves_and_the_call_goes_on(desk: Desk, colleague: httpx.AsyncClient) -> None:
    call_id = await begin_talk(desk, colleague)
    address = f"/api/v1/calls/{call_id}/monitor"
    assert (await desk.client.post(address, json={"monitoring": "whisper"})).status_code == 200

    def supervisor(call: dict[str, Any]) -> dict[str, Any]:
        return next(dict(leg) for leg in call["legs"] if leg["party"] == "supervisor")

    heard = await desk.until(call_id, lambda call: supervisor(call)["state"] == "up")
    assert supervisor(heard)["monitoring"] == "whisper"
    assert (await colleague.delete(address)).status_code == 403
    assert (await desk.client.delete(address)).status_code == 200
    left = await desk.until(call_id, lambda call: supervisor(call)["state"] == "ended")
    assert left["state"] == "connected"
    assert (await desk.client.delete(address)).status_code == 200
    assert (await desk.client.delete(f"/api/v1/calls/{uuid4()}/monitor")).status_code == 404
    await end(desk, call_id)


def hears(desk: Desk, call_id: str, supervisor: str) -> tuple[bool, bool, bool]:
    """Say whether a supervisor hears the call, is heard by the agent, and by the lead, from Asterisk's channels."""
    switch = desk.asterisk.switch
    channel = switch.channel(supervisor)
    assert channel is not None
    assert not channel.hears_music
    ears = [one for one in switch.snoops if one.id.startswith(supervisor)]
    assert len(ears) <= 1, "an old ear is gone"
    if channel.bridge is switch.bridges[UUID(call_id).hex]:
        assert ears == []
        return True, True, True
    assert channel.bridge is not None
    [ear] = ears
    assert ear.bridge is channel.bridge
    return ear.spy == "both", ear.whisper == "out", False


TAKES_PART = {"listen": (True, False, False), "whisper": (True, True, False), "barge": (True, True, True)}


async def test_a_supervisor_changes_between_listening_whispering_and_joining(
    desk: Desk, colleague: httpx.AsyncClient
) -> None:
    call_id = await begin_talk(desk, colleague)
    address = f"/api/v1/calls/{call_id}/monitor"

    async def ask(how: str) -> dict[str, Any]:
        answer = await desk.client.post(address, json={"monitoring": how})
        assert answer.status_code == 200, answer.text
        assert [leg["party"] for leg in answer.json()["data"]["legs"]] == ["agent", "lead", "supervisor"]
        return dict(answer.json()["data"]["legs"][2])

    supervisor = channel_id(desk.owner.org_id, UUID((await ask("listen"))["id"]))
    await desk.until(call_id, lambda call: call["legs"][2]["state"] == "up")
    await until(lambda: any(one.id.startswith(supervisor) and one.bridge for one in desk.asterisk.switch.snoops))
    await until(lambda: desk.asterisk.switch.channel(supervisor).bridge)
    # All six changes, and each asked again.
    for how in ("listen", "whisper", "listen", "barge", "whisper", "barge", "listen"):
        for _ in range(2):
            leg = await ask(how)
            assert (leg["monitoring"], leg["state"], leg["is_joined"]) == (how, "up", how == "barge")
            assert hears(desk, call_id, supervisor) == TAKES_PART[how], how
    assert (await desk.read(call_id))["state"] == "connected"
    answers = await asyncio.gather(
        *(desk.client.post(address, json={"monitoring": how}) for how in ("whisper", "barge", "listen"))
    )
    assert [answer.status_code for answer in answers] == [200] * 3
    [_, _, leg] = (await desk.read(call_id))["legs"]
    await until(lambda: hears(desk, call_id, supervisor) == TAKES_PART[leg["monitoring"]])
    assert (await desk.client.delete(address)).status_code == 200
    await desk.until(call_id, lambda call: call["legs"][2]["state"] == "ended")
    again = await desk.client.post(address, json={"monitoring": "whisper"})
    assert (again.status_code, len(again.json()["data"]["legs"])) == (200, 4), "who left is rung again"
    await end(desk, call_id)


async def test_a_supervisor_who_asks_twice_at_once_is_rung_once(desk: Desk, colleague: httpx.AsyncClient) -> None:
    call_id = await begin_talk(desk, colleague)
    address, before = f"/api/v1/calls/{call_id}/monitor", desk.rung("asha")
    asked = (desk.client.post(address, json={"monitoring": how}) for how in ("listen", "whisper", "barge"))
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert [leg["party"] for leg in (await desk.read(call_id))["legs"]] == ["agent", "lead", "supervisor"]
    assert desk.rung("asha") == before + 1
    await end(desk, call_id)


async def test_browsers_are_told_of_a_hold_and_once_of_the_end(desk: Desk) -> None:
    call_id = await begin_talk(desk, desk.client)
    before = await count_facts(desk, call_id, "CallChanged")
    await desk.client.post(f"/api/v1/calls/{call_id}/hold")
    assert await count_facts(desk, call_id, "CallChanged") == before + 1
    await desk.client.post(f"/api/v1/calls/{call_id}/hold")
    assert await count_facts(desk, call_id, "CallChanged") == before + 1
    await desk.client.post(f"/api/v1/calls/{call_id}/resume")
    assert await count_facts(desk, call_id, "CallChanged") == before + 2
    await end(desk, call_id)
    assert await count_facts(desk, call_id, "CallEnded") == 1


async def test_a_closed_microphone_is_seen_by_all_and_after_a_reload(desk: Desk) -> None:
    call_id = await begin_talk(desk, desk.client)
    address = f"/api/v1/calls/{call_id}"
    [agent] = [leg for leg in (await desk.read(call_id))["legs"] if leg["party"] == "agent"]
    channel = desk.asterisk.switch.channel(channel_id(desk.owner.org_id, UUID(agent["id"])))
    assert channel is not None
    for path, is_muted in (("mute", True), ("mute", True), ("unmute", False), ("mute", True)):
        told = await count_facts(desk, call_id, "CallChanged")
        was_muted = (await desk.read(call_id))["is_muted"]
        assert (await desk.client.post(f"{address}/{path}")).status_code == 204
        call = await desk.read(call_id)
        assert call["is_muted"] is is_muted
        assert [leg["is_muted"] for leg in call["legs"] if leg["party"] == "agent"] == [is_muted]
        assert channel.muted == ({"in"} if is_muted else set())
        assert await count_facts(desk, call_id, "CallChanged") == told + (was_muted is not is_muted)
    await end(desk, call_id)
    assert not (await desk.read(call_id))["is_muted"]
    assert (await desk.client.post(f"{address}/mute")).status_code == 409


async def test_music_ends_when_the_lead_is_back_from_hold(desk: Desk) -> None:
    call_id = await begin_talk(desk, desk.client)
    [lead] = [leg for leg in (await desk.read(call_id))["legs"] if leg["party"] == "lead"]
    channel = desk.asterisk.switch.channel(channel_id(desk.owner.org_id, UUID(lead["id"])))
    assert channel is not None
    await desk.client.post(f"/api/v1/calls/{call_id}/hold")
    assert (channel.hears_music, channel.bridge) == (True, None)
    await desk.client.post(f"/api/v1/calls/{call_id}/resume")
    assert not channel.hears_music
    await until(lambda: channel.bridge is not None)
    await end(desk, call_id)


async def test_a_number_that_cannot_be_kept_from_calls_is_named(desk: Desk) -> None:
    for bad in ("nobody", "*", "+49 30 x*"):
        answer = await desk.client.post("/api/v1/do-not-call", json={"numbers": [TALKS_ON, bad]})
        assert answer.status_code == 422
        assert answer.json()["detail"].startswith(f"{bad}: ")
    assert (await desk.client.get("/api/v1/do-not-call")).json()["data"] == []
