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


@pytest.fixture(scope="module")
def second_url(stand: Stand) -> str:
    """Start another API process on the same servers, and return where it is."""
    stand.environment["METACORTEX_HTTP_PORT"] = str(port := free_port())
    first = stand.roles.pop("api")
    stand.start_role("api")
    stand.roles["second api"], stand.roles["api"] = stand.roles["api"], first
    url = f"http://127.0.0.1:{port}"
    wait_for(lambda: httpx.get(f"{url}/health/ready").status_code == 200, seconds=90, what="The second API's start")
    return url


def ask(url: str, path: str, token: str) -> int:
    return httpx.get(f"{url}/api/v1/{path}", headers={"Authorization": f"Bearer {token}"}, timeout=30).status_code


def test_a_process_that_did_not_revoke_it_refuses_it_too(stand: Stand, second_url: str) -> None:
    def ask_second(token: str) -> int:
        return ask(second_url, "me", token)

    pair = Pair(stand, "second@example.com")
    assert [ask_second(token) for token in (pair.good, pair.bad)] == [200, 200]
    pair.revoke()
    assert [ask_second(token) for token in (pair.good, pair.bad)] == [200, 401]
    with open_valkey(stand) as valkey:
        valkey.flushall()
    assert [ask_second(token) for token in (pair.good, pair.bad)] == [200, 401]


@pytest.mark.parametrize("valkey", ["up", "stopped"])
@pytest.mark.parametrize("end", ["the key", "its maker"])
def test_an_ended_api_key_is_refused_by_a_process_that_had_kept_it(
    stand: Stand, second_url: str, end: str, valkey: str
) -> None:
    owner = f"keys.{end[-3:]}.{valkey}@example.com"
    token = stand.sign_up(owner)["access_token"]
    maker = stand.join(owner, "Maya", f"maker.{owner}")
    with stand.open_client(token) as client:
        member = next(one for one in client.get("/api/v1/members").json()["data"] if one["email"].startswith("maker."))
        client.patch(f"/api/v1/members/{member['id']}", json={"role": "admin"}).raise_for_status()
    maker = stand.sign_in(f"maker.{owner}")["access_token"]
    with stand.open_client(maker) as client:
        bodies = [{"name": name, "scopes": ["leads:view"]} for name in ("ends", "stays")]
        made = [client.post("/api/v1/api-keys", json=body).raise_for_status().json()["data"] for body in bodies]
    ends, stays = [one["secret"] for one in made]
    urls = [stand.url, second_url]
    assert [ask(url, "leads", key) for url in urls for key in (ends, stays)] == [200] * 4
    child = stand.cache.child
    assert child is not None
    if valkey == "stopped":
        os.kill(child.pid, signal.SIGSTOP)
    try:
        path = f"api-keys/{made[0]['id']}" if end == "the key" else f"members/{member['id']}"
        with stand.open_client(token) as client:
            client.delete(f"/api/v1/{path}").raise_for_status()
        other = 200 if end == "the key" else 401
        assert [ask(url, "leads", key) for url in urls for key in (ends, stays)] == [401, other] * 2
    finally:
        os.kill(child.pid, signal.SIGCONT)
    assert [ask(url, "leads", key) for url in urls for key in (ends, stays)] == [401, other] * 2
