"""The mail receiver as a process: killed in the middle, it has kept all it acknowledged."""

import asyncio
import contextlib
import os
import signal
import smtplib
import subprocess
import sys
import threading
import time
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from metacortex.contexts.identity import public as identity
from metacortex.contexts.intake import public as intake
from metacortex.contexts.intake.models import InboundMessage
from metacortex.platform.database import transaction
from metacortex.platform.storage import read_object
from tests.stand import free_port

SENDERS = 6


def start_ingest(port: int) -> subprocess.Popen[bytes]:
    """Start the receiver and wait until it greets."""
    code = "from metacortex.entrypoints.ingest import main; main()"
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "METACORTEX_SMTP_PORT": str(port)})
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), smtplib.SMTP("127.0.0.1", port, timeout=2):
            return process
        time.sleep(0.1)
    process.kill()
    message = "The receiver did not start."
    raise RuntimeError(message)


def send_until_killed(port: int, address: str, name: str, acknowledged: list[str]) -> None:
    """Send one mail after another; note each that was answered by 250."""
    with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        for number in range(100_000):
            message_id = f"{name}.{number}@buyer.test"
            client.sendmail("a@b.test", [address], f"Message-ID: <{message_id}>\r\n\r\nhello\r\n")
            acknowledged.append(message_id)


async def until_more_than(acknowledged: list[str], count: int) -> None:
    """Wait until more than so many mails were answered by 250."""
    async with asyncio.timeout(60):
        while len(acknowledged) <= count:  # noqa: ASYNC110 (threads fill it)
            await asyncio.sleep(0.01)


@pytest.mark.faults
async def test_acknowledged_mail_survives_the_kill_of_the_receiver(product: Any) -> None:
    async with transaction(None) as session:
        org_id = await identity.create_organization(session, "Acme")
    address = str(await intake.read_default_address(org_id))
    acknowledged: list[str] = []
    for _ in range(3):
        port = free_port()
        process = await asyncio.to_thread(start_ingest, port)
        names = [uuid4().hex for _ in range(SENDERS)]
        senders = [
            threading.Thread(target=send_until_killed, args=(port, address, name, acknowledged)) for name in names
        ]
        for sender in senders:
            sender.start()
        await until_more_than(acknowledged, len(acknowledged) + SENDERS)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for sender in senders:
            sender.join()

    async with transaction(org_id) as session:
        rows = (await session.execute(select(InboundMessage.dedupe_key, InboundMessage.raw_key))).all()
    assert {f"id:{one}" for one in acknowledged} <= {row.dedupe_key for row in rows}
    for row in rows[:: max(1, len(rows) // 20)]:
        assert row.dedupe_key.removeprefix("id:").encode() in await read_object(row.raw_key)


async def test_receiver_told_to_stop_answers_what_it_is_storing(product: Any) -> None:
    async with transaction(None) as session:
        org_id = await identity.create_organization(session, "Acme")
    address = str(await intake.read_default_address(org_id))
    port = free_port()
    process = await asyncio.to_thread(start_ingest, port)
    acknowledged: list[str] = []
    sender = threading.Thread(target=send_until_killed, args=(port, address, uuid4().hex, acknowledged))
    sender.start()
    await until_more_than(acknowledged, 0)
    process.terminate()
    assert await asyncio.to_thread(process.wait, 20) == 0
    sender.join()
    async with transaction(org_id) as session:
        kept = list(await session.scalars(select(InboundMessage.dedupe_key)))
    assert acknowledged
    assert {f"id:{one}" for one in acknowledged} == set(kept)
