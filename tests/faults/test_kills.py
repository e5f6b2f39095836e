"""Sixty and more SIGKILLs at random moments under load: every accepted message ends as exactly one lead."""

import random
import smtplib
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.stand import Stand, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
VICTIMS = ["worker", "relay", "api", "ingest", "valkey", "postgres"]
KILLS = 60


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    fast = {
        "METACORTEX_JOB_LEASE_SECONDS": "8",
        "METACORTEX_JOB_TIME_LIMIT_SECONDS": "6",
        "METACORTEX_JOB_RETRY_SECONDS": "0.5",
    }
    running = Stand(tmp_path, **fast)
    try:
        running.start()
        yield running
    finally:
        running.stop()


class Senders:
    """People who send mail until told to stop, and remember which messages were accepted."""

    def __init__(self, stand: Stand, address: str) -> None:
        self.stand, self.address = stand, address
        self.accepted: set[int] = set()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(start,)) for start in range(2)]

    def _send(self, start: int) -> None:
        number = start
        while not self._stopping.is_set():
            with suppress(OSError, smtplib.SMTPException):
                self.stand.send_mail(self.address, number=number)
                self.accepted.add(number)
            number += len(self._threads)
            self._stopping.wait(0.05)

    def __enter__(self) -> "Senders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()


def test_every_accepted_message_ends_as_exactly_one_lead(stand: Stand) -> None:
    signed_in = stand.sign_up()
    chance = random.Random(20)
    with stand.open_client(signed_in["access_token"]) as client:
        address = stand.find_address(client)
        with Senders(stand, address) as senders:
            for kill in range(KILLS):
                chosen = VICTIMS[kill % len(VICTIMS)]
                senders._stopping.wait(chance.uniform(0.1, 0.8))
                stand.kill(chosen)
        stand.wait_until_ready()
        expected = {f"ravi.{number}@example.com" for number in senders.accepted}
        assert len(expected) > KILLS

        def all_are_scored() -> bool:
            cards = read_all_leads(client)
            scored = [card for card in cards if card["score_state"] != "waiting"]
            return expected <= {card["contact"]["email"] for card in scored} and len(scored) == len(cards)

        wait_for(all_are_scored, seconds=180, what="The scoring of every accepted message")
        cards = read_all_leads(client)
        emails = [card["contact"]["email"] for card in cards]
        assert len(emails) == len(set(emails))
        assert {card["message_count"] for card in cards} == {1}
        for card in cards[:50]:
            kinds = [entry["kind"] for entry in client.get(f"/api/v1/leads/{card['id']}/timeline").json()["data"]]
            assert kinds.count("received") == 1
        assert client.get("/api/v1/dead-letters").json()["data"] == []
        assert client.get("/api/v1/inbound", params={"state": "failed"}).json()["data"] == []


def read_all_leads(client: httpx.Client) -> list[dict[str, object]]:
    cards: list[dict[str, object]] = []
    cursor = ""
    while True:
        params = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
        answer = client.get("/api/v1/leads", params=params).raise_for_status().json()
        cards += answer["data"]
        cursor = answer["meta"]["next_cursor"]
        if not cursor:
            return cards
