"""The whole product as separate processes on free ports, for tests and benchmarks that need it as its users run it."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import httpx
from websockets.typing import Subprotocol

from metacortex.migrations import upgrade
from metacortex.platform.embedded import PostgresServer, ValkeyServer

PASSWORD = "correct horse battery staple"
ROLES = ("api", "worker", "relay", "ingest")
CALLING_ROLES = ("emulator", "dialer")
T = TypeVar("T")
COPY_LEADS = """
INSERT INTO leads (
    org_id, id, contact_id, stage_id, title, source, channel, received_at, updated_at, search, score_state)
SELECT org_id, gen_random_uuid(), contact_id, stage_id, title || n, source, channel,
    received_at - n * interval '1 second', updated_at, search, 'scored'
FROM (SELECT * FROM leads WHERE org_id = $1 LIMIT 1) AS one, generate_series(1, $2) AS n
"""
"""Copies an organization's first lead many times: `$1` is the organization, `$2` how often."""


_kept: list[socket.socket] = []


def free_port() -> int:
    """Return a port nobody listens on, which the system gives to nobody else while this process lives.

    On Linux a server may listen where a socket is bound that does not listen, if both say SO_REUSEADDR, as servers do.
    Elsewhere the port is let go, and another process that asks for any port may be faster than the server.
    """
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(("127.0.0.1", 0))
    port = int(probe.getsockname()[1])
    if sys.platform == "linux":
        _kept.append(probe)
    else:
        probe.close()
    return port


def wait_for(condition: Callable[[], T | None], *, seconds: float, what: str) -> T:
    """Return the condition's first true value; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if found := condition():
                return found
        except (OSError, httpx.HTTPError, smtplib.SMTPException):
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.05)


def live_protocols(token: str) -> list[Subprotocol]:
    """Return what a socket for live updates offers: the protocol's name, and the access token."""
    return [Subprotocol("metacortex.live"), Subprotocol(token)]


class Stand:
    """A running product whose parts can be killed and started again one by one."""

    def __init__(
        self, data_dir: Path, *, durable: bool = True, calls: bool = False, call_speed: float = 20, **settings: str
    ) -> None:
        """With `calls` there is a dialer, and an emulated Asterisk whose time runs `call_speed` times faster."""
        self.data_dir = data_dir
        self.http_port, self.smtp_port = free_port(), free_port()
        self.database, self.cache = PostgresServer(durable=durable), ValkeyServer()
        self.roles: dict[str, subprocess.Popen[bytes]] = {}
        self.role_names = ROLES
        self.commands: dict[str, tuple[str, ...]] = {}
        self.environment = {
            **os.environ,
            "METACORTEX_DATA_DIR": str(data_dir),
            "METACORTEX_HTTP_PORT": str(self.http_port),
            "METACORTEX_SMTP_PORT": str(self.smtp_port),
            "METACORTEX_LOG_LEVEL": "warning",
            **settings,
        }
        self.url = f"http://127.0.0.1:{self.http_port}"
        self.asterisk_url = ""
        if calls:
            self._add_calls(call_speed)

    def _add_calls(self, speed: float) -> None:
        port = free_port()
        self.asterisk_url = f"http://127.0.0.1:{port}"
        self.role_names = (*ROLES, *CALLING_ROLES)
        for name in [name for name in self.environment if name.startswith("METACORTEX_CALLS_ASTERISK_")]:
            del self.environment[name]
        self.environment["METACORTEX_CALLS_EMULATED"] = "true"
        self.environment["METACORTEX_CALLS_EMULATOR_PORT"] = str(port)
        ledger = str(self.data_dir / "ledger.jsonl")
        options = ("--port", str(port), "--speed", str(speed), "--ledger", ledger)
        self.commands["emulator"] = ("emulate", "asterisk", *options)

    def start(self, *, but: str | None = None) -> None:
        """Start the servers and every role, and wait until the product serves; `but` leaves one role to the caller."""
        self.start_servers()
        upgrade(self.environment["METACORTEX_DATABASE_URL"])
        for role in self.role_names:
            if role != but:
                self.start_role(role)
        if but is None:
            self.wait_until_ready()

    def start_servers(self) -> None:
        self.environment["METACORTEX_DATABASE_URL"] = self.database.start(self.data_dir)
        self.environment["METACORTEX_REDIS_URL"] = self.cache.start(self.data_dir)

    def start_role(self, role: str, *, within: Sequence[str] = (), name: str = "") -> None:
        """Start one role, `within` a command that runs another, under a `name` where it is not the only one."""
        log = (self.data_dir / f"{name or role}.log").open("ab")
        command = [*within, sys.executable, "-m", "metacortex.entrypoints.cli", *self.commands.get(role, (role,))]
        self.roles[name or role] = subprocess.Popen(
            command, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def wait_until_ready(self) -> None:
        # One client for all the questions: to make one takes longer than to ask.
        with httpx.Client() as client:
            address = f"{self.url}/health/ready"
            wait_for(lambda: client.get(address).status_code == 200, seconds=90, what="The API's start")
        wait_for(self._accepts_mail, seconds=60, what="The mail receiver's start")

    def _accepts_mail(self) -> bool:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=5) as mail:
            return mail.noop()[0] == 250

    def kill(self, name: str) -> None:
        """SIGKILL a role with its children, or an embedded server, as a crash would; start it again."""
        if name in ("postgres", "valkey"):
            server = self.database if name == "postgres" else self.cache
            assert server.child is not None
            server.child.kill()
            server.child.wait()
            server.stop()
            server.start(self.data_dir)
            return
        process = self.roles[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.start_role(name)

    def stop(self) -> None:
        for process in self.roles.values():
            process.terminate()
        for process in self.roles.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.cache.stop()
        self.database.stop()

    def sign_up(self, email: str = "owner@example.com") -> dict[str, Any]:
        """Create an organization; return the sign-in answer."""
        body = {
            "organization_name": "Acme Homes",
            "name": "Asha Rao",
            "email": email,
            "password": PASSWORD,
        }
        answer = httpx.post(f"{self.url}/api/v1/sign-up", json=body, timeout=30)
        answer.raise_for_status()
        signed_in: dict[str, Any] = answer.json()["data"]
        return signed_in

    def sign_in(self, email: str, password: str = PASSWORD) -> dict[str, Any]:
        """Sign somebody in; return the answer."""
        body = {"email": email, "password": password}
        answer = httpx.post(f"{self.url}/api/v1/sign-in", json=body, timeout=30).raise_for_status()
        signed_in: dict[str, Any] = answer.json()["data"]
        return signed_in

    def join(self, owner: str, name: str, email: str) -> str:
        """Invite a colleague into an owner's organization and accept for them; return their access token."""
        with self.open_client(self.sign_in(owner, PASSWORD)["access_token"]) as client:
            body = {"email": email, "role": "agent"}
            invited = client.post("/api/v1/invitations", json=body).raise_for_status().json()["data"]
            body = {"token": invited["accept_url"].rsplit("/", 1)[1], "name": name, "password": PASSWORD}
            answer = client.post("/api/v1/invitations/accept", json=body).raise_for_status()
            return str(answer.json()["data"]["access_token"])

    def open_client(self, token: str) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=30)

    def find_address(self, client: httpx.Client) -> str:
        """Return the mail address that takes leads for the client's organization."""
        sources = client.get("/api/v1/sources").raise_for_status().json()["data"]
        return next(str(source["address"]) for source in sources if source["kind"] == "email")

    def send_mail(self, to: str, *, number: int = 0, **values: str) -> str:
        """Send one message over SMTP and return its Message-ID once it was accepted."""
        message = write_mail(to, number=number, **values)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as mail:
            mail.send_message(message)
        return str(message["Message-ID"])


def write_mail(to: str, *, number: int = 0, sender: str = "", subject: str = "", text: str = "") -> EmailMessage:
    """Write one inquiry; each number is another person."""
    message = EmailMessage()
    message["From"] = sender or f"Ravi Kumar {number} <ravi.{number}@example.com>"
    message["To"] = to
    message["Subject"] = subject or f"3 BHK in Wakad, visit on Saturday ({number})"
    message["Message-ID"] = f"<{number}.{time.time_ns()}@mail.example.com>"
    message.set_content(
        text
        or "Hello,\n\nwe want to buy a 3 BHK flat in Wakad, budget 85 lakh, and would like to visit this Saturday.\n"
        f"You can call me on +91 98200 {number % 100000:05d}.\n\nRegards\nRavi Kumar\n"
    )
    return message
