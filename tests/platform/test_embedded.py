"""The embedded servers on real binaries: private, unprivileged, gone with their parent, back with their data."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
import redis

from metacortex.platform.embedded import PostgresServer, ServerCannotStart, ValkeyServer, postgres, valkey
from metacortex.platform.embedded.process import keep_logs_small, spawn
from tests.stand import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
START_AND_WAIT = """
import sys, time
from pathlib import Path
from metacortex.platform.embedded import PostgresServer, ValkeyServer
database, cache = PostgresServer(durable=False), ValkeyServer()
urls = [server.start(Path(sys.argv[1])) for server in (database, cache)]
print(*urls, database.child.pid, cache.child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder below folders that only we may enter, as below a home."""
    private = tmp_path / "home of somebody"
    private.mkdir(mode=0o700)
    return private / "data"


@pytest.fixture
def servers(folder: Path) -> Iterator[tuple[PostgresServer, ValkeyServer]]:
    database, cache = PostgresServer(durable=False), ValkeyServer()
    yield database, cache
    cache.stop()
    database.stop()


def ask(url: str, question: str) -> object:
    """Answer a question by the database."""

    async def connect() -> object:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()

    return asyncio.run(connect())


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_homes_are_private_and_servers_have_no_rights_to_lose(
    folder: Path, servers: tuple[PostgresServer, ValkeyServer]
) -> None:
    database, cache = servers
    url, redis_url = database.start(folder), cache.start(folder)
    for server, home in ((database, "postgres"), (cache, "valkey")):
        assert server.child is not None
        assert (folder / home).stat().st_mode & 0o777 == 0o700
        owner = (folder / home).stat().st_uid
        status = Path(f"/proc/{server.child.pid}/status").read_text()
        assert f"Uid:\t{owner}\t{owner}\t{owner}\t{owner}" in status
        assert owner != 0
    for note in ("postgres.json", "valkey.json"):
        assert (folder / note).stat().st_mode & 0o777 == 0o600
    assert ask(url, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user") is False
    assert ask(url, "SHOW listen_addresses") == "127.0.0.1"
    assert "unix_socket_directories = ''" in (folder / "postgres/postgresql.conf").read_text()
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(url.replace(url.split(":")[2].split("@")[0], "guess"), "SELECT 1")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(redis_url.replace(redis_url.split(":")[2].split("@")[0], "guess")).ping()


def test_data_outlive_a_stop_and_a_kill(folder: Path, servers: tuple[PostgresServer, ValkeyServer]) -> None:
    database, cache = PostgresServer(), servers[1]
    try:
        url, redis_url = database.start(folder), cache.start(folder)
        ask(url, "CREATE TABLE kept AS SELECT 42 AS number")
        redis.Redis.from_url(redis_url).set("kept", "42")
        assert redis.Redis.from_url(redis_url).config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        database.stop()
        assert ask(database.start(folder), "SELECT number FROM kept") == 42
        wait_for((folder / "valkey/appendonlydir").is_dir, seconds=10, what="Valkey's file")
        redis.Redis.from_url(redis_url).bgrewriteaof()
        for server in (database, cache):
            assert server.child is not None
            server.child.kill()
            server.child.wait()
            server.stop()
        assert ask(database.start(folder), "SELECT number FROM kept") == 42
        assert redis.Redis.from_url(cache.start(folder)).get("kept") == b"42"
    finally:
        database.stop()


def test_no_server_outlives_a_killed_parent(folder: Path, servers: tuple[PostgresServer, ValkeyServer]) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, str(folder)], stdout=subprocess.PIPE, start_new_session=True
    )
    assert parent.stdout is not None
    url, _, *pids = parent.stdout.readline().decode().split()
    assert ask(url, "SELECT 1") == 1
    parent.kill()
    parent.wait()
    wait_for(lambda: not any(is_alive(int(pid)) for pid in pids), seconds=60, what="The end of the servers")
    assert ask(servers[0].start(folder), "SELECT 1") == 1


def test_where_there_is_no_death_signal_a_pipe_tells_of_the_parents_end(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from metacortex.platform.embedded.process import spawn; "
        "child = spawn(['/bin/sleep', '300'], cwd=Path('/'), log=Path(sys.argv[1]), death_by_pipe=True); "
        "print(child.pid, flush=True); time.sleep(300)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "log")], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    watcher = int(parent.stdout.readline())
    sleeping = wait_for(
        lambda: Path(f"/proc/{watcher}/task/{watcher}/children").read_text().split(), seconds=20, what="The program"
    )
    parent.kill()
    parent.wait()
    wait_for(lambda: not is_alive(int(sleeping[0])), seconds=20, what="The program's end")


@pytest.mark.parametrize("named", ["nobody", "somebody else"])
def test_a_pid_file_left_behind_stops_nobody(
    folder: Path, servers: tuple[PostgresServer, ValkeyServer], named: str, tmp_path: Path
) -> None:
    database, _ = servers
    database.start(folder)
    database.stop()
    other = spawn(["/bin/sleep", "300"], cwd=tmp_path, log=tmp_path / "log")
    pid = other.pid if named == "somebody else" else 2**22 - 3
    (folder / "postgres/postmaster.pid").write_text(f"{pid}\n{folder}/postgres\n1700000000\n5432\n\n127.0.0.1\n")
    try:
        assert ask(database.start(folder), "SELECT 1") == 1
        assert other.poll() is None
    finally:
        other.kill()


def test_a_folder_in_use_is_refused_with_what_to_do(
    folder: Path, servers: tuple[PostgresServer, ValkeyServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "TAKE_OVER_SECONDS", 0.2)
    monkeypatch.setattr(valkey, "TAKE_OVER_SECONDS", 0.2)
    url = servers[0].start(folder)
    servers[1].start(folder)
    for second in (PostgresServer(), ValkeyServer()):
        with pytest.raises(ServerCannotStart, match=r"Another MetaCortex uses .* METACORTEX_DATA_DIR"):
            second.start(folder)
    assert ask(url, "SELECT 1") == 1


def test_a_small_shared_memory_is_not_used(
    folder: Path, servers: tuple[PostgresServer, ValkeyServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = servers[0].start(folder)
    roomy = os.statvfs("/dev/shm").f_bavail * os.statvfs("/dev/shm").f_frsize >= postgres.SMALL_SHM_BYTES
    assert ask(url, "SHOW dynamic_shared_memory_type") == ("posix" if roomy else "mmap")
    servers[0].stop()
    monkeypatch.setattr(postgres, "SMALL_SHM_BYTES", 2**60)
    url = servers[0].start(folder)
    assert ask(url, "SHOW dynamic_shared_memory_type") == "mmap"
    assert ask(url, "SHOW max_parallel_maintenance_workers") == "0"


def test_root_that_may_not_change_its_user_is_told_what_to_do(folder: Path) -> None:
    start = "from pathlib import Path; from metacortex.platform.embedded import PostgresServer; PostgresServer().start"
    without = ["setpriv", "--bounding-set=-setuid,-setgid", "--inh-caps=-setuid,-setgid"]
    command = [sys.executable, "-c", f"{start}(Path({str(folder)!r}))"]
    as_root = [] if os.getuid() == 0 else ["unshare", "--map-root-user"]
    said = subprocess.run([*as_root, *without, *command], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert "root may not become another user here" in said.stderr
    assert "--user 1000:1000" in said.stderr


def test_a_log_that_grew_too_long_is_put_aside_and_written_on(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    writer = spawn(["/bin/sh", "-c", "while :; do echo line; sleep 0.05; done"], cwd=tmp_path, log=log)
    try:
        wait_for(lambda: log.stat().st_size > 50, seconds=20, what="Some lines")
        keep_logs_small(tmp_path, limit=40)
        assert (tmp_path / "api.log.1").read_text().startswith("line\n")
        assert log.stat().st_size < 50
        wait_for(lambda: log.read_text().startswith("line\n"), seconds=20, what="Further lines")
        assert "\0" not in log.read_text()
    finally:
        writer.send_signal(signal.SIGKILL)
