"""Campaigns that dial ahead keep the strictest law of whom they call: the share, the periods, the wait, the message."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from metacortex.contexts.calls.models import DialCampaign
from metacortex.contexts.calls.queries.placing import read_facts
from metacortex.contexts.calls.rules.law import Override, bind_abandonment, shipped_laws
from metacortex.contexts.calls.rules.numbers import read_number
from metacortex.contexts.calls.rules.zones import find_zones
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.abandoning import AbandonmentSoundMissing, read_bounds
from metacortex.contexts.calls.service.dialling.attempts import Dialling, bind_hold
from metacortex.contexts.calls.service.dialling.pace import build_rule
from metacortex.contexts.calls.service.dialling.windows import Account, begin_day
from metacortex.contexts.calls.service.judging import LOOK_BACK, judge_law, keep_fitting
from metacortex.contexts.calls.service.permitting import Permit, judge, plan_use
from metacortex.contexts.calls.service.refusals import CallerIdNotLocal
from metacortex.contexts.calls.settings import calls_settings
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Problem
from tests.calls.test_abandonment_windows import add_calls
from tests.conftest import Owner, RunJobs

INDIAN, AMERICAN, BRITISH = "+919820012345", "+12125550142", "+442071234567"
DAY, MONTH = 86_400, 30 * 86_400


@pytest.fixture
def nothing_overruled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the law of India bind too, which other tests overrule."""
    monkeypatch.delenv("METACORTEX_CALLS_LAW_OVERRIDE")
    calls_settings.cache_clear()
    yield
    monkeypatch.undo()
    calls_settings.cache_clear()


async def make(owner: Owner, *, mode: str = "predictive", **settings: Any) -> Any:
    body = {"name": "Spring", "mode": mode, "settings": settings}
    return await owner.client.post("/api/v1/dial-campaigns", json=body)


async def fill(owner: Owner, campaign_id: str, run_due_jobs: RunJobs, *numbers: str) -> None:
    table = {"text": "phone\n" + "\n".join(numbers)}
    answer = await owner.client.post(f"/api/v1/dial-campaigns/{campaign_id}/fills/table", json=table)
    assert answer.status_code == 202, answer.text
    await run_due_jobs(owner.org_id)


async def change(owner: Owner, campaign_id: str, **body: Any) -> Any:
    return await owner.client.patch(f"/api/v1/dial-campaigns/{campaign_id}", json=body)


async def start(owner: Owner, campaign_id: str) -> Any:
    return await owner.client.post(f"/api/v1/dial-campaigns/{campaign_id}/start")


def named(answer: Any) -> set[str]:
    return {one["field"].removeprefix("settings.") for one in answer.json()["errors"]}


def test_the_strictest_of_many_laws_binds_and_every_period_counts() -> None:
    both = bind_abandonment({"US", "GB"})
    assert both is not None
    assert (both.limit, both.window_seconds, both.message_within_seconds) == (0.03, (DAY, MONTH), 2)
    assert both.countries == ("GB", "US")
    american = bind_abandonment({"US", "PR"})
    assert american is not None
    assert (american.window_seconds, american.countries) == ((MONTH,), ("US",))
    unknown = bind_abandonment(())
    assert unknown is not None
    assert unknown.countries == ("XX",)
    overruled = Override(frozenset({"US"}), "Ada", "all agreed")
    assert bind_abandonment({"US"}, overruled) is None
    left = bind_abandonment({"US", "GB"}, overruled)
    assert left is not None
    assert left.window_seconds == (DAY,)
    assert all(law.abandonment.message_within_seconds == 2 for law in shipped_laws())


async def test_what_is_left_out_is_as_the_law_says_and_no_more_is_taken(owner: Owner, nothing_overruled: None) -> None:
    plain = (await make(owner)).json()["data"]["settings"]
    kept = {name: plain[name] for name in ("abandonment_limit", "abandonment_window", "hold_seconds")}
    assert kept == {"abandonment_limit": 0.03, "abandonment_window": "day", "hold_seconds": 2}
    for looser in ({"abandonment_limit": 0.031}, {"abandonment_window": "thirty-days"}, {"hold_seconds": 2.1}):
        refused = await make(owner, **looser)
        assert (refused.status_code, refused.json()["code"]) == (422, "looser_than_law")
        assert named(refused) == set(looser)
        assert "By the law of IN this" in refused.json()["detail"]
    both = await make(owner, abandonment_limit=0.2, hold_seconds=10)
    assert named(both) == {"abandonment_limit", "hold_seconds"}
    stricter = await make(owner, abandonment_limit=0.01, abandonment_window="day", hold_seconds=0)
    assert stricter.status_code == 201


async def test_what_an_operator_overrules_does_not_bind(owner: Owner, run_due_jobs: RunJobs) -> None:
    made = await make(owner, abandonment_limit=0.2, hold_seconds=10)
    assert made.status_code == 201
    campaign_id = made.json()["data"]["id"]
    await fill(owner, campaign_id, run_due_jobs, INDIAN)
    started = await start(owner, campaign_id)
    assert started.status_code == 200, "where no law binds, none wants a message"
    assert started.json()["data"]["settings"]["abandonment_limit"] == 0.2


async def test_the_list_says_whose_law_binds(owner: Owner, run_due_jobs: RunJobs) -> None:
    campaign_id = (await make(owner, abandonment_sound="sound:sorry")).json()["data"]["id"]
    await fill(owner, campaign_id, run_due_jobs, AMERICAN, INDIAN)
    monthly = {"abandonment_sound": "sound:sorry", "abandonment_window": "thirty-days"}
    assert (await change(owner, campaign_id, settings=monthly)).status_code == 200
    await fill(owner, campaign_id, run_due_jobs, BRITISH)
    refused = await change(owner, campaign_id, settings=monthly)
    assert (refused.status_code, named(refused)) == (422, {"abandonment_window"})
    assert "By the law of GB, US this has to be “day”." in refused.json()["detail"]
    assert (await change(owner, campaign_id, name="Summer")).status_code == 200, "the name is nobody's law"
    started = await start(owner, campaign_id)
    assert started.json()["data"]["settings"]["abandonment_window"] == "day", "what the list has become since"


async def test_where_a_contact_lives_brings_the_law_of_that_place(owner: Owner, run_due_jobs: RunJobs) -> None:
    for place in ({"country": "GB"}, {"time_zone": "America/New_York"}):
        body = {"phone": f"+9198200{len(place['country' if 'country' in place else 'time_zone']):05d}", **place}
        assert (await owner.client.post("/api/v1/leads", json=body)).status_code == 201
    campaign_id = (await make(owner)).json()["data"]["id"]
    filled = await owner.client.post(f"/api/v1/dial-campaigns/{campaign_id}/fills/leads", json={})
    assert filled.status_code == 202
    await run_due_jobs(owner.org_id)
    async with transaction(owner.org_id) as session:
        bounds = await read_bounds(session, UUID(campaign_id))
    assert bounds is not None
    assert bounds.countries == ("GB", "US")


@pytest.mark.parametrize("mode", ["power", "predictive"])
async def test_who_dials_ahead_needs_a_message_for_those_who_find_nobody(
    owner: Owner, run_due_jobs: RunJobs, mode: str
) -> None:
    campaign_id = (await make(owner, mode=mode)).json()["data"]["id"]
    await fill(owner, campaign_id, run_due_jobs, AMERICAN)
    refused = await start(owner, campaign_id)
    assert (refused.status_code, refused.json()["code"]) == (422, "abandonment_sound_missing")
    assert named(refused) == {"abandonment_sound"}
    assert (await owner.client.get(f"/api/v1/dial-campaigns/{campaign_id}")).json()["data"]["state"] == "draft"
    assert (await change(owner, campaign_id, mode="progressive")).status_code == 200
    assert (await start(owner, campaign_id)).status_code == 200, "an agent waits for everybody who answers"
    assert (await change(owner, campaign_id, mode=mode)).json()["code"] == "abandonment_sound_missing"
    spoken = await change(owner, campaign_id, mode=mode, settings={"abandonment_sound": "sound:sorry"})
    assert spoken.status_code == 200
    muted = await change(owner, campaign_id, settings={"hold_seconds": 1})
    assert muted.json()["code"] == "abandonment_sound_missing"


async def test_both_periods_count_and_whoever_waited_too_long_was_abandoned(
    owner: Owner, run_due_jobs: RunJobs
) -> None:
    campaign_id = (await make(owner)).json()["data"]["id"]
    await fill(owner, campaign_id, run_due_jobs, AMERICAN, BRITISH)
    now = begin_day(utc_now()) + timedelta(hours=12)
    an_hour_ago, last_week = now - timedelta(hours=1), now - timedelta(days=7)
    waits = [(1.9, "answered"), (2.0, "answered"), (2.1, "answered"), (5, None)]
    calls = [
        {"waiting_at": an_hour_ago, "connected_at": an_hour_ago + timedelta(seconds=wait), "outcome": outcome}
        for wait, outcome in waits
    ]
    await add_calls(owner, UUID(campaign_id), calls, an_hour_ago)
    lost = {"waiting_at": last_week, "outcome": "abandoned"}
    await add_calls(owner, UUID(campaign_id), [lost], last_week)
    account = Account()
    async with transaction(owner.org_id) as session:
        campaign = await session.get(DialCampaign, (owner.org_id, UUID(campaign_id)))
        assert campaign is not None
        dialling = Dialling(campaign, CampaignSettings(abandonment_limit=0.2), None, now)
        windows = await account.read(session, dialling)
        first = await read_bounds(session, UUID(campaign_id))
    assert {one.name: (one.live, one.abandoned) for one in windows} == {
        "thirty-days": (5, 3),
        "day": (4, 2),
        "today": (4, 2),
    }
    assert account.bounds == first
    assert build_rule(dialling, account.bounds).limit == 0.03
    assert build_rule(dialling, None).limit == 0.2


def dial(mode: str, **settings: Any) -> Dialling:
    return Dialling(DialCampaign(mode=mode), CampaignSettings(**settings), None, utc_now())


def permit_to(*countries: str) -> Permit:
    return Permit(read_number(BRITISH), None, None, {}, "announcement", None, countries)


def test_nobody_waits_longer_than_the_law_of_their_place_says() -> None:
    patient = dial("power", hold_seconds=10, abandonment_sound="sound:sorry")
    assert bind_hold(patient, permit_to("GB", "US")) == 1.7, "the message is heard within two"
    assert bind_hold(patient, permit_to("IN")) == 10, "overruled"
    assert bind_hold(dial("power", hold_seconds=0.5, abandonment_sound="sound:sorry"), permit_to("GB")) == 0.5


def test_who_came_on_the_list_of_a_running_campaign_is_not_rung_without_a_message() -> None:
    with pytest.raises(AbandonmentSoundMissing):
        bind_hold(dial("predictive"), permit_to("GB"))
    assert bind_hold(dial("predictive"), permit_to("IN")) == 2
    assert bind_hold(dial("progressive"), permit_to("GB")) == 1.7


def at(zone: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-25T{clock}").replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [("09:59", False), ("10:00", True), ("18:59", True), ("19:00", False), ("20:59", False)],
)
def test_calls_about_debts_keep_their_own_hours_too(nothing_overruled: None, clock: str, is_open: bool) -> None:
    zones, moment = find_zones(read_number(INDIAN)), at("Asia/Kolkata", clock)
    if is_open:
        judge_law(zones, [], None, moment, is_automated=False, purpose="debt")
    else:
        with pytest.raises(Problem) as refused:
            judge_law(zones, [], None, moment, is_automated=False, purpose="debt")
        assert refused.value.code == "outside_calling_hours"
    if clock != "09:59":
        judge_law(zones, [], None, moment, is_automated=False)


def test_calls_about_debts_keep_their_own_limits() -> None:
    zones, noon = find_zones(read_number(AMERICAN)), at("America/New_York", "12:00")
    seven = [noon - timedelta(hours=20 * place) for place in range(1, 8)]
    judge_law(zones, seven, None, noon, is_automated=False)
    judge_law(zones, seven[1:], None, noon, is_automated=False, purpose="debt")
    with pytest.raises(Problem) as refused:
        judge_law(zones, seven, None, noon, is_automated=False, purpose="debt")
    assert (refused.value.code, refused.value.extra["rule"]) == ("called_too_often", "US")


def test_only_a_number_of_the_country_is_shown_where_its_law_wants_one(nothing_overruled: None) -> None:
    indian, american = read_number(INDIAN), read_number(AMERICAN)
    own = ["+14155550123", "+912261234567"]
    assert keep_fitting(indian, own) == ["+912261234567"]
    assert keep_fitting(american, own) == own
    assert keep_fitting(indian, []) == [], "the trunk shows its own"
    with pytest.raises(CallerIdNotLocal):
        keep_fitting(indian, own[:1])


def test_an_overruled_country_wants_no_number_of_its_own() -> None:
    assert keep_fitting(read_number(INDIAN), ["+14155550123"]) == ["+14155550123"]


@pytest.mark.parametrize(
    ("own", "wanted", "shown"),
    [
        (["+14155550123"], None, "caller_id_not_local"),
        (["+14155550123", "+912261234567"], "+14155550123", "caller_id_not_local"),
        (["+14155550123", "+912261234567"], "+912261234567", "+912261234567"),
        (["+14155550123", "+912261234567"], None, "+912261234567"),
        ([], None, None),
    ],
)
async def test_a_call_is_refused_rather_than_shown_with_a_foreign_number_or_none(
    owner: Owner, nothing_overruled: None, own: list[str], wanted: str | None, shown: str | None
) -> None:
    await owner.client.post("/api/v1/leads", json={"phone": INDIAN, "message": "Call me"})
    assert (await owner.client.patch("/api/v1/calling/settings", json={"caller_ids": own})).status_code == 200
    day = (utc_now() + timedelta(days=1)).date()
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo("Asia/Kolkata"))
    number = read_number(INDIAN)
    async with transaction(owner.org_id) as session:
        use = plan_use(owner.org_id, number, privacy.Purpose.SALES)
        facts = await read_facts(session, INDIAN, use, key=None, since=noon - LOOK_BACK, now=noon)
        said = {"person": facts.person, "is_automated": False, "now": noon, "caller_id": wanted}
        try:
            found = (await judge(session, number, use, facts, **said)).caller_id
        except Problem as problem:
            found = problem.code
    assert found == shown
