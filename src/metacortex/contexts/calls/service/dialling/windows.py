"""The live answers that abandonment is counted against: of the period that a campaign's settings name, and today."""

import time
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import DialCampaign
from metacortex.contexts.calls.queries import campaign_calls
from metacortex.contexts.calls.rules.law import AbandonmentBounds
from metacortex.contexts.calls.rules.pacing import Window
from metacortex.contexts.calls.rules.zones import zones_of_country
from metacortex.contexts.calls.service.abandoning import PERIODS, read_bounds
from metacortex.contexts.calls.service.dialling.attempts import Dialling
from metacortex.platform.settings import settings

TODAY = "today"
_COUNTED_EVERY = timedelta(minutes=1)
_MAY_CHANGE = timedelta(minutes=10)
"""For so long a call may yet be answered or abandoned: ringing and waiting take less."""

REMEMBERED_SECONDS = 60.0
_bounds: dict[tuple[UUID, UUID], tuple[float, AbandonmentBounds | None]] = {}


async def read_window(session: AsyncSession, dialling: Dialling) -> Window:
    """Return the live answers of the period in which abandonment is counted, by the law as of at most a minute ago."""
    said = dialling.settings.abandonment_window
    bounds = await _remember_bounds(session, dialling.campaign)
    live, abandoned = await campaign_calls.count_live_answers(
        session,
        dialling.campaign.id,
        since=dialling.now - PERIODS[said],
        within_seconds=bounds.message_within_seconds if bounds else None,
    )
    return Window(said.value, live, abandoned)


async def _remember_bounds(session: AsyncSession, campaign: DialCampaign) -> AbandonmentBounds | None:
    """Return what the law says of everybody on a list; to find that out takes longer than all else that is shown."""
    key, now = (campaign.org_id, campaign.id), time.monotonic()
    for old in [one for one, (at, _) in _bounds.items() if now - at > REMEMBERED_SECONDS]:
        del _bounds[old]
    remembered = _bounds.get(key) or (now, await read_bounds(session, campaign.id))
    return _bounds.setdefault(key, remembered)[1]


class Account:
    """A campaign's live answers and abandonments; those of a while ago are counted anew once a minute."""

    def __init__(self) -> None:
        self.bounds: AbandonmentBounds | None = None
        """What the law says of everybody who was on the list when they were last counted."""
        self._counted_at: datetime | None = None
        self._before: dict[str, tuple[int, int]] = {}

    async def read(self, session: AsyncSession, dialling: Dialling) -> tuple[Window, ...]:
        """Return the periods of the settings and of the law, and today: days that each keep the limit keep it in any
        run of them.

        A period that rolls changes its rate without a call being placed, and its savings could be spent in an hour.
        """
        now = dialling.now
        if self._counted_at is None or not timedelta() <= now - self._counted_at < _COUNTED_EVERY:
            self.bounds = await read_bounds(session, dialling.campaign.id)
            until = now - _MAY_CHANGE
            self._before = {
                name: await self._count(session, dialling, since, until)
                for name, since in _begin_periods(dialling, self.bounds).items()
            }
            self._counted_at = now
        live, abandoned = await self._count(session, dialling, self._counted_at - _MAY_CHANGE, None)
        return tuple(Window(name, live + before[0], abandoned + before[1]) for name, before in self._before.items())

    async def _count(
        self, session: AsyncSession, dialling: Dialling, since: datetime, until: datetime | None
    ) -> tuple[int, int]:
        within_seconds = self.bounds.message_within_seconds if self.bounds else None
        return await campaign_calls.count_live_answers(
            session, dialling.campaign.id, since=since, until=until, within_seconds=within_seconds
        )


def _begin_periods(dialling: Dialling, bounds: AbandonmentBounds | None) -> dict[str, datetime]:
    """Return when each period began in which abandonment counts now: the campaign's, each law's, and today."""
    said = dialling.settings.abandonment_window
    names = {period.total_seconds(): name.value for name, period in PERIODS.items()}
    by_law = {
        names.get(seconds, f"{seconds} s"): dialling.now - timedelta(seconds=seconds)
        for seconds in (bounds.window_seconds if bounds else ())
    }
    return {said.value: dialling.now - PERIODS[said], **by_law, TODAY: begin_day(dialling.now)}


def begin_day(now: datetime) -> datetime:
    """Return the last midnight where the installation calls by default: no shift is on there and then."""
    zones = zones_of_country(settings().default_region)
    return now.astimezone(ZoneInfo(zones[0] if zones else "UTC")).replace(hour=0, minute=0, second=0, microsecond=0)
