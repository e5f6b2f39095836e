"""Where the callee may be: every time zone that the facts leave open, since a call must be allowed in all of them."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, Protocol

import phonenumbers
from phonenumbers import timezone as number_zones

from metacortex.contexts.calls.rules.numbers import Number

Source = Literal["contact", "address", "number", "country", "none"]
US_NAMES = {"washington state": "WA", "washington d.c.": "DC", "washington dc": "DC", "washington, d.c.": "DC"}


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones that the callee may be in, the countries whose law may apply, and their states as `US-FL` where known.

    No names means that nobody may call: where the callee is cannot be told.
    """

    names: tuple[str, ...]
    source: Source
    countries: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()


class Whereabouts(Protocol):
    """Where somebody is said to be: an IANA zone, a country (ISO 3166-1 alpha-2), a state, a postal code."""

    @property
    def time_zone(self) -> str | None:
        """Their own zone."""
        ...

    @property
    def country(self) -> str | None:
        """The country of their address."""
        ...

    @property
    def region(self) -> str | None:
        """The state of their address."""
        ...

    @property
    def postal_code(self) -> str | None:
        """The postal code of their address."""
        ...


@dataclass(frozen=True, slots=True)
class Region:
    """A state or province: its zones and the postal prefixes of its addresses."""

    code: str
    name: str
    zones: tuple[str, ...]
    postal: tuple[str, ...]


def prefer(*sources: Whereabouts | None) -> Whereabouts | None:
    """Return the first who says anything of where they are; parts of two places make none."""
    said = (one for one in sources if one and (one.time_zone or one.country or one.region or one.postal_code))
    return next(said, None)


def locate(number: Number, who: Whereabouts | None) -> Zones:
    """Find all zones that somebody with this number may be in, by all that is known of them."""
    if who is None:
        return find_zones(number)
    return find_zones(
        number,
        contact_zone=who.time_zone,
        country=who.country,
        region=who.region,
        postal_code=who.postal_code,
    )


def find_zones(
    number: Number,
    *,
    contact_zone: str | None = None,
    country: str | None = None,
    region: str | None = None,
    postal_code: str | None = None,
) -> Zones:
    """Find all zones that the callee may be in: by the contact's own zone, else the address, else the number.

    The countries are that of the zone, of the address and of the number: the law of each may bind. A postal code or
    state without a country is read in the number's country. What cannot be read counts as not given.
    """
    home = (country or "").strip().upper() or number.country
    addressed = bool(country or region or postal_code) and bool(zones_of_country(home))
    states = find_regions(home, region, postal_code) if addressed else frozenset()
    regions = states | regions_of_number(number)
    chosen = canonical_zone(contact_zone)
    there = country_of_zone(contact_zone) if chosen else ""
    countries = tuple(dict.fromkeys(code for code in (home, number.country, there) if zones_of_country(code)))
    if chosen:
        return Zones((chosen,), "contact", countries, regions)
    from_number = _zones_of_number(number)
    if addressed:
        names = _zones_of_regions(states) or zones_of_country(home)
        if not states and home == number.country:
            names = tuple(name for name in names if name in from_number) or names
        return Zones(names, "address", countries, regions)
    if from_number:
        return Zones(from_number, "number", countries, regions)
    names = zones_of_country(number.country)
    return Zones(names, "country" if names else "none", countries, regions)


def find_regions(country: str, region: str | None, postal_code: str | None) -> frozenset[str]:
    """Tell the states that an address names, by its region (code, ISO 3166-2 or name) and by its postal code."""
    known = _regions().get(country, {})
    found = set()
    asked = (region or "").strip()
    code = asked.upper().removeprefix(f"{country}-")
    by_name = {each.name.casefold(): each.code for each in known.values()}
    if country == "US":
        by_name |= US_NAMES
    if code in known:
        found.add(code)
    elif asked.casefold() in by_name:
        found.add(by_name[asked.casefold()])
    found |= {each.code for each in known.values() if _postal_fits(each, postal_code)}
    return frozenset(f"{country}-{code}" for code in found)


@lru_cache(maxsize=8192)
def regions_of_number(number: Number) -> frozenset[str]:
    """Tell the American state whose area code a number has; it may have been ported, so it proves nothing else."""
    if number.country != "US":
        return frozenset()
    table = _area_codes()
    state = next((table[number.national[:digits]] for digits in (6, 3) if number.national[:digits] in table), None)
    return frozenset({f"US-{state}"}) if state else frozenset()


@lru_cache(maxsize=256)
def zones_of_country(country: str) -> tuple[str, ...]:
    """All zones of a country (ISO 3166-1 alpha-2) by the IANA table zone.tab; none where there is no such country."""
    return _country_table().get(country, ())


@lru_cache(maxsize=2048)
def canonical_zone(name: str | None) -> str | None:
    """The IANA name of a zone that is a place: links are followed; UTC, Etc/… and abbreviations name no place."""
    if not name or "/" not in name:
        return None
    resolved = _links().get(name, name)
    return resolved if resolved in _places() else None


@lru_cache(maxsize=2048)
def country_of_zone(name: str | None) -> str:
    """The country of a zone by its own line of zone.tab, else that of the zone it is a second name of; "" if none."""
    table = {zone: country for country, zone in _zone_lines()}
    return table.get(name or "") or table.get(canonical_zone(name) or "", "")


def zones_of_region(code: str) -> tuple[str, ...]:
    """All zones of one state, given as `US-FL`."""
    country, _, state = code.partition("-")
    found = _regions().get(country, {}).get(state)
    return found.zones if found else ()


def regions_of_country(country: str) -> tuple[str, ...]:
    """The states of a country that are known here, as `US-FL`."""
    return tuple(f"{country}-{code}" for code in _regions().get(country, {}))


def _zones_of_regions(codes: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted({zone for code in codes for zone in zones_of_region(code)}))


@lru_cache(maxsize=8192)
def _zones_of_number(number: Number) -> tuple[str, ...]:
    """The zones of a number's own country that its digits leave open."""
    of_country = zones_of_country(number.country)
    named = (canonical_zone(name) for name in number_zones.time_zones_for_number(phonenumbers.parse(number.e164)))
    return tuple(sorted({name for name in named if name and name in of_country})) or of_country


def _postal_fits(region: Region, postal_code: str | None) -> bool:
    written = (postal_code or "").strip().upper()
    for prefix in region.postal:
        first, _, last = prefix.partition("-")
        if last and written[:3].isdigit() and first <= written[:3] <= last:
            return True
        if not last and written.startswith(first):
            return True
    return False


@lru_cache(maxsize=1)
def _area_codes() -> dict[str, str]:
    """The beginnings of American national numbers, of three or six digits, to the state they are given out in."""
    text = resources.files("metacortex.contexts.calls.rules.law").joinpath("area_codes.toml").read_text("utf-8")
    return {digits: state for state, all_digits in tomllib.loads(text).items() for digits in all_digits}


@lru_cache(maxsize=1)
def _regions() -> dict[str, dict[str, Region]]:
    text = resources.files("metacortex.contexts.calls.rules.law").joinpath("regions.toml").read_text("utf-8")
    return {
        country: {
            code: Region(code, state["name"], _canonical_all(state["zones"]), tuple(state["postal"]))
            for code, state in states.items()
        }
        for country, states in tomllib.loads(text).items()
    }


def _canonical_all(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_links().get(name, name) for name in names))


@lru_cache(maxsize=1)
def _zone_lines() -> tuple[tuple[str, str], ...]:
    """Country and zone of each line of the IANA table zone.tab."""
    lines = (line.split("\t") for line in _tz_file("zone.tab").splitlines() if line and not line.startswith("#"))
    return tuple((line[0], line[2]) for line in lines)


@lru_cache(maxsize=1)
def _country_table() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for country, name in _zone_lines():
        table.setdefault(country, []).append(name)
    return {country: _canonical_all(sorted(names)) for country, names in table.items()}


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return frozenset(name for names in _country_table().values() for name in names)


@lru_cache(maxsize=1)
def _links() -> dict[str, str]:
    """Old and second names of zones to the names that the tz database keeps."""
    lines = (line.split() for line in _tz_file("tzdata.zi").splitlines() if line.startswith("L "))
    return {name: target for _, target, name in lines}


def _tz_file(name: str) -> str:
    return resources.files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
