"""Everything on one machine: embedded servers, every role as a process, watched until told to stop."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from metacortex.platform.embedded import PostgresServer, ServerCannotStart, ValkeyServer
from metacortex.platform.embedded.process import FolderLock, keep_logs_small, kill_leftovers, spawn, stop_child
from metacortex.platform.settings import Settings, settings

ROLES = ("api", "worker", "relay", "ingest", "beat")
COMMANDS: dict[str, tuple[str, ...]] = {}
"""How roles are started whose command is not their name."""
READY_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 15.0
HEALTHY_SECONDS = 30.0


class CannotStart(Exception):
    """A reason, in words for the person at the terminal."""


@dataclass
class Role:
    """One supervised process."""

    name: str
    child: subprocess.Popen[bytes]
    started_at: float
    failures: int = 0
    restart_at: float | None = None


@dataclass
class Supervisor:
    """Starts the roles, starts again those that die, and stops them in order."""

    data_dir: Path
    stopping: threading.Event = field(default_factory=threading.Event)
    roles: dict[str, Role] = field(default_factory=dict)
    servers: dict[str, PostgresServer | ValkeyServer] = field(default_factory=dict)

    def start_role(self, name: str, *, failures: int = 0) -> None:
        """Start one role as a process that dies with this one."""
        child = spawn(
            [sys.executable, "-m", "metacortex.entrypoints.cli", *COMMANDS.get(name, (name,))],
            cwd=Path.cwd(),
            log=self.data_dir / "logs" / f"{name}.log",
            death_signal=signal.SIGKILL,
            env=os.environ,
        )
        self.roles[name] = Role(name=name, child=child, started_at=time.monotonic(), failures=failures)

    def watch(self) -> None:
        """Until told to stop, start again whatever ends, with a growing pause."""
        while not self.stopping.wait(0.2):
            for name, server in self.servers.items():
                self._revive(name, server)
            for role in list(self.roles.values()):
                self._look_after(role)
            keep_logs_small(self.data_dir / "logs")

    def _revive(self, name: str, server: PostgresServer | ValkeyServer) -> None:
        """Start an embedded server again that died; it keeps its port and password, so the roles find it."""
        if server.child is None or server.child.poll() is None:
            return
        print(f"  {name} ended ({server.child.poll()}); starting it again.", flush=True)
        server.stop()
        try:
            server.start(self.data_dir)
        except ServerCannotStart as reason:
            print(f"  {name} does not start: {reason}", flush=True)
            self.stopping.set()

    def _look_after(self, role: Role) -> None:
        now = time.monotonic()
        if role.restart_at is not None:
            if now >= role.restart_at:
                self.start_role(role.name, failures=role.failures)
            return
        ended = role.child.poll()
        if ended is None:
            return
        kill_leftovers(role.child.pid)
        role.failures = 1 if now - role.started_at > HEALTHY_SECONDS else role.failures + 1
        pause = 0.0 if role.failures == 1 else min(2.0 ** (role.failures - 2), LONGEST_PAUSE_SECONDS)
        role.restart_at = now + pause
        log = self.data_dir / "logs" / f"{role.name}.log"
        print(f"  {role.name} ended ({ended}); it starts again in {pause:.0f} s. Its log: {log}", flush=True)

    def stop_all(self) -> None:
        """Stop what takes work in first, then what does it."""
        for name in ("ingest", "api", "beat", "relay", "worker", "dialer", "emulator"):
            role = self.roles.get(name)
            if role is not None and role.child.poll() is None:
                stop_child(role.child, [(signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0)])
                kill_leftovers(role.child.pid)


def main() -> int:
    """Run until Ctrl-C; returns the exit status."""
    try:
        return _run(settings())
    except (CannotStart, ServerCannotStart) as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1


def _run(chosen: Settings) -> int:
    data_dir = chosen.data_dir.resolve()
    lock = _prepare_folder(data_dir)
    if not lock.acquire(3.0):
        raise CannotStart(f"MetaCortex is already running with the data in {data_dir}. Stop it first (Ctrl-C there).")
    if chosen.disable_db:
        return _run_alone(chosen, data_dir, lock)
    database, cache, supervisor = PostgresServer(), ValkeyServer(), Supervisor(data_dir)
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: supervisor.stopping.set())
    try:
        for port, name, variable in (
            (chosen.http_port, "web server", "METACORTEX_HTTP_PORT"),
            (chosen.smtp_port, "mail receiver", "METACORTEX_SMTP_PORT"),
        ):
            host = chosen.http_host if "HTTP" in variable else chosen.smtp_host
            _require_free(host, port, name, variable)
        os.environ["METACORTEX_DATA_DIR"] = str(data_dir)
        if chosen.database_url is None:
            os.environ["METACORTEX_DATABASE_URL"] = _step("PostgreSQL", lambda: database.start(data_dir))
            supervisor.servers["PostgreSQL"] = database
        if chosen.redis_url is None:
            os.environ["METACORTEX_REDIS_URL"] = _step("Valkey", lambda: cache.start(data_dir))
            supervisor.servers["Valkey"] = cache
        settings.cache_clear()
        _step("Database schema", _migrate)
        for name in (*ROLES, *_calling_roles()):
            supervisor.start_role(name)
        _step("Web server, workers, mail receiver", lambda: _await_ready(supervisor, chosen))
        if not supervisor.stopping.is_set():
            _print_welcome(chosen)
        supervisor.watch()
        print("\nStopping …", flush=True)
    finally:
        supervisor.stop_all()
        cache.stop()
        database.stop()
        lock.release()
    print("Stopped.", flush=True)
    return 0


def _run_alone(chosen: Settings, data_dir: Path, lock: FolderLock) -> int:
    """Run the calls API alone, and the emulated Asterisk where one is wanted, until told to stop."""
    supervisor = Supervisor(data_dir)
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: supervisor.stopping.set())
    try:
        _require_free(chosen.http_host, chosen.http_port, "calls API", "METACORTEX_HTTP_PORT")
        os.environ["METACORTEX_DATA_DIR"] = str(data_dir)
        for name in (*(role for role in _calling_roles() if role != "dialer"), "api"):
            supervisor.start_role(name)
        _step("Calls API", lambda: _await_alive(supervisor, chosen))
        if not supervisor.stopping.is_set():
            print(f"\nThe calls API is ready: {chosen.base_url}/api/v1/calls\n  Stop with Ctrl-C.", flush=True)
        supervisor.watch()
        print("\nStopping …", flush=True)
    finally:
        supervisor.stop_all()
        lock.release()
    print("Stopped.", flush=True)
    return 0


def _await_alive(supervisor: Supervisor, chosen: Settings) -> None:
    """Wait for the process, not for Asterisk, which may come later."""
    _await(supervisor, lambda: _answers(chosen, "live"))


def _calling_roles() -> tuple[str, ...]:
    """Return what runs where calls are placed: the dialer, and the emulated Asterisk where one is wanted."""
    from metacortex.contexts.calls.settings import calls_settings

    chosen = calls_settings()
    if not chosen.emulated:
        return ("dialer",) if chosen.servers else ()
    _require_free("127.0.0.1", chosen.emulator_port, "emulated Asterisk", "METACORTEX_CALLS_EMULATOR_PORT")
    COMMANDS["emulator"] = ("emulate", "asterisk", "--port", str(chosen.emulator_port))
    return ("emulator", "dialer")


def _prepare_folder(data_dir: Path) -> FolderLock:
    try:
        (data_dir / "logs").mkdir(parents=True, exist_ok=True)
        with (data_dir / "up.lock").open("a"):
            return FolderLock(data_dir / "up.lock")
    except OSError as error:
        message = (
            f"The data folder {data_dir} cannot be written: {error.strerror}.\n"
            f"Give it to yourself, or choose another: METACORTEX_DATA_DIR=/some/folder metacortex up"
        )
        raise CannotStart(message) from error


def _step(name: str, work: Callable[[], str | None]) -> str:
    print(f"  {name} …", end=" ", flush=True)
    started = time.monotonic()
    result = work()
    print(f"ready ({time.monotonic() - started:.1f} s)", flush=True)
    return result or ""


def _migrate() -> None:
    from metacortex.migrations import upgrade

    upgrade(str(settings().database_url))


def _require_free(host: str, port: int, name: str, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = (
                f"Port {port} of the {name} cannot be used on {host}: {error.strerror}.\n"
                f"End the program that holds it, or choose another: {variable}={port + 1} metacortex up"
            )
            raise CannotStart(message) from error


def _await_ready(supervisor: Supervisor, chosen: Settings) -> None:
    _await(supervisor, lambda: _answers(chosen, "ready") and _accepts_mail(chosen))


def _await(supervisor: Supervisor, is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not supervisor.stopping.is_set():
        for role in supervisor.roles.values():
            if role.child.poll() is not None:
                log = supervisor.data_dir / "logs" / f"{role.name}.log"
                raise CannotStart(f"The {role.name} process ended while starting. The reason stands in {log}.")
        if is_there():
            return
        if time.monotonic() > deadline:
            raise CannotStart(f"Not ready after {READY_SECONDS:.0f} s. Look into {supervisor.data_dir / 'logs'}.")
        time.sleep(0.1)


def _answers(chosen: Settings, how: str) -> bool:
    try:
        url = f"http://{_near(chosen.http_host)}:{chosen.http_port}/health/{how}"
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _accepts_mail(chosen: Settings) -> bool:
    try:
        with socket.create_connection((_near(chosen.smtp_host), chosen.smtp_port), 2) as connection:
            return connection.recv(3) == b"220"
    except OSError:
        return False


def _near(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 (comparing, not binding)


def _print_welcome(chosen: Settings) -> None:
    from metacortex.entrypoints.first_run import prepare_welcome

    welcome = asyncio.run(prepare_welcome())
    print(f"\nMetaCortex is ready: {welcome.url}")
    if welcome.sign_in_link:
        print(f"  First sign-in (works once, for a day): {welcome.sign_in_link}")
        print(f"  Leads by mail: {welcome.mail_address} (SMTP on {chosen.smtp_host}:{chosen.smtp_port})")
    print("  Stop with Ctrl-C.", flush=True)
