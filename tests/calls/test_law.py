"""The law of calling at its boundary minutes, on days of a clock change, for people whose place is uncertain."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metacortex.contexts.calls.rules.law import (
    CallerId,
    CallerIdUsage,
    Override,
    Window,
    bind_abandonment,
    choose_caller_id,
    judge_enquiry,
    judge_frequency,
    judge_moment,
    law_of,
    next_opening,
    own_limit,
    read_week,
    require_known,
    ring_least_seconds,
    shipped_laws,
)
from metacortex.contexts.calls.rules.law.holidays import easter, holidays_of_year, is_holiday
from metacortex.contexts.calls.rules.law.verdict import rules_reaching
from metacortex.contexts.calls.rules.law.week import intervals_of_day, meet
from metacortex.contexts.calls.rules.numbers import read_number
from metacortex.contexts.calls.rules.zones import Zones, find_zones, zones_of_region
from tests.calls.law_table import law_tables

WEDNESDAY, SATURDAY, SUNDAY = date(2026, 7, 15), date(2026, 7, 18), date(2026, 7, 19)
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "calling-law.md"

NUMBERS = {
    "US": read_number("+16025551234"),
    "IN": read_number("+919876543210"),
    "GB": read_number("+442079460018"),
    "DE": read_number("+4915123456789"),
    "AE": read_number("+971501234567"),
    "FR": read_number("+33612345678"),
    "EG": read_number("+201001234567"),
    "AU": read_number("+61412345678"),
    "RU": read_number("+79161234567"),
}
NEW_YORK, TOLL_FREE = read_number("+12125550100"), read_number("+18005551234")
MIAMI = read_number("+13055550100")
WORLDWIDE = read_number("+80012345678")


def local(zone: str, day: date, minute: int, fold: int = 0) -> datetime:
    naive = datetime.combine(day, time()) + timedelta(minutes=minute)
    return naive.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def state_zones(state: str) -> Zones:
    return Zones((zones_of_region(f"US-{state}")[0],), "address", ("US",), frozenset({f"US-{state}"}))


def assert_open_exactly(zones: Zones, zone: str, day: date, hours: str | None, *, automated: bool = True) -> None:
    """Hours as 08:00-21:00, or None for a day without any: each minute around the boundaries is tried."""

    def is_open(at: datetime) -> bool:
        return judge_moment(zones, at, automated=automated).allowed

    if hours is None:
        assert not any(is_open(local(zone, day, minute)) for minute in range(0, 1440, 10)), day
        return
    opens, closes = map(minutes, hours.split("-"))
    tried = {minute: is_open(local(zone, day, minute)) for minute in range(0, 1440, 15)}
    assert tried == {minute: opens <= minute < closes for minute in tried}
    for minute, allowed in ((opens - 1, False), (opens, True), (closes - 1, True), (closes, False)):
        assert is_open(local(zone, day, minute)) is allowed, (zone, day, minute)
    assert is_open(local(zone, day, closes) - timedelta(microseconds=1))
    assert not is_open(local(zone, day, opens) - timedelta(microseconds=1))


COUNTRY_HOURS = [
    ("US", "America/Phoenix", WEDNESDAY, "08:00-21:00"),
    ("US", "America/Phoenix", SATURDAY, "08:00-21:00"),
    ("US", "America/Phoenix", SUNDAY, "08:00-21:00"),
    ("US", "America/Phoenix", date(2026, 12, 25), "08:00-21:00"),
    ("IN", "Asia/Kolkata", WEDNESDAY, "10:00-21:00"),
    ("IN", "Asia/Kolkata", SATURDAY, "10:00-21:00"),
    ("IN", "Asia/Kolkata", SUNDAY, "10:00-21:00"),
    ("GB", "Europe/London", WEDNESDAY, "08:00-21:00"),
    ("GB", "Europe/London", SATURDAY, "09:00-21:00"),
    ("GB", "Europe/London", SUNDAY, None),
    ("GB", "Europe/London", date(2026, 3, 28), "09:00-21:00"),
    ("GB", "Europe/London", date(2026, 3, 29), None),
    ("GB", "Europe/London", date(2026, 3, 30), "08:00-21:00"),
    ("GB", "Europe/London", date(2026, 10, 25), None),
    ("GB", "Europe/London", date(2026, 10, 26), "08:00-21:00"),
    ("GB", "Europe/London", date(2026, 5, 4), None),
    ("GB", "Europe/London", date(2026, 5, 25), None),
    ("GB", "Europe/London", date(2026, 11, 30), None),
    ("GB", "Europe/London", date(2026, 12, 28), None),
    ("GB", "Europe/London", date(2026, 12, 29), "08:00-21:00"),
    ("GB", "Europe/London", date(2027, 12, 28), None),
    ("DE", "Europe/Berlin", WEDNESDAY, "08:00-20:00"),
    ("DE", "Europe/Berlin", SATURDAY, "09:00-18:00"),
    ("DE", "Europe/Berlin", SUNDAY, None),
    ("DE", "Europe/Berlin", date(2026, 3, 29), None),
    ("DE", "Europe/Berlin", date(2026, 3, 30), "08:00-20:00"),
    ("DE", "Europe/Berlin", date(2026, 10, 26), "08:00-20:00"),
    ("DE", "Europe/Berlin", date(2026, 4, 3), None),
    ("DE", "Europe/Berlin", date(2026, 5, 14), None),
    ("DE", "Europe/Berlin", date(2026, 5, 25), None),
    ("DE", "Europe/Berlin", date(2026, 10, 3), None),
    ("DE", "Europe/Berlin", date(2026, 6, 4), None),
    ("DE", "Europe/Berlin", date(2026, 11, 18), None),
    ("DE", "Europe/Berlin", date(2026, 11, 25), "08:00-20:00"),
    ("DE", "Europe/Berlin", date(2026, 12, 24), "08:00-20:00"),
    ("AE", "Asia/Dubai", WEDNESDAY, "09:00-18:00"),
    ("AE", "Asia/Dubai", date(2026, 7, 17), "09:00-18:00"),
    ("AE", "Asia/Dubai", SUNDAY, "09:00-18:00"),
    ("FR", "Europe/Paris", WEDNESDAY, "09:00-18:00"),
    ("FR", "Europe/Paris", SATURDAY, None),
    ("FR", "Europe/Paris", SUNDAY, None),
    ("EG", "Africa/Cairo", date(2026, 4, 24), "09:00-18:00"),
    ("EG", "Africa/Cairo", date(2026, 10, 30), "09:00-18:00"),
]


@pytest.mark.parametrize(("country", "zone", "day", "hours"), COUNTRY_HOURS)
def test_each_country_opens_and_closes_to_the_minute(country, zone, day, hours):
    assert_open_exactly(find_zones(NUMBERS[country]), zone, day, hours)


@pytest.mark.parametrize(
    ("zone", "number", "hours", "winter", "summer"),
    [
        ("America/New_York", NEW_YORK, "08:00-21:00", -5, -4),
        ("America/Chicago", read_number("+16125550100"), "09:00-21:00", -6, -5),
        ("America/Denver", read_number("+13035550100"), "08:00-21:00", -7, -6),
        ("America/Phoenix", NUMBERS["US"], "08:00-21:00", -7, -7),
        ("America/Los_Angeles", read_number("+12065550100"), "08:00-20:00", -8, -7),
        ("America/Anchorage", read_number("+19075550100"), "08:00-21:00", -9, -8),
        ("Pacific/Honolulu", read_number("+18085550100"), "08:00-21:00", -10, -10),
    ],
)
@pytest.mark.parametrize(
    ("day", "is_summer"),
    [
        (date(2026, 3, 7), False),
        (date(2026, 3, 8), True),
        (date(2026, 3, 9), True),
        (date(2026, 10, 31), True),
        (date(2026, 11, 1), False),
        (date(2026, 11, 2), False),
    ],
)
def test_each_american_zone_opens_and_closes_to_the_minute_on_the_days_its_clocks_change(
    zone, number, hours, winter, summer, day, is_summer
):
    zones = Zones((zone,), "number", ("US",), find_zones(number).regions)
    midnight = datetime.combine(day, time(), UTC) - timedelta(hours=summer if is_summer else winter)
    opens, closes = (midnight + timedelta(minutes=minutes(clock)) for clock in hours.split("-"))
    minute = timedelta(minutes=1)

    assert [judge_moment(zones, at).allowed for at in (opens - minute, opens)] == [False, True]
    assert [judge_moment(zones, at).allowed for at in (closes - minute, closes)] == [True, False]
    assert next_opening(zones, opens - minute) == opens


@pytest.mark.parametrize(
    ("number", "opens", "closes"),
    [
        (NEW_YORK, "2026-03-07T13:00", "2026-03-08T02:00"),
        (NEW_YORK, "2026-03-08T12:00", "2026-03-09T01:00"),
        (NEW_YORK, "2026-10-31T12:00", "2026-11-01T01:00"),
        (NEW_YORK, "2026-11-01T13:00", "2026-11-02T02:00"),
        (NUMBERS["GB"], "2026-03-28T09:00", "2026-03-28T21:00"),
        (NUMBERS["GB"], "2026-03-30T07:00", "2026-03-30T20:00"),
        (NUMBERS["GB"], "2026-10-24T08:00", "2026-10-24T20:00"),
        (NUMBERS["GB"], "2026-10-26T08:00", "2026-10-26T21:00"),
        (NUMBERS["DE"], "2026-03-28T08:00", "2026-03-28T17:00"),
        (NUMBERS["DE"], "2026-03-30T06:00", "2026-03-30T18:00"),
        (NUMBERS["DE"], "2026-10-26T07:00", "2026-10-26T19:00"),
        (NUMBERS["EG"], "2026-04-24T06:00", "2026-04-24T15:00"),
        (NUMBERS["IN"], "2026-07-15T04:30", "2026-07-15T15:30"),
        (read_number("+97714123456"), "2026-07-15T03:15", "2026-07-15T12:15"),
        (read_number("+68522123"), "2026-07-14T20:00", "2026-07-15T05:00"),
        (read_number("+16846221234"), "2026-07-15T19:00", "2026-07-16T08:00"),
    ],
)
def test_hours_in_utc_on_clock_changes_half_hours_and_both_sides_of_the_date_line(number, opens, closes):
    zones = find_zones(number)
    minute = timedelta(minutes=1)

    assert not judge_moment(zones, utc(opens) - minute).allowed
    assert judge_moment(zones, utc(opens)).allowed
    assert judge_moment(zones, utc(closes) - minute).allowed
    assert not judge_moment(zones, utc(closes)).allowed
    assert next_opening(zones, utc(opens) - minute) == utc(opens)


STATE_HOURS = [
    ("AL", "08:00-20:00", "08:00-20:00", None),
    ("CA", "09:00-21:00", "09:00-21:00", "09:00-21:00"),
    ("CT", "09:00-20:00", "09:00-20:00", "09:00-20:00"),
    ("FL", "08:00-20:00", "08:00-20:00", "08:00-20:00"),
    ("IN", "09:00-20:00", "09:00-20:00", "09:00-20:00"),
    ("KY", "10:00-21:00", "10:00-21:00", "10:00-21:00"),
    ("LA", "08:00-20:00", "08:00-20:00", None),
    ("MA", "08:00-20:00", "08:00-20:00", "08:00-20:00"),
    ("MD", "08:00-20:00", "08:00-20:00", "08:00-20:00"),
    ("ME", "09:00-17:00", None, None),
    ("MI", "09:00-21:00", "09:00-21:00", "09:00-21:00"),
    ("MN", "09:00-21:00", "09:00-21:00", "09:00-21:00"),
    ("MS", "09:00-20:00", "09:00-20:00", None),
    ("NE", "08:00-21:00", "08:00-21:00", "13:00-21:00"),
    ("NM", "09:00-21:00", "09:00-21:00", "09:00-21:00"),
    ("NV", "09:00-20:00", "09:00-20:00", "09:00-20:00"),
    ("NY", "08:00-21:00", "08:00-21:00", "08:00-21:00"),
    ("OK", "09:00-20:00", "09:00-20:00", "09:00-20:00"),
    ("OR", "08:00-20:00", "08:00-20:00", "08:00-20:00"),
    ("PA", "09:00-19:00", "09:00-19:00", None),
    ("RI", "09:00-18:00", "10:00-17:00", None),
    ("SD", "09:00-21:00", None, None),
    ("TX", "09:00-21:00", "09:00-21:00", "12:00-21:00"),
    ("UT", "08:00-21:00", "08:00-21:00", None),
    ("WA", "08:00-20:00", "08:00-20:00", "08:00-20:00"),
    ("WY", "08:00-20:00", "08:00-20:00", "08:00-20:00"),
]


@pytest.mark.parametrize(("state", "weekday", "saturday", "sunday"), STATE_HOURS)
def test_each_state_opens_and_closes_to_the_minute(state, weekday, saturday, sunday):
    zones = state_zones(state)
    for day, hours in ((WEDNESDAY, weekday), (SATURDAY, saturday), (SUNDAY, sunday)):
        assert_open_exactly(zones, zones.names[0], day, hours)


def test_the_table_of_states_is_whole():
    assert {f"US-{state}" for state, *_ in STATE_HOURS} - {"US-NY"} == set(law_of("US").regions)


@pytest.mark.parametrize(
    ("state", "day", "is_open"),
    [
        ("AL", date(2026, 4, 27), False),
        ("LA", date(2026, 2, 17), False),
        ("LA", date(2026, 4, 3), False),
        ("MS", date(2026, 12, 25), True),
        ("PA", date(2026, 11, 3), False),
        ("PA", date(2026, 7, 4), False),
        ("PA", date(2026, 7, 3), False),
        ("RI", date(2026, 8, 10), False),
        ("UT", date(2026, 7, 24), False),
        ("UT", date(2026, 11, 26), False),
        ("UT", date(2026, 11, 27), True),
        ("UT", date(2027, 12, 31), False),
        ("FL", date(2026, 12, 25), True),
    ],
)
def test_states_keep_their_holidays(state, day, is_open):
    zones = state_zones(state)
    verdict = judge_moment(zones, local(zones.names[0], day, minutes("12:00")))

    assert verdict.allowed is is_open
    if not is_open:
        assert verdict.rule == f"US-{state}"
        assert "holiday" in verdict.sentence


@pytest.mark.parametrize(
    ("state", "weekday", "saturday", "sunday"),
    [
        ("CA", "08:00-21:00", "08:00-21:00", "08:00-21:00"),
        ("IN", "08:00-21:00", "08:00-21:00", "08:00-21:00"),
        ("ME", "08:00-21:00", "08:00-21:00", "08:00-21:00"),
        ("NE", "08:00-21:00", "08:00-21:00", "08:00-21:00"),
        ("OK", "08:00-20:00", "08:00-20:00", "08:00-20:00"),
        ("SD", "09:00-21:00", "09:00-21:00", None),
    ],
)
def test_a_person_who_dials_is_not_held_to_rules_for_machines(state, weekday, saturday, sunday):
    zones = state_zones(state)
    for day, hours in ((WEDNESDAY, weekday), (SATURDAY, saturday), (SUNDAY, sunday)):
        assert_open_exactly(zones, zones.names[0], day, hours, automated=False)


def test_both_rules_of_a_state_bind_a_machine():
    zones = state_zones("SD")
    saturday = local("America/Chicago", SATURDAY, minutes("12:00"))

    assert judge_moment(zones, saturday).rule == "US-SD"
    assert next_opening(zones, saturday) == local("America/Chicago", date(2026, 7, 20), minutes("09:00"))
    assert next_opening(zones, saturday, automated=False) == saturday


def test_the_states_of_the_area_code_and_of_the_address_bind_together():
    evening = local("America/New_York", WEDNESDAY, minutes("20:30"))
    sunday = local("America/New_York", SUNDAY, minutes("12:00"))

    assert judge_moment(find_zones(NEW_YORK), evening).allowed
    assert judge_moment(find_zones(MIAMI), evening).rule == "US-FL"
    assert judge_moment(find_zones(NEW_YORK, region="RI"), evening).rule == "US-RI"
    assert judge_moment(find_zones(MIAMI, region="NY"), evening).rule == "US-FL"
    assert judge_moment(find_zones(NEW_YORK), sunday).allowed
    assert judge_moment(find_zones(NEW_YORK, region="RI"), sunday).rule == "US-RI"


def test_a_place_that_is_uncertain_is_open_only_where_all_are():
    zones = find_zones(TOLL_FREE)
    noon_in_new_york = local("America/New_York", WEDNESDAY, minutes("12:00"))
    noon_in_honolulu = local("Pacific/Honolulu", WEDNESDAY, minutes("12:00"))

    assert not judge_moment(zones, noon_in_new_york).allowed
    assert not judge_moment(zones, noon_in_honolulu).allowed
    opens = next_opening(zones, noon_in_new_york)
    assert opens == local("Pacific/Honolulu", WEDNESDAY, minutes("08:00"))
    assert judge_moment(zones, local("America/New_York", WEDNESDAY, minutes("17:00"))).rule == "US-ME"
    six = local("America/New_York", WEDNESDAY, minutes("18:00"))
    assert judge_moment(zones, six - timedelta(minutes=1), automated=False).allowed
    assert judge_moment(zones, six, automated=False).rule == "US-RI"


def test_an_american_of_no_known_state_who_is_abroad_is_held_to_every_state():
    abroad = find_zones(TOLL_FREE, contact_zone="Europe/Berlin")
    known = find_zones(NEW_YORK, contact_zone="Europe/Berlin")
    sunday = local("Europe/Berlin", SUNDAY, minutes("15:00"))

    assert {reach.rule.code for reach in rules_reaching(abroad)} == {"US", "DE", *law_of("US").regions}
    assert not judge_moment(abroad, sunday).allowed
    assert judge_moment(known, sunday).rule == "DE"
    assert judge_moment(known, local("Europe/Berlin", WEDNESDAY, minutes("15:00"))).allowed
    assert not judge_moment(known, local("Europe/Berlin", WEDNESDAY, minutes("21:00"))).allowed


def test_a_mobile_of_a_wide_country_is_rung_only_when_all_of_it_is_open():
    zones = find_zones(NUMBERS["AU"])
    assert_all = [local("Australia/Perth", WEDNESDAY, minute) for minute in range(0, 1440, 5)]
    open_minutes = [at for at in assert_all if judge_moment(zones, at).allowed]

    assert open_minutes[0] == local("Australia/Perth", WEDNESDAY, minutes("09:00"))
    assert open_minutes[-1] == local("Australia/Lord_Howe", WEDNESDAY, minutes("17:55"))


def test_a_callee_whose_zone_is_unknown_is_never_rung():
    zones = find_zones(WORLDWIDE)
    freed = Override(frozenset({"XX"}), "Ada", "test")

    for hour in range(24 * 7):
        verdict = judge_moment(zones, utc("2026-07-13T00:00") + timedelta(hours=hour), override=freed)
        assert (verdict.allowed, verdict.rule, verdict.opens_at) == (False, "zone_unknown", None)
    assert next_opening(zones, utc("2026-07-13T00:00")) is None
    assert not judge_frequency(zones, [], utc("2026-07-13T00:00")).allowed
    named = find_zones(WORLDWIDE, contact_zone="Asia/Tokyo")
    assert judge_moment(named, local("Asia/Tokyo", WEDNESDAY, minutes("10:00"))).allowed
    assert judge_moment(named, local("Asia/Tokyo", WEDNESDAY, minutes("18:00"))).rule == "XX"


def test_where_no_hour_suits_all_zones_there_is_no_opening():
    assert next_opening(find_zones(NUMBERS["RU"]), utc("2026-07-15T00:00")) is None
    assert judge_moment(find_zones(NUMBERS["RU"]), utc("2026-07-15T08:00")).opens_at is None


def test_a_refusal_says_what_is_against_it_and_when_it_opens():
    verdict = judge_moment(find_zones(NUMBERS["DE"]), local("Europe/Berlin", SATURDAY, minutes("18:00")))

    assert (verdict.allowed, verdict.rule) == (False, "DE")
    assert verdict.opens_at == local("Europe/Berlin", date(2026, 7, 20), minutes("08:00"))
    assert verdict.sentence == (
        "Germany allows calls mon-fri 08:00-20:00, sat 09:00-18:00; it is Saturday 18:00 in Europe/Berlin."
    )


def test_a_time_without_a_zone_is_refused():
    zones, naive = find_zones(NEW_YORK), utc("2026-07-15T12:00").replace(tzinfo=None)
    for judge in (
        lambda: judge_moment(zones, naive),
        lambda: next_opening(zones, naive),
        lambda: judge_frequency(zones, [], naive),
        lambda: judge_frequency(zones, [naive], utc("2026-07-15T12:00")),
    ):
        with pytest.raises(ValueError, match="zone"):
            judge()


def test_an_organization_may_tighten_and_never_loosens():
    zones = find_zones(NEW_YORK)
    own, round_the_clock = read_week({"mon-fri": ["10:00-12:00"]}), read_week({"mon-sun": ["00:00-24:00"]})
    at_nine = local("America/New_York", WEDNESDAY, minutes("09:00"))

    assert judge_moment(zones, at_nine).allowed
    verdict = judge_moment(zones, at_nine, narrower=own)
    assert (verdict.rule, verdict.opens_at) == ("own_hours", at_nine + timedelta(hours=1))
    at_night = local("America/New_York", WEDNESDAY, minutes("03:00"))
    assert judge_moment(zones, at_night, narrower=round_the_clock).rule == "US"


def test_an_override_is_recorded_with_who_and_why_and_frees_only_what_it_names():
    evening = local("America/New_York", WEDNESDAY, minutes("20:30"))
    night = local("America/New_York", WEDNESDAY, minutes("22:00"))
    override = Override(frozenset({"US-FL"}), "Ada Ops", "written consent of 3 July")

    freed = judge_moment(find_zones(MIAMI), evening, override=override)
    assert (freed.allowed, freed.override) == (True, override)
    still = judge_moment(find_zones(MIAMI), night, override=override)
    assert (still.allowed, still.rule, still.override) == (False, "US", override)
    assert judge_moment(find_zones(NEW_YORK), evening, override=override).override is None
    four = [evening - timedelta(hours=hours) for hours in (1, 2, 3, 4)]
    assert judge_frequency(find_zones(MIAMI), four, evening, override=override).override == override
    for by, why in (("", "why"), ("who", " ")):
        with pytest.raises(ValueError, match="who"):
            Override(frozenset({"US"}), by, why)


def test_an_override_of_one_rule_leaves_the_others():
    night = local("Asia/Kolkata", WEDNESDAY, minutes("02:00"))
    noon = local("Asia/Kolkata", WEDNESDAY, minutes("12:00"))
    zones, often = find_zones(NUMBERS["IN"]), [noon - timedelta(minutes=minute) for minute in (1, 2, 3)]

    def judge(rule: str) -> dict[str, bool]:
        override = Override(frozenset({rule}), "Ada", "test")
        return {
            "hours": judge_moment(zones, night, override=override).allowed,
            "frequency": judge_frequency(zones, often, noon, override=override).allowed,
            "abandonment": bind_abandonment(["IN"], override) is None,
            "ring": ring_least_seconds(["IN"], override=override) == 0,
        }

    for kind in ("hours", "frequency", "abandonment", "ring"):
        assert judge(f"IN.{kind}") == {**dict.fromkeys(judge("US"), False), kind: True}
    assert set(judge("IN").values()) == {True}
    assert set(judge("US").values()) == {False}
    by_hours = Override(frozenset({"IN.hours"}), "Ada", "test")
    assert judge_frequency(zones, [], noon, override=by_hours).override == by_hours


@pytest.mark.parametrize("state", ["CT", "FL", "MD", "OK"])
def test_an_enquiry_lets_no_machine_dial_where_the_state_wants_written_consent(state):
    zones = state_zones(state)

    refused = judge_enquiry(zones, automated=True)
    assert (refused.allowed, refused.rule) == (False, f"US-{state}")
    assert law_of("US").regions[f"US-{state}"].name in refused.sentence
    assert judge_enquiry(zones, automated=False).allowed
    assert judge_enquiry(zones, automated=True, purpose="debt").allowed
    override = Override(frozenset({f"US-{state}.consent"}), "Ada", "all signed")
    freed = judge_enquiry(zones, automated=True, override=override)
    assert (freed.allowed, freed.override) == (True, override)
    hours_only = Override(frozenset({f"US-{state}.hours"}), "Ada", "all signed")
    assert not judge_enquiry(zones, automated=True, override=hours_only).allowed


def test_an_enquiry_lets_a_machine_dial_elsewhere_and_nowhere_in_doubt():
    for state in ("TX", "CA", "KY"):
        assert judge_enquiry(state_zones(state), automated=True).allowed
    for number in (NEW_YORK, *(NUMBERS[country] for country in ("IN", "GB", "DE", "AE", "FR"))):
        assert judge_enquiry(find_zones(number), automated=True).allowed
    assert not judge_enquiry(find_zones(TOLL_FREE), automated=True).allowed
    assert judge_enquiry(find_zones(TOLL_FREE), automated=False).allowed
    assert judge_enquiry(find_zones(NEW_YORK, region="FL"), automated=True).rule == "US-FL"


def test_only_rules_that_there_are_can_be_overruled():
    require_known(
        ["IN", "IN.caller_id", "US-FL", "US-FL.hours", "US-MD.consent", "US-FL.frequency", "XX.abandonment", "DE.ring"]
    )
    unknown = [
        "IND",
        "in",
        "PR",
        "US-NY",
        "IN.",
        "IN.hour",
        ".hours",
        "US-KY.frequency",
        "US-FL.ring",
        "DE.caller_id",
        "US.consent",
    ]
    for rule in [*unknown, "", "IN.hours.hours"]:
        with pytest.raises(ValueError, match="named"):
            require_known(["IN", rule])


def test_a_phone_rings_as_long_as_the_strictest_law_of_sales_wants():
    overruled = Override(frozenset({"US.ring"}), "Ada", "test")

    assert ring_least_seconds(["US"]) == ring_least_seconds(["DE", "US"]) == ring_least_seconds([]) == 15
    assert ring_least_seconds(["US"], purpose="debt") == 0
    assert ring_least_seconds(["US"], override=overruled) == 0
    assert ring_least_seconds(["US", "DE"], override=overruled) == 15


CALLEES = st.sampled_from(
    [
        *(find_zones(number) for number in NUMBERS.values()),
        *(find_zones(number) for number in (NEW_YORK, MIAMI, TOLL_FREE)),
        find_zones(MIAMI, region="RI"),
        find_zones(NEW_YORK, country="DE"),
        find_zones(NEW_YORK, contact_zone="Australia/Lord_Howe"),
        *(state_zones(state) for state, *_ in STATE_HOURS),
    ]
)
YEARS = [utc(text).replace(tzinfo=None) for text in ("2024-01-01T00:00", "2030-12-31T00:00")]
MOMENTS = st.datetimes(*YEARS, timezones=st.just(UTC))


def is_open_by_hand(zones: Zones, at: datetime) -> bool:
    for reach in rules_reaching(zones):
        for hours in reach.rule.hours:
            if hours.purpose not in {None, "sales"}:
                continue
            for name in reach.zones:
                there = at.astimezone(ZoneInfo(name))
                if is_holiday(hours.holidays, hours.observed, there.date()):
                    return False
                windows = hours.week.days[there.weekday()]
                passed = there.hour * 60 + there.minute
                if not any(window.opens_minute <= passed < window.closes_minute for window in windows):
                    return False
    return True


@settings(max_examples=400, deadline=None)
@given(zones=CALLEES, at=MOMENTS)
def test_a_call_is_allowed_exactly_when_every_zone_is_inside_every_rule(zones, at):
    verdict = judge_moment(zones, at)

    assert verdict.allowed is is_open_by_hand(zones, at)
    assert verdict.allowed or verdict.sentence
    own = read_week({"tue-sat": ["07:30-11:00", "13:00-24:00"]})
    assert verdict.allowed or not judge_moment(zones, at, narrower=own).allowed


@settings(max_examples=200, deadline=None)
@given(zones=CALLEES, at=MOMENTS, part=st.floats(0, 1))
def test_the_next_opening_is_the_first_allowed_moment(zones, at, part):
    opens = next_opening(zones, at)

    if opens is None:
        assert not any(is_open_by_hand(zones, at + timedelta(hours=hour)) for hour in range(14 * 24))
        return
    assert at <= opens <= at + timedelta(days=14)
    assert judge_moment(zones, opens).allowed
    assert judge_moment(zones, at).opens_at == (None if opens == at else opens)
    if opens > at:
        between = at + (opens - at) * part
        for earlier in (between, opens - timedelta(microseconds=1), at):
            assert earlier == opens or not is_open_by_hand(zones, earlier)


def hours_on(windows: str, zone: str, day: date) -> list[tuple[str, str]]:
    week = read_week({"mon-sun": windows.split()})
    found = intervals_of_day(week.days[0], zone, day)
    return [(opens.isoformat()[:16], closes.isoformat()[:16]) for opens, closes in found]


@pytest.mark.parametrize(
    ("windows", "zone", "day", "expected"),
    [
        ("02:15-02:45", "America/New_York", date(2026, 3, 8), []),
        ("02:30-04:00", "America/New_York", date(2026, 3, 8), [("2026-03-08T07:00", "2026-03-08T08:00")]),
        ("01:30-02:30", "America/New_York", date(2026, 3, 8), [("2026-03-08T06:30", "2026-03-08T07:00")]),
        (
            "01:30-01:45",
            "America/New_York",
            date(2026, 11, 1),
            [("2026-11-01T05:30", "2026-11-01T05:45"), ("2026-11-01T06:30", "2026-11-01T06:45")],
        ),
        (
            "01:15-01:45",
            "Australia/Lord_Howe",
            date(2026, 4, 5),
            [("2026-04-04T14:15", "2026-04-04T14:45"), ("2026-04-04T15:00", "2026-04-04T15:15")],
        ),
        ("00:00-24:00", "Pacific/Apia", date(2011, 12, 30), []),
        ("00:00-24:00", "Africa/Cairo", date(2026, 4, 24), [("2026-04-23T22:00", "2026-04-24T21:00")]),
    ],
)
def test_windows_are_exact_where_clocks_jump(windows, zone, day, expected):
    assert hours_on(windows, zone, day) == expected


def test_a_day_of_a_clock_change_has_23_or_25_hours():
    for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (WEDNESDAY, 24)):
        parts = intervals_of_day((Window(0, 1440),), "America/New_York", day)
        assert sum((closes - opens for opens, closes in parts), timedelta()) == timedelta(hours=hours)


AT = utc("2026-07-15T16:00")


def ago(*hours: float) -> list[datetime]:
    return [AT - timedelta(hours=each) for each in hours]


@pytest.mark.parametrize(
    ("zones", "attempts", "rule", "opens_at"),
    [
        (find_zones(MIAMI), ago(1, 2), None, None),
        (find_zones(MIAMI), ago(1, 2, 24), None, None),
        (find_zones(MIAMI), ago(1, 2, 23.99), "US-FL", AT - timedelta(hours=23.99) + timedelta(hours=24)),
        (find_zones(MIAMI), ago(1, 2, 3, 4), "US-FL", AT + timedelta(hours=21)),
        (find_zones(MIAMI), ago(-1, 2, 3), "US-FL", AT + timedelta(hours=21)),
        (find_zones(NEW_YORK), ago(*range(20)), None, None),
        (find_zones(NEW_YORK, region="OK"), ago(1, 2, 3), "US-OK", AT + timedelta(hours=21)),
        (find_zones(TOLL_FREE), ago(1, 2, 3), "US-FL", AT + timedelta(hours=21)),
        (find_zones(NUMBERS["AE"]), [], None, None),
        (find_zones(NUMBERS["AE"]), ago(21), None, None),
        (find_zones(NUMBERS["AE"]), [utc("2026-07-14T19:59")], None, None),
        (find_zones(NUMBERS["AE"]), [utc("2026-07-14T20:00")], "AE", utc("2026-07-15T20:00")),
        (find_zones(NUMBERS["AE"]), [utc("2026-07-13T10:00"), utc("2026-07-14T10:00")], "AE", utc("2026-07-19T20:00")),
        (find_zones(NUMBERS["AE"]), [utc("2026-07-13T10:00"), utc("2026-07-15T10:00")], "AE", utc("2026-07-19T20:00")),
        (find_zones(NUMBERS["AE"]), [utc("2026-07-12T19:59"), utc("2026-07-14T10:00")], None, None),
        (find_zones(NUMBERS["DE"]), ago(1, 2, 3), "DE", utc("2026-07-15T22:00")),
        (find_zones(NUMBERS["IN"]), ago(1, 2), None, None),
    ],
)
def test_attempts_are_counted_as_the_law_counts_them(zones, attempts, rule, opens_at):
    verdict = judge_frequency(zones, attempts, AT)

    assert (verdict.allowed, verdict.rule or None, verdict.opens_at) == (rule is None, rule, opens_at)
    if opens_at and min(attempts) <= AT and max(attempts) <= AT:
        assert judge_frequency(zones, attempts, opens_at).allowed
        assert not judge_frequency(zones, attempts, opens_at - timedelta(microseconds=1)).allowed


def test_a_day_of_the_callee_ends_with_its_last_zone():
    zones = Zones(("Australia/Perth", "Australia/Sydney"), "country", ("AU",), frozenset())
    at = local("Australia/Sydney", WEDNESDAY, minutes("00:30"))
    attempt = local("Australia/Sydney", date(2026, 7, 14), minutes("17:00"))

    assert judge_frequency(zones, [attempt], at).opens_at == local("Australia/Perth", WEDNESDAY, 0)


def test_the_day_after_a_clock_change_begins_at_its_own_midnight():
    attempt = utc("2026-03-29T09:00")
    verdict = judge_frequency(find_zones(NUMBERS["DE"]), [attempt] * 3, attempt)

    assert verdict.opens_at == utc("2026-03-29T22:00")


def test_debts_have_limits_of_their_own_in_america():
    week = ago(*(24 * days - 1 for days in range(1, 8)))

    assert judge_frequency(find_zones(NEW_YORK), week, AT).allowed
    assert judge_frequency(find_zones(NEW_YORK), week, AT, purpose="debt").rule == "US"
    assert judge_frequency(find_zones(NEW_YORK), week[1:], AT, purpose="debt").allowed
    assert judge_frequency(find_zones(NUMBERS["AE"]), ago(1), AT, purpose="debt").rule == "AE"
    boston = find_zones(read_number("+16175550100"))
    assert judge_frequency(boston, ago(1, 24 * 7 - 1), AT, purpose="debt").rule == "US-MA"
    assert judge_frequency(boston, ago(1, 24 * 7), AT, purpose="debt").allowed
    assert judge_frequency(boston, ago(1, 2, 3), AT).allowed


def test_an_own_limit_counts_beside_the_law():
    zones = find_zones(NEW_YORK)

    assert judge_frequency(zones, ago(1), AT, limit_of_own=own_limit(1, "24 hours")).rule == "own_limit"
    assert judge_frequency(zones, [], AT, limit_of_own=own_limit(1, "24 hours")).allowed
    assert not judge_frequency(zones, [], AT, limit_of_own=own_limit(0, "24 hours")).allowed
    assert judge_frequency(find_zones(MIAMI), ago(1, 2, 3), AT, limit_of_own=own_limit(99, "day")).rule == "US-FL"


def caller(e164: str, **limits: int) -> CallerId:
    return CallerId(read_number(e164), **limits)


MANHATTAN, BROOKLYN = caller("+12125550111", calls_per_day=2), caller("+17185550111")
SECOND_MANHATTAN, LONDON = caller("+12125550122", concurrent_calls=1, calls_per_second=1), caller("+442079460019")


def test_the_nearest_number_with_room_is_shown_and_the_least_used_goes_first():
    own = [LONDON, BROOKLYN, MANHATTAN, SECOND_MANHATTAN]
    first, second, brooklyn = (each.number.e164 for each in (MANHATTAN, SECOND_MANHATTAN, BROOKLYN))

    assert choose_caller_id(NEW_YORK, own, {}) == MANHATTAN
    assert choose_caller_id(NEW_YORK, own, {first: CallerIdUsage(today=1)}) == SECOND_MANHATTAN
    busy = {first: CallerIdUsage(today=2), second: CallerIdUsage(live=1)}
    assert choose_caller_id(NEW_YORK, own, busy) == BROOKLYN
    assert choose_caller_id(NEW_YORK, own, {**busy, second: CallerIdUsage(last_second=1)}) == BROOKLYN
    assert choose_caller_id(NEW_YORK, own, {**busy, brooklyn: CallerIdUsage(today=99)}) == BROOKLYN
    assert choose_caller_id(NUMBERS["GB"], own, {}) == LONDON
    assert choose_caller_id(NEW_YORK, [], {}) is None


def test_a_local_number_may_be_required_and_nobody_is_called_from_their_own():
    assert choose_caller_id(NUMBERS["AE"], [LONDON], {}) == LONDON
    assert law_of("AE").local_caller_id_only
    assert choose_caller_id(NUMBERS["AE"], [LONDON], {}, local_only=True) is None
    assert choose_caller_id(LONDON.number, [LONDON], {}) is None


@given(counts=st.lists(st.integers(0, 50), min_size=3, max_size=3))
def test_numbers_of_one_area_are_used_evenly(counts):
    own = [caller("+12125550111"), caller("+12125550122"), caller("+12125550133")]
    used = dict(zip((each.number.e164 for each in own), counts, strict=True))
    for _ in range(30):
        usage = {e164: CallerIdUsage(today=count) for e164, count in used.items()}
        chosen = choose_caller_id(NEW_YORK, own, usage)
        assert used[chosen.number.e164] == min(used.values())
        used[chosen.number.e164] += 1


def test_recordings_need_the_consent_of_the_strictest_state():
    law = law_of("US")

    assert law.recording_consent(frozenset({"US-NY"})) == "one_party"
    assert law.recording_consent(frozenset({"US-NY", "US-CA"})) == "all_party"
    assert law.recording_consent(frozenset({"US-VT"})) == "all_party"
    assert law.recording_consent(frozenset()) == "all_party"
    assert law_of("DE").recording_consent(frozenset()) == "all_party"


def test_the_limit_of_abandonment_is_what_the_law_says():
    law = law_of("US").abandonment

    assert (law.limit, law.counted_on, law.per) == (0.03, "live_answers", "campaign")
    assert (law.window_seconds, law.message_within_seconds) == (30 * 86400, 2)
    assert law_of("US").ring_least_seconds == 15
    assert {law.country for law in shipped_laws() if law.abandonment.window_seconds == 30 * 86400} == {"US", "DE"}
    assert all(law.abandonment.window_seconds == 86400 for law in map(law_of, ("GB", "IN", "AE", "XX")))


def test_a_country_without_a_law_of_its_own_gets_the_narrow_one():
    assert {law.country for law in shipped_laws()} == {"US", "IN", "GB", "DE", "AE", "XX"}
    assert law_of("FR").country == law_of("").country == law_of("../us").country == "XX"
    assert law_of("PR").country == "US"


def test_every_rule_names_its_source():
    for law in shipped_laws():
        assert law.checked_on >= date(2026, 11, 21)
        sources = [law.ring_source, law.abandonment.source]
        sources += [duty.source for duty in (law.registry, law.caller_id, law.recording, law.automated_consent)]
        for rule in (law.rule, *law.regions.values()):
            assert rule.hours, rule.code
            sources += [each.source for each in (*rule.hours, *rule.limits)]
            sources += [rule.machine_consent.source] if rule.machine_consent else []
        for source in sources:
            assert source.citation
            assert source.url.startswith(("http://", "https://")) or source.basis in ("memory", "product")
            assert source.verified is (source.basis in ("text", "summary"))


@pytest.mark.parametrize(
    ("year", "day"),
    [(2000, date(2000, 4, 23)), (2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2038, date(2038, 4, 25))],
)
def test_easter_falls_where_the_calendar_puts_it(year, day):
    assert easter(year) == day


def test_holidays_are_kept_on_the_day_and_on_the_day_kept_for_them():
    rules = ("01-01", "07-04", "11 thu 4 +1", "05 mon last")
    assert holidays_of_year(rules, "none", 2026) == {
        date(2026, 1, 1),
        date(2026, 7, 4),
        date(2026, 11, 27),
        date(2026, 5, 25),
    }
    assert date(2026, 7, 3) in holidays_of_year(rules, "nearest", 2026)
    assert date(2027, 7, 5) in holidays_of_year(rules, "monday", 2027)
    assert holidays_of_year(("12-25", "12-26"), "next", 2027) == {date(2027, 12, day) for day in (25, 26, 27, 28)}
    assert holidays_of_year(("12-25", "12-26"), "next", 2022) == {date(2022, 12, day) for day in (25, 26, 27)}
    assert holidays_of_year(("01-01", "01-02"), "next", 2028) == {date(2028, 1, day) for day in (1, 2, 3, 4)}
    assert holidays_of_year(("07-04",), "monday", 2026) == {date(2026, 7, 4)}
    repentance = [max(holidays_of_year(("11-16 wed",), "none", year)) for year in (2022, 2023, 2026)]
    assert repentance == [date(2022, 11, 16), date(2023, 11, 22), date(2026, 11, 18)]
    assert is_holiday(("01-01",), "nearest", date(2027, 12, 31))
    assert not is_holiday(("01-01",), "none", date(2027, 12, 31))
    for wrong in ("13-01", "tomorrow", "11 thu 6", "easter*2", "02-30", "11-16 may", "02-30 wed"):
        with pytest.raises(ValueError):
            holidays_of_year((wrong,), "none", 2026)


@pytest.mark.parametrize(
    "hours",
    [
        {"mon": ["8-21"]},
        {"mon": ["21:00-08:00"]},
        {"mon": ["08:00-08:00"]},
        {"mon": ["08:00-24:01"]},
        {"mon": ["08:60-21:00"]},
        {"monday": ["08:00-21:00"]},
        {"fri-mon": ["08:00-21:00"]},
        {"mon-fri": ["08:00-21:00"], "wed": ["10:00-11:00"]},
    ],
)
def test_hours_that_are_not_understood_are_refused(hours):
    with pytest.raises(ValueError):
        read_week(hours)


def test_windows_meet_where_both_are_open():
    day = read_week({"mon": ["08:00-12:00", "13:00-21:00"]}).days[0]

    assert meet(day, (Window(11 * 60, 14 * 60),)) == (Window(660, 720), Window(780, 840))
    assert meet(day, (Window(720, 780),)) == ()
    assert all(one.closes_minute <= other.opens_minute for one, other in pairwise(day))
    assert str(read_week({})) == "never"


def test_the_guide_says_what_the_data_says():
    assert law_tables() in GUIDE.read_text("utf-8"), f"Put this into {GUIDE.name}:\n{law_tables()}"
