"""A person, who was called, is erased in the running product while mails of others, and of themself, keep arriving.

A worker is killed in the middle. Afterwards no store holds a trace of what came before, and no other lead is lost.
"""

import asyncio
import os
import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.privacy.conftest import Person, dump_database, dump_valkey, find_traces, unpack
from tests.stand import Stand, free_port, wait_for, write_mail

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    fast = {
        "METACORTEX_JOB_LEASE_SECONDS": "6",
        "METACORTEX_JOB_TIME_LIMIT_SECONDS": "4",
        "METACORTEX_JOB_RETRY_SECONDS": "0.5",
    }
    port = free_port()
    running = Stand(tmp_path, durable=False, METACORTEX_CALLS_ASTERISK_URL=f"http://127.0.0.1:{port}", **fast)
    with emulated_asterisk(port):
        try:
            running.start()
            running.start_role("dialer")
            yield running
        finally:
            running.stop()


@contextmanager
def emulated_asterisk(port: int) -> Iterator[None]:
    """Run an Asterisk that calls nobody, in a tenth of the time."""
    options = ["emulate", "asterisk", "--port", str(port), "--speed", "10"]
    emulator = subprocess.Popen([sys.executable, "-m", "metacortex.entrypoints.cli", *options])
    try:
        yield
    finally:
        emulator.terminate()
        emulator.wait(20)


def call_person(client: httpx.Client, person: Person) -> dict[str, Any]:
    """Have a person's number, call it, and record what is said."""
    client.put("/api/v1/calling/phones/me", json={"account": "asha"}).raise_for_status()
    settings = {"announcement": "sound:recorded", "is_recorded": True}
    client.patch("/api/v1/calling/settings", json=settings).raise_for_status()
    body = {"name": person.marker, "email": person.email, "phone": person.phone}
    lead_id = client.post("/api/v1/leads", json=body).raise_for_status().json()["data"]["id"]
    order = {"lead_id": lead_id, "variables": {"name": person.marker}}

    def place() -> dict[str, Any] | None:
        answer = client.post("/api/v1/calls", json=order, params={"wait": "ended"}, headers={"Idempotency-Key": "one"})
        return dict(answer.json()["data"]) if answer.status_code == 201 else None

    call = wait_for(place, seconds=60, what="The call")
    assert (call["outcome"], call["to"]) == ("answered", person.phone)

    def is_stored() -> bool:
        shown = client.get(f"/api/v1/calls/{call['id']}").json()["data"]
        return bool(shown["recording"]["state"] == "stored")

    wait_for(is_stored, seconds=60, what="The recording")
    return call


class Arrivals:
    """Mails that arrive until told to stop: of others, and of one person whose words change when they are told to."""

    def __init__(self, stand: Stand, address: str, person: Person) -> None:
        self.stand, self.address, self.person = stand, address, person
        self.accepted: set[int] = set()
        self.word = person.marker
        self.sent: dict[str, int] = {}
        self._stopping, self._speaking = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._send)

    def _send(self) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            with suppress(OSError, smtplib.SMTPException):
                self.stand.send_mail(self.address, number=number)
                self.accepted.add(number)
                if number % 3 == 0:
                    self._send_as_person()
            self._stopping.wait(0.05)

    def _send_as_person(self) -> None:
        with self._speaking:
            self._send_word(self.word)

    def _send_word(self, word: str) -> None:
        mail = write_mail(
            self.address,
            sender=f"{word} <{self.person.email}>",
            subject=f"{word} wants a flat",
            text=f"This is {word}. We want to buy a 3 BHK in Wakad this week, budget 85 lakh.\n",
        )
        with smtplib.SMTP("127.0.0.1", self.stand.smtp_port, timeout=20) as smtp:
            smtp.send_message(mail)
        self.sent[word] = self.sent.get(word, 0) + 1

    def say(self, word: str) -> None:
        """Let the person say another word; every mail with the earlier one was accepted or refused by now."""
        with self._speaking:
            self.word = word

    def __enter__(self) -> "Arrivals":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()


def read_emails(client: httpx.Client) -> list[str | None]:
    emails: list[str | None] = []
    cursor = ""
    while True:
        params = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
        answer = client.get("/api/v1/leads", params=params).raise_for_status().json()
        emails += [lead["contact"]["email"] for lead in answer["data"]]
        cursor = answer["meta"]["next_cursor"]
        if not cursor:
            return emails


def dump(stand: Stand) -> dict[str, str]:
    found = asyncio.run(dump_database(stand.environment["METACORTEX_DATABASE_URL"]))
    found |= dump_valkey(stand.environment["METACORTEX_REDIS_URL"])
    for path in (stand.data_dir / "objects").rglob("*"):
        if path.is_file():
            found[f"object {path}"] = unpack(path.read_bytes())
    for path in stand.data_dir.glob("*.log"):
        found[f"log {path.name}"] = path.read_text("utf-8", "replace")
    return found


def test_an_erasure_wins_while_leads_keep_arriving_and_a_worker_is_killed(stand: Stand) -> None:
    marker, again = "zq" + uuid4().hex[:8], "zw" + uuid4().hex[:8]
    person = Person(marker, f"p{os.getpid()}@example.com", "+919812349011")
    with stand.open_client(stand.sign_up()["access_token"]) as client:
        address = stand.find_address(client)
        with Arrivals(stand, address, person) as arrivals:
            wait_for(lambda: person.email in read_emails(client), seconds=60, what="The person's first lead")
            call = call_person(client, person)
            found = find_traces(dump(stand), person)
            assert {f"table {name}" for name in ("contacts", "calls", "call_legs", "messages")} <= set(found)
            assert list((stand.data_dir / "objects").rglob("recordings/*")) != []
            arrivals.say("between")  # what arrives while the first pass runs may be met by it or not
            body = {"kind": "erasure", "email": person.email}
            request_id = client.post("/api/v1/privacy/requests", json=body).raise_for_status().json()["data"]["id"]
            stand.kill("worker")

            def first_pass_is_over() -> bool:
                shown = client.get(f"/api/v1/privacy/requests/{request_id}").json()["data"]
                return bool(shown["pass_number"] == 2)

            wait_for(first_pass_is_over, seconds=60, what="The first pass")
            # From now on the person writes anew, by their own wish and with another word.
            arrivals.say(again)
            stand.kill("worker")

            def is_done() -> bool:
                shown = client.get(f"/api/v1/privacy/requests/{request_id}").json()["data"]
                return bool(shown["status"] == "done")

            wait_for(is_done, seconds=90, what="The erasure")
        assert arrivals.sent[marker] >= 1
        assert arrivals.sent[again] >= 1
        expected = {f"ravi.{number}@example.com" for number in arrivals.accepted} | {person.email}
        wait_for(lambda: expected <= set(read_emails(client)), seconds=60, what="The leads of everybody else")
        assert client.get("/api/v1/dead-letters").json()["data"] == []
        refused = client.post("/api/v1/leads", json={"email": person.email})
        assert refused.json()["code"] == "person_erased"
        certificate = client.get(f"/api/v1/privacy/requests/{request_id}/certificate").json()["data"]
        assert certificate["erased"]["leads"]["contacts"] >= 1
        assert certificate["erased"]["calls"]["calls"] == 1
        shown = client.get(f"/api/v1/calls/{call['id']}").json()["data"]
        assert (shown["to"], shown["outcome"], shown["recording"]["state"]) == (None, "answered", "deleted")
    stores = dump(stand)
    assert find_traces(stores, person) == {}
    assert list((stand.data_dir / "objects").rglob("recordings/*")) == []
    assert again in stores["table messages"]
