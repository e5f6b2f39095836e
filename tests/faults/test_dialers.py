"""Two dialers: one hears, the other stands by and takes over when the first is killed, or frozen."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.calling import add_team
from tests.stand import Stand, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
CALLING = {
    "METACORTEX_CALLS_LAW_OVERRIDE": '{"rules": ["IN"], "by": "the tests", "why": "they call an emulator"}',
    "METACORTEX_LIMITS": "off",
    "METACORTEX_LOG_LEVEL": "info",
}


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    running = Stand(tmp_path, calls=True, **CALLING)
    try:
        running.start()
        yield running
    finally:
        for process in running.roles.values():
            process.send_signal(signal.SIGCONT)
        running.stop()


def wait_until_said(stand: Stand, name: str, event: str) -> None:
    """Wait until a process logs an event."""
    log = stand.data_dir / f"{name}.log"
    wait_for(lambda: f'"{event}"' in log.read_text(), seconds=60, what=f"{event} of the {name} dialer")


def place(client: httpx.Client, number: str) -> dict[str, Any]:
    """Call a number, again while nobody can, and return how that ended."""

    def try_once() -> dict[str, Any] | None:
        body = {"to": number, "mode": "direct"}
        answer = client.post("/api/v1/calls", json=body, params={"wait": "ended", "wait_seconds": 20})
        assert answer.status_code == 201 or answer.json()["code"] == "calls_unavailable", answer.text
        return dict(answer.json()["data"]) if answer.status_code == 201 else None

    return wait_for(try_once, seconds=60, what="A call")


def test_the_one_that_stands_by_takes_over(stand: Stand) -> None:
    numbers = [f"+919800{place:02d}9011" for place in range(10, 16)]
    team = asyncio.run(add_team(stand, numbers, agents=1))
    with stand.open_client(team.token) as client:
        assert place(client, numbers[0])["outcome"] == "answered"
        stand.start_role("dialer", name="second")
        wait_until_said(stand, "second", "dialer.standing_by")
        assert place(client, numbers[1])["outcome"] == "answered"

        first = stand.roles.pop("dialer")
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        # Until another hears, whoever picks up is dropped: such a call is lost, so none is placed here.
        wait_until_said(stand, "second", "asterisk.connected")
        assert place(client, numbers[2])["outcome"] == "answered"

        stand.start_role("dialer", name="third")
        wait_until_said(stand, "third", "dialer.standing_by")
        os.killpg(stand.roles["second"].pid, signal.SIGSTOP)
        # It still has its lock and its socket, but says nothing.
        wait_until_said(stand, "third", "asterisk.connected")
        assert place(client, numbers[3])["outcome"] == "answered"

        os.killpg(stand.roles["second"].pid, signal.SIGCONT)
        wait_until_said(stand, "second", "dialer.displaced")
        assert place(client, numbers[4])["outcome"] == "answered"
