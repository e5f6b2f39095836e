"""The embedded Valkey: loopback only, with a password, every second on disk."""

from __future__ import annotations

import contextlib
import secrets
import signal
import socket
import subprocess
from pathlib import Path

from metacortex.platform.embedded import binaries
from metacortex.platform.embedded.accounts import choose_account
from metacortex.platform.embedded.process import (
    FolderLock,
    free_port,
    last_lines,
    read_note,
    released_on_failure,
    spawn,
    stop_child,
    wait_until,
    write_note,
)
from metacortex.platform.embedded.types import ServerCannotStart

START_SECONDS = 60.0
TAKE_OVER_SECONDS = 20.0

CONFIGURATION = """
bind 127.0.0.1
protected-mode yes
port {port}
requirepass {password}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
loglevel notice
"""


class ValkeyServer:
    """One Valkey of one data folder; `start` and `stop` may alternate."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self.child: subprocess.Popen[bytes] | None = None
        self._lock: FolderLock | None = None

    def start(self, data_dir: Path) -> str:
        """Start on `data_dir/valkey` and return its URL; raises ServerCannotStart with what to do."""
        data_dir = data_dir.resolve()
        (data_dir / "logs").mkdir(parents=True, exist_ok=True)
        home = data_dir / "valkey"
        account = choose_account(home)
        self._lock = FolderLock(data_dir / "valkey.lock")
        if not self._lock.acquire(TAKE_OVER_SECONDS):
            raise ServerCannotStart(
                f"Another MetaCortex uses the queue in {home}. Stop it first (Ctrl-C where it runs), or choose "
                f"another folder by METACORTEX_DATA_DIR."
            )
        with released_on_failure(self._lock):
            program = binaries.make_readable(binaries.find_valkey(), account)
            home.mkdir(mode=0o700, exist_ok=True)
            account.owns(home)
            note = data_dir / "valkey.json"
            known = read_note(note)
            password = str(known.get("password") or secrets.token_urlsafe(32))
            log = data_dir / "logs/valkey.log"
            for attempt in range(3):
                port = free_port(int(known.get("port") or 0) or None if attempt == 0 else None)
                # Settings go in by standard input, so that the password is in no file and in no process list. The
                # folder is the working directory, reachable though its parents may not be.
                self.child = spawn(
                    [str(program), "-"],
                    cwd=home,
                    log=log,
                    account=account,
                    keep_open=[self._lock.descriptor],
                    stdin=CONFIGURATION.format(port=port, password=password).encode(),
                )
                if wait_until(lambda port=port: _answers(port, password), self.child, START_SECONDS):  # type: ignore[misc]
                    write_note(note, {"port": port, "password": password})
                    return _url(port, password)
                stop_child(self.child, [(signal.SIGTERM, 10.0)])
                if "Address already in use" not in last_lines(log):
                    break
            self.child = None
            raise ServerCannotStart(f"Valkey did not start. The end of {log}:\n{last_lines(log)}")

    def stop(self) -> None:
        """Let it write its last second and end."""
        if self.child is not None:
            stop_child(self.child, [(signal.SIGTERM, 20.0)])
            self.child = None
        if self._lock is not None:
            self._lock.release()


def read_redis_url(data_dir: Path) -> str | None:
    """The URL of the embedded Valkey of a data folder, None if it does not run now."""
    known = read_note(data_dir / "valkey.json")
    if not known or not _answers(int(known["port"]), str(known["password"])):
        return None
    return _url(int(known["port"]), str(known["password"]))


def _url(port: int, password: str) -> str:
    return f"redis://:{password}@127.0.0.1:{port}/0"


def _answers(port: int, password: str) -> bool:
    """Whether it takes our password and a command: while it loads its file it answers LOADING instead of PONG."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as probe:
        probe.sendall(f"AUTH {password}\r\nPING\r\n".encode())
        answer = b""
        while answer.count(b"\n") < 2:
            received = probe.recv(256)
            if not received:
                break
            answer += received
        return answer == b"+OK\r\n+PONG\r\n"
    return False
