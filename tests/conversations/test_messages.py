"""Messages are kept once, in their thread, and shown to their own organization only."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from metacortex.contexts.conversations import public as conversations
from metacortex.contexts.leads import public as leads
from metacortex.platform.database import new_id, transaction, utc_now
from metacortex.platform.events.models import EventRow
from metacortex.platform.http import write_cursor
from tests.conftest import MakeOwner, Owner


async def make_lead(org_id: UUID, email: str = "ann@example.com") -> UUID:
    arrival = leads.NewLead(title="Visit", source_name="E-mail", channel="email", received_at=utc_now(), email=email)
    async with transaction(org_id) as session:
        return (await leads.receive_leads(session, [arrival]))[0].lead_id


def message(lead_id: UUID, **values: Any) -> conversations.NewMessage:
    given: dict[str, Any] = {"lead_id": lead_id, "subject": "Visit", "from_email": "ann@example.com", "text": "Hello"}
    return conversations.NewMessage(**given | values)


async def record(org_id: UUID, *messages: conversations.NewMessage) -> list[conversations.RecordedMessage]:
    async with transaction(org_id) as session:
        return await conversations.record_messages(session, messages)


async def count_announced(org_id: UUID) -> int:
    async with transaction(org_id) as session:
        found = await session.scalars(
            select(EventRow.data).where(EventRow.org_id == org_id, EventRow.type == "MessageReceived")
        )
        return len(found.all())


async def test_a_message_is_kept_and_announced_once(owner: Owner) -> None:
    lead_id = await make_lead(owner.org_id)
    first, twin = await record(
        owner.org_id, message(lead_id, rfc_message_id="one@x"), message(lead_id, rfc_message_id="one@x")
    )
    (again,) = await record(owner.org_id, message(lead_id, rfc_message_id="one@x", text="Changed"))

    assert (first.is_new, twin.is_new, again.is_new) == (True, False, False)
    assert {first.message_id, twin.message_id, again.message_id} == {first.message_id}
    assert await count_announced(owner.org_id) == 1
    shown = (await owner.client.get(f"/api/v1/leads/{lead_id}/messages")).json()["data"]
    assert [one["text"] for one in shown] == ["Hello"]


async def test_one_message_arriving_twice_at_once_is_kept_once(owner: Owner) -> None:
    lead_id = await make_lead(owner.org_id)
    twins = [record(owner.org_id, message(lead_id, rfc_message_id="one@x")) for _ in range(4)]
    outcomes = await asyncio.gather(*twins, return_exceptions=True)
    assert all(isinstance(one, (list, IntegrityError)) for one in outcomes)

    (again,) = await record(owner.org_id, message(lead_id, rfc_message_id="one@x"))

    assert not again.is_new
    assert await count_announced(owner.org_id) == 1


async def test_messages_without_an_id_are_never_taken_for_one(owner: Owner) -> None:
    lead_id = await make_lead(owner.org_id)
    recorded = await record(owner.org_id, message(lead_id), message(lead_id))
    assert [one.is_new for one in recorded] == [True, True]
    assert recorded[0].conversation_id == recorded[1].conversation_id
    assert await count_announced(owner.org_id) == 2


async def test_what_we_send_is_kept_but_not_announced(owner: Owner) -> None:
    lead_id = await make_lead(owner.org_id)
    await record(owner.org_id, message(lead_id, direction=conversations.Direction.OUT))
    assert await count_announced(owner.org_id) == 0


async def test_an_answer_finds_the_thread_of_the_newest_message_it_names(owner: Owner) -> None:
    now = utc_now()
    older, newer = await make_lead(owner.org_id), await make_lead(owner.org_id, "bo@example.com")
    kept = await record(
        owner.org_id,
        message(older, rfc_message_id="older@x", received_at=now - timedelta(days=1)),
        message(newer, rfc_message_id="newer@x", received_at=now),
    )
    async with transaction(owner.org_id) as session:
        for order in (["older@x", "newer@x"], ["newer@x", "older@x"], ["unknown@x", "newer@x"]):
            found = await conversations.find_thread(session, order)
            assert found == conversations.Thread(lead_id=newer, conversation_id=kept[1].conversation_id)
        assert await conversations.find_thread(session, ["unknown@x"]) is None
        assert await conversations.find_thread(session, []) is None
        both = await conversations.find_threads(session, [["older@x"], [], ["newer@x"]])
    assert [one.lead_id if one else None for one in both] == [older, None, newer]


async def test_another_organization_sees_neither_thread_nor_message(owner: Owner, make_owner: MakeOwner) -> None:
    lead_id = await make_lead(owner.org_id)
    (kept,) = await record(owner.org_id, message(lead_id, rfc_message_id="one@x"))
    stranger = await make_owner()
    async with transaction(stranger.org_id) as session:
        assert await conversations.find_thread(session, ["one@x"]) is None
        assert await conversations.read_messages(session, [kept.message_id]) == []
    answer = await stranger.client.get(f"/api/v1/leads/{lead_id}/messages")
    assert (answer.status_code, answer.json()["code"]) == (404, "lead_not_found")


async def test_messages_are_paged_newest_first(owner: Owner) -> None:
    lead_id, now = await make_lead(owner.org_id), utc_now()
    await record(
        owner.org_id,
        *(message(lead_id, text=f"{at}", received_at=now + timedelta(seconds=at // 2)) for at in range(7)),
    )
    texts: list[str] = []
    cursor = ""
    for _ in range(4):
        answer = await owner.client.get(f"/api/v1/leads/{lead_id}/messages?limit=2&cursor={cursor}")
        assert answer.status_code == 200
        texts += [one["text"] for one in answer.json()["data"]]
        cursor = answer.json()["meta"]["next_cursor"]
        if cursor is None:
            break
    assert sorted(texts) == ["0", "1", "2", "3", "4", "5", "6"]
    assert [int(one) // 2 for one in texts] == [3, 2, 2, 1, 1, 0, 0]


async def test_what_is_shown_is_the_parsed_mail(owner: Owner) -> None:
    raw = (
        b"From: Ann <ann@example.com>\r\nMessage-ID: <m@x>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nCan I visit?\x00\r\n\r\n-- \r\nAnn\r\n--b\r\n"
        b"Content-Type: application/pdf; name=plan.pdf\r\n\r\nabc\r\n--b--\r\n"
    )
    mail, lead_id = conversations.parse_mail(raw), await make_lead(owner.org_id)
    await record(
        owner.org_id,
        message(
            lead_id,
            rfc_message_id=mail.message_id,
            from_name=mail.from_name,
            text=mail.text,
            signature=mail.signature,
            attachments=mail.attachments,
        ),
    )
    (shown,) = (await owner.client.get(f"/api/v1/leads/{lead_id}/messages")).json()["data"]
    assert (shown["text"], shown["signature"], shown["from_name"]) == ("Can I visit?", "Ann", "Ann")
    assert shown["attachments"] == [{"name": "plan.pdf", "media_type": "application/pdf", "size": 3}]
    assert shown["direction"] == "in"


async def test_bad_requests_are_refused_in_plain_words(owner: Owner) -> None:
    lead_id = await make_lead(owner.org_id)
    forged: list[list[Any]] = [
        ["2026-01-01T00:00:00", str(new_id())],
        ["9999-12-31T23:59:59-23:00", str(new_id())],
        [1, 2],
        [None, None],
    ]
    for cursor in ("nonsense", *(write_cursor(values) for values in forged)):
        answer = await owner.client.get(f"/api/v1/leads/{lead_id}/messages?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")
    unknown = await owner.client.get(f"/api/v1/leads/{new_id()}/messages")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "lead_not_found")


async def test_a_batch_of_fifty_is_kept_whole(owner: Owner) -> None:
    lead_id = await make_lead(owner.org_id)
    await record(owner.org_id, message(lead_id))
    recorded = await record(owner.org_id, *(message(lead_id, rfc_message_id=f"{at}@x") for at in range(50)))
    assert sum(one.is_new for one in recorded) == 50
