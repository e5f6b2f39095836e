"""The mail receiver as mail servers see it: real connections, real bytes."""

import asyncio
import contextlib
import smtplib
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from metacortex.contexts.intake.clients.smtp import MailLimits, open_mail_server
from metacortex.contexts.intake.types import FoundSource, Recipient, SourceKind

LIMITS = MailLimits(mail_bytes=200_000, connections=4, memory_bytes=600_000, idle_seconds=5)
SOURCE = FoundSource(org_id=uuid4(), id=uuid4(), kind=SourceKind.EMAIL, active=True, name="E-mail")
HEAD = b"Subject: x\r\n\r\n"


class Mailbox:
    """Keeps what the receiver handed over; refuses while `broken`."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str, bytes]] = []
        self.broken = False
        self.port = 0

    async def find(self, address: str) -> Recipient | None:
        """Know every address but those that begin with `nobody`."""
        return None if address.startswith("nobody") else Recipient(source=SOURCE, address=address, tag="")

    async def accept(self, recipients: list[Recipient], sender: str, content: bytes) -> None:
        """Keep one mail."""
        await asyncio.sleep(0)
        if self.broken:
            raise OSError(28, "No space left on device")
        self.mails.append(([one.address for one in recipients], sender, content))

    async def talk(self, *sent: bytes) -> list[bytes]:
        """Send each piece after the answer to the one before; return all answers."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        answers = [await reader.readline()]
        for piece in sent:
            writer.write(piece)
            with contextlib.suppress(ConnectionError):
                await writer.drain()
            answers.append(await reader.readline())
            while answers[-1][3:4] == b"-":
                answers[-1] = await reader.readline()
        writer.close()
        return answers

    async def send(self, body: bytes, *, to: bytes = b"sales@d.test") -> bytes:
        """Send one message; return the answer to its data."""
        answers = await self.talk(
            b"EHLO me\r\n", b"MAIL FROM:<a@b.test>\r\n", b"RCPT TO:<" + to + b">\r\n", b"DATA\r\n", body
        )
        return answers[-1]


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A running receiver."""
    box = Mailbox()
    async with open_mail_server(
        host="127.0.0.1", port=0, hostname="mx.test", limits=LIMITS, find_recipient=box.find, accept_mail=box.accept
    ) as port:
        box.port = port
        yield box


async def test_mail_is_handed_over_byte_by_byte(mailbox: Mailbox) -> None:
    assert await mailbox.send(HEAD + b"caf\xc3\xa9 \xff\r\n.\r\n") == b"250 2.0.0 Stored\r\n"
    assert mailbox.mails == [(["sales@d.test"], "a@b.test", HEAD + b"caf\xc3\xa9 \xff\r\n")]


async def test_a_standard_client_sends_dots_and_long_lines(mailbox: Mailbox) -> None:
    text = f"Subject: x\r\n\r\n.dot\r\n..dots\r\n{'y' * 70_000}\r\n."

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", mailbox.port) as client:
            client.sendmail("a@b.test", ["sales@d.test", "other@d.test"], text)

    await asyncio.to_thread(send)
    assert mailbox.mails == [(["sales@d.test", "other@d.test"], "a@b.test", f"{text}\r\n".encode())]


@pytest.mark.parametrize("body", [b".\r\n", b"\r\n.\r\n", b"\r\r\n.\r\n", b"..\r\n.\r\n"])
async def test_shortest_messages_end_where_they_end(mailbox: Mailbox, body: bytes) -> None:
    assert await mailbox.send(body) == b"250 2.0.0 Stored\r\n"
    assert mailbox.mails[0][2] == (b".\r\n" if body.startswith(b"..") else body[: -len(b".\r\n")])


async def test_bare_line_feeds_pass_and_end_nothing(mailbox: Mailbox) -> None:
    body = b"Subject: x\n\n" + b"line\n" * 20_000 + b".\nMAIL FROM:<evil@x>\n.\n"
    assert await mailbox.send(body + b"\r\n.\r\n") == b"250 2.0.0 Stored\r\n"
    assert [mail[2] for mail in mailbox.mails] == [body + b"\r\n"]


async def test_end_mark_in_pieces_is_seen(mailbox: Mailbox) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", mailbox.port)
    writer.write(b"HELO me\r\nMAIL FROM:<>\r\nRCPT TO:<sales@d.test>\r\nDATA\r\n")
    for _ in range(5):
        answer = await reader.readline()
    assert answer.startswith(b"354")
    for piece in (b"Subject", b": x\r", b"\n", b"\r", b"\n.", b"\r", b"\n"):
        writer.write(piece)
        await asyncio.sleep(0.01)
    assert (await reader.readline()).startswith(b"250")
    writer.close()
    assert mailbox.mails[0][2] == b"Subject: x\r\n\r\n"


async def test_unknown_recipient_is_refused_in_plain_words(mailbox: Mailbox) -> None:
    answers = await mailbox.talk(
        b"EHLO me\r\n", b"MAIL FROM:<a@b.test>\r\n", b"RCPT TO:<nobody@d.test>\r\n", b"DATA\r\n"
    )
    assert answers[3] == b"550 5.1.1 This address does not take mail here. Check it for a typing error.\r\n"
    assert answers[4].startswith(b"503")
    assert mailbox.mails == []


async def test_full_disk_is_a_temporary_refusal_that_tells_nothing_inside(mailbox: Mailbox) -> None:
    mailbox.broken = True
    answer = await mailbox.send(HEAD + b"x\r\n.\r\n")
    assert answer.startswith(b"451 4.3.0")
    assert b"space" not in answer
    mailbox.broken = False
    assert (await mailbox.send(HEAD + b"x\r\n.\r\n")).startswith(b"250")
    assert len(mailbox.mails) == 1


async def test_too_large_mail_is_refused_and_the_connection_lives_on(mailbox: Mailbox) -> None:
    steps = [b"MAIL FROM:<a@b.test>\r\n", b"RCPT TO:<sales@d.test>\r\n", b"DATA\r\n"]
    answers = await mailbox.talk(b"EHLO me\r\n", *steps, b"x" * 250_000 + b"\r\n.\r\n", *steps, HEAD + b"ok\r\n.\r\n")
    assert answers[5].startswith(b"552 5.3.4")
    assert answers[9].startswith(b"250")
    assert [mail[2] for mail in mailbox.mails] == [HEAD + b"ok\r\n"]


async def test_announced_size_above_the_limit_is_refused_at_once(mailbox: Mailbox) -> None:
    answers = await mailbox.talk(b"EHLO me\r\n", b"MAIL FROM:<a@b.test> SIZE=900000\r\n")
    assert answers[2].startswith(b"552")


async def test_endless_mail_is_cut_off(mailbox: Mailbox) -> None:
    answer = await mailbox.send(b"x" * 1_000_000)
    assert answer.startswith(b"552")
    assert mailbox.mails == []


async def test_more_mail_than_memory_is_put_off(mailbox: Mailbox) -> None:
    async def open_data() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", mailbox.port)
        writer.write(b"HELO me\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<sales@d.test>\r\nDATA\r\n")
        for _ in range(5):
            await reader.readline()
        writer.write(HEAD + b"x" * 190_000)
        await writer.drain()
        return reader, writer

    streams = [await open_data() for _ in range(4)]
    await asyncio.sleep(0.1)
    answers = []
    for reader, writer in streams:
        writer.write(b"\r\n.\r\n")
        answers.append((await reader.readline())[:9])
        writer.close()
    assert sorted(answers) == [b"250 2.0.0", b"250 2.0.0", b"250 2.0.0", b"452 4.3.1"]
    assert len(mailbox.mails) == 3


async def test_connection_above_the_limit_is_sent_away_and_room_comes_back(mailbox: Mailbox) -> None:
    held = [await asyncio.open_connection("127.0.0.1", mailbox.port) for _ in range(4)]
    for reader, _ in held:
        assert (await reader.readline()).startswith(b"220")
    reader, writer = await asyncio.open_connection("127.0.0.1", mailbox.port)
    assert (await reader.readline()).startswith(b"421 4.3.2")
    assert await reader.read() == b""
    writer.close()
    for _, one in held:
        one.close()
    await asyncio.sleep(0.1)
    assert (await mailbox.send(HEAD + b"x\r\n.\r\n")).startswith(b"250")


async def test_broken_off_message_is_not_kept(mailbox: Mailbox) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", mailbox.port)
    writer.write(b"HELO me\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<sales@d.test>\r\nDATA\r\n")
    for _ in range(5):
        await reader.readline()
    writer.write(HEAD + b"half\r\n")
    await writer.drain()
    writer.close()
    await asyncio.sleep(0.1)
    assert mailbox.mails == []


@pytest.mark.parametrize("address", [b"caf\xc3\xa9@b.test", b"a" * 900 + b"@b.test"])
async def test_unusual_senders_are_no_reason_to_refuse(mailbox: Mailbox, address: bytes) -> None:
    answers = await mailbox.talk(
        b"EHLO me\r\n",
        b"MAIL FROM:<" + address + b">\r\n",
        b"RCPT TO:<s@d.test>\r\n",
        b"DATA\r\n",
        HEAD + b"x\r\n.\r\n",
    )
    assert answers[-1].startswith(b"250")
