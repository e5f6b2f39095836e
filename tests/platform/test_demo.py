"""`metacortex demo` fills an organization once, and its owner can sign in."""

import pytest

from metacortex.entrypoints import demo
from tests.conftest import RunJobs, open_client


async def test_the_demo_is_filled_once(app: object, run_due_jobs: RunJobs, capsys: pytest.CaptureFixture[str]) -> None:
    await demo.main()
    await demo.main()
    assert f"{demo.ORGANIZATION} is already there." in capsys.readouterr().out

    async with open_client(app) as visitor:
        body = {"email": "asha@sahyadri.example", "password": demo.PASSWORD}
        signed_in = (await visitor.post("/api/v1/sign-in", json=body)).json()["data"]
    async with open_client(app, signed_in["access_token"]) as owner:
        members = (await owner.get("/api/v1/members")).json()["data"]
        stages = (await owner.get("/api/v1/pipeline")).json()["data"]
    assert len(members) == len(demo.MEMBERS)
    assert sum(stage["lead_count"] for stage in stages) == demo.LEADS
    assert len({stage["name"] for stage in stages if stage["lead_count"]}) >= 4
