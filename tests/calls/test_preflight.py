"""Judging a whole list at once says what judging each says, and asks no more of the database for it."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from metacortex.contexts.calls.models import CallRow, DialCampaign, DialTarget
from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.dialling.permits import permit_target, put_off
from metacortex.contexts.calls.service.dialling.surveying import judge_targets
from metacortex.contexts.calls.service.refusals import NumberOnDoNotCallList
from metacortex.contexts.calls.settings import LawOverride, calls_settings
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import insert_rows, new_id, transaction, utc_now
from metacortex.platform.errors import Problem
from tests.calls.desks import Desk

ASKED = [f"+9198400{place:05d}" for place in range(4)]
"""Somebody who got in touch, each with a lead."""
FORBIDDEN, BY_PREFIX, UNKNOWN, OFTEN, ERASED = (f"+91984{place}700001" for place in range(5))
ABROAD, ENDS_IN_STAR, NONSENSE = "+4915123456789", "+919848000001", "erased:1"
AMERICANS = {
    "US-CT": "+12035550142",
    "US-FL": "+13055550142",
    "US-MD": "+14105550142",
    "US-OK": "+14055550142",
    "US-TX": "+15125550142",
}
ALL = [*ASKED, FORBIDDEN, BY_PREFIX, UNKNOWN, OFTEN, ERASED, ABROAD, ENDS_IN_STAR, NONSENSE]


async def prepare(desk: Desk) -> None:
    """Let everybody get in touch but one, then let some be forbidden."""
    for number in ALL:
        if number not in {UNKNOWN, NONSENSE}:
            await desk.add_lead(number)
    listed = [FORBIDDEN, f"{BY_PREFIX[:-2]}*", f"{ENDS_IN_STAR[:-1]}*", f"{ASKED[0]}*"]
    assert (await desk.client.post("/api/v1/do-not-call", json={"numbers": listed})).status_code == 201
    suppressed = await desk.client.post("/api/v1/privacy/suppressions", json={"address": ERASED, "reason": "manual"})
    assert suppressed.is_success, suppressed.text
    rung = utc_now() - timedelta(minutes=5)
    row = {"org_id": desk.owner.org_id, "mode": "direct", "ringing": "in-turn", "purpose": "sales", "state": "ended"}
    row |= {"server": "asterisk", "to_number": OFTEN, "variables": {}, "permission": {}, "requested_at": rung}
    assert (await desk.client.patch("/api/v1/calling/settings", json={"attempts_a_day": 2})).is_success
    async with transaction(desk.owner.org_id) as session:
        await insert_rows(session, CallRow, [{**row, "id": new_id()} for _ in range(2)])


async def make_list(org_id: UUID, numbers: list[str], *, lead_id: UUID | None = None) -> UUID:
    campaign_id, now = new_id(), utc_now()
    async with transaction(org_id) as session:
        session.add(DialCampaign(org_id=org_id, id=campaign_id, name="x", mode="power", state="draft", settings={}))
        await session.flush()
        row: dict[str, Any] = {"org_id": org_id, "campaign_id": campaign_id, "other_numbers": [], "lead_id": lead_id}
        row |= {"state": "waiting", "attempts": 0, "outcome_attempts": {}, "next_at": now, "priority": 0}
        await insert_rows(
            session, DialTarget, [{**row, "id": new_id(), "number": one, "updated_at": now} for one in numbers]
        )
    return campaign_id


async def list_targets(session: Any, campaign_id: UUID) -> list[DialTarget]:
    return await queries.list_targets(session, campaign_id, state=None, after=None, limit=1000)


async def judge_each(session: Any, settings: CampaignSettings, target: DialTarget, *, is_automated: bool) -> Any:
    try:
        await permit_target(session, settings, target, is_automated=is_automated)
    except Problem as problem:
        return problem.code
    return None


@pytest.mark.parametrize("is_automated", [True, False])
@pytest.mark.parametrize("hours", [{}, {"opens_at": "03:00", "closes_at": "03:01"}])
async def test_all_at_once_are_judged_as_one_by_one(desk: Desk, is_automated: bool, hours: dict[str, str]) -> None:
    await prepare(desk)
    campaign_id = await make_list(desk.owner.org_id, ALL)
    settings = CampaignSettings(**hours)
    async with transaction(desk.owner.org_id) as session:
        targets = await list_targets(session, campaign_id)
        judged = await judge_targets(session, settings, targets, is_automated=is_automated)
        together = {target.number: judged[target.id].code for target in targets}
        each = {one.number: await judge_each(session, settings, one, is_automated=is_automated) for one in targets}
    assert together == each
    said = Counter(together.values())
    assert said["do_not_call"] == 3
    assert (said["address_suppressed"], said["consent_missing"], said["number_invalid"]) == (1, 1, 1)
    if not hours:
        assert (said["called_too_often"], together[ASKED[0]]) == (1, None)
    else:
        assert said["outside_calling_hours"] >= 4
        assert judged[targets[0].id].opens_at > utc_now()


async def test_a_list_says_where_no_machine_may_dial_on_an_enquiry(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"rules": [f"{code}.hours" for code in ("US", *AMERICANS)], "by": "the tests", "why": "they run at night"}
    allowing = calls_settings().model_copy(update={"law_override": LawOverride(**said)})
    monkeypatch.setattr("metacortex.contexts.calls.service.judging.calls_settings", lambda: allowing)
    for number in AMERICANS.values():
        await desk.add_lead(number)
    campaign_id = await make_list(desk.owner.org_id, list(AMERICANS.values()))
    judged: dict[bool, dict[str, str | None]] = {}
    async with transaction(desk.owner.org_id) as session:
        targets = await list_targets(session, campaign_id)
        for is_automated in (True, False):
            found = await judge_targets(session, CampaignSettings(), targets, is_automated=is_automated)
            judged[is_automated] = {one.number: found[one.id].code for one in targets}
            for one in targets:
                alone = await judge_each(session, CampaignSettings(), one, is_automated=is_automated)
                assert alone == found[one.id].code
    assert set(judged[False].values()) == {None}
    wanting = {AMERICANS[code] for code in ("US-CT", "US-FL", "US-MD", "US-OK")}
    assert {number for number, code in judged[True].items() if code == "consent_missing"} == wanting
    assert judged[True][AMERICANS["US-TX"]] is None


@pytest.mark.parametrize("problem", [privacy.Suppressed(), privacy.ConsentMissing(), NumberOnDoNotCallList("theirs")])
def test_who_may_not_be_called_at_all_is_done_with(problem: Problem) -> None:
    target = DialTarget(state="waiting")
    put_off(target, problem, utc_now())
    assert (target.state, target.reason) == ("done", problem.code)


async def test_another_organizations_list_forbids_nobody_here(desk: Desk, make_owner: Any) -> None:
    other = await make_owner()
    await desk.add_lead(ASKED[1])
    assert (await other.client.post("/api/v1/do-not-call", json={"numbers": [ASKED[1]]})).status_code == 201
    campaign_id = await make_list(desk.owner.org_id, [ASKED[1]])
    async with transaction(desk.owner.org_id) as session:
        targets = await list_targets(session, campaign_id)
        judged = await judge_targets(session, CampaignSettings(), targets, is_automated=True)
    assert judged[targets[0].id].code is None


async def test_a_thousand_cost_as_many_statements_as_three(desk: Desk) -> None:
    counts = []
    for size in (3, 1000):
        numbers = [f"+9198{size % 97:02d}{place:06d}" for place in range(size)]
        campaign_id = await make_list(desk.owner.org_id, numbers)
        said: list[str] = []

        def note(*told: Any, said: list[str] = said) -> None:
            said.append(told[2])

        async with transaction(desk.owner.org_id) as session:
            targets = await list_targets(session, campaign_id)
            connection = (await session.connection()).sync_connection
            event.listen(connection, "before_cursor_execute", note)
            judged = await judge_targets(session, CampaignSettings(), targets, is_automated=True)
            event.remove(connection, "before_cursor_execute", note)
        assert {one.code for one in judged.values()} == {"consent_missing"}
        counts.append(len(said))
    assert counts[0] == counts[1] <= 8
