"""Keys are replaced while people work: no request fails, nobody is signed out, no field is lost."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyotp
import pytest

from tests.stand import PASSWORD, Stand, free_port, wait_for

pytestmark = pytest.mark.faults
PEOPLE = 4
ROTATIONS = 3


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """A running product with a second web server beside the first."""
    tmp_path.chmod(0o755)
    running = Stand(tmp_path, METACORTEX_ADDRESS_LIMIT="10000000", METACORTEX_SIGN_IN_LIMIT="10000000")
    try:
        running.start()
        yield running
    finally:
        running.stop()


@contextmanager
def second_server(stand: Stand) -> Iterator[str]:
    """Serve the same product on another port, as a second machine would."""
    port = free_port()
    environment = {**stand.environment, "METACORTEX_HTTP_PORT": str(port), "METACORTEX_PUBLIC_URL": stand.url}
    log = (stand.data_dir / "second.log").open("ab")
    command = [sys.executable, "-m", "metacortex.entrypoints.cli", "api"]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: httpx.get(f"{url}/health/ready").status_code == 200, seconds=60, what="The second server")
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def read_key_ids(url: str) -> set[str]:
    return {key["kid"] for key in httpx.get(f"{url}/.well-known/jwks.json").json()["keys"]}


def read_code(secret: str) -> str:
    return str(pyotp.TOTP(secret).at(int(time.time())))


class Person:
    """Somebody with an authenticator app who works on both servers."""

    def __init__(self, urls: list[str], number: int) -> None:
        self.urls, self.email = urls, f"person{number}@example.com"
        self.client = httpx.AsyncClient(timeout=30)
        self.secret, self.requests, self.failures = "", 0, list[str]()

    async def ask(self, method: str, path: str, **sent: object) -> httpx.Response:
        """Ask the servers in turn; note what did not go well."""
        url = self.urls[self.requests % len(self.urls)]
        self.requests += 1
        answer = await self.client.request(method, f"{url}/api/v1{path}", **sent)  # type: ignore[arg-type]
        if answer.status_code >= 400:
            self.failures.append(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer

    def keep(self, answer: httpx.Response) -> None:
        self.client.headers["Authorization"] = f"Bearer {answer.json()['data']['access_token']}"

    async def sign_up(self) -> None:
        body = {"organization_name": "Acme", "name": "P", "email": self.email, "password": PASSWORD}
        self.keep(await self.ask("POST", "/sign-up", json=body))
        self.secret = (await self.ask("POST", "/me/totp")).json()["data"]["secret"]
        await self.ask("POST", "/me/totp/confirm", json={"code": read_code(self.secret)})

    async def work(self, done: asyncio.Event) -> None:
        """Read, write, and renew the session, until told to stop."""
        while not done.is_set():
            await self.ask("GET", "/me")
            await self.ask("POST", "/leads", json={"name": "Ravi", "email": f"r{self.requests}@example.com"})
            self.keep(await self.ask("POST", "/session/refresh"))


async def rotate(stand: Stand) -> str:
    """Replace both kinds of keys by the command an operator types."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "metacortex.entrypoints.cli",
        "keys",
        "rotate",
        "--signing",
        "--data",
        env=stand.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def test_keys_are_replaced_while_people_work(stand: Stand) -> None:
    with second_server(stand) as other:
        people = [Person([stand.url, other], number) for number in range(PEOPLE)]
        for person in people:
            await person.sign_up()
        before = read_key_ids(stand.url)
        done = asyncio.Event()
        working = [asyncio.create_task(person.work(done)) for person in people]
        outputs = [await rotate(stand) for _ in range(ROTATIONS)]
        done.set()
        await asyncio.gather(*working)

        assert [failure for person in people for failure in person.failures] == []
        assert all(person.requests > ROTATIONS for person in people)
        assert all(f"{PEOPLE} values are now under data key" in output for output in outputs)
        after = read_key_ids(other)
        assert before < after
        assert len(after) == len(before) + ROTATIONS
        for person in people:
            token = (await sign_in(person)).json()["token"]
            await finish(person, token)
            await person.client.aclose()


async def sign_in(person: Person) -> httpx.Response:
    body = {"email": person.email, "password": PASSWORD}
    return await person.client.post(f"{person.urls[1]}/api/v1/sign-in", json=body)


async def finish(person: Person, token: str) -> None:
    """Give the next code the app shows, which only the sealed secret can check."""
    used = int(time.time()) // 30
    code = pyotp.TOTP(person.secret).generate_otp(used + 1)
    answer = await person.client.post(
        f"{person.urls[1]}/api/v1/sign-in/second-factor", json={"token": token, "code": str(code)}
    )
    assert answer.status_code == 200, answer.text
