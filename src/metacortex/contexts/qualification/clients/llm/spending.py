"""What language models cost, and who says how much of it an organization may still spend today."""

from typing import Protocol
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


class Budget(Protocol):
    """What an organization may still spend today; shared by every process that asks models."""

    async def reserve(self, org_id: UUID, amount: int) -> bool:
        """Set micro-dollars aside before a call, so that many at once cannot overspend; False when too few are left."""
        ...

    async def settle(self, org_id: UUID, *, reserved: int, spent: int) -> None:
        """Replace what was set aside by what the call cost."""
        ...
