"""Two web servers behind a balancer, which give each request to the other one: neither keeps what the other needs."""

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

import httpx
import pytest
import websockets

from tests.faults.calling import add_team
from tests.stand import Stand, free_port, live_protocols, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
NUMBERS = [f"+919812{place:02d}9011" for place in range(10, 30)]
TALKS_ON = "+919812409002"
CALLING = {
    "METACORTEX_CALLS_LAW_OVERRIDE": '{"rules": ["IN"], "by": "the tests", "why": "they call an emulator"}',
    "METACORTEX_ADDRESS_LIMIT": "1000",
}


class Balancer:
    """Gives each connection to the next server in turn, or to the one after it where nobody answers."""

    def __init__(self, ports: list[int]) -> None:
        self.ports = ports
        self.given = [0] * len(ports)
        self._turns = count()

    @contextmanager
    def running(self) -> Iterator[int]:
        """Listen in a thread of its own; yield the port."""
        port, loop = free_port(), asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", port), loop).result()
        try:
            yield port
        finally:
            loop.call_soon_threadsafe(server.close)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in self.ports:
            place = next(self._turns) % len(self.ports)
            try:
                back, forth = await asyncio.open_connection("127.0.0.1", self.ports[place])
            except OSError:
                continue
            self.given[place] += 1
            await asyncio.gather(_pipe(reader, forth), _pipe(back, writer))
            return
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while said := await reader.read(65_536):
            writer.write(said)
            await writer.drain()
    except OSError:
        pass
    writer.close()


class Pair:
    """A product with two web servers, reached in turn."""

    def __init__(self, stand: Stand, balancer: Balancer, url: str) -> None:
        self.stand, self.balancer, self.url, self.token = stand, balancer, url, ""

    def ask(self, method: str, path: str, **asked: Any) -> httpx.Response:
        """Ask on a connection of its own, so that the next is another server's."""
        headers = {"Authorization": f"Bearer {self.token}"} | asked.pop("headers", {})
        return httpx.request(method, f"{self.url}/api/v1{path}", headers=headers, timeout=60, **asked)

    def place(self, number: str, **asked: Any) -> httpx.Response:
        return self.ask("POST", "/calls", json={"to": number, "mode": "direct"}, **asked)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    stand = Stand(tmp_path_factory.mktemp("pair"), durable=False, calls=True, **CALLING)
    first, second = stand.http_port, free_port()
    balancer = Balancer([first, second])
    with balancer.running() as port:
        pair = Pair(stand, balancer, f"http://127.0.0.1:{port}")
        stand.environment["METACORTEX_PUBLIC_URL"] = (
            pair.url
        )  # else each takes its own address for the issuer of tokens
        try:
            stand.start()
            stand.environment["METACORTEX_HTTP_PORT"] = str(second)
            stand.start_role("api", name="second api")
            wait_for(
                lambda: httpx.get(f"http://127.0.0.1:{second}/health/ready").status_code == 200,
                seconds=60,
                what="The second web server's start",
            )
            pair.token = asyncio.run(add_team(stand, [*NUMBERS, TALKS_ON], agents=1)).token
            yield pair
        finally:
            stand.stop()


def test_a_call_is_placed_by_one_and_watched_and_ended_by_the_other(pair: Pair) -> None:
    call = pair.place(TALKS_ON, params={"wait": "answered"}).raise_for_status().json()["data"]
    for _ in pair.balancer.ports:
        answer = pair.ask("GET", f"/calls/{call['id']}")
        assert answer.is_success, answer.text
        assert answer.json()["data"]["state"] == "connected"
    given = list(pair.balancer.given)
    assert pair.ask("POST", f"/calls/{call['id']}/hang-up").status_code == 200
    wait_for(
        lambda: pair.ask("GET", f"/calls/{call['id']}").json()["data"]["outcome"] == "answered",
        seconds=30,
        what="The end of the call",
    )
    assert all(now > before for now, before in zip(pair.balancer.given, given, strict=True)), "both were asked"


def test_a_key_that_both_hear_at_once_rings_once(pair: Pair) -> None:
    key = {"Idempotency-Key": "the-same-for-both"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: pair.place(NUMBERS[0], headers=key), range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1
    rung = [json.loads(line) for line in (pair.stand.data_dir / "ledger.jsonl").read_text().splitlines()]
    assert len({one["channel_id"] for one in rung if one.get("number") == NUMBERS[0]}) == 1


def test_browsers_at_either_hear_what_is_done_at_the_other(pair: Pair) -> None:
    async def listen(port: int, heard: asyncio.Queue[str]) -> None:
        url = f"ws://127.0.0.1:{port}/api/v1/live"
        async with websockets.connect(url, subprotocols=live_protocols(pair.token)) as socket:
            async for said in socket:
                heard.put_nowait(json.loads(said)["type"])

    async def see() -> None:
        queues = [asyncio.Queue[str]() for _ in pair.balancer.ports]
        listening = [asyncio.create_task(listen(*one)) for one in zip(pair.balancer.ports, queues, strict=True)]
        async with asyncio.timeout(60):
            for heard in queues:
                assert await heard.get() == "ready"
            await asyncio.to_thread(pair.place, NUMBERS[1])
            for heard in queues:
                while await heard.get() != "CallChanged":
                    pass
        for one in listening:
            one.cancel()

    asyncio.run(see())


def test_a_token_that_was_ended_at_one_is_refused_by_both(pair: Pair) -> None:
    token = pair.stand.sign_in("owner@example.com")["access_token"]
    said = {"headers": {"Authorization": f"Bearer {token}"}}
    assert [pair.ask("GET", "/me", **said).status_code for _ in range(2)] == [200, 200]
    [own] = [one for one in pair.ask("GET", "/me/sessions", **said).json()["data"] if one["is_current"]]
    assert pair.ask("DELETE", f"/me/sessions/{own['id']}", **said).status_code == 204
    assert [pair.ask("GET", "/me", **said).status_code for _ in range(4)] == [401] * 4


def test_a_limit_counts_what_both_were_asked(pair: Pair) -> None:
    left = [int(pair.ask("GET", "/me").headers["ratelimit"].split("r=")[1].split(";")[0]) for _ in range(6)]
    assert left == sorted(left, reverse=True)
    assert left[0] - left[-1] >= 4, "each saw what the other had given"


def test_one_goes_on_when_the_other_was_killed(pair: Pair) -> None:
    killed = pair.stand.roles.pop("second api")
    killed.kill()
    killed.wait()
    given = pair.balancer.given[0]
    calls = [pair.place(number, params={"wait": "ended"}).json()["data"] for number in NUMBERS[2:6]]
    assert [one["outcome"] for one in calls] == ["answered"] * 4
    assert pair.balancer.given[0] - given == 4
