"""`metacortex flower` shows the workers and what they ran, and lets nobody in or at them who should not be."""

import base64
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stand import Stand, free_port, wait_for

pytestmark = [pytest.mark.slow]
LOGIN = "watcher:long enough"


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    running = Stand(
        Path(tmp_path_factory.mktemp("flower")),
        durable=False,
        METACORTEX_FLOWER_PORT=str(free_port()),
        METACORTEX_FLOWER_LOGIN=LOGIN,
    )
    try:
        running.start()
        running.start_role("flower")
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def flower(stand: Stand) -> Iterator[httpx.Client]:
    """A client of the page, signed in, once it answers."""
    name, password = LOGIN.split(":")
    url = f"http://127.0.0.1:{stand.environment['METACORTEX_FLOWER_PORT']}"
    with httpx.Client(base_url=url, auth=(name, password), timeout=20) as client:
        wait_for(lambda: client.get("/workers").status_code == 200, seconds=60, what="Flower's start")
        yield client


def test_it_shows_the_workers_and_what_they_ran(stand: Stand, flower: httpx.Client) -> None:
    def workers() -> list[dict[str, Any]]:
        return [one for one in flower.get("/workers?json=1").json()["data"] if one["status"]]

    wait_for(workers, seconds=60, what="A worker's sign of life")
    with stand.open_client(stand.sign_up()["access_token"]) as client:
        address = stand.find_address(client)

    def tasks() -> list[dict[str, Any]]:
        stand.send_mail(address)
        page = {"draw": 1, "start": 0, "length": 10, "order[0][column]": 0, "order[0][dir]": "asc"}
        found = flower.get("/tasks/datatable", params={**page, "columns[0][data]": "name"}).json()["data"]
        done = [task for task in found if task["name"] == "metacortex.run" and task["state"] == "SUCCESS"]
        return [task for task in done if "qualify_messages" in str(task)]

    assert wait_for(tasks, seconds=60, what="The reading of a message")


def test_it_is_closed_to_strangers_and_changes_nothing(stand: Stand, flower: httpx.Client) -> None:
    for path in ("/", "/workers", "/tasks", "/api/workers"):
        assert httpx.get(f"{flower.base_url}{path}").status_code == 401
    wrong = base64.b64encode(b"watcher:wrong").decode()
    assert httpx.get(f"{flower.base_url}/workers", headers={"Authorization": f"Basic {wrong}"}).status_code == 401
    for path in ("/api/worker/shutdown/celery@any", "/api/worker/pool/shrink/celery@any", "/api/task/revoke/any"):
        assert flower.post(path).status_code == 403


def refuse(**settings: str) -> str:
    """Start the command where it cannot start; return what it says."""
    command = [sys.executable, "-m", "metacortex.entrypoints.cli", "flower"]
    environment = {**os.environ, "METACORTEX_REDIS_URL": "redis://127.0.0.1:1/0", **settings}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 2, ended.stderr
    return ended.stderr.strip().splitlines()[-1]


def test_it_does_not_start_where_everybody_could_look() -> None:
    said = refuse(METACORTEX_FLOWER_HOST="0.0.0.0", METACORTEX_FLOWER_PORT=str(free_port()))
    assert "METACORTEX_FLOWER_LOGIN=name:password" in said


def test_a_busy_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refuse(METACORTEX_FLOWER_PORT=str(port)) == (
            f"Port {port} is in use. Set METACORTEX_FLOWER_PORT to a free one."
        )
