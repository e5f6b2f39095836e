"""The embedded PostgreSQL: real server, real files, loopback only, no password-less door."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

from metacortex.platform.embedded import binaries
from metacortex.platform.embedded.accounts import Account, choose_account, require_known_user
from metacortex.platform.embedded.process import (
    FolderLock,
    free_port,
    last_lines,
    read_note,
    released_on_failure,
    run,
    spawn,
    stop_child,
    wait_until,
    write_note,
)
from metacortex.platform.embedded.types import ServerCannotStart

NAME = "metacortex"
START_SECONDS = 120.0  # crash recovery of a large database takes a while
TAKE_OVER_SECONDS = 45.0  # a killed predecessor's server may still be writing its last checkpoint
SMALL_SHM_BYTES = 256 * 1024 * 1024

HBA = """# Written at every start. Only the product's own role may enter, over loopback, with its password.
host all metacortex 127.0.0.1/32 scram-sha-256
"""

CONFIGURATION = """# Written at every start; put changes of your own into custom.conf beside this file.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 60
password_encryption = 'scram-sha-256'
shared_buffers = '128MB'
work_mem = '8MB'
maintenance_work_mem = '64MB'
dynamic_shared_memory_type = {shared_memory}
max_parallel_maintenance_workers = {maintenance_workers}
max_worker_processes = 4
max_parallel_workers = 2
autovacuum_max_workers = 2
jit = off
fsync = {fsync}
synchronous_commit = {synchronous_commit}
wal_level = replica
max_wal_senders = 0
max_wal_size = '1GB'
min_wal_size = '80MB'
checkpoint_timeout = '15min'
checkpoint_completion_target = 0.9
wal_compression = on
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_min_duration_statement = '2s'
include_if_exists = 'custom.conf'
"""


class PostgresServer:
    """One PostgreSQL of one data folder; `start` and `stop` may alternate."""

    def __init__(self, *, durable: bool = True) -> None:
        """Without `durable` nothing is synced to disk: for tests that may lose everything on a power cut."""
        self.durable = durable
        self.child: subprocess.Popen[bytes] | None = None
        self._lock: FolderLock | None = None

    def start(self, data_dir: Path) -> str:
        """Start on `data_dir/postgres`, creating it if needed, and return its SQLAlchemy URL.

        Raises ServerCannotStart with what to do.
        """
        data_dir = data_dir.resolve()
        (data_dir / "logs").mkdir(parents=True, exist_ok=True)
        home = data_dir / "postgres"
        account = choose_account(home)
        self._lock = FolderLock(data_dir / "postgres.lock")
        if not self._lock.acquire(TAKE_OVER_SECONDS):
            raise ServerCannotStart(
                f"Another MetaCortex uses the database in {home}. Stop it first (Ctrl-C where it runs), or choose "
                f"another folder by METACORTEX_DATA_DIR."
            )
        with released_on_failure(self._lock):
            programs = binaries.make_readable(binaries.find_postgres(), account)
            log = data_dir / "logs/postgres.log"
            note = data_dir / "postgres.json"
            known = read_note(note)
            password = str(known.get("password") or secrets.token_urlsafe(32))
            if not (home / "PG_VERSION").exists():
                _create_data(home, programs, account, log, password, durable=self.durable)
            elif "password" not in known:
                _run_single_user(home, programs, account, log, f"ALTER ROLE {NAME} PASSWORD '{password}';\n")
            _refuse_other_version(home, programs)
            port = self._launch(home, programs, account, log, int(known.get("port") or 0) or None)
            write_note(note, {"port": port, "password": password})
        return _url(port, password)

    def stop(self) -> None:
        """Shut down after a checkpoint; sessions still open are ended."""
        if self.child is not None:
            stop_child(self.child, [(signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0)])
            self.child = None
        if self._lock is not None:
            self._lock.release()

    def _launch(self, home: Path, programs: Path, account: Account, log: Path, wished: int | None) -> int:
        # The lock is ours, and every postgres inherits it: so no server is alive, and a note of one is stale whatever
        # process id it names (after a container restart that id may be anybody's).
        (home / "postmaster.pid").unlink(missing_ok=True)
        assert self._lock is not None
        for attempt in range(3):
            port = free_port(wished if attempt == 0 else None)
            _write_configuration(home, account, port, durable=self.durable)
            self.child = spawn(
                [str(programs / "postgres"), "-D", _data_argument(home)],
                cwd=home,
                log=log,
                account=account,
                death_signal=signal.SIGINT,
                keep_open=[self._lock.descriptor],
            )
            if wait_until(lambda port=port: _accepts_connections(port), self.child, START_SECONDS):  # type: ignore[misc]
                return port
            stop_child(self.child, [(signal.SIGINT, 10.0)])
            if "could not create any TCP/IP sockets" not in last_lines(log):
                break
        self.child = None
        raise ServerCannotStart(f"PostgreSQL did not start. The end of {log}:\n{last_lines(log)}")


def read_database_url(data_dir: Path) -> str | None:
    """The URL of the embedded database of a data folder, None if it does not run now."""
    known = read_note(data_dir / "postgres.json")
    if not known or not _accepts_connections(int(known["port"])):
        return None
    return _url(int(known["port"]), str(known["password"]))


def _url(port: int, password: str) -> str:
    return f"postgresql+asyncpg://{NAME}:{password}@127.0.0.1:{port}/{NAME}"


def _data_argument(home: Path) -> str:
    """How the server names its folder: on Linux as its own working directory.

    That link needs no permission on the parents, so data below root's private home works for an unprivileged user
    without moving the data, opening the home to others, or giving the server a capability.
    """
    return "/proc/self/cwd" if sys.platform == "linux" else str(home)


def _create_data(home: Path, programs: Path, account: Account, log: Path, password: str, *, durable: bool) -> None:
    """Make a cluster beside its final place and move it there when it is complete."""
    require_known_user(account)
    work = home.with_name("postgres.new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700, parents=True)
    account.owns(work)
    made = run(
        [
            str(programs / "initdb"),
            "--pgdata=" + _data_argument(work),
            "--username=postgres",
            "--auth=reject",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            *([] if durable else ["--no-sync"]),
        ],
        cwd=work,
        log=log,
        account=account,
    )
    if made != 0:
        raise ServerCannotStart(
            f"PostgreSQL could not create its data in {home}; check that the disk is neither full nor read-only. "
            f"The end of {log}:\n{last_lines(log)}"
        )
    role = f"CREATE ROLE {NAME} LOGIN NOSUPERUSER CREATEROLE PASSWORD '{password}';\n"
    _run_single_user(work, programs, account, log, role + f"CREATE DATABASE {NAME} OWNER {NAME};\n")
    # The only extension we use that a database's owner may not install alone.
    _run_single_user(work, programs, account, log, "CREATE EXTENSION IF NOT EXISTS vector;\n", database=NAME)
    work.rename(home)


def _run_single_user(
    home: Path, programs: Path, account: Account, log: Path, script: str, database: str = "postgres"
) -> None:
    """Run SQL as superuser with no server listening, so that no superuser can ever log in from outside."""
    (home / "postmaster.pid").unlink(missing_ok=True)
    settings = ["-c", "log_statement=none", "-c", "log_min_error_statement=panic", "-c", "exit_on_error=on"]
    argv = [str(programs / "postgres"), "--single", *settings, "-D", _data_argument(home), database]
    if run(argv, cwd=home, log=log, account=account, stdin=script.encode()) != 0:
        raise ServerCannotStart(
            f"PostgreSQL could not prepare its data in {home}. The end of {log}:\n{last_lines(log)}"
        )


def _refuse_other_version(home: Path, programs: Path) -> None:
    found = (home / "PG_VERSION").read_text().strip()
    ours = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    if ours.split()[-1].split(".")[0] != found:
        raise ServerCannotStart(
            f"The data in {home} was written by PostgreSQL {found}, but {ours.strip()} is installed. Start the former "
            f"version of MetaCortex, save the data with pg_dump, and load it into a new data folder."
        )


def _write_configuration(home: Path, account: Account, port: int, *, durable: bool) -> None:
    small = _shared_memory_is_small()
    text = CONFIGURATION.format(
        port=port,
        shared_memory="mmap" if small else "posix",
        maintenance_workers=0 if small else 2,
        fsync="on" if durable else "off",
        synchronous_commit="on" if durable else "off",
    )
    for name, content in (("postgresql.conf", text), ("pg_hba.conf", HBA)):
        (home / name).write_text(content)
        account.owns(home / name)


def _shared_memory_is_small() -> bool:
    """Docker gives 64 MB of /dev/shm by default, in which a parallel index build fails with "no space left"."""
    if sys.platform != "linux":
        return False
    try:
        found = os.statvfs("/dev/shm")
    except OSError:
        return True
    return found.f_bavail * found.f_frsize < SMALL_SHM_BYTES or not os.access("/dev/shm", os.W_OK)


def _accepts_connections(port: int) -> bool:
    """Begin a session as a client would; a server still recovering answers with an error instead of a challenge."""
    body = struct.pack("!I", 196608) + f"user\0{NAME}\0database\0{NAME}\0\0".encode()
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as probe:
        probe.sendall(struct.pack("!I", len(body) + 4) + body)
        return probe.recv(1) == b"R"
    return False
