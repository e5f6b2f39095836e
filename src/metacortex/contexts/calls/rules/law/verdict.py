"""What a judgement says, who may overrule it, and which rules reach a callee."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from metacortex.contexts.calls.rules.law.book import DEFAULT_COUNTRY, Kind, Rule, law_of
from metacortex.contexts.calls.rules.zones import Zones, zones_of_country, zones_of_region

ZONE_UNKNOWN = "zone_unknown"
OWN_HOURS = "own_hours"
OWN_LIMIT = "own_limit"
_STRICTNESS = ("one_party", "announcement", "all_party")


@dataclass(frozen=True, slots=True)
class Override:
    """An operator's decision that some rules do not bind these calls: who and why.

    Each of `rules` is a code such as `US-FL`, which is all its rules, or one of them, such as `US-FL.hours`.
    """

    rules: frozenset[str]
    by: str
    why: str

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.why.strip():
            raise ValueError("An override names who decided it and why.")

    def lifts(self, code: str, kind: Kind) -> bool:
        """Whether this kind of rule of a country or state does not bind."""
        return code in self.rules or f"{code}.{kind}" in self.rules


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call is allowed; if not, the rule against it, a sentence for people, and when (UTC) it would be.

    `override` is set where a rule would have applied but was overruled, so that a record shows who answers for it.
    """

    allowed: bool
    rule: str = ""
    sentence: str = ""
    opens_at: datetime | None = None
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """A rule and those of the callee's possible zones in which it is read."""

    rule: Rule
    zones: tuple[str, ...]


@lru_cache(maxsize=4096)
def rules_reaching(zones: Zones, kind: Kind | None = None, override: Override | None = None) -> tuple[Reach, ...]:
    """All rules that may bind a call: of each country, and of each state that the callee may be in.

    Those are left out whose rule of that kind is overruled.

    States known from the address and the area code bind together. Where none is known, every state does that keeps one
    of the possible zones; where no state keeps any of them, every state of the country.
    """
    found: dict[str, Reach] = {}
    for country in zones.countries or (DEFAULT_COUNTRY,):
        law = law_of(country)
        found[law.rule.code] = Reach(law.rule, zones.names)
        for code in _states_of(country, zones):
            rule = law.regions.get(code)
            if rule is not None:
                kept = zones_of_region(code)
                found[code] = Reach(rule, tuple(name for name in zones.names if name in kept) or zones.names)
    if kind is None or override is None:
        return tuple(found.values())
    return tuple(reach for code, reach in found.items() if not override.lifts(code, kind))


def override_used(zones: Zones, override: Override | None) -> Override | None:
    """The override, if it overrules any rule, of whatever kind, that reaches this callee."""
    if override is None:
        return None
    named = {rule.partition(".")[0] for rule in override.rules}
    return override if any(reach.rule.code in named for reach in rules_reaching(zones)) else None


def recording_consent(zones: Zones) -> str:
    """Whose consent recording a call needs, by the strictest of the laws that may apply to the callee."""
    countries = zones.countries or (DEFAULT_COUNTRY,)
    return max((law_of(code).recording_consent(zones.regions) for code in countries), key=_STRICTNESS.index)


def require_aware(at: datetime) -> None:
    """Refuse a time without a zone (ValueError): read as local time it would open the wrong hours."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("Give the time with its zone, in UTC.")


def _states_of(country: str, zones: Zones) -> tuple[str, ...]:
    law = law_of(country)
    known = tuple(code for code in sorted(zones.regions) if code.startswith(f"{country}-"))
    if known:
        return known
    matching = tuple(code for code in law.regions if set(zones_of_region(code)) & set(zones.names))
    if matching or country != law.country or set(zones.names) <= set(zones_of_country(country)):
        return matching
    return tuple(law.regions)
