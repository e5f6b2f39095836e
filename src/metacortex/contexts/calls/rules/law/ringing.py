"""How long a phone rings at least before a call that nobody answers may be given up."""

from collections.abc import Iterable

from metacortex.contexts.calls.rules.law.book import DEFAULT_COUNTRY, Purpose, law_of
from metacortex.contexts.calls.rules.law.verdict import Override


def ring_least_seconds(
    countries: Iterable[str], *, purpose: Purpose = "sales", override: Override | None = None
) -> int:
    """Return the longest of these countries' least seconds (none known: the default's); 0 where no law binds.

    Such laws are about sales (47 CFR 64.1200(a)(6)); a person may always hang up sooner.
    """
    if purpose != "sales":
        return 0
    laws = {law.country: law for law in map(law_of, set(countries) or {DEFAULT_COUNTRY})}
    binding = [law for code, law in laws.items() if not (override and override.lifts(code, "ring"))]
    return max((law.ring_least_seconds for law in binding), default=0)
