"""Start programs that die with us, hold their folder's lock as long as they live, and stop them in order."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from metacortex.platform.embedded.accounts import Account
from metacortex.platform.embedded.types import ServerCannotStart

# Linux sends the death signal when the *thread* that started a child ends, so every child is started from this one,
# which lives until the interpreter exits.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")

EXEC_CHILD = Path(__file__).with_name("exec_child.py")
LOG_BYTES = 20_000_000
HAS_DEATH_SIGNAL = sys.platform == "linux"


def spawn(
    argv: Sequence[str],
    *,
    cwd: Path,
    log: Path,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    keep_open: Sequence[int] = (),
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    death_by_pipe: bool = not HAS_DEATH_SIGNAL,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own that gets `death_signal` when this process ends, however it ends."""
    reading, writing = os.pipe() if death_by_pipe else (None, None)
    order = {
        "argv": list(argv),
        "parent": os.getpid(),
        "signal": int(death_signal),
        "uid": account.uid if account and account.changes_user else None,
        "gid": account.gid if account and account.changes_user else None,
        "pipe": reading,
    }

    def begin() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            child = subprocess.Popen(
                [sys.executable, "-I", "-S", str(EXEC_CHILD), json.dumps(order)],
                cwd=cwd,
                stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(os.environ if env is None else env),
                pass_fds=[*keep_open, *([reading] if reading is not None else [])],
                start_new_session=True,
            )
        if stdin is not None and child.stdin is not None:
            with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
                pipe.write(stdin)
        return child

    child = _spawner.submit(begin).result()
    if reading is not None:
        os.close(reading)
        _parent_pipes[child.pid] = writing
    return child


# Kept open on purpose: each closes when this process ends, which is what the child waits for.
_parent_pipes: dict[int, int | None] = {}


def run(argv: Sequence[str], *, cwd: Path, log: Path, account: Account, stdin: bytes | None = None) -> int:
    """Run a program to its end as the account's user and return its exit status."""
    return spawn(argv, cwd=cwd, log=log, account=account, stdin=stdin).wait()


def stop_child(child: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn, waiting its seconds, until the child has ended; the last resort is SIGKILL."""
    for number, seconds in [*steps, (signal.SIGKILL, 10.0)]:
        if child.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)


def kill_leftovers(leader: int) -> None:
    """Kill what is left of the session of a spawned process that has ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def keep_logs_small(folder: Path, limit: int = LOG_BYTES) -> None:
    """Copy each log that grew over the limit to `<name>.1` and empty it; its writers append, so they go on in it."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > limit:
            # On a full disk the copy fails, and emptying the log is what helps.
            with contextlib.suppress(OSError):
                shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)


class FolderLock:
    """An flock that children inherit, so that it is free only when they and we are all gone, whoever was killed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    @property
    def descriptor(self) -> int:
        """The descriptor to hand to children."""
        if self._file is None:
            raise RuntimeError(f"{self.path} is not locked")
        return self._file.fileno()

    def acquire(self, wait_seconds: float) -> bool:
        """Take the lock, waiting for a former holder that is still shutting down; False when it does not let go."""
        file = self.path.open("a+")
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                if time.monotonic() >= deadline:
                    file.close()
                    return False
                time.sleep(0.05)
            else:
                self._file = file
                return True

    def write(self, text: str) -> None:
        """Leave a note for whoever finds the lock taken."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.write(text)
            self._file.flush()

    def release(self) -> None:
        """Let go of our share of the lock."""
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def released_on_failure(lock: FolderLock) -> Iterator[None]:
    """Give the lock back when starting fails, so that another attempt can be made at once."""
    try:
        yield
    except BaseException:
        lock.release()
        raise


def free_port(wished: int | None = None) -> int:
    """A free TCP port on loopback, the wished one if it is free."""
    for port in (wished, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            # Without this a port whose last connections are in TIME_WAIT would count as taken after a restart.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    raise ServerCannotStart("No TCP port is free on 127.0.0.1.")


def wait_until(ready: Callable[[], bool], child: subprocess.Popen[bytes], seconds: float) -> bool:
    """Ask until it is ready; False when the child has ended or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        if child.poll() is not None:
            return False
        time.sleep(0.02)
    return False


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a log, for an error message."""
    if not log.exists():
        return "(no log)"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])


def read_note(path: Path) -> dict[str, str | int]:
    """A small private JSON file, empty if it is missing or unreadable as JSON."""
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_note(path: Path, note: Mapping[str, str | int]) -> None:
    """Write it atomically, readable by us alone."""
    work = path.with_suffix(".new")
    work.unlink(missing_ok=True)
    with open(os.open(work, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(dict(note), file)
        file.flush()
        os.fsync(file.fileno())
    work.replace(path)
