"""Consent is asked for before every act, kept with its proof, and withdrawn as easily as given."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from metacortex.contexts.privacy import public as privacy
from metacortex.contexts.privacy.models import Consent, ConsentText, Suppression
from metacortex.contexts.privacy.public import Channel, Enquiry, Purpose
from metacortex.platform.database import transaction, utc_now
from tests.conftest import MakeOwner, Owner
from tests.privacy.conftest import Person, send_form

MARKETING = {"purpose": "marketing", "channel": "email"}
GIVEN = {**MARKETING, "decision": "given", "source": "call"}


async def publish(owner: Owner, words: str = "We may write to you.", **more: str) -> Any:
    body = {**MARKETING, "language": "en", "text": words, **more}
    answer = await owner.client.post("/api/v1/privacy/consent-texts", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


async def say(owner: Owner, address: str, decision: str, **more: Any) -> Any:
    body = {"address": address, **GIVEN, "decision": decision, **more}
    answer = await owner.client.post("/api/v1/privacy/consents", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


async def is_allowed(owner: Owner, address: str, **more: str) -> bool:
    body = {"address": address, **MARKETING, **more}
    answer = await owner.client.post("/api/v1/privacy/checks", json=body)
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["data"]["allowed"])


async def test_texts_are_numbered_and_never_changed(owner: Owner) -> None:
    first, second = await publish(owner, "one"), await publish(owner, "two")
    other = await publish(owner, "eins", language="de")
    assert (first["version"], second["version"], other["version"]) == (1, 2, 1)
    together = await asyncio.gather(*(publish(owner, str(n)) for n in range(4)))
    assert sorted(one["version"] for one in together) == [3, 4, 5, 6]
    shown = (await owner.client.get("/api/v1/privacy/consent-texts")).json()["data"]
    assert len(shown) == 7
    with pytest.raises(DBAPIError, match="never changed"):
        async with transaction(owner.org_id) as session:
            await session.execute(update(ConsentText).where(ConsentText.org_id == owner.org_id).values(text="other"))


async def test_a_recorded_decision_cannot_be_turned_round(owner: Owner) -> None:
    await say(owner, "a@example.com", "withdrawn")
    for change in ({"decision": "given"}, {"at": utc_now()}, {"address": "b@example.com"}):
        with pytest.raises(DBAPIError, match="never changed"):
            async with transaction(owner.org_id) as session:
                await session.execute(update(Consent).where(Consent.org_id == owner.org_id).values(change))


async def test_the_latest_decision_counts_for_its_purpose_and_channel_only(owner: Owner) -> None:
    assert not await is_allowed(owner, "a@example.com")
    await say(owner, "A@Example.com ", "given")
    assert await is_allowed(owner, "a@example.com")
    assert not await is_allowed(owner, "a@example.com", purpose="sales")
    assert not await is_allowed(owner, "b@example.com")
    await say(owner, "a@example.com", "withdrawn")
    assert not await is_allowed(owner, "a@example.com")
    await say(owner, "a@example.com", "given", at="2020-01-01T00:00:00Z")
    assert not await is_allowed(owner, "a@example.com")
    await say(owner, "a@example.com", "given")
    assert await is_allowed(owner, "a@example.com")
    page = (await owner.client.get("/api/v1/privacy/consents", params={"address": "a@example.com", "limit": 3})).json()
    assert [one["decision"] for one in page["data"]] == ["given", "given", "withdrawn"]
    rest = await owner.client.get("/api/v1/privacy/consents", params={"cursor": page["meta"]["next_cursor"]})
    assert [one["decision"] for one in rest.json()["data"]] == ["given"]


async def test_a_suppressed_address_is_refused_though_consent_was_given(owner: Owner) -> None:
    await say(owner, "a@example.com", "given")
    added = await owner.client.post(
        "/api/v1/privacy/suppressions", json={"address": "a@example.com", "reason": "complained"}
    )
    assert added.status_code == 201
    with pytest.raises(privacy.Suppressed):
        async with transaction(owner.org_id) as session:
            await privacy.require_consent(
                session, purpose=Purpose.MARKETING, channel=Channel.EMAIL, address="a@example.com"
            )
    check = await owner.client.post("/api/v1/privacy/suppressions/check", json={"address": "A@example.com"})
    assert [one["reason"] for one in check.json()["data"]["reasons"]] == ["complained"]
    counted = (await owner.client.get("/api/v1/privacy/suppressions")).json()["data"]
    assert counted == [{"address_kind": "email", "reason": "complained", "count": 1}]
    removed = await owner.client.post("/api/v1/privacy/suppressions/remove", json={"address": "a@example.com"})
    assert removed.json()["data"] == {"removed": 1}
    assert await is_allowed(owner, "a@example.com")
    again = await owner.client.post("/api/v1/privacy/suppressions/remove", json={"address": "a@example.com"})
    assert again.status_code == 404


async def test_the_list_holds_a_keyed_hash_and_organizations_share_none(make_owner: MakeOwner) -> None:
    hashes = set()
    for owner in (await make_owner(), await make_owner()):
        await owner.client.post("/api/v1/privacy/suppressions", json={"address": "+91 98765 43210"})
        async with transaction(owner.org_id) as session:
            [row] = (await session.scalars(text("SELECT to_jsonb(suppressions) FROM suppressions"))).all()
        assert "98765" not in str(row).replace(row["address_hash"], "").replace(row["id"], "").replace(
            row["org_id"], ""
        )
        hashes.add(row["address_hash"])
    assert len(hashes) == 2


async def test_require_gives_the_basis_or_says_what_to_do(owner: Owner) -> None:
    shown = await publish(owner)
    kept = await say(owner, "a@example.com", "given", text_id=shown["id"])
    use: dict[str, Any] = {"purpose": Purpose.MARKETING, "channel": Channel.EMAIL}
    async with transaction(owner.org_id) as session:
        basis = await privacy.require_consent(session, address="a@example.com", country="IN", **use)
        assert (str(basis.consent_id), str(basis.text_id)) == (kept["id"], shown["id"])
        assert "DPDP" in basis.law
        with pytest.raises(privacy.ConsentMissing, match="Ask for their consent"):
            await privacy.require_consent(session, address="b@example.com", **use)
        answer = {"purpose": Purpose.SALES, "channel": Channel.EMAIL, "address": "b@example.com"}
        enquiry = Enquiry(Channel.EMAIL, utc_now())
        assert (await privacy.require_consent(session, **answer, enquiry=enquiry)).kind == "enquiry"
        many = await privacy.judge_consents(session, addresses=["a@example.com", "b@example.com"], **use)
        assert [isinstance(one, privacy.ConsentBasis) for one in many.values()] == [True, False]


async def test_a_withdrawal_waits_for_the_act_it_is_too_late_for(owner: Owner) -> None:
    await say(owner, "a@example.com", "given")
    use: dict[str, Any] = {"purpose": Purpose.MARKETING, "channel": Channel.EMAIL, "address": "a@example.com"}
    async with transaction(owner.org_id) as session:
        await privacy.require_consent(session, **use)
        withdrawing = asyncio.create_task(say(owner, "a@example.com", "withdrawn"))
        await asyncio.wait({withdrawing}, timeout=0.3)
        assert not withdrawing.done()
    await withdrawing
    assert not await is_allowed(owner, "a@example.com")


async def test_a_ticked_box_is_kept_with_its_proof(owner: Owner) -> None:
    person = Person.invent()
    by_mail = await publish(owner)
    by_phone = await publish(owner, channel="phone")
    answer = await send_form(owner, person, consent=f"{by_mail['id']}, {by_phone['id']}")
    assert answer.status_code == 202, answer.text
    [kept] = (await owner.client.get("/api/v1/privacy/consents", params={"address": person.email})).json()["data"]
    assert (kept["decision"], kept["text_id"], kept["proof"]["text_version"]) == ("given", by_mail["id"], 1)
    assert kept["client_address"]
    assert kept["source"] == "form: Web form"
    assert await is_allowed(owner, person.email)
    [lead] = (await owner.client.get("/api/v1/leads")).json()["data"]
    [message] = (await owner.client.get(f"/api/v1/leads/{lead['id']}/messages")).json()["data"]
    assert by_mail["id"] not in message["text"]


@pytest.mark.parametrize("consent", ["yes", "0198c0de-0000-7000-8000-000000000000", "00000000"])
async def test_a_box_of_an_unknown_text_is_refused_and_nothing_kept(owner: Owner, consent: str) -> None:
    answer = await send_form(owner, Person.invent(), consent=consent)
    assert (answer.status_code, answer.json()["code"]) == (422, "consent_text_unknown")
    assert (await owner.client.get("/api/v1/leads")).json()["data"] == []


async def test_one_click_withdraws_once_without_signing_in(owner: Owner, client: httpx.AsyncClient) -> None:
    await say(owner, "a@example.com", "given")
    token = privacy.write_unsubscribe_token(owner.org_id, "a@example.com", Purpose.MARKETING, Channel.EMAIL)
    assert "example" not in token
    for _ in range(2):
        answer = await client.post(f"/api/v1/privacy/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.json()["data"] == {"unsubscribed": True}
    assert not await is_allowed(owner, "a@example.com")
    kept = (await owner.client.get("/api/v1/privacy/consents")).json()["data"]
    assert [(one["decision"], one["address"]) for one in kept] == [
        ("withdrawn", "a@example.com"), ("given", "a@example.com"),
    ]  # fmt: skip
    swapped = token[:-1] + ("A" if token[-1] != "A" else "Q")
    for bad in (token[:-4], "x" * 90, "é" * 20, token[:30] + ("A" if token[30] != "A" else "B") + token[31:], swapped):
        refused = await client.post(f"/api/v1/privacy/unsubscribe/{bad}")
        assert refused.status_code == 404, bad


async def test_who_may_look_may_not_change(owner: Owner, app: Any) -> None:
    from metacortex.platform.security import ROLE_PERMISSIONS, Role

    allowed = {role: {one for one in permissions if one.startswith("privacy")} for role, permissions in
               ROLE_PERMISSIONS.items()}  # fmt: skip
    assert allowed[Role.OWNER] == allowed[Role.ADMIN] == {"privacy:view", "privacy:edit"}
    assert allowed[Role.MANAGER] == {"privacy:view"}
    assert not allowed[Role.AGENT] | allowed[Role.MARKETER] | allowed[Role.VIEWER]


async def test_channels_that_do_not_fit_an_address_are_refused(owner: Owner) -> None:
    for body in (
        {**GIVEN, "address": "a@example.com", "channel": "sms"},
        {**GIVEN, "address": "+919876543210"},
        {**GIVEN, "address": "nobody"},
        {**GIVEN, "address": "a@example.com", "text_id": str(uuid4())},
    ):
        answer = await owner.client.post("/api/v1/privacy/consents", json=body)
        assert answer.status_code == 422, answer.text
    async with transaction(owner.org_id) as session:
        assert (await session.scalars(text("SELECT id FROM consents"))).all() == []
    assert Suppression.__tablename__ == "suppressions"
