"""Where somebody lives decides when they are called: in every way to call, and whatever number they have."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest
from sqlalchemy import update

from metacortex.contexts.calls.queries.placing import read_facts
from metacortex.contexts.calls.rules.numbers import read_number
from metacortex.contexts.calls.rules.zones import canonical_zone, prefer, zones_of_country
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.abandoning import read_bounds
from metacortex.contexts.calls.service.dialling.permits import permit_target
from metacortex.contexts.calls.service.dialling.surveying import judge_targets
from metacortex.contexts.calls.service.forgetting import blank_targets
from metacortex.contexts.calls.service.judging import LOOK_BACK
from metacortex.contexts.calls.service.ordering import locate_number
from metacortex.contexts.calls.service.permitting import judge, plan_use
from metacortex.contexts.leads import public as leads
from metacortex.contexts.leads.models import Contact
from metacortex.contexts.leads.rules.places import read_country, read_time_zone
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.errors import Problem
from tests.calls.desks import Desk
from tests.calls.test_preflight import list_targets, make_list
from tests.conftest import RunJobs

MUMBAI, OTHER, THIRD = "+919820044001", "+919820044002", "+919820044003"
NEW_YORK = {"country": "US", "region": "NY", "postal_code": "10001"}
SLEEPERS = ("Pacific/Auckland", "Asia/Tokyo", "Asia/Karachi", "Europe/Athens", "America/Sao_Paulo", "America/Denver")


async def judge_at(desk: Desk, number: str, at: datetime) -> dict[str, Any] | str:
    """Return what a call that a person starts would keep as its reasons, or the code of its refusal."""
    read = read_number(number)
    async with transaction(desk.owner.org_id) as session:
        use = plan_use(desk.owner.org_id, read, privacy.Purpose.SALES)
        facts = await read_facts(session, read.e164, use, key=None, since=at - LOOK_BACK, now=at)
        try:
            judged = await judge(session, read, use, facts, person=facts.person, is_automated=False, now=at)
        except Problem as problem:
            return problem.code
        return judged.reasons


async def move_contact(desk: Desk, **columns: str | None) -> None:
    async with transaction(desk.owner.org_id) as session:
        await session.execute(update(Contact).where(Contact.phone == MUMBAI).values(**columns))


def tomorrow(zone: str, clock: str) -> datetime:
    day = (utc_now() + timedelta(days=1)).date()
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone))


def asleep() -> str:
    """Return a zone where it is night now."""
    now = utc_now()
    return next(zone for zone in SLEEPERS if now.astimezone(ZoneInfo(zone)).hour in {22, 23, 0, 1, 2, 3, 4, 5})


@pytest.mark.parametrize(
    ("clock", "is_open"), [("07:59:59", False), ("08:00:00", True), ("20:59:59", True), ("21:00:00", False)]
)
async def test_a_number_from_mumbai_is_called_by_the_day_of_new_york(desk: Desk, clock: str, is_open: bool) -> None:
    await desk.add_lead(MUMBAI, time_zone="America/New_York", **NEW_YORK)
    judged = await judge_at(desk, MUMBAI, tomorrow("America/New_York", clock))
    if is_open:
        assert isinstance(judged, dict)
        assert (judged["zones"], judged["zones_from"]) == (["America/New_York"], "contact")
    else:
        assert judged == "outside_calling_hours"


async def test_a_zone_that_means_nothing_falls_back_to_the_address_then_to_the_number(desk: Desk) -> None:
    await desk.add_lead(MUMBAI)
    noon = tomorrow("America/New_York", "12:00:00")
    await move_contact(desk, time_zone="Mars/Olympus", **NEW_YORK)
    by_address = await judge_at(desk, MUMBAI, noon)
    assert isinstance(by_address, dict)
    assert (by_address["zones"], by_address["zones_from"]) == (["America/New_York"], "address")
    await move_contact(desk, country=None, region=None, postal_code=None)
    by_number = await judge_at(desk, MUMBAI, noon)
    assert isinstance(by_number, dict)
    assert (by_number["zones"], by_number["zones_from"]) == (["Asia/Kolkata"], "number")


async def test_of_a_country_alone_every_zone_must_be_open(desk: Desk) -> None:
    await desk.add_lead(MUMBAI, country="US")
    assert await judge_at(desk, MUMBAI, tomorrow("America/New_York", "10:00:00")) == "outside_calling_hours"
    assert set(zones_of_country("US")) > {"America/New_York", "Pacific/Honolulu"}


async def test_whoever_sleeps_is_called_by_nobody(desk: Desk) -> None:
    lead_id = await desk.add_lead(MUMBAI, time_zone=asleep())
    for body in ({"lead_id": lead_id}, {"to": MUMBAI}):
        refused = await desk.client.post("/api/v1/calls", json={**body, "mode": "direct"})
        assert (refused.status_code, refused.json()["code"]) == (409, "outside_calling_hours")
    assert desk.rung(MUMBAI) == 0


@pytest.mark.parametrize("knows_lead", [True, False])
async def test_campaigns_and_their_preflight_ask_where_the_contact_lives(desk: Desk, knows_lead: bool) -> None:
    zone = asleep()
    lead_id = UUID(await desk.add_lead(MUMBAI, time_zone=zone))
    campaign_id = await make_list(desk.owner.org_id, [MUMBAI], lead_id=lead_id if knows_lead else None)
    async with transaction(desk.owner.org_id) as session:
        [target] = await list_targets(session, campaign_id)
        judged = await judge_targets(session, CampaignSettings(), [target], is_automated=True)
        assert judged[target.id].code == "outside_calling_hours"
        with pytest.raises(Problem) as refused:
            await permit_target(session, CampaignSettings(), target, is_automated=True)
        assert refused.value.code == "outside_calling_hours"
        person = await leads.find_lead_person(session, lead_id)
    assert locate_number(MUMBAI, person) == ("IN", ZoneInfo(zone))


async def fill(desk: Desk, run_due_jobs: RunJobs, text: str) -> tuple[str, dict[str, Any]]:
    """Put a table's people on a new campaign's list; return the campaign, and what came of it."""
    made = await desk.client.post("/api/v1/dial-campaigns", json={"name": "x", "mode": "power", "settings": {}})
    path = f"/api/v1/dial-campaigns/{made.json()['data']['id']}"
    assert (await desk.client.post(f"{path}/fills/table", json={"text": text})).status_code == 202
    await run_due_jobs(desk.owner.org_id)
    return path.rsplit("/", 1)[1], (await desk.client.get(f"{path}/fills")).json()["data"][0]


async def test_a_campaigns_own_table_says_where_people_are(desk: Desk, run_due_jobs: RunJobs) -> None:
    for number in (MUMBAI, OTHER, THIRD):
        await desk.add_lead(number, **({"time_zone": "Asia/Kolkata"} if number == OTHER else {}))
    rows = f"{MUMBAI},{asleep()},,,\n{OTHER},{asleep()},,,\n{THIRD},,Narnia,,\n"
    campaign_id, filled = await fill(desk, run_due_jobs, f"phone,Time_Zone,country,State,ZIP\n{rows}")
    assert (filled["read"], filled["added"], filled["bad_numbers"]) == (3, 2, {"unknown_place": 1})
    path = f"/api/v1/dial-campaigns/{campaign_id}/preflight"
    await desk.client.post(path)
    await run_due_jobs(desk.owner.org_id)
    counted = (await desk.client.get(path)).json()["data"]
    assert (counted["closed_now"], counted["callable_now"], counted["places_known"]) == (1, 1, 2)
    async with transaction(desk.owner.org_id) as session:
        first, other = await list_targets(session, UUID(campaign_id))
        with pytest.raises(Problem) as refused:
            await permit_target(session, CampaignSettings(), first, is_automated=True)
        assert refused.value.code == "outside_calling_hours"
        assert await permit_target(session, CampaignSettings(), other, is_automated=True), "the contact comes first"
        assert locate_number(MUMBAI, first) == ("IN", ZoneInfo(str(first.time_zone)))


async def test_a_tables_countries_bring_their_law_and_are_forgotten_with_the_person(
    desk: Desk, run_due_jobs: RunJobs
) -> None:
    text = f"phone,country,state,zip\n{MUMBAI},usa,NY,10001\n{OTHER},United Kingdom,,\n"
    campaign_id, _ = await fill(desk, run_due_jobs, text)
    async with transaction(desk.owner.org_id) as session:
        bounds = await read_bounds(session, UUID(campaign_id))
        first, other = await list_targets(session, UUID(campaign_id))
        assert (first.country, first.region, first.postal_code, other.country) == ("US", "NY", "10001", "GB")
        assert bounds is not None
        assert bounds.countries == ("GB", "US")
        assert await blank_targets(session, lead_ids=[], phones=[MUMBAI]) == 1
        assert (first.country, first.region, first.postal_code) == (None, None, None)


def test_a_place_is_of_one_source() -> None:
    said, more = leads.Place(region="NY"), leads.Place(time_zone="Asia/Tokyo")
    assert prefer(None, leads.Place(), said, more) is said
    assert prefer(None, leads.Place()) is None


def test_every_zone_that_a_contact_may_have_is_known_to_the_law() -> None:
    taken = {zone for name in available_timezones() if (zone := read_time_zone(name))}
    assert len(taken) > 400
    assert {zone for zone in taken if canonical_zone(zone) is None} == set()


@pytest.mark.parametrize(
    ("written", "read"),
    [("in", "IN"), (" India ", "IN"), ("U.S.A.", "US"), ("Germany", "DE"), ("uk", "GB"), ("ZZ", None), ("", None)],
)
def test_countries_are_read_as_people_write_them(written: str, read: str | None) -> None:
    assert read_country(written) == read


@pytest.mark.parametrize("written", ["UTC", "EST", "Etc/GMT+5", "Mars/Olympus", "+05:30", "", "../../etc/passwd"])
def test_what_is_no_place_is_no_zone(written: str) -> None:
    assert read_time_zone(written) is None
    assert read_time_zone("america/new york") == "America/New_York"
