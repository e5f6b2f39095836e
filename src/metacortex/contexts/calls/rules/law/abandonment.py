"""How much abandonment a campaign may cause: by the strictest of the laws of all whom it calls."""

from collections.abc import Iterable
from dataclasses import dataclass

from metacortex.contexts.calls.rules.law.book import DEFAULT_COUNTRY, law_of
from metacortex.contexts.calls.rules.law.verdict import Override


@dataclass(frozen=True, slots=True)
class AbandonmentBounds:
    """The share of live answers that may find nobody in each of these periods, and when they must hear a message."""

    limit: float
    window_seconds: tuple[int, ...]
    message_within_seconds: float
    countries: tuple[str, ...]
    """Whose laws these are, by code."""


def bind_abandonment(countries: Iterable[str], override: Override | None = None) -> AbandonmentBounds | None:
    """Return the strictest of these countries' bounds (none known: the default's); None where all are overruled."""
    laws = {law.country: law for law in map(law_of, sorted(set(countries)) or [DEFAULT_COUNTRY])}
    binding = [law for code, law in laws.items() if not (override and override.lifts(code, "abandonment"))]
    if not binding:
        return None
    said = [law.abandonment for law in binding]
    return AbandonmentBounds(
        limit=min(one.limit for one in said),
        window_seconds=tuple(sorted({one.window_seconds for one in said})),
        message_within_seconds=min(one.message_within_seconds for one in said),
        countries=tuple(law.country for law in binding),
    )
