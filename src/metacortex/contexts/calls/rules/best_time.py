"""When somebody is likeliest to answer, and whom to call first, learned from how past calls ended.

Answer rates by country and hour of the week are few and uneven, so each is drawn towards the rate of something wider:
an hour towards its hour of the day, that towards its country, that towards the organization, and that towards a first
guess; by how much says a number of calls that the wider rate is worth (empirical Bayes with beta priors, as in
A. Gelman et al., Bayesian Data Analysis, chapter 5). Old calls fade by a half-life, since people's days change.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

HALF_LIFE = timedelta(days=30)
GUESS = 0.3
WORTH_CALLS = 12.0
"""How many calls the wider rate is worth beside the narrower one's own."""
MOST_PRIORITY = 1000
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Slot = tuple[int, int]
"""Day of the week, Monday is 0, and hour of the day, both where the person is."""


@dataclass(frozen=True, slots=True)
class Try:
    """One call that rang: whose country, when there, how long ago, and whether a person answered."""

    country: str
    local_at: datetime
    ago: timedelta
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Best:
    """The hour at which somebody is likeliest to answer, of those asked about."""

    slot: Slot
    rate: float
    calls: float
    """How many calls, old ones counted less, that hour's own rate rests on."""

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        day, hour = self.slot
        share = f"{self.rate:.0%} answered"
        return f"answered best {DAYS[day]} {hour:02d}:00 ({share})" if self.calls >= 1 else f"no calls yet, {share}"


@dataclass(slots=True)
class _Count:
    answered: float = 0.0
    calls: float = 0.0

    def add(self, weight: float, *, is_answered: bool) -> None:
        self.calls += weight
        self.answered += weight if is_answered else 0.0

    def shrink(self, towards: float) -> float:
        return (self.answered + WORTH_CALLS * towards) / (self.calls + WORTH_CALLS)


class AnswerRates:
    """Answer rates of one organization, from the widest to the narrowest."""

    def __init__(self, tries: Iterable[Try]) -> None:
        self._all = _Count()
        self._countries: Mapping[str, _Count] = defaultdict(_Count)
        self._hours: Mapping[tuple[str, int], _Count] = defaultdict(_Count)
        self._slots: Mapping[tuple[str, Slot], _Count] = defaultdict(_Count)
        for one in tries:
            weight = 0.5 ** (one.ago / HALF_LIFE)
            hour = one.local_at.hour
            for count in (
                self._all,
                self._countries[one.country],
                self._hours[one.country, hour],
                self._slots[one.country, (one.local_at.weekday(), hour)],
            ):
                count.add(weight, is_answered=one.is_answered)

    def rate(self, country: str, slot: Slot) -> float:
        """Return how likely somebody of a country is to answer in an hour of the week."""
        wide = self._countries.get(country, _Count()).shrink(self._all.shrink(GUESS))
        hourly = self._hours.get((country, slot[1]), _Count()).shrink(wide)
        return self._slots.get((country, slot), _Count()).shrink(hourly)

    def find_best(self, country: str, slots: Iterable[Slot]) -> Best:
        """Return the best of these hours; the earliest named of equals. Raises ValueError where none is named."""
        best = max(slots, key=lambda slot: self.rate(country, slot))
        return Best(best, self.rate(country, best), self._slots.get((country, best), _Count()).calls)


def find_priority(rates: AnswerRates, country: str, now: Slot, *, attempts: int) -> int:
    """Return the place of a target in the order of calling, higher first: how good this hour is for them, by tries.

    What was tried before and failed is tried later: each attempt halves what is left of the rate.
    """
    return round(MOST_PRIORITY * rates.rate(country, now) * 0.5**attempts)
