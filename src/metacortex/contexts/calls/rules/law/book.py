"""The law of each country, read from `countries/*.toml`: every rule with its source and how far that was checked."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, get_args

from metacortex.contexts.calls.rules.law.holidays import Observed, holidays_of_year
from metacortex.contexts.calls.rules.law.week import Week, read_week

Basis = Literal["text", "summary", "memory", "product"]
Per = Literal["24 hours", "7 days", "day", "week"]
Purpose = Literal["sales", "debt"]
Kind = Literal["hours", "frequency", "consent", "caller_id", "abandonment", "ring"]
"""Which rule of a country or state."""
RecordingConsent = Literal["one_party", "all_party", "announcement"]
DEFAULT_COUNTRY = "XX"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written. Basis: its text or a summary was read, it is from memory, or it is our choice."""

    citation: str
    url: str
    basis: Basis

    @property
    def verified(self) -> bool:
        """Whether a document that was read says so; what is from memory needs counsel before anyone relies on it."""
        return self.basis in ("text", "summary")


@dataclass(frozen=True, slots=True)
class Hours:
    """When calls may be made, in the callee's local time.

    `automated_only`: it binds dialling machines alone; `purpose`: calls for that alone, beside what binds every call.
    """

    week: Week
    holidays: tuple[str, ...]
    observed: Observed
    automated_only: bool
    source: Source
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `attempts` calls to a number per rolling hours or days, or per local day or week (from Monday)."""

    attempts: int
    per: Per
    purpose: Purpose
    source: Source


@dataclass(frozen=True, slots=True)
class Abandonment:
    """The share of answered calls that may meet no agent: counted on what, per what, over which rolling window."""

    limit: float
    counted_on: Literal["live_answers"]
    per: Literal["campaign"]
    window_seconds: int
    message_within_seconds: float
    source: Source


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty in plain words: `value` is what programs read, `text` what people read."""

    value: str
    text: str
    source: Source
    stricter_in: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """Hours and limits of one country or of one of its states; `code` is what verdicts and overrides name.

    `machine_consent`: what consent dialling machines need there, where a person's own enquiry is not enough for them.
    """

    code: str
    name: str
    hours: tuple[Hours, ...]
    limits: tuple[Limit, ...]
    machine_consent: Duty | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Which rules there are."""
        said: tuple[tuple[Kind, bool], ...] = (
            ("hours", bool(self.hours)),
            ("frequency", bool(self.limits)),
            ("consent", self.machine_consent is not None),
        )
        return tuple(kind for kind, is_said in said if is_said)


@dataclass(frozen=True, slots=True)
class Law:
    """The law of calling of one country, as sources said it on `checked_on`.

    Duties that are not about the moment of a call are told, not judged.
    """

    country: str
    name: str
    checked_on: date
    also: tuple[str, ...]
    rule: Rule
    regions: Mapping[str, Rule]
    ring_least_seconds: int
    ring_source: Source
    abandonment: Abandonment
    registry: Duty
    caller_id: Duty
    recording: Duty
    automated_consent: Duty

    @property
    def local_caller_id_only(self) -> bool:
        """Whether calls must show a number of the callee's own country."""
        return self.caller_id.value == "local_only"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Which rules of the whole country the product judges calls by."""
        shown: tuple[Kind, ...] = ("caller_id",) if self.local_caller_id_only else ()
        return (*self.rule.kinds, *shown, "abandonment", "ring")

    def recording_consent(self, regions: frozenset[str]) -> str:
        """Whose consent a recording needs, given the states the callee may be in (none known: the strictest)."""
        strict = self.recording.stricter_in
        return "all_party" if strict and (not regions or regions & strict) else self.recording.value


def law_of(country: str) -> Law:
    """The law of a country or territory (ISO 3166-1 alpha-2); where none is shipped, the strict default `XX`."""
    book = _book()
    return book.get(country) or book[DEFAULT_COUNTRY]


def shipped_laws() -> tuple[Law, ...]:
    """Every law that is shipped, once, by country code."""
    return tuple(law for code, law in sorted(_book().items()) if code == law.country)


def require_known(rules: Iterable[str]) -> None:
    """Refuse a name that is no rule's (ValueError that says what to write): a mistyped one would overrule nothing."""
    kinds = {code: kinds for law in shipped_laws() for code, kinds in _kinds_of(law)}
    for rule in rules:
        code, _, kind = rule.partition(".")
        if code not in kinds:
            known = ", ".join(law.country for law in shipped_laws())
            message = f"There are no rules named {rule!r}. Name a country ({known}) or a state with rules, as US-FL."
            raise ValueError(message)
        if rule != code and kind not in kinds[code]:
            names = ", ".join(f"{code}.{one}" for one in kinds[code])
            message = f"There is no rule named {rule!r}. Name all rules of {code} by {code}, or some of them: {names}."
            raise ValueError(message)


def _kinds_of(law: Law) -> Iterator[tuple[str, tuple[Kind, ...]]]:
    yield law.country, law.kinds
    for code, rule in law.regions.items():
        yield code, rule.kinds


@lru_cache(maxsize=1)
def _book() -> dict[str, Law]:
    folder = resources.files("metacortex.contexts.calls.rules.law").joinpath("countries")
    laws = [
        _read_law(tomllib.loads(file.read_text("utf-8"))) for file in folder.iterdir() if file.name.endswith(".toml")
    ]
    return {code: law for law in laws for code in (law.country, *law.also)}


def _read_law(data: dict[str, Any]) -> Law:
    country = data["country"]
    shared = data.get("holiday_lists", {})
    ring = data["ring"]
    return Law(
        country=country,
        name=data["name"],
        checked_on=data["checked_on"],
        also=tuple(data.get("also", ())),
        rule=_read_rule(country, data["name"], data, shared),
        regions={
            f"{country}-{code}": _read_rule(f"{country}-{code}", region["name"], region, shared)
            for code, region in data.get("regions", {}).items()
        },
        ring_least_seconds=ring["least_seconds"],
        ring_source=_read_source(ring),
        abandonment=_read_abandonment(data["abandonment"]),
        registry=_read_duty(country, data["registry"]),
        caller_id=_read_duty(country, data["caller_id"]),
        recording=_read_duty(country, data["recording"], get_args(RecordingConsent)),
        automated_consent=_read_duty(country, data["automated_consent"]),
    )


def _read_rule(code: str, name: str, data: dict[str, Any], shared: dict[str, list[str]]) -> Rule:
    return Rule(
        code=code,
        name=name,
        hours=tuple(_read_hours(hours, shared) for hours in data.get("hours", ())),
        limits=tuple(_read_limit(limit) for limit in data.get("limits", ())),
        machine_consent=_read_duty(code, data["machine_consent"]) if "machine_consent" in data else None,
    )


def _read_hours(data: dict[str, Any], shared: dict[str, list[str]]) -> Hours:
    rules = tuple(
        rule
        for written in data.get("holidays", ())
        for rule in (shared[written.removeprefix("@")] if written.startswith("@") else (written,))
    )
    observed: Observed = data.get("observed", "none")
    holidays_of_year(rules, observed, 2000)
    purpose = data.get("purpose")
    if purpose is not None and purpose not in get_args(Purpose):
        raise ValueError(f"No such purpose: {purpose!r}.")
    machines = data.get("automated_only", False)
    return Hours(read_week(data["week"]), rules, observed, machines, _read_source(data), purpose)


def _read_limit(data: dict[str, Any]) -> Limit:
    per, purpose = data["per"], data.get("purpose", "sales")
    if per not in get_args(Per) or purpose not in get_args(Purpose):
        raise ValueError(f"No such limit: {per!r}, {purpose!r}.")
    return Limit(data["attempts"], per, purpose, _read_source(data))


def _read_abandonment(data: dict[str, Any]) -> Abandonment:
    return Abandonment(
        limit=data["limit"],
        counted_on=data["counted_on"],
        per=data["per"],
        window_seconds=data["window_seconds"],
        message_within_seconds=data["message_within_seconds"],
        source=_read_source(data),
    )


def _read_duty(country: str, data: dict[str, Any], values: tuple[str, ...] = ()) -> Duty:
    if values and data["value"] not in values:
        raise ValueError(f"No such duty: {data['value']!r}.")
    stricter = frozenset(f"{country}-{code}" for code in data.get("stricter_in", ()))
    return Duty(data["value"], data["text"], _read_source(data), stricter)


def _read_source(data: dict[str, Any]) -> Source:
    basis = data["basis"]
    if basis not in get_args(Basis):
        raise ValueError(f"No such basis: {basis!r}.")
    return Source(data["source"], data.get("url", ""), basis)
