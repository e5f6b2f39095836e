"""Whom a lead may be handed on to, by what nobody else sees of it: the numbers that rang."""

from typing import Any

import httpx
import pytest

from tests.calls.desks import Desk
from tests.calls.test_following import begin_talk, end

pytestmark = pytest.mark.slow

SETTINGS = "/api/v1/calling/settings"
THIRD = "+919820069002"


async def hand_on(desk: Desk, call_id: str, **body: Any) -> httpx.Response:
    return await desk.client.post(f"/api/v1/calls/{call_id}/transfer", json=body)


async def require_refused(desk: Desk, number: str, status: int, code: str) -> None:
    """See that a lead is handed on to a number in neither way, and nobody rung."""
    call_id = await begin_talk(desk, desk.client)
    before = desk.rung(number)
    for kind in ("blind", "attended"):
        answer = await hand_on(desk, call_id, to=number, kind=kind)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    call = await desk.read(call_id)
    assert ([leg["party"] for leg in call["legs"]], call["transfer"]) == (["agent", "lead"], None)
    assert (desk.rung(number), call["is_on_hold"]) == (before, False)
    await end(desk, call_id)


@pytest.mark.parametrize("entry", [THIRD, THIRD[:9] + "*"])
async def test_nobody_on_the_do_not_call_list(desk: Desk, entry: str) -> None:
    body = {"numbers": [entry], "reason": "They asked us to stop."}
    assert (await desk.client.post("/api/v1/do-not-call", json=body)).status_code == 201
    await require_refused(desk, THIRD, 403, "do_not_call")


async def test_nobody_who_is_suppressed(desk: Desk) -> None:
    body = {"address": THIRD, "reason": "objected"}
    assert (await desk.client.post("/api/v1/privacy/suppressions", json=body)).status_code == 201
    await require_refused(desk, THIRD, 403, "address_suppressed")


async def test_nobody_who_withdrew_their_consent(desk: Desk) -> None:
    said = {"address": THIRD, "purpose": "sales", "channel": "phone", "source": "by phone"}
    for decision in ("given", "withdrawn"):
        answer = await desk.client.post("/api/v1/privacy/consents", json={**said, "decision": decision})
        assert answer.status_code == 201, answer.text
    await require_refused(desk, THIRD, 403, "consent_missing")


@pytest.mark.parametrize("number", ["112", "+91112", "+1900555012", "+882131234567", "nobody"])
async def test_no_number_that_nobody_may_call(desk: Desk, number: str) -> None:
    await require_refused(desk, number, 422, "number_invalid")


async def test_somebody_who_never_heard_of_us_may_be_asked_for_help(desk: Desk) -> None:
    call_id = await begin_talk(desk, desk.client)
    before = desk.rung(THIRD)
    assert (await hand_on(desk, call_id, to=THIRD)).status_code == 200
    await desk.until(call_id, lambda call: [leg["state"] for leg in call["legs"]] == ["ended", "up", "up"])
    assert desk.rung(THIRD) == before + 1
    await end(desk, call_id)


async def test_a_number_of_ours_is_shown_no_more_often_by_handing_on(desk: Desk) -> None:
    body = {"caller_ids": ["+912240001001"], "calls_per_number_a_day": 2, "calls_per_number_at_once": 1}
    assert (await desk.client.patch(SETTINGS, json=body)).status_code == 200
    call_id = await begin_talk(desk, desk.client)
    assert (await hand_on(desk, call_id, to=THIRD, kind="attended")).status_code == 200
    assert (await desk.client.post(f"/api/v1/calls/{call_id}/transfer/cancel")).status_code == 200
    again = await hand_on(desk, call_id, to=THIRD)
    assert (again.status_code, again.json()["code"]) == (429, "numbers_used_up")
    await end(desk, call_id)
    next_one = await desk.client.post("/api/v1/calls", json={"to": "+919820019002"})
    assert (next_one.status_code, next_one.json()["code"]) == (429, "numbers_used_up")
