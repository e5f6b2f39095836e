"""Mail over real SMTP into PostgreSQL: durable before 250, once, for every organization it is addressed to."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from metacortex.contexts.identity import public as identity
from metacortex.contexts.intake import public as intake
from metacortex.contexts.intake.models import InboundMessage
from metacortex.contexts.intake.service import accepting
from metacortex.contexts.intake.service.sources import change_source, ensure_sources, find_source
from metacortex.contexts.intake.types import ArrivedMail, Recipient
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.events.models import EventRow
from metacortex.platform.storage import read_object


async def make_organization() -> tuple[UUID, str]:
    """Return a new organization and its mail address."""
    async with transaction(None) as session:
        org_id = await identity.create_organization(session, "Acme")
    address = await intake.read_default_address(org_id)
    assert address is not None
    return org_id, address


@pytest.fixture
async def port(product: Any) -> AsyncIterator[int]:
    """A running receiver on the test database."""
    async with intake.open_mail_receiver(host="127.0.0.1", port=0) as bound:
        yield bound


async def send(
    port: int, to: list[str], content: str, *, sender: str = "ravi@buyer.test"
) -> dict[str, tuple[int, bytes]]:
    """Deliver one mail as a mail server does; return what was refused."""

    def deliver() -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP("127.0.0.1", port) as client:
            return client.sendmail(sender, to, content.encode())

    return await asyncio.to_thread(deliver)


async def stored(org_id: UUID) -> list[InboundMessage]:
    """Return what an organization was sent."""
    async with transaction(org_id) as session:
        return list(await session.scalars(select(InboundMessage).order_by(InboundMessage.id)))


def mail(message_id: str, text: str = "hello") -> str:
    """Return a small mail."""
    return f"Message-ID: <{message_id}>\r\nFrom: ravi@buyer.test\r\nSubject: Flat\r\n\r\n{text}\r\n"


async def test_accepted_mail_is_durable_with_its_event(port: int) -> None:
    org_id, address = await make_organization()
    content = mail(f"{uuid4()}@buyer.test")
    local, domain = address.split("@")
    await send(port, [f"{local.upper()}+Fair2026@{domain}"], content)

    [row] = await stored(org_id)
    assert (row.state, row.tag, row.envelope_from, row.size) == (
        "received",
        "Fair2026",
        "ravi@buyer.test",
        len(content),
    )
    assert await read_object(str(row.raw_key)) == content.encode()
    async with transaction(org_id) as session:
        events = (await session.execute(select(EventRow.data).where(EventRow.type == "MessageArrived"))).all()
    assert [tuple(one) for one in events] == [({"inbound_id": str(row.id)},)]


async def test_repeated_message_id_is_accepted_and_changes_nothing(port: int) -> None:
    org_id, address = await make_organization()
    message_id = f"{uuid4()}@buyer.test"
    for text in ("one", "two", "one"):
        assert await send(port, [address], mail(message_id, text)) == {}
    assert len(await stored(org_id)) == 1


async def test_mail_to_several_organizations_reaches_each_once(port: int) -> None:
    (first, first_address), (second, second_address) = await make_organization(), await make_organization()
    refused = await send(port, [first_address, second_address, "x" + first_address], mail(f"{uuid4()}@buyer.test"))
    assert [code for code, _ in refused.values()] == [550]
    assert (len(await stored(first)), len(await stored(second))) == (1, 1)


async def test_many_connections_share_commits_and_each_mail_is_kept(port: int) -> None:
    org_id, address = await make_organization()

    def deliver(worker: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for number in range(10):
                client.sendmail("ravi@buyer.test", [address], mail(f"{worker}.{number}.{org_id}@buyer.test"))

    # Its own threads: the receiver writes objects in those of the loop.
    with ThreadPoolExecutor(8) as threads:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(threads, deliver, worker) for worker in range(8)))
    assert len({row.dedupe_key for row in await stored(org_id)}) == 80


async def test_mail_is_put_off_while_it_cannot_be_stored_then_taken(
    port: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    org_id, address = await make_organization()
    content = mail(f"{uuid4()}@buyer.test")
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setattr("metacortex.platform.storage.local_folder", lambda: blocked / "objects")
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        await send(port, [address], content)
    assert refusal.value.smtp_code == 451
    assert await stored(org_id) == []

    monkeypatch.undo()
    await send(port, [address], content)
    assert len(await stored(org_id)) == 1


async def test_one_bad_mail_does_not_harm_those_stored_with_it(product: Any) -> None:
    org_id, address = await make_organization()
    source = await find_source(address.split("@")[0])
    assert source is not None
    recipient = Recipient(source=source, address=address, tag="")
    gatherer = accepting.MailGatherer(accepting.store_mails)

    def arrived(key: str) -> ArrivedMail:
        return ArrivedMail(
            recipient=recipient, envelope_from="a@b.test", content=b"x", dedupe_key=key, received_at=utc_now()
        )

    results = await asyncio.gather(
        *(gatherer.submit(org_id, arrived(key)) for key in ("good-1", "bad\0", "good-2")), return_exceptions=True
    )
    assert [result is None for result in results] == [True, False, True]
    assert [row.dedupe_key for row in await stored(org_id)] == ["good-1", "good-2"]


async def test_source_switched_off_takes_no_mail(port: int) -> None:
    org_id, address = await make_organization()
    async with transaction(org_id) as session:
        for source in await ensure_sources(session):
            await change_source(session, source.id, name=None, active=False)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await send(port, [address], mail(f"{uuid4()}@buyer.test"))
    assert await stored(org_id) == []


async def test_sources_are_made_once_however_many_ask(product: Any) -> None:
    async with transaction(None) as session:
        org_id = await identity.create_organization(session, "Acme")

    async def ask() -> list[str]:
        async with transaction(org_id) as session:
            return [source.kind for source in await ensure_sources(session)]

    assert await asyncio.gather(*(ask() for _ in range(5))) == [["email", "form"]] * 5
