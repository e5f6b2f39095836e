"""What language models cost, and how much an organization may still spend today."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from metacortex.contexts.qualification.settings import QualificationSettings

# Where a provider's price is unknown it is taken to be dear, so that the budget still holds.
DEAR_INPUT_USD, DEAR_OUTPUT_USD = 5.0, 25.0


def price_micro_usd(settings: QualificationSettings, *, input_tokens: int, output_tokens: int) -> int:
    """Return the price in millionths of a dollar: as set, else from the price table; one's own server is free."""
    if settings.input_usd_per_million is not None or settings.output_usd_per_million is not None:
        dollars = input_tokens * (settings.input_usd_per_million or 0)
        return round(dollars + output_tokens * (settings.output_usd_per_million or 0))
    if settings.base_url is not None:
        return 0
    from genai_prices import Usage, calc_price

    try:
        usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
        found = calc_price(usage, settings.model_name, provider_id=settings.provider)
    except LookupError:
        return round(input_tokens * DEAR_INPUT_USD + output_tokens * DEAR_OUTPUT_USD)
    return round(found.total_price * 1_000_000)


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(slots=True)
class Budget:
    """Micro-dollars spent today, by organization; a call reserves its estimate first, so that many cannot overspend."""

    limit: int
    today: Callable[[], date] = _today
    _day: date | None = field(default=None, init=False)
    _spent: dict[UUID | None, int] = field(default_factory=dict, init=False)

    def reserve(self, org_id: UUID | None, amount: int) -> bool:
        """Set `amount` aside, or say that it is more than is left."""
        if self._day != self.today():
            self._day = self.today()
            self._spent.clear()
        spent = self._spent.get(org_id, 0)
        if spent + amount > self.limit:
            return False
        self._spent[org_id] = spent + amount
        return True

    def settle(self, org_id: UUID | None, *, reserved: int, spent: int) -> None:
        """Replace what was set aside by what the call cost."""
        self._spent[org_id] = max(0, self._spent.get(org_id, 0) - reserved) + spent

    def spent(self, org_id: UUID | None) -> int:
        """Return what has been spent or set aside today."""
        return self._spent.get(org_id, 0) if self._day == self.today() else 0
