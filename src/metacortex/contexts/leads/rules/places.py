"""Where a contact lives, read from what people write: the law of calling is that of the place."""

from functools import lru_cache
from importlib import resources
from zoneinfo import available_timezones

from metacortex.contexts.leads.types import Place

_SENTENCES = {
    "time_zone": "“{}” is no time zone of a place. Write it as Europe/Berlin or America/New_York.",
    "country": "“{}” is no country we know. Write its two letters, as in IN or US.",
}
_FURTHER_NAMES = {
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "usa": "US",
    "united states of america": "US",
    "uae": "AE",
    "deutschland": "DE",
    "bharat": "IN",
    "भारत": "IN",
}


def read_place(
    *,
    time_zone: str | None = None,
    country: str | None = None,
    region: str | None = None,
    postal_code: str | None = None,
) -> tuple[Place, dict[str, str]]:
    """Read a place as it was written; return it with a sentence for each field that means nothing, which is left out.

    Zones are names of the IANA database, countries become ISO 3166-1 alpha-2; regions and postal codes stay as written.
    """
    zone, code = read_time_zone(time_zone or ""), read_country(country or "")
    place = Place(time_zone=zone, country=code, region=_strip(region), postal_code=_strip(postal_code))
    read = {"time_zone": (time_zone, zone), "country": (country, code)}
    wrong = {
        name: _SENTENCES[name].format(written.strip()[:60])
        for name, (written, understood) in read.items()
        if written and written.strip() and understood is None
    }
    return place, wrong


def read_time_zone(written: str) -> str | None:
    """Return the IANA name of a zone that is a place, in any case; UTC, Etc/… and abbreviations name no place."""
    return _zones().get(written.strip().replace(" ", "_").casefold())


def read_country(written: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country that is given by its code or English name."""
    asked = " ".join(written.replace(".", "").split()).casefold()
    return _countries().get(asked)


def _strip(written: str | None) -> str | None:
    return (written or "").strip() or None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    places = (name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return {name.casefold(): name for name in places}


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    pairs = [line.split("\t")[:2] for line in table.splitlines() if line and not line.startswith("#")]
    names = {name.replace(".", "").casefold(): code for code, name in pairs}
    return names | {code.casefold(): code for code, _ in pairs} | _FURTHER_NAMES
