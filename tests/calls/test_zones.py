"""Every zone that the facts leave open is kept, and a zone that nobody can tell opens nothing."""

import re
from importlib import resources

import phonenumbers
import pytest

from metacortex.contexts.calls.rules.numbers import Kind, Number, read_number
from metacortex.contexts.calls.rules.zones import (
    canonical_zone,
    find_regions,
    find_zones,
    regions_of_country,
    regions_of_number,
    zones_of_country,
    zones_of_region,
)

SAN_FRANCISCO, GERMAN_MOBILE = read_number("+14155552671"), read_number("+4915123456789")
AUSTRALIAN_MOBILE, TOLL_FREE = read_number("+61412345678"), read_number("+18005551234")
AMERICAN_STATES = set(regions_of_country("US"))


@pytest.mark.parametrize(
    ("number", "facts", "names", "source"),
    [
        (SAN_FRANCISCO, {}, {"America/Los_Angeles"}, "number"),
        (SAN_FRANCISCO, {"contact_zone": "America/New_York"}, {"America/New_York"}, "contact"),
        (SAN_FRANCISCO, {"contact_zone": "US/Eastern"}, {"America/New_York"}, "contact"),
        (SAN_FRANCISCO, {"contact_zone": "UTC"}, {"America/Los_Angeles"}, "number"),
        (SAN_FRANCISCO, {"contact_zone": "Etc/GMT+5"}, {"America/Los_Angeles"}, "number"),
        (SAN_FRANCISCO, {"contact_zone": "../../etc/passwd"}, {"America/Los_Angeles"}, "number"),
        (SAN_FRANCISCO, {"contact_zone": "America"}, {"America/Los_Angeles"}, "number"),
        (SAN_FRANCISCO, {"region": "FL"}, {"America/New_York", "America/Chicago"}, "address"),
        (SAN_FRANCISCO, {"region": "us-tx"}, {"America/Chicago", "America/Denver"}, "address"),
        (SAN_FRANCISCO, {"region": "Hawaii", "country": "us"}, {"Pacific/Honolulu"}, "address"),
        (SAN_FRANCISCO, {"postal_code": "10001-1234"}, {"America/New_York"}, "address"),
        (SAN_FRANCISCO, {"country": "US"}, {"America/Los_Angeles"}, "address"),
        (SAN_FRANCISCO, {"country": "DE"}, {"Europe/Berlin", "Europe/Zurich"}, "address"),
        (SAN_FRANCISCO, {"country": "ZZ"}, {"America/Los_Angeles"}, "number"),
        (GERMAN_MOBILE, {"country": "IN"}, {"Asia/Kolkata"}, "address"),
        (GERMAN_MOBILE, {"region": "Bavaria"}, {"Europe/Berlin"}, "address"),
        (AUSTRALIAN_MOBILE, {"region": "WA"}, {"Australia/Perth", "Australia/Eucla"}, "address"),
        (AUSTRALIAN_MOBILE, {"postal_code": "7000"}, {"Australia/Hobart"}, "address"),
        (read_number("+919876543210"), {}, {"Asia/Kolkata"}, "number"),
        (read_number("+16715551234"), {}, {"Pacific/Guam"}, "number"),
    ],
)
def test_zones_come_from_the_best_fact(number, facts, names, source):
    zones = find_zones(number, **facts)

    assert (set(zones.names), zones.source) == (names, source)


def test_a_mobile_of_a_wide_country_keeps_all_its_zones():
    assert {"Australia/Perth", "Australia/Sydney", "Australia/Brisbane"} <= set(find_zones(AUSTRALIAN_MOBILE).names)
    assert {"America/New_York", "Pacific/Honolulu", "America/Anchorage"} <= set(find_zones(TOLL_FREE).names)
    assert set(find_zones(TOLL_FREE).names) <= set(zones_of_country("US"))


def test_a_number_of_no_country_has_no_zone_until_somebody_says_where():
    worldwide = read_number("+80012345678")

    assert (find_zones(worldwide).names, find_zones(worldwide).source) == ((), "none")
    assert find_zones(worldwide, country="NO").source == "address"
    assert find_zones(worldwide, contact_zone="Asia/Tokyo").names == ("Asia/Tokyo",)


def test_the_law_of_the_address_and_of_the_number_may_both_apply():
    assert find_zones(SAN_FRANCISCO, country="DE").countries == ("DE", "US")
    assert find_zones(SAN_FRANCISCO, region="FL").regions == {"US-CA", "US-FL"}
    assert find_zones(SAN_FRANCISCO, region="NY", postal_code="33101").regions == {"US-CA", "US-NY", "US-FL"}
    assert find_zones(TOLL_FREE).regions == frozenset()
    assert find_zones(GERMAN_MOBILE, contact_zone="US/Eastern").countries == ("DE", "US")
    assert find_zones(GERMAN_MOBILE, contact_zone="Europe/Stockholm").countries == ("DE", "SE")
    assert find_zones(GERMAN_MOBILE, contact_zone="Europe/Nowhere", country="IN").source == "address"


def test_every_american_area_code_names_its_state():
    found = set()
    for area in range(201, 990):
        parsed = phonenumbers.PhoneNumber(country_code=1, national_number=area * 10_000_000 + 2_345_678)
        geographic = phonenumbers.length_of_geographical_area_code(parsed)
        if phonenumbers.region_code_for_number(parsed) != "US" or not geographic:
            continue
        if not phonenumbers.is_valid_number(parsed):
            continue
        states = regions_of_number(read_number(f"+1{parsed.national_number}"))
        assert len(states) == 1, area
        found |= states
    assert found == AMERICAN_STATES


@pytest.mark.parametrize(
    ("region", "postal", "found"),
    [
        ("Washington, D.C.", None, {"US-DC"}),
        ("Washington", None, {"US-WA"}),
        ("new york", None, {"US-NY"}),
        (" fl ", None, {"US-FL"}),
        (None, "02110", {"US-MA"}),
        (None, "00501", {"US-NY"}),
        (None, "99999999", {"US-AK"}),
        (None, "1", set()),
        ("Atlantis", "ABCDE", set()),
        (None, None, set()),
    ],
)
def test_states_are_told_from_an_address(region, postal, found):
    assert find_regions("US", region, postal) == found


def test_the_table_of_states_fits_the_tz_database():
    for country in ("US", "CA", "AU"):
        of_states = {zone for code in regions_of_country(country) for zone in zones_of_region(code)}
        uninhabited = {"Antarctica/Macquarie"}
        assert of_states == set(zones_of_country(country)) - uninhabited
    assert len(AMERICAN_STATES) == 51


def test_every_zone_of_every_country_is_a_place():
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    countries = {line[:2] for line in table.splitlines() if line and not line.startswith("#")}
    assert len(countries) > 240
    for country in countries:
        assert zones_of_country(country)
        assert all(canonical_zone(name) == name for name in zones_of_country(country))


def test_the_state_of_every_american_number_is_the_one_that_the_library_describes() -> None:
    from phonenumbers.geodata import GEOCODE_DATA

    described = {
        digits[1:]: texts["en"] for digits, texts in GEOCODE_DATA.items() if digits[0] == "1" and "en" in texts
    }
    checked = 0
    for digits, text in described.items():
        if len(digits) < 3:
            continue
        ending = re.search(r", ([A-Z]{2})$", text)
        state = find_regions("US", ending.group(1) if ending else text, None)
        number = Number(f"+1{digits:0<10}", "US", Kind.FIXED_OR_MOBILE, f"{digits:0<10}", digits[:3])
        assert regions_of_number(number) == state, digits
        checked += 1
    assert checked > 30_000
