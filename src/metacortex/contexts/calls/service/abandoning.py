"""What the law says of calls that find no agent: which bounds a campaign has, and that its settings keep them."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.rules import law
from metacortex.contexts.calls.rules.numbers import BadNumber, read_number
from metacortex.contexts.calls.rules.zones import country_of_zone
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.judging import read_override
from metacortex.contexts.calls.types.campaigns import AbandonmentWindow, CampaignMode
from metacortex.contexts.leads import public as leads
from metacortex.platform.errors import Invalid
from metacortex.platform.settings import settings as platform_settings

PERIODS = {AbandonmentWindow.DAY: timedelta(days=1), AbandonmentWindow.THIRTY_DAYS: timedelta(days=30)}
DIALS_AHEAD = frozenset({CampaignMode.POWER, CampaignMode.PREDICTIVE})


class LooserThanLaw(Invalid):
    code = "looser_than_law"
    title = "The law of whom this campaign calls allows less. Choose what it allows, or something stricter."


class AbandonmentSoundMissing(Invalid):
    code = "abandonment_sound_missing"
    title = (
        "This campaign dials ahead, so somebody may answer and find nobody free, and the law wants them to hear why. "
        "Choose a message for them first."
    )


async def read_bounds(session: AsyncSession, campaign_id: UUID | None) -> law.AbandonmentBounds | None:
    """Return the bounds of all countries on a campaign's list; of the installation's own where nobody is on it."""
    countries: set[str] = set()
    if campaign_id is not None:
        countries = {_country_of(number) for number in await queries.list_sample_numbers(session, campaign_id)}
        of_leads = await leads.list_countries(session, queries.select_lead_ids(session, campaign_id))
        for country, zone in (*of_leads, *await queries.list_countries(session, campaign_id)):
            countries |= {code for code in (country, country_of_zone(zone)) if code}
    return law.bind_abandonment(countries or {platform_settings().default_region}, read_override())


def _country_of(number: str) -> str:
    try:
        return read_number(number).country
    except BadNumber:
        return ""


def bind_settings(settings: CampaignSettings, bounds: law.AbandonmentBounds | None) -> CampaignSettings:
    """Return settings in which the law says what they leave out; raises LooserThanLaw naming what allows too much."""
    if bounds is None:
        return settings
    narrowed = narrow_settings(settings, bounds)
    sentences = {
        "abandonment_limit": f"this may be {bounds.limit:.1%} at most",
        "abandonment_window": f"this has to be “{narrowed.abandonment_window.value}”",
        "hold_seconds": f"this may be {bounds.message_within_seconds:g} seconds at most",
    }
    errors = [
        {"field": f"settings.{name}", "message": f"By the law of {', '.join(bounds.countries)} {sentence}."}
        for name, sentence in sentences.items()
        if name in settings.model_fields_set and getattr(narrowed, name) != getattr(settings, name)
    ]
    if errors:
        raise LooserThanLaw(errors[0]["message"], errors=errors)
    return narrowed


def assume_missed(settings: CampaignSettings) -> float:
    """Return the share of people who answer that machine detection is assumed to take for machines."""
    return settings.machine_error_share if settings.detect_machine else 0.0


def narrow_settings(settings: CampaignSettings, bounds: law.AbandonmentBounds | None) -> CampaignSettings:
    """Return settings that allow no more than the law does: the share, the shortest period, the wait."""
    if bounds is None:
        return settings
    shortest = min(PERIODS, key=lambda one: abs(PERIODS[one].total_seconds() - bounds.window_seconds[0]))
    return settings.model_copy(
        update={
            "abandonment_limit": min(settings.abandonment_limit, bounds.limit),
            "abandonment_window": min(settings.abandonment_window, shortest, key=lambda one: PERIODS[one]),
            "hold_seconds": min(settings.hold_seconds, bounds.message_within_seconds),
        }
    )


def require_message(mode: CampaignMode, settings: CampaignSettings, bounds: law.AbandonmentBounds | None) -> None:
    """Refuse to dial ahead where the law wants a message and there is none; raises AbandonmentSoundMissing."""
    if mode in DIALS_AHEAD and bounds is not None and settings.abandonment_sound is None:
        field = "settings.abandonment_sound"
        raise AbandonmentSoundMissing(errors=[{"field": field, "message": AbandonmentSoundMissing.title}])
