"""Reading a list of people to call from a CSV table."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

NUMBER_NAMES = frozenset(
    {"phone", "phone number", "number", "mobile", "mobile number", "telephone", "tel", "contact number", "phone_number"}
)
PERSON_NAMES = frozenset({"name", "full name", "contact", "contact name", "full_name"})
PLACE_NAMES = {
    "time_zone": frozenset({"time zone", "timezone", "tz"}),
    "country": frozenset({"country", "country code"}),
    "region": frozenset({"state", "region", "province", "state province"}),
    "postal_code": frozenset({"postal code", "postcode", "post code", "zip", "zip code", "pin code", "pincode", "plz"}),
}
CONSENT_NAMES = {
    "source": frozenset({"consent source"}),
    "at": frozenset({"consented at"}),
    "text": frozenset({"consent text"}),
}
_MAX_COLUMNS = 200
_MOST_OF_PLACE = 100
_MOST_OF_CONSENT = 2000
_DELIMITERS = ",;\t|"


class TableUnclear(ValueError):
    """The table cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table's numbers, names, places and consents stand; of the latter those fields that have a column."""

    number: int
    others: tuple[int, ...]
    name: int | None
    places: tuple[tuple[str, int], ...] = ()
    consents: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody to call, as the table has them; the first number is tried first."""

    number: str
    others: tuple[str, ...]
    name: str | None
    place: tuple[tuple[str, str], ...] = ()
    consent: tuple[tuple[str, str], ...] = ()


def find_columns(text: str, *, number: str | None, name: str | None, others: Sequence[str]) -> Columns:
    """Return which columns are meant, by the names given or the usual ones; raises TableUnclear."""
    header = next(_read_rows(text), [])
    plain = [cell.strip().casefold().lstrip("\ufeff") for cell in header]
    if len(plain) > _MAX_COLUMNS:
        raise TableUnclear(f"The table has more than {_MAX_COLUMNS} columns. Keep those that are needed.")
    found = (
        _find(plain, number, "number")
        if number
        else next((at for at, one in enumerate(plain) if one in NUMBER_NAMES), None)
    )
    if found is None:
        raise TableUnclear("No column is called “phone”. Name the column that holds the numbers.")
    person = (
        _find(plain, name, "name") if name else next((at for at, one in enumerate(plain) if one in PERSON_NAMES), None)
    )
    further = tuple(_find(plain, one, "further number") for one in others)
    taken = {found, person, *further}
    return Columns(
        found, further, person, _find_fields(plain, PLACE_NAMES, taken), _find_fields(plain, CONSENT_NAMES, taken)
    )


def _find_fields(
    header: list[str], known: Mapping[str, Collection[str]], taken: Collection[int | None]
) -> tuple[tuple[str, int], ...]:
    words = [cell.replace("_", " ").replace("-", " ") for cell in header]
    found = {
        field: next((at for at, word in enumerate(words) if word in names and at not in taken), None)
        for field, names in known.items()
    }
    return tuple((field, at) for field, at in found.items() if at is not None)


def _find(header: list[str], wanted: str, what: str) -> int:
    try:
        return header.index(wanted.strip().casefold())
    except ValueError as error:
        raise TableUnclear(f"No column for the {what} is called “{wanted}”.") from error


def read_entries(text: str, columns: Columns, *, after: int, limit: int) -> list[Entry]:
    """Return up to `limit` rows of a table after its header and the first `after`; raises TableUnclear."""
    return [_read_entry(row, columns) for row in islice(_read_rows(text), 1 + after, 1 + after + limit)]


def _read_entry(row: list[str], columns: Columns) -> Entry:
    cells = {at: cell.strip() for at, cell in enumerate(row)}
    others = tuple(cells[at] for at in columns.others if cells.get(at))
    name = cells.get(columns.name) if columns.name is not None else None
    place = tuple((field, cells[at][:_MOST_OF_PLACE]) for field, at in columns.places if cells.get(at))
    consent = tuple((field, cells[at][:_MOST_OF_CONSENT]) for field, at in columns.consents if cells.get(at))
    return Entry(cells.get(columns.number, ""), others, (name or None) and name[:300], place, consent)


def _read_rows(text: str) -> Iterator[list[str]]:
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        yield from (row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row))
    except csv.Error as error:
        raise TableUnclear("The table cannot be read. Save it as CSV in UTF-8, then upload that.") from error
