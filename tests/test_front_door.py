"""The main job through the front door: a mail becomes an explained, scored lead that a browser hears of."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.stand import Stand, live_protocols, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    folder = Path(tmp_path_factory.mktemp("stand"))
    running = Stand(folder, durable=False)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def test_a_mail_becomes_a_scored_lead_with_reasons_and_quotes(stand: Stand) -> None:
    signed_in = stand.sign_up()
    with stand.open_client(signed_in["access_token"]) as client:
        address = stand.find_address(client)
        stand.send_mail(address, number=7)

        def find_scored() -> dict[str, Any] | None:
            cards = client.get("/api/v1/leads").json()["data"]
            return next((card for card in cards if card["score_state"] != "waiting"), None)

        card = wait_for(find_scored, seconds=60, what="The scored card")
        assert card["contact"]["email"] == "ravi.7@example.com"
        assert (card["contact"]["phone"], card["contact"]["name"]) == ("+919820000007", "Ravi Kumar 7")
        assert card["score_state"] == "scored"
        assert card["intent"] in {"buy", "book"}
        assert card["band"] in {"hot", "warm"}
        assert card["reasons"]

        said = client.get(f"/api/v1/leads/{card['id']}/qualification").raise_for_status().json()["data"]
        message = client.get(f"/api/v1/leads/{card['id']}/messages").json()["data"][0]
        fields = {field["name"]: field for field in said["fields"]}
        assert fields["budget_max"]["value"] == 8_500_000
        assert fields["currency"]["value"] == "INR"
        quoted = [field for field in said["fields"] + said["contributions"] if field["quote"]]
        assert quoted
        for field in quoted:
            assert message["text"][field["start"] : field["end"]] == field["quote"]


def test_a_browser_hears_of_each_step(stand: Stand) -> None:
    signed_in = stand.sign_up("live@example.com")
    token = signed_in["access_token"]
    with stand.open_client(token) as client:
        address = stand.find_address(client)

    async def listen() -> list[str]:
        url = f"{stand.url.replace('http', 'ws', 1)}/api/v1/live"
        async with websockets.connect(url, subprotocols=live_protocols(token)) as socket:
            heard = [json.loads(await asyncio.wait_for(socket.recv(), 20))["type"]]
            await asyncio.to_thread(stand.send_mail, address, number=1)
            while "LeadQualified" not in heard:
                heard.append(json.loads(await asyncio.wait_for(socket.recv(), 60))["type"])
        return heard

    heard = asyncio.run(listen())
    assert heard[0] == "ready"
    steps = [one for one in heard if one in {"MessageArrived", "LeadReceived", "LeadQualified"}]
    assert steps == ["MessageArrived", "LeadReceived", "LeadQualified"]


def test_the_same_mail_twice_is_one_lead_and_one_message(stand: Stand) -> None:
    signed_in = stand.sign_up("twice@example.com")
    with stand.open_client(signed_in["access_token"]) as client:
        address = stand.find_address(client)
        import smtplib

        from tests.stand import write_mail

        message = write_mail(address, number=3)
        for _ in range(3):
            with smtplib.SMTP("127.0.0.1", stand.smtp_port) as mail:
                mail.send_message(message)

        def find_lead() -> dict[str, Any] | None:
            cards = client.get("/api/v1/leads").json()["data"]
            return cards[0] if cards and cards[0]["score_state"] != "waiting" else None

        card = wait_for(find_lead, seconds=60, what="The lead")
        assert len(client.get("/api/v1/leads").json()["data"]) == 1
        assert card["message_count"] == 1
        assert len(client.get(f"/api/v1/leads/{card['id']}/messages").json()["data"]) == 1
