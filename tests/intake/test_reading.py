"""From the wire to the lead: mails are read, threaded and joined; what cannot be read waits for a person."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from metacortex.contexts.intake import public as intake
from metacortex.contexts.intake.models import InboundMessage
from metacortex.platform.database import transaction
from tests.conftest import Owner, RunJobs


@pytest.fixture
async def port(product: Any) -> AsyncIterator[int]:
    """A running receiver on the test database."""
    async with intake.open_mail_receiver(host="127.0.0.1", port=0) as bound:
        yield bound


async def send(port: int, owner: Owner, *contents: str | bytes) -> None:
    """Deliver mails to the owner's address."""
    address = await intake.read_default_address(owner.org_id)

    def deliver() -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for content in contents:
                client.sendmail("bounce@relay.test", [str(address)], content)

    await asyncio.to_thread(deliver)


def mail(
    subject: str, text: str, *, message_id: str, sender: str = "Ravi Kumar <ravi@buyer.test>", more: str = ""
) -> str:
    """Return a small mail."""
    return (
        f"Message-ID: <{message_id}>\r\nFrom: {sender}\r\nTo: sales@leads.localhost\r\nSubject: {subject}\r\n"
        f"Date: Mon, 05 Oct 2026 10:00:00 +0530\r\n{more}\r\n{text}\r\n"
    )


async def read_leads(owner: Owner) -> list[dict[str, Any]]:
    """Return the organization's leads, newest first."""
    answer = await owner.client.get("/api/v1/leads")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def read_inbound(owner: Owner, **params: str) -> list[dict[str, Any]]:
    """Return what arrived, newest first."""
    answer = await owner.client.get("/api/v1/inbound", params=params)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


async def test_mail_becomes_a_lead_with_its_message(port: int, owner: Owner, run_due_jobs: RunJobs) -> None:
    await send(port, owner, mail("Two-room flat", "Can I see it on Saturday?", message_id=f"{uuid4()}@buyer.test"))
    await run_due_jobs(owner.org_id)

    [lead] = await read_leads(owner)
    assert (lead["title"], lead["channel"], lead["message_count"]) == ("Two-room flat", "email", 1)
    assert (lead["contact"]["name"], lead["contact"]["email"]) == ("Ravi Kumar", "ravi@buyer.test")
    [message] = (await owner.client.get(f"/api/v1/leads/{lead['id']}/messages")).json()["data"]
    assert (message["text"], message["from_email"]) == ("Can I see it on Saturday?", "ravi@buyer.test")
    [row] = await read_inbound(owner)
    assert (row["state"], row["lead_id"], row["subject"], row["attempts"]) == ("read", lead["id"], "Two-room flat", 1)


async def test_reply_from_another_address_stays_with_its_lead(port: int, owner: Owner, run_due_jobs: RunJobs) -> None:
    first = f"{uuid4()}@buyer.test"
    await send(port, owner, mail("Flat", "Hello", message_id=first))
    await run_due_jobs(owner.org_id)
    reply = mail(
        "Re: Flat",
        "From my other address",
        message_id=f"{uuid4()}@buyer.test",
        sender="ravi.k@home.test",
        more=f"In-Reply-To: <{first}>\r\nReferences: <{first}>\r\n",
    )
    await send(port, owner, reply)
    await run_due_jobs(owner.org_id)
    [lead] = await read_leads(owner)
    assert lead["message_count"] == 2


async def test_two_mails_of_one_person_are_one_lead(port: int, owner: Owner, run_due_jobs: RunJobs) -> None:
    await send(
        port,
        owner,
        mail("One", "first", message_id=f"{uuid4()}@buyer.test"),
        mail("Two", "second", message_id=f"{uuid4()}@buyer.test", sender="RAVI@buyer.test"),
        mail("Three", "other", message_id=f"{uuid4()}@buyer.test", sender="mina@buyer.test"),
    )
    await run_due_jobs(owner.org_id)
    assert sorted(lead["message_count"] for lead in await read_leads(owner)) == [1, 2]


async def test_mail_of_a_form_relay_is_answered_to_its_reply_address(
    port: int, owner: Owner, run_due_jobs: RunJobs
) -> None:
    relayed = mail(
        "New enquiry",
        "Call me",
        message_id=f"{uuid4()}@relay.test",
        sender="Website <noreply@relay.test>",
        more="Reply-To: Mina <mina@buyer.test>\r\n",
    )
    await send(port, owner, relayed)
    await run_due_jobs(owner.org_id)
    [lead] = await read_leads(owner)
    assert (lead["contact"]["name"], lead["contact"]["email"]) == ("Mina", "mina@buyer.test")


async def test_unreadable_mail_waits_with_its_reason_and_blocks_no_other(
    port: int, owner: Owner, run_due_jobs: RunJobs
) -> None:
    await send(port, owner, b"", mail("Flat", "Hello", message_id=f"{uuid4()}@buyer.test"))
    await run_due_jobs(owner.org_id)

    assert len(await read_leads(owner)) == 1
    [failed] = await read_inbound(owner, state="failed")
    assert failed["lead_id"] is None
    assert failed["error"]
    raw = await owner.client.get(f"/api/v1/inbound/{failed['id']}/raw")
    assert (raw.status_code, raw.content.strip()) == (200, b"")
    assert raw.headers["content-disposition"].startswith("attachment")


async def test_failed_mail_is_read_again_on_demand(port: int, owner: Owner, run_due_jobs: RunJobs) -> None:
    await send(port, owner, mail("Flat", "Hello", message_id=f"{uuid4()}@buyer.test"))
    async with transaction(owner.org_id) as session:
        row_id = await session.scalar(
            update(InboundMessage).values(state="failed", error="old version").returning(InboundMessage.id)
        )
    await run_due_jobs(owner.org_id)
    assert await read_leads(owner) == []

    answer = await owner.client.post(f"/api/v1/inbound/{row_id}/retry")
    assert (answer.status_code, answer.json()["data"]["state"]) == (202, "received")
    await run_due_jobs(owner.org_id)
    assert len(await read_leads(owner)) == 1
    again = await owner.client.post(f"/api/v1/inbound/{row_id}/retry")
    assert (again.status_code, again.json()["code"]) == (409, "inbound_not_failed")


async def test_running_a_reading_twice_makes_one_lead(port: int, owner: Owner, run_due_jobs: RunJobs) -> None:
    await send(port, owner, mail("Flat", "Hello", message_id=f"{uuid4()}@buyer.test"))
    await asyncio.gather(*(run_due_jobs(owner.org_id) for _ in range(3)))
    [lead] = await read_leads(owner)
    assert lead["message_count"] == 1


async def test_another_organization_sees_nothing(
    port: int, owner: Owner, make_owner: Any, run_due_jobs: RunJobs
) -> None:
    stranger = await make_owner()
    await send(port, owner, mail("Flat", "Hello", message_id=f"{uuid4()}@buyer.test"))
    await run_due_jobs(owner.org_id)
    [row] = await read_inbound(owner)
    assert await read_inbound(stranger) == []
    assert (await stranger.client.get(f"/api/v1/inbound/{row['id']}/raw")).status_code == 404
    assert (await stranger.client.post(f"/api/v1/inbound/{row['id']}/retry")).status_code == 404
    async with transaction(stranger.org_id) as session:
        assert list(await session.scalars(select(InboundMessage))) == []


async def test_inbound_is_paged_in_order(port: int, owner: Owner) -> None:
    await send(port, owner, *(mail(f"Mail {n}", "x", message_id=f"{uuid4()}@b.test") for n in range(5)))
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        body = (await owner.client.get("/api/v1/inbound", params=params)).json()
        seen += [one["id"] for one in body["data"]]
        cursor = body["meta"]["next_cursor"]
    assert cursor is None
    assert seen == [one["id"] for one in await read_inbound(owner)]
    assert len(set(seen)) == 5
    assert (await owner.client.get("/api/v1/inbound", params={"cursor": "bm9wZQ"})).json()["code"] == "bad_cursor"


FORWARDED = "\r\n".join(
    (
        "---------- Forwarded message ---------",
        "From: Meera Nair <meera@buyer.test>",
        "Date: Sun, 4 Oct 2026 at 09:00",
        "Subject: Flat in Baner",
        "To: <asha@example.com>",
        "",
        "We would like to see the 2 BHK in Baner next week.",
    )
)


async def test_a_members_forward_is_filed_under_whom_they_forwarded(
    port: int, owner: Owner, run_due_jobs: RunJobs
) -> None:
    forward = mail("Fwd: Flat in Baner", FORWARDED, message_id="f1@x.test", sender=f"Asha Rao <{owner.email}>")
    await send(port, owner, forward)
    await run_due_jobs(owner.org_id)
    assert [lead["contact"]["email"] for lead in await read_leads(owner)] == ["meera@buyer.test"]


async def test_a_strangers_forward_is_filed_under_the_stranger(port: int, owner: Owner, run_due_jobs: RunJobs) -> None:
    await send(
        port, owner, mail("Fwd: Flat in Baner", FORWARDED, message_id="f2@x.test", sender="Eve <eve@other.test>")
    )
    await run_due_jobs(owner.org_id)
    assert [lead["contact"]["email"] for lead in await read_leads(owner)] == ["eve@other.test"]
