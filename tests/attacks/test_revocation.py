"""Revoked tokens stay refused, and good ones go on working, whatever happens to Valkey."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis

from metacortex.migrations import upgrade
from tests.stand import Stand, free_port, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    running = Stand(Path(tmp_path_factory.mktemp("revocation")), durable=False)
    running.environment["METACORTEX_PUBLIC_URL"] = running.url
    try:
        running.start_servers()
        upgrade(running.environment["METACORTEX_DATABASE_URL"])
        running.start_role("api")
        wait_for(
            lambda: httpx.get(f"{running.url}/health/ready").status_code == 200, seconds=90, what="The API's start"
        )
        yield running
    finally:
        running.stop()


class Pair:
    """Two sessions of one person: one is to be revoked, the other to go on."""

    def __init__(self, stand: Stand, email: str) -> None:
        self.stand = stand
        self.good = stand.sign_up(email)["access_token"]
        self.bad = stand.sign_in(email)["access_token"]
        assert (self.ask(self.good), self.ask(self.bad)) == (200, 200)

    def ask(self, token: str) -> int:
        with self.stand.open_client(token) as client:
            return client.get("/api/v1/me").status_code

    def revoke(self) -> None:
        """End the other session from the good one."""
        with self.stand.open_client(self.good) as client:
            client.post("/api/v1/me/sessions/end-others").raise_for_status()

    def check(self) -> None:
        """Ask often enough that every kept connection is used."""
        assert [self.ask(self.bad) for _ in range(8)] == [401] * 8
        assert [self.ask(self.good) for _ in range(4)] == [200] * 4


def open_valkey(stand: Stand) -> redis.Redis:
    return redis.Redis.from_url(stand.environment["METACORTEX_REDIS_URL"])


def test_emptied(stand: Stand) -> None:
    pair = Pair(stand, "emptied@example.com")
    pair.revoke()
    pair.check()
    with open_valkey(stand) as valkey:
        valkey.flushall()
        pair.check()
        assert valkey.keys("revoked:*"), "it was told again"
    pair.check()


def test_stopped_with_its_connections_open(stand: Stand) -> None:
    pair = Pair(stand, "stopped@example.com")
    pair.revoke()
    child = stand.cache.child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    try:
        pair.check()
    finally:
        os.kill(child.pid, signal.SIGCONT)
    pair.check()


def test_revoked_while_it_stands_still_and_asked_when_it_goes_on(stand: Stand) -> None:
    pair = Pair(stand, "meanwhile@example.com")
    child = stand.cache.child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    try:
        pair.revoke()
        pair.check()
    finally:
        os.kill(child.pid, signal.SIGCONT)
    pair.check()
    wait_for(lambda: is_told(stand), seconds=20, what="Telling Valkey")
    pair.check()


def is_told(stand: Stand) -> bool:
    with open_valkey(stand) as valkey, stand.open_client("x") as client:
        client.get("/api/v1/me")
        return bool(valkey.keys("revoked:*"))


def test_revoked_while_it_is_gone_and_asked_when_it_is_back(stand: Stand) -> None:
    pair = Pair(stand, "gone@example.com")
    child = stand.cache.child
    assert child is not None
    child.kill()
    child.wait()
    stand.cache.stop()
    pair.revoke()
    pair.check()
    stand.cache.start(stand.data_dir)
    pair.check()


def test_killed_and_started_again(stand: Stand) -> None:
    pair = Pair(stand, "killed@example.com")
    pair.revoke()
    stand.kill("valkey")
    pair.check()


def test_a_process_that_did_not_revoke_it_refuses_it_too(stand: Stand) -> None:
    stand.environment["METACORTEX_HTTP_PORT"] = str(port := free_port())
    first = stand.roles.pop("api")
    stand.start_role("api")
    stand.roles["second api"], stand.roles["api"] = stand.roles["api"], first
    url = f"http://127.0.0.1:{port}"
    wait_for(lambda: httpx.get(f"{url}/health/ready").status_code == 200, seconds=90, what="The second API's start")

    def ask_second(token: str) -> int:
        return httpx.get(f"{url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code

    pair = Pair(stand, "second@example.com")
    assert [ask_second(token) for token in (pair.good, pair.bad)] == [200, 200]
    pair.revoke()
    assert [ask_second(token) for token in (pair.good, pair.bad)] == [200, 401]
    with open_valkey(stand) as valkey:
        valkey.flushall()
    assert [ask_second(token) for token in (pair.good, pair.bad)] == [200, 401]
