"""`metacortex demo` fills an organization once, and its owner can sign in."""

from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import select

from metacortex.contexts.leads.models import TimelineEntry
from metacortex.entrypoints import demo, demo_calls
from metacortex.platform.database import transaction, utc_now
from tests.conftest import RunJobs, open_client


async def test_the_demo_is_filled_once(app: object, run_due_jobs: RunJobs, capsys: pytest.CaptureFixture[str]) -> None:
    await demo.main()
    await demo.main()
    told = capsys.readouterr().out
    assert f"{demo.ORGANIZATION} is already there." in told
    assert "Nobody is called" in told

    async with open_client(app) as visitor:
        body = {"email": "asha@sahyadri.example", "password": demo.PASSWORD}
        signed_in = (await visitor.post("/api/v1/sign-in", json=body)).json()["data"]
    async with open_client(app, signed_in["access_token"]) as owner:
        members = (await owner.get("/api/v1/members")).json()["data"]
        stages = (await owner.get("/api/v1/pipeline")).json()["data"]
        calls = (await owner.get("/api/v1/calls", params={"limit": 200})).json()["data"]
        [campaign] = (await owner.get("/api/v1/dial-campaigns")).json()["data"]
        live = (await owner.get(f"/api/v1/dial-campaigns/{campaign['id']}/live")).json()["data"]
        heard = next(one["id"] for one in calls if one["recording"])
        sound = await owner.get(f"/api/v1/calls/{heard}/recording")
        forbidden = (await owner.get("/api/v1/do-not-call")).json()["data"]
    async with transaction(UUID(signed_in["organization"]["id"])) as session:
        entries = list(await session.scalars(select(TimelineEntry).order_by(TimelineEntry.id)))
    told_of = {lead_id: [one for one in entries if one.lead_id == lead_id] for lead_id in {x.lead_id for x in entries}}
    mixed = [history for history in told_of.values() if {"call", "note"} <= {one.kind for one in history}]
    assert len(mixed) > 5
    assert all(history == sorted(history, key=lambda one: one.at) for history in told_of.values())
    assert len(members) == len(demo.MEMBERS)
    assert sum(stage["lead_count"] for stage in stages) == demo.LEADS
    assert len({stage["name"] for stage in stages if stage["lead_count"]}) >= 4
    assert len(calls) == demo_calls.CALLS + demo_calls.TARGETS
    assert {one["outcome"] for one in calls} > {"answered", "busy", "no-answer", "rejected"}
    assert all(one["variables"] == demo_calls.INVENTED for one in calls)
    moments = [one["requested_at"] for one in calls]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] < utc_now().isoformat()
    assert sum(one["recording"] is not None for one in calls) == demo_calls.HEARD
    assert sound.content[:4] == b"RIFF"
    assert live["targets"] == {"done": demo_calls.TARGETS}
    of_campaign = Counter(one["outcome"] for one in calls if one["campaign_id"])
    assert 0 < of_campaign["abandoned"] < live["abandonment"]["limit"] * of_campaign.total()
    assert live["abandonment"]["rate"] == 0, "it was on days ago, and the law of its country counts a day"
    assert [one["number"] for one in forbidden] == [demo_calls.INDIAN]
    assert {one["to"][:3] for one in calls} == {"+91"}
