"""The live answers that abandonment is counted against: of the period that a campaign's settings name, and today."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.queries import campaigns as queries
from metacortex.contexts.calls.rules.pacing import Window
from metacortex.contexts.calls.rules.zones import zones_of_country
from metacortex.contexts.calls.service.dialling.attempts import Dialling
from metacortex.contexts.calls.types.campaigns import AbandonmentWindow
from metacortex.platform.settings import settings

PERIODS = {AbandonmentWindow.DAY: timedelta(days=1), AbandonmentWindow.THIRTY_DAYS: timedelta(days=30)}
TODAY = "today"
_COUNTED_EVERY = timedelta(minutes=1)
_MAY_CHANGE = timedelta(minutes=10)
"""For so long a call may yet be answered or abandoned: ringing and waiting take less."""


async def read_window(session: AsyncSession, dialling: Dialling) -> Window:
    """Return the live answers of the period in which abandonment is counted."""
    said = dialling.settings.abandonment_window
    live, abandoned = await queries.count_live_answers(
        session, dialling.campaign.id, since=dialling.now - PERIODS[said]
    )
    return Window(said.value, live, abandoned)


class Account:
    """A campaign's live answers and abandonments; those of a while ago are counted anew once a minute."""

    def __init__(self) -> None:
        self._counted_at: datetime | None = None
        self._of_period = self._of_today = (0, 0)

    async def read(self, session: AsyncSession, dialling: Dialling) -> tuple[Window, ...]:
        """Return the period of the settings, and today: days that each keep the limit keep it in any run of them.

        A period that rolls changes its rate without a call being placed, and its savings could be spent in an hour.
        """
        now, said = dialling.now, dialling.settings.abandonment_window
        if self._counted_at is None or not timedelta() <= now - self._counted_at < _COUNTED_EVERY:
            until = now - _MAY_CHANGE
            self._of_period = await self._count(session, dialling, now - PERIODS[said], until)
            self._of_today = await self._count(session, dialling, begin_day(now), until)
            self._counted_at = now
        live, abandoned = await self._count(session, dialling, self._counted_at - _MAY_CHANGE, None)
        return tuple(
            Window(name, live + before[0], abandoned + before[1])
            for name, before in ((said.value, self._of_period), (TODAY, self._of_today))
        )

    async def _count(
        self, session: AsyncSession, dialling: Dialling, since: datetime, until: datetime | None
    ) -> tuple[int, int]:
        return await queries.count_live_answers(session, dialling.campaign.id, since=since, until=until)


def begin_day(now: datetime) -> datetime:
    """Return the last midnight where the installation calls by default: no shift is on there and then."""
    zones = zones_of_country(settings().default_region)
    return now.astimezone(ZoneInfo(zones[0] if zones else "UTC")).replace(hour=0, minute=0, second=0, microsecond=0)
