"""A campaign's own table says who agreed to be called, and where that is kept."""

from typing import Any
from uuid import UUID

import pytest

from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service import filling
from metacortex.contexts.calls.service.dialling.permits import permit_target
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import transaction
from tests.calls.desks import Desk
from tests.calls.test_places import fill
from tests.calls.test_preflight import list_targets
from tests.conftest import RunJobs

AGREED, SECOND, SILENT, UNDATED, UNSOURCED, WITHDRAWN, ERASED = (f"+91982004500{place}" for place in range(1, 8))
HEADER = "phone,home,Consent_Source,consented at,consent-text"


async def count(desk: Desk, campaign_id: str, run_due_jobs: RunJobs) -> dict[str, Any]:
    path = f"/api/v1/dial-campaigns/{campaign_id}/preflight"
    await desk.client.post(path)
    await run_due_jobs(desk.owner.org_id)
    return dict((await desk.client.get(path)).json()["data"])


async def list_consents(desk: Desk, **query: str) -> list[dict[str, Any]]:
    return list((await desk.client.get("/api/v1/privacy/consents", params=query)).json()["data"])


async def test_who_agreed_is_called_and_nobody_else(
    desk: Desk, run_due_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "CONSENT_CHUNK", 2)
    left = {"address": WITHDRAWN, "purpose": "sales", "channel": "phone", "decision": "withdrawn", "source": "a call"}
    assert (await desk.client.post("/api/v1/privacy/consents", json=left)).status_code == 201
    async with transaction(desk.owner.org_id) as session:
        await privacy.suppress(session, privacy.list_addresses([], [ERASED]), privacy.SuppressionReason.ERASED)
    rows = [
        f"{AGREED},{SECOND},crm/1,2026-03-02,“Call me about the flat.”",
        f"{SILENT},,,,",
        f"{UNDATED},,crm/2,soon,",
        f"{UNSOURCED},,,2026-03-02,",
        f"{WITHDRAWN},,crm/3,2026-03-02,",
        f"{ERASED},,crm/4,2026-03-02,",
    ]
    campaign_id, filled = await fill(desk, run_due_jobs, "\n".join([HEADER, *rows]))
    assert (filled["read"], filled["added"], filled["bad_numbers"]) == (6, 5, {"unclear_consent": 1})
    counted = await count(desk, campaign_id, run_due_jobs)
    assert (counted["callable_now"], counted["no_consent"]) == (1, 4)
    given = [one for one in await list_consents(desk) if one["decision"] == "given"]
    assert {one["address"] for one in given} == {AGREED, WITHDRAWN}
    [kept] = await list_consents(desk, address=AGREED)
    assert (kept["source"], kept["purpose"], kept["channel"]) == ("crm/1", "sales", "phone")
    assert kept["at"].startswith("2026-03-02T00:00:00")
    wanted = {"by": "table", "campaign": campaign_id, "fill": filled["id"], "text": "“Call me about the flat.”"}
    assert kept["proof"] == wanted
    async with transaction(desk.owner.org_id) as session:
        targets = await list_targets(session, UUID(campaign_id))
        [target] = [one for one in targets if one.number == AGREED]
        permitted = await permit_target(session, CampaignSettings(), target, is_automated=True)
    assert permitted.reasons["consent"] == "consent"


async def test_a_consent_counts_for_each_number_of_its_row_and_for_who_is_on_the_list_already(
    desk: Desk, run_due_jobs: RunJobs
) -> None:
    made = await desk.client.post("/api/v1/dial-campaigns", json={"name": "x", "mode": "power", "settings": {}})
    campaign_id = made.json()["data"]["id"]
    path = f"/api/v1/dial-campaigns/{campaign_id}/fills/table"
    for text in (f"phone\n{AGREED}\n", f"{HEADER}\n{AGREED},{SECOND},crm/1,2026-03-02,\n"):
        body = {"text": text, "other_number_columns": ["home"] if "home" in text else []}
        assert (await desk.client.post(path, json=body)).status_code == 202
        await run_due_jobs(desk.owner.org_id)
    assert (await count(desk, campaign_id, run_due_jobs))["callable_now"] == 1
    assert {one["address"] for one in await list_consents(desk)} == {AGREED, SECOND}
