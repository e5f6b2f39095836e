"""One organization's flood keeps nobody else waiting: through the real relay and workers."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.stand import Stand, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
FLOOD = 10_000


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    running = Stand(tmp_path, durable=False)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def count_cards(client: httpx.Client, state: str) -> int:
    cards = client.get("/api/v1/leads", params={"limit": 200}).raise_for_status().json()["data"]
    return sum(card["score_state"] == state for card in cards)


def test_a_lead_is_scored_while_another_organization_floods(stand: Stand) -> None:
    flood = stand.open_client(stand.sign_up("flood@example.com")["access_token"])
    small = stand.open_client(stand.sign_up("small@example.com")["access_token"])
    with flood, small:
        rows = "".join(
            f"Visitor {number},v{number}@example.com,We want to buy {number} chairs\n" for number in range(FLOOD)
        )
        sent = flood.post("/api/v1/imports", files={"file": ("flood.csv", f"name,email,message\n{rows}", "text/csv")})
        upload = sent.raise_for_status().json()["data"]
        mapping = {"name": "name", "email": "email", "message": "message"}
        flood.post(f"/api/v1/imports/{upload['id']}/start", json={"mapping": mapping}).raise_for_status()
        wait_for(lambda: count_cards(flood, "scored") > 0, seconds=120, what="The flood")

        stand.send_mail(stand.find_address(small), number=1)
        wait_for(lambda: count_cards(small, "scored") == 1, seconds=120, what="The score of the only lead")
        seen = flood.get(f"/api/v1/imports/{upload['id']}").raise_for_status().json()["data"]
        assert seen["done_count"] < FLOOD, "the flood was over before the only lead was scored"
