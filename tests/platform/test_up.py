"""`metacortex up`: from nothing to ready, gone without a trace, back with its data."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis

from metacortex.platform.embedded import read_redis_url
from tests.commands import run_command
from tests.stand import free_port, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("METACORTEX_")}
    return {
        **inherited,
        "METACORTEX_DATA_DIR": str(tmp_path / "data"),
        "METACORTEX_HTTP_PORT": str(free_port()),
        "METACORTEX_SMTP_PORT": str(free_port()),
        "PYTHONUNBUFFERED": "1",
    }


class Up:
    """A running `metacortex up` whose words are kept."""

    def __init__(self, environment: dict[str, str], words: Path) -> None:
        self.words = words
        self.process = subprocess.Popen(
            [sys.executable, "-m", "metacortex.entrypoints.cli", "up"],
            env=environment,
            stdout=words.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def said(self) -> str:
        return self.words.read_text()

    def wait_until_ready(self) -> str:
        wait_for(lambda: "MetaCortex is ready" in self.said() or self.process.poll() is not None, seconds=90, what="up")
        wait_for(lambda: "Stop with Ctrl-C" in self.said() or self.process.poll() is not None, seconds=20, what="")
        assert self.process.poll() is None, self.said()
        return self.said()


@pytest.fixture
def started() -> Iterator[list[Up]]:
    running: list[Up] = []
    yield running
    for one in running:
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGTERM)
            one.process.wait(60)


def processes_of(data_dir: str) -> list[int]:
    """Processes that work for a data folder, by their environment or what they were started with."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            traces = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            traces += str((entry / "cwd").readlink()).encode()
        except OSError:
            continue
        if data_dir.encode() in traces:
            found.append(int(entry.name))
    return found


def test_up_starts_stops_and_finds_its_data_again(
    environment: dict[str, str], tmp_path: Path, started: list[Up]
) -> None:
    first = Up(environment, tmp_path / "first.log")
    started.append(first)
    words = first.wait_until_ready()
    url = f"http://127.0.0.1:{environment['METACORTEX_HTTP_PORT']}"
    token = words.split("/welcome?token=")[1].split()[0]
    assert "@leads.localhost" in words
    body = {"token": token, "name": "Asha", "email": "asha@example.com", "password": "a few plain words"}
    assert httpx.post(f"{url}/api/v1/sign-in/link", json=body, timeout=20).status_code == 200

    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(60) == 0
    wait_for(lambda: not processes_of(environment["METACORTEX_DATA_DIR"]), seconds=10, what="The end of all processes")

    second = Up(environment, tmp_path / "second.log")
    started.append(second)
    assert "/welcome?token=" not in second.wait_until_ready()
    sign_in = {"email": "asha@example.com", "password": "a few plain words"}
    assert httpx.post(f"{url}/api/v1/sign-in", json=sign_in, timeout=20).status_code == 200

    third = subprocess.run(
        [sys.executable, "-m", "metacortex.entrypoints.cli", "up"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert third.returncode == 1
    assert "already running" in third.stderr

    second.process.kill()
    second.process.wait()
    wait_for(lambda: not processes_of(environment["METACORTEX_DATA_DIR"]), seconds=20, what="The end of all orphans")


def test_a_database_that_dies_is_started_again(environment: dict[str, str], tmp_path: Path, started: list[Up]) -> None:
    up = Up(environment, tmp_path / "up.log")
    started.append(up)
    up.wait_until_ready()
    url = f"http://127.0.0.1:{environment['METACORTEX_HTTP_PORT']}/health/ready"
    home = Path(environment["METACORTEX_DATA_DIR"]) / "postgres"

    os.kill(int((home / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    wait_for(lambda: "PostgreSQL ended" in up.said(), seconds=30, what="The notice of the dead database")
    wait_for(lambda: httpx.get(url).status_code == 200, seconds=60, what="The database's return")


def test_a_busy_port_is_named_with_what_to_do(environment: dict[str, str]) -> None:
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", int(environment["METACORTEX_SMTP_PORT"])))
        holder.listen()
        answer = run_command("up", environment=environment)
    assert answer.returncode == 1
    assert f"Port {environment['METACORTEX_SMTP_PORT']} of the mail receiver" in answer.stderr
    assert "METACORTEX_SMTP_PORT=" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_bad_setting_is_refused_by_name(environment: dict[str, str]) -> None:
    answer = run_command("config", "check", environment={**environment, "METACORTEX_HTTP_PORT": "many"})
    assert answer.returncode == 2
    assert answer.stderr.startswith("METACORTEX_HTTP_PORT: ")
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("command", [("config", "check"), ("api",), ("dialer",)])
def test_a_rule_of_law_that_is_none_is_refused(environment: dict[str, str], command: tuple[str, ...]) -> None:
    said = json.dumps({"rules": ["IN.hour"], "by": "Ada", "why": "a mistake"})
    answer = run_command(*command, environment=environment | {"METACORTEX_CALLS_LAW_OVERRIDE": said})
    assert answer.returncode == 2
    assert answer.stderr.startswith("METACORTEX_CALLS_LAW_OVERRIDE: There is no rule named 'IN.hour'.")
    assert "IN.hours, IN.frequency" in answer.stderr


def test_a_folder_that_cannot_be_written_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = run_command("up", environment=environment | {"METACORTEX_DATA_DIR": str(tmp_path / "file/data")})
    assert said.returncode == 1
    assert f"The data folder {tmp_path}/file/data cannot be written" in said.stderr
    assert "METACORTEX_DATA_DIR=" in said.stderr


def test_beside_a_running_product_migrate_and_doctor_find_its_servers(
    environment: dict[str, str], tmp_path: Path, started: list[Up]
) -> None:
    without = run_command("doctor", environment=environment)
    assert without.returncode == 1
    assert "Start `metacortex up`" in without.stdout
    assert "No database runs here" in run_command("migrate", environment=environment).stderr
    up = Up(environment, tmp_path / "words")
    started.append(up)
    up.wait_until_ready()
    migrated = run_command("migrate", environment=environment)
    assert migrated.returncode == 0, migrated.stderr
    examined = run_command("doctor", environment=environment)
    assert examined.returncode == 0, examined.stdout
    assert "noeviction, appendonly" in examined.stdout
    assert "ok    Asterisk: none is set, so nobody can be called" in examined.stdout
    unheard = run_command("doctor", environment=environment | {"METACORTEX_CALLS_EMULATED": "true"}).stdout
    assert "FAIL  Dialer: does not hear emulator" in unheard

    redis_url = read_redis_url(Path(environment["METACORTEX_DATA_DIR"]))
    assert redis_url is not None
    redis.Redis.from_url(redis_url).config_set("appendonly", "no")
    forgetful = run_command("doctor", environment=environment)
    assert forgetful.returncode == 1
    assert "set appendonly to yes" in forgetful.stdout


def test_a_worker_that_is_killed_leaves_no_child_behind_and_comes_back(
    environment: dict[str, str], tmp_path: Path, started: list[Up]
) -> None:
    up = Up(environment, tmp_path / "words")
    started.append(up)
    up.wait_until_ready()
    before = wait_for(
        lambda: len(now := workers_of(environment["METACORTEX_DATA_DIR"])) == 3 and now,
        seconds=30,
        what="A main process and two children",
    )
    assert before
    os.kill(min(before), signal.SIGKILL)
    wait_for(lambda: "worker ended (-9)" in up.said(), seconds=30, what="The supervisor's notice")

    def is_replaced() -> bool:
        now = workers_of(environment["METACORTEX_DATA_DIR"])
        return len(now) == 3 and not now & before

    wait_for(is_replaced, seconds=60, what="Three new workers and no old one")


def workers_of(data_dir: str) -> set[int]:
    """The worker's processes that are not yet dead."""
    return {
        pid
        for pid in processes_of(data_dir)
        if Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").endswith(b"\0worker")
    }
