"""What abandonment is counted against: known while calls are on, by period and by day."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from metacortex.contexts.calls.models import CallRow, DialCampaign
from metacortex.contexts.calls.rules.pacing import Window
from metacortex.contexts.calls.schemas.campaigns import CampaignSettings
from metacortex.contexts.calls.service.dialling import windows
from metacortex.contexts.calls.service.dialling.attempts import Dialling
from metacortex.contexts.calls.service.dialling.pace import build_rule
from metacortex.contexts.calls.service.dialling.windows import Account, begin_day, read_window
from metacortex.platform.database import APP_ROLE, engine, insert_rows, new_id, transaction, utc_now
from tests.conftest import Owner

TALKS, TALKED, MACHINE = {"connected_at": 1}, {"connected_at": 1, "outcome": "answered"}, {"outcome": "machine"}
ABANDONED, HEARS_WHY, RINGS = {"outcome": "abandoned"}, {"abandoned_at": 1}, dict[str, Any]()
LOST_AFTER = {"abandoned_at": 1, "outcome": "lost"}


async def add_calls(owner: Owner, campaign_id: UUID, calls: Iterable[dict[str, Any]], at: datetime) -> None:
    row: dict[str, Any] = {"org_id": owner.org_id, "campaign_id": campaign_id, "mode": "lead-first", "state": "ended"}
    row |= {"ringing": "in-turn", "purpose": "sales", "server": "s", "variables": {}, "permission": {}}
    empty = {"outcome": None, "connected_at": None, "abandoned_at": None}
    rows = [
        {**row, **empty, "id": new_id(), "requested_at": at, **{k: at if v == 1 else v for k, v in call.items()}}
        for call in calls
    ]
    async with transaction(owner.org_id) as session:
        await insert_rows(session, CallRow, rows)


async def make_campaign(owner: Owner) -> UUID:
    campaign_id = new_id()
    async with transaction(owner.org_id) as session:
        session.add(
            DialCampaign(org_id=owner.org_id, id=campaign_id, name="x", mode="predictive", state="draft", settings={})
        )
    return campaign_id


async def read(owner: Owner, campaign_id: UUID, account: Account, now: datetime) -> dict[str, tuple[int, int]]:
    async with transaction(owner.org_id) as session:
        campaign = await session.get(DialCampaign, (owner.org_id, campaign_id))
        assert campaign is not None
        dialling = Dialling(campaign, CampaignSettings(), None, now)
        windows = await account.read(session, dialling)
        whole = await read_window(session, dialling)
    assert (whole.live, whole.abandoned) == (windows[0].live, windows[0].abandoned)
    return {one.name: (one.live, one.abandoned) for one in windows}


async def test_each_live_answer_counts_once_and_at_once(owner: Owner) -> None:
    campaign_id = await make_campaign(owner)
    other = await make_campaign(owner)
    now = begin_day(utc_now()) + timedelta(hours=12)
    everything = [TALKS, TALKED, MACHINE, ABANDONED, HEARS_WHY, RINGS, LOST_AFTER]
    await add_calls(owner, campaign_id, everything, now - timedelta(minutes=1))
    await add_calls(owner, other, everything, now - timedelta(minutes=1))
    assert await read(owner, campaign_id, Account(), now) == {"thirty-days": (5, 3), "today": (5, 3)}


async def test_people_taken_for_machines_are_in_the_rate_where_machines_are_detected(owner: Owner) -> None:
    campaign_id = await make_campaign(owner)
    await add_calls(owner, campaign_id, [*[TALKED] * 9, ABANDONED, MACHINE], utc_now())
    told = {"machine_error_share": 0.02}
    for settings, rate, missed in (
        (told, 0.1, 0.0),
        ({**told, "detect_machine": True}, 0.02 + 0.98 * 0.1, 0.02),
        ({"detect_machine": True}, 0.01 + 0.99 * 0.1, 0.01),
    ):
        async with transaction(owner.org_id) as session:
            campaign = await session.get(DialCampaign, (owner.org_id, campaign_id))
            assert campaign is not None
            campaign.settings = settings
        live = (await owner.client.get(f"/api/v1/dial-campaigns/{campaign_id}/live")).json()["data"]["abandonment"]
        assert (live["live"], live["abandoned"]) == (10, 1)
        assert live["rate"] == pytest.approx(rate)
        dialling = Dialling(DialCampaign(mode="power"), CampaignSettings(**settings), None, utc_now())
        assert build_rule(dialling, None).missed_live_share == missed
    assert Window("day", 0, 0).rate(0.02) == 0


async def test_a_day_has_an_account_of_its_own_beside_the_period(owner: Owner) -> None:
    campaign_id, account = await make_campaign(owner), Account()
    now = begin_day(utc_now()) + timedelta(hours=12)
    for ago, calls in (
        (timedelta(days=31), [ABANDONED] * 5),
        (timedelta(days=29), [TALKED] * 100),
        (timedelta(hours=11), [TALKED] * 3),
        (timedelta(minutes=1), [ABANDONED]),
    ):
        await add_calls(owner, campaign_id, calls, now - ago)
    assert await read(owner, campaign_id, account, now) == {"thirty-days": (104, 1), "today": (4, 1)}
    await add_calls(owner, campaign_id, [ABANDONED, TALKS], now)
    later = now + timedelta(seconds=30)
    assert await read(owner, campaign_id, account, later) == {"thirty-days": (106, 2), "today": (6, 2)}
    tomorrow = begin_day(now) + timedelta(days=1, hours=9)
    assert await read(owner, campaign_id, account, tomorrow) == {"thirty-days": (106, 2), "today": (0, 0)}


@pytest.mark.parametrize(
    ("now", "begun"),
    [
        (datetime(2026, 3, 1, 3, tzinfo=UTC), datetime(2026, 2, 28, 18, 30, tzinfo=UTC)),
        (datetime(2026, 2, 28, 18, 30, tzinfo=UTC), datetime(2026, 2, 28, 18, 30, tzinfo=UTC)),
        (datetime(2026, 2, 28, 18, 29, tzinfo=UTC), datetime(2026, 2, 27, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_where_the_installation_calls(now: datetime, begun: datetime) -> None:
    assert begin_day(now) == begun


async def test_a_dashboard_does_not_read_the_whole_list_at_each_look(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched, other = [await make_campaign(owner) for _ in range(2)]
    said: list[str] = []

    def hear(_: Any, __: Any, statement: str, *___: Any) -> None:
        said.append(statement)

    async def look(campaign_id: UUID) -> bool:
        said.clear()
        assert (await owner.client.get(f"/api/v1/dial-campaigns/{campaign_id}/live")).status_code == 200
        return any("contacts" in one for one in said)

    heard = engine(APP_ROLE).sync_engine
    event.listen(heard, "before_cursor_execute", hear)
    try:
        assert [await look(campaign_id) for campaign_id in (watched, watched, other, other)] == [True, False] * 2
        monkeypatch.setattr(windows, "REMEMBERED_SECONDS", 0.0)
        assert [await look(watched) for _ in range(2)] == [True, True], "the list, and the law, may have changed"
    finally:
        event.remove(heard, "before_cursor_execute", hear)
