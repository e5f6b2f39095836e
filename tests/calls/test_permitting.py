"""What forbids a call, asked in the one statement before it is stored; what other organizations have is not counted."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from asyncpg.prepared_stmt import PreparedStatement

from metacortex.contexts.calls.service.judging import read_callee
from metacortex.contexts.calls.service.permitting import permit
from metacortex.contexts.calls.settings import calls_settings
from metacortex.contexts.privacy import public as privacy
from metacortex.platform.database import transaction
from tests.calls.desks import Desk
from tests.conftest import MakeOwner

BUSY = "+919820029101"
OTHER_BUSY = "+919820039101"
NEW_YORKER, FLORIDIAN = "+12126649103", "+13055559103"
OURS = ("+912261230001", "+912261230002")
SALES_BY_PHONE = {"purpose": "sales", "channel": "phone"}


async def place(desk: Desk, *, key: str | None = None, **body: Any) -> tuple[int, Any]:
    """Ask for a direct call; return the status, and the call or the refusal's code."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = await desk.client.post("/api/v1/calls", json={"mode": "direct", **body}, headers=headers)
    shown = answer.json()
    return answer.status_code, shown["data"] if answer.status_code == 201 else shown["code"]


async def decide(desk: Desk, decision: str, address: str = BUSY) -> None:
    body = {"address": address, **SALES_BY_PHONE, "decision": decision, "source": "call"}
    answer = await desk.client.post("/api/v1/privacy/consents", json=body)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("entry", [BUSY, "+91982*", "+9198200291*"])
async def test_the_list_and_its_beginnings_forbid(desk: Desk, entry: str) -> None:
    await desk.add_lead(BUSY)
    await desk.client.post("/api/v1/do-not-call", json={"numbers": [entry, "+4930*"], "reason": "they asked"})
    assert await place(desk, to=BUSY) == (403, "do_not_call")
    assert await count_calls(desk) == 0


async def count_calls(desk: Desk) -> int:
    return len((await desk.client.get("/api/v1/calls")).json()["data"])


async def test_nobody_is_called_who_neither_asked_nor_agreed(desk: Desk) -> None:
    assert await place(desk, to=BUSY) == (403, "consent_missing")
    await decide(desk, "given")
    status, call = await place(desk, to=BUSY)
    assert (status, call["lead_id"]) == (201, None)
    await decide(desk, "withdrawn")
    assert await place(desk, to=BUSY) == (403, "consent_missing")
    assert await count_calls(desk) == 1


async def test_consent_does_not_lift_a_suppression(desk: Desk) -> None:
    await desk.add_lead(BUSY)
    await decide(desk, "given")
    body = {"address": BUSY, "reason": "complained"}
    assert (await desk.client.post("/api/v1/privacy/suppressions", json=body)).status_code == 201
    assert await place(desk, to=BUSY) == (403, "address_suppressed")


async def test_what_another_organization_has_counts_nothing(desk: Desk, make_owner: MakeOwner) -> None:
    other = Desk(await make_owner(), desk.asterisk)
    await other.add_lead(BUSY)
    await other.client.patch("/api/v1/calling/settings", json={"attempts_a_day": 1, "caller_ids": [OURS[0]]})
    assert (await place(other, to=BUSY))[0] == 201
    assert await place(other, to=BUSY) == (409, "called_too_often")
    assert await place(desk, to=BUSY) == (403, "consent_missing")
    lead_id = await desk.add_lead(BUSY)
    await other.client.post("/api/v1/do-not-call", json={"numbers": [BUSY], "reason": "they asked"})
    status, call = await place(desk, to=BUSY)
    assert (status, call["lead_id"], call["from"]) == (201, lead_id, None)


async def test_the_newest_lead_with_a_number_is_called(desk: Desk) -> None:
    first, second = await desk.add_lead(BUSY), await desk.add_lead(OTHER_BUSY)
    assert (await place(desk, to=BUSY))[1]["lead_id"] == first
    assert (await place(desk, to=BUSY, lead_id=second))[1]["lead_id"] == second
    assert (await place(desk, lead_id=second))[1]["to"] == OTHER_BUSY
    assert await place(desk, lead_id=str(uuid4())) == (404, "lead_not_found")
    assert await place(desk) == (422, "nobody_to_call")
    assert await place(desk, to="112") == (422, "number_invalid")


@pytest.fixture
def at_any_hour(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Americans be called at night; every other law of theirs binds."""
    said = {"rules": ["US.hours", "US-FL.hours"], "by": "the tests", "why": "they call an emulator"}
    monkeypatch.setenv("METACORTEX_CALLS_LAW_OVERRIDE", json.dumps(said))
    calls_settings.cache_clear()
    yield
    monkeypatch.undo()
    calls_settings.cache_clear()


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"mode": "direct"}, [15]),
        ({"mode": "direct", "timeout_seconds": 20}, [20]),
        ({"mode": "lead-first"}, [15, 5]),
        ({"mode": "agent-first"}, [5, 15]),
        ({"mode": "direct", "purpose": "debt"}, [5]),
    ],
)
async def test_nobody_is_rung_for_less_than_their_law_wants(
    desk: Desk, at_any_hour: None, body: dict[str, Any], seconds: list[int]
) -> None:
    await desk.add_lead(NEW_YORKER)
    status, call = await place(desk, to=NEW_YORKER, **{"timeout_seconds": 5, **body})
    assert (status, [leg["timeout_seconds"] for leg in call["legs"]]) == (201, seconds)
    ended = await desk.client.post(f"/api/v1/calls/{call['id']}/hang-up")
    assert ended.status_code == 200


async def test_an_enquiry_from_florida_lets_people_call_and_no_machine(desk: Desk, at_any_hour: None) -> None:
    async def permit_machine() -> str:
        async with transaction(desk.owner.org_id) as session:
            number = read_callee(FLORIDIAN)
            permitted = await permit(session, number, person=None, purpose=privacy.Purpose.SALES, is_automated=True)
        return str(permitted.reasons["consent"])

    await desk.add_lead(FLORIDIAN)
    with pytest.raises(privacy.ConsentMissing, match="Florida wants this person's own written consent") as refused:
        await permit_machine()
    assert refused.value.extra["rule"] == "US-FL"
    assert (await place(desk, to=FLORIDIAN))[0] == 201
    await decide(desk, "given", FLORIDIAN)
    assert await permit_machine() == "consent"


async def test_own_numbers_are_shown_in_turn_and_no_others(desk: Desk) -> None:
    await desk.add_lead(BUSY)
    await desk.client.patch("/api/v1/calling/settings", json={"caller_ids": list(OURS)})
    shown = [(await place(desk, to=BUSY))[1]["from"] for _ in range(4)]
    assert sorted(shown) == sorted(OURS * 2)
    assert (await place(desk, to=BUSY, **{"from": OURS[1]}))[1]["from"] == OURS[1]
    assert await place(desk, to=BUSY, **{"from": "+912261230009"}) == (422, "caller_id_unknown")


async def test_a_limit_of_attempts_holds_for_the_number(desk: Desk) -> None:
    for number in (BUSY, OTHER_BUSY):
        await desk.add_lead(number)
    await desk.client.patch("/api/v1/calling/settings", json={"attempts_a_day": 2})
    said = [(await place(desk, to=number))[0] for number in (BUSY, OTHER_BUSY, BUSY, BUSY)]
    assert said == [201, 201, 201, 409]


@pytest.mark.parametrize("names", ["to", "lead_id"])
async def test_of_many_requests_with_one_key_one_rings(desk: Desk, names: str) -> None:
    wanted = {"to": BUSY, "lead_id": await desk.add_lead(BUSY)}[names]
    key, before = f"'; DROP TABLE calls; -- {uuid4()}", desk.rung(BUSY)
    answers = await asyncio.gather(*(place(desk, key=key, **{names: wanted}) for _ in range(6)))
    assert [status for status, _ in answers] == [201] * 6
    [call_id] = {call["id"] for _, call in answers}
    await desk.until(call_id, lambda call: call["state"] == "ended")
    assert desk.rung(BUSY) == before + 1
    assert await place(desk, key=key, to=OTHER_BUSY) == (422, "idempotency_key_reused")


async def test_a_withdrawal_that_is_being_written_is_waited_for(desk: Desk) -> None:
    await decide(desk, "given")
    use = privacy.plan_use(desk.owner.org_id, BUSY, purpose=privacy.Purpose.SALES, channel=privacy.Channel.PHONE)
    async with transaction(desk.owner.org_id) as session:
        await privacy.record_consents(
            session,
            [
                privacy.NewConsent(
                    address=privacy.Address(privacy.AddressKind.PHONE, BUSY),
                    purpose=use.purpose,
                    channel=use.channel,
                    decision=privacy.Decision.WITHDRAWN,
                    source="call",
                )
            ],
        )
        placing = asyncio.create_task(place(desk, to=BUSY))
        await asyncio.wait({placing}, timeout=0.3)
        assert not placing.done()
    assert await placing == (403, "consent_missing")


async def test_a_call_takes_four_round_trips(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the rules ask: a new question belongs into the statement that reads, not beside it."""
    await desk.add_lead(BUSY)
    assert (await place(desk, to=BUSY))[0] == 201  # what is prepared once is prepared
    sent: list[tuple[Any, str]] = []
    execute, fetch = asyncpg.Connection.execute, PreparedStatement.fetch

    async def note_execute(self: Any, query: str, *args: Any, **options: Any) -> Any:
        sent.append((self, query))
        return await execute(self, query, *args, **options)

    async def note_fetch(self: Any, *args: Any, **options: Any) -> Any:
        sent.append((self._connection, self.get_query()))
        return await fetch(self, *args, **options)

    with monkeypatch.context() as noting:
        noting.setattr(asyncpg.Connection, "execute", note_execute)
        noting.setattr(PreparedStatement, "fetch", note_fetch)
        status, call = await place(desk, to=BUSY)
    assert status == 201
    [connection] = [connection for connection, query in sent if "INSERT INTO calls" in query]
    own = [query for one, query in sent if one is connection]
    begun = next(place for place, query in enumerate(own) if "pg_advisory_xact_lock_shared" in query)
    begin, read, write, commit = own[begun : own.index("COMMIT;", begun) + 1]
    assert begin.startswith("BEGIN;SELECT set_config('app.org_id'")
    assert all(table in read for table in ("do_not_call", "suppressions", "consents", "leads", "calling_settings"))
    assert "INSERT INTO call_legs" in write
    assert commit == "COMMIT;"
    await desk.until(call["id"], lambda one: one["state"] == "ended")
