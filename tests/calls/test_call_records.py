"""What a call cost, and every call as a row of a table that a spreadsheet can hold without harm."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from metacortex.contexts.calls.rules.costs import charge_call, count_minutes
from metacortex.contexts.calls.service import records
from metacortex.contexts.calls.types import Call, Leg, Mode, Party
from metacortex.platform.audit import AuditEntry
from metacortex.platform.database import transaction
from metacortex.platform.security import Role
from tests.attacks.people import join
from tests.calls.conftest import Desk
from tests.conftest import MakeOwner

ANSWERS = "+919820039011"
BUSY = "+919820039101"
AT = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 1), (0.001, 1), (59.999, 1), (60, 1), (60.001, 2), (119, 2), (120, 2), (3600, 60), (3600.5, 61), (-3, 1)],
)
def test_every_minute_begun_counts(seconds: float, minutes: int) -> None:
    assert count_minutes(AT, AT + timedelta(seconds=seconds)) == minutes


def test_minutes_do_not_change_with_the_clocks() -> None:
    before, after = (
        datetime.fromisoformat("2026-03-29T01:59:30+01:00"),
        datetime.fromisoformat("2026-03-29T03:00:29+02:00"),
    )
    assert count_minutes(before, after) == 1


@pytest.mark.parametrize(("answered_at", "ended_at"), [(None, AT), (AT, None), (None, None)])
def test_who_did_not_answer_costs_nothing(answered_at: datetime | None, ended_at: datetime | None) -> None:
    assert count_minutes(answered_at, ended_at) == 0


def leg(party: Party, seconds: float | None) -> Leg:
    ended_at = AT + timedelta(seconds=seconds or 0)
    return Leg(id=uuid4(), party=party, endpoint="", answered_at=None if seconds is None else AT, ended_at=ended_at)


@pytest.mark.parametrize(
    ("legs", "cost"),
    [
        ([(Party.LEAD, 61)], 170),
        ([(Party.AGENT, 600), (Party.LEAD, 30)], 85),
        ([(Party.AGENT, 600), (Party.LEAD, None)], 0),
        ([(Party.LEAD, 30), (Party.LEAD, 90)], 255),
        ([(Party.AGENT, 30)], 0),
        ([], 0),
    ],
)
def test_the_leads_minutes_are_charged(legs: list[tuple[Party, float | None]], cost: int) -> None:
    call = Call(org_id=uuid4(), id=uuid4(), mode=Mode.DIRECT, legs=tuple(leg(*one) for one in legs), ended_at=AT)
    assert charge_call(call, 85) == cost


async def test_a_call_keeps_the_price_of_its_day(desk: Desk) -> None:
    await desk.add_lead(ANSWERS)
    free = await desk.call(to=ANSWERS, mode="direct")
    assert (free["cost_minor"], free["currency"]) == (None, None)
    await desk.client.patch("/api/v1/calling/settings", json={"minute_cost_minor": 85, "currency": "INR"})
    paid = await desk.call(to=ANSWERS, mode="direct")
    await desk.add_lead(BUSY)
    busy = await desk.call(to=BUSY, mode="direct")
    await desk.client.patch("/api/v1/calling/settings", json={"minute_cost_minor": 999})
    assert [((await desk.read(one["id"]))["cost_minor"], one["currency"]) for one in (paid, busy)] == [
        (85, "INR"),
        (0, "INR"),
    ]


async def export(desk: Desk, **params: Any) -> list[dict[str, str]]:
    answer = await desk.client.get("/api/v1/calls/export.csv", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.count("\ufeff".encode()) == 1
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_every_call_is_a_row(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "AT_ONCE", 2)
    await desk.client.patch("/api/v1/calling/settings", json={"minute_cost_minor": 85, "currency": "INR"})
    lead_id = await desk.add_lead(ANSWERS)
    first = await desk.call(lead_id=lead_id, variables={"formula": "=1+1"})
    others = [await desk.call(to=ANSWERS, mode="direct") for _ in range(2)]
    await desk.add_lead(BUSY)
    busy = await desk.call(to=BUSY, mode="direct")
    rows = await export(desk)
    assert [row["id"] for row in rows] == [first["id"], *(one["id"] for one in others), busy["id"]]
    assert tuple(rows[0]) == records.COLUMNS
    row = rows[0]
    assert (row["to"], row["outcome"], row["lead_id"], row["member"]) == (
        f"'{ANSWERS}",
        "answered",
        lead_id,
        "Asha Rao",
    )
    assert (row["cost_minor"], row["currency"], row["cause"], row["is_recorded"]) == ("85", "INR", "16", "no")
    assert row["talked_seconds"] == str(first["talked_seconds"])
    assert datetime.fromisoformat(row["ended_at"]) == datetime.fromisoformat(first["ended_at"])
    assert (rows[3]["outcome"], rows[3]["answered_at"], rows[3]["cost_minor"]) == ("busy", "", "0")
    assert [one["id"] for one in await export(desk, outcome="busy")] == [busy["id"]]
    assert [one["id"] for one in await export(desk, until=others[0]["requested_at"])] == [first["id"]]
    since = await export(desk, since=others[0]["requested_at"], member_id=str(desk.owner.member_id))
    assert since == []
    async with transaction(desk.owner.org_id) as session:
        entries = list(await session.scalars(select(AuditEntry).where(AuditEntry.action == "calls.exported")))
    assert sorted(tuple(sorted(entry.after or {})) for entry in entries) == [
        (),
        ("member_id", "since"),
        ("outcome",),
        ("until",),
    ]


async def test_cells_cannot_be_formulas(desk: Desk) -> None:
    await desk.add_lead(ANSWERS)
    call = await desk.call(to=ANSWERS, mode="direct")
    async with transaction(desk.owner.org_id) as session:
        row = await records.queries.find_call(session, UUID(call["id"]))
        assert row is not None
        row.recording_note, row.server = "=cmd|' /C calc'!A0", "@SUM(A1)"
    [row] = await export(desk)
    assert (row["recording_note"], row["server"]) == ("'=cmd|' /C calc'!A0", "'@SUM(A1)")


async def test_who_may_export(app: Any, desk: Desk, make_owner: MakeOwner) -> None:
    await desk.add_lead(ANSWERS)
    await desk.call(to=ANSWERS, mode="direct")
    agent = await join(app, desk.owner, Role.AGENT)
    answer = await agent.client.get("/api/v1/calls/export.csv")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    stranger = await make_owner()
    theirs = await stranger.client.get("/api/v1/calls/export.csv")
    assert theirs.content.decode("utf-8-sig").count("\r\n") == 1
    for wrong in ({"since": "yesterday"}, {"since": "2026-01-01T00:00:00"}, {"outcome": "fun"}, {"lead_id": "x"}):
        assert (await desk.client.get("/api/v1/calls/export.csv", params=wrong)).status_code == 422, wrong
