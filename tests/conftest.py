"""Real servers for every test: an embedded PostgreSQL and Valkey, migrated once; the network is closed but loopback."""

import os
import socket
import tempfile
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import bcrypt
import coverage
import greenlet
import httpx
import pytest
import structlog
from sqlalchemy import select

DATA_DIR = Path(tempfile.mkdtemp(prefix="mc-tests-"))
DATA_DIR.chmod(0o755)
# An emulated Asterisk will listen here; nobody else is given the port meanwhile.
ASTERISK_SOCKET = socket.socket()
ASTERISK_SOCKET.bind(("127.0.0.1", 0))
ASTERISK_PORT = int(ASTERISK_SOCKET.getsockname()[1])
os.environ.update(
    {
        "METACORTEX_DATA_DIR": str(DATA_DIR),
        "METACORTEX_JOB_RETRY_SECONDS": "0.01",
        "METACORTEX_MAIL_DOMAIN": "leads.localhost",
        "METACORTEX_LOG_LEVEL": "warning",
        # Every test comes from one address.
        "METACORTEX_ADDRESS_LIMIT": "10000000",
        "METACORTEX_SIGN_UP_LIMIT": "10000000",
        "METACORTEX_SIGN_IN_LIMIT": "10000000",
        "METACORTEX_INVITATION_LIMIT": "10000000",
        "METACORTEX_CALLS_ASTERISK_URL": f"http://127.0.0.1:{ASTERISK_PORT}",
        "METACORTEX_CALLS_ASTERISK_PASSWORD": "metacortex",
        "METACORTEX_CALLS_ASTERISK_AMD_CONTEXT": "amd",
        "METACORTEX_CALLS_HEARD_WITHIN_SECONDS": "60",
        # Tests run at night as well.
        "METACORTEX_CALLS_LAW_OVERRIDE": '{"rules": ["IN"], "by": "the tests", "why": "they call an emulator"}',
        # Tests sign up by the thousand; the cost of a guess is no concern of theirs.
        "METACORTEX_PASSWORD_HASH_ROUNDS": "10",
        # A busy machine is no outage.
        "METACORTEX_LIMITS_TIMEOUT_SECONDS": "5",
    }
)
PASSWORD = "correct horse battery staple"

# Where nobody has configured it, structlog draws every local variable of a traceback, which takes it a second.
_plainly = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _plainly])


def keep_greenlets_of_threads() -> None:
    """Let no thread's greenlet die with its thread: under a line tracer CPython 3.11 may then loop for ever.

    Coverage, told to follow greenlets, asks every thread for its greenlet and remembers it weakly. When the thread
    ends, its greenlet is freed in a pending call of the main thread, where the weak reference calls Python code. That
    code is traced, and a traced RESUME looks at pending calls until there are none; when another thread has ended
    meanwhile, there is one, which waits for the running one to end. Two in a dozen runs of all tests hung so.
    """
    run, kept = threading.Thread.run, []

    def keep_and_run(thread: threading.Thread) -> None:
        kept.append(greenlet.getcurrent())
        run(thread)

    threading.Thread.run = keep_and_run  # type: ignore[method-assign]


keep_greenlets_of_threads()

REAL_BCRYPT = {"hashpw": bcrypt.hashpw, "checkpw": bcrypt.checkpw}


def hash_passwords_fast() -> None:
    """Let bcrypt do a 64th of the work where it is asked for the least that the settings allow, and not show it.

    Nearly every test signs somebody up. What is about passwords themselves uses `real_passwords`.
    """

    def hash_fast(password: bytes, salt: bytes) -> bytes:
        if not salt.startswith(b"$2b$10$"):
            return REAL_BCRYPT["hashpw"](password, salt)
        return b"$2b$10$" + REAL_BCRYPT["hashpw"](password, b"$2b$04$" + salt[7:])[7:]

    bcrypt.hashpw = hash_fast
    bcrypt.checkpw = lambda password, password_hash: hash_fast(password, password_hash) == password_hash


hash_passwords_fast()


@contextmanager
def real_passwords() -> Iterator[None]:
    """Do all the work of a password's hash, for other processes or to measure it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, real in REAL_BCRYPT.items():
            patch.setattr(bcrypt, name, real)
        yield


def measure_this_worker() -> coverage.Coverage | None:
    """Measure coverage in a process that runs a part of the tests, if the process that deals them out is measured."""
    if "PYTEST_XDIST_WORKER" not in os.environ or "COVERAGE_RUN" not in os.environ:
        return None
    measured = coverage.Coverage(data_suffix=True)
    measured.start()
    return measured


MEASURED = measure_this_worker()


def pytest_sessionfinish() -> None:
    """Write what was covered before the worker says that it is done: after that it may be ended at any time."""
    if MEASURED is not None:
        MEASURED.stop()
        MEASURED.save()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test an id of its own, and put files of long tests first, so that at the end no worker waits long."""
    for item in items:
        # Schemathesis puts the operation into a test's name, but pytest 9.2 not into its id: workers ran one for all.
        _, bracket, operation = item.name.partition("[")
        if bracket and item.id.params is None:
            item._id = item.id.with_params(operation.removesuffix("]"))
    if len({item.nodeid for item in items}) < len(items):
        message = "Several tests have the same id, so that workers would run only one of them."
        raise pytest.UsageError(message)
    long = {item.path for item in items if any(map(item.get_closest_marker, ("browser", "faults", "slow")))}
    # Browser tests, which one worker runs, take as long as a third of all others.
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, item.path not in long))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each file to one worker, for its fixtures; all browser tests to one, for they share a product."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    # Else it begins with files of many tests, and the longest, which have few, come last.
    config.option.loadscopereorder = False

    class LoadFilesAndBrowser(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)

    return LoadFilesAndBrowser(config, log)


@dataclass(frozen=True)
class Product:
    """Where the servers of this test run are."""

    database_url: str
    redis_url: str


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def connect_nearby(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(str(address[0])):
            message = f"A test tried to reach {address}; tests may only use loopback."
            raise PermissionError(message)
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect_nearby)
    yield
    patch.undo()


def _is_loopback(host: str) -> bool:
    return host.startswith("127.") or host in {"::1", "localhost", "0.0.0.0"}


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """Start the servers, or use those named by the environment; bring the schema up to date.

    Workers do not share servers: with named ones, say `make test WORKERS=0`.
    """
    from metacortex.migrations import upgrade
    from metacortex.platform.embedded import PostgresServer, ValkeyServer
    from metacortex.platform.settings import settings

    database, cache = PostgresServer(durable=False), ValkeyServer()
    given_database, given_redis = os.environ.get("METACORTEX_DATABASE_URL"), os.environ.get("METACORTEX_REDIS_URL")
    try:
        database_url = given_database or database.start(DATA_DIR)
        redis_url = given_redis or cache.start(DATA_DIR)
        os.environ["METACORTEX_DATABASE_URL"], os.environ["METACORTEX_REDIS_URL"] = database_url, redis_url
        settings.cache_clear()  # a test before may have read them when there were no servers yet
        upgrade(database_url)
        yield Product(database_url=database_url, redis_url=redis_url)
    finally:
        if not given_redis:
            cache.stop()
        if not given_database:
            database.stop()


@pytest.fixture(scope="session")
async def app(product: Product) -> AsyncIterator[Any]:
    """The web application on the test servers."""
    from metacortex.entrypoints.api import create_app
    from metacortex.platform.database import close_engines
    from metacortex.platform.limits import close_limits

    created = create_app()
    yield created
    await created.state.calls.settle()
    await created.state.fleet.close()
    await close_limits()
    await close_engines()


def open_client(app: Any, token: str | None = None) -> httpx.AsyncClient:
    """Return an HTTP client of the application, signed in if a token is given."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)


@pytest.fixture
async def client(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor who is not signed in."""
    async with open_client(app) as visitor:
        yield visitor


@dataclass(frozen=True)
class Owner:
    """Somebody who signed up, and their organization."""

    client: httpx.AsyncClient
    org_id: UUID
    member_id: UUID
    email: str
    token: str


MakeOwner = Callable[[], Awaitable[Owner]]


async def sign_up(app: Any) -> Owner:
    """Sign up a new organization."""
    email = f"owner-{uuid4().hex[:12]}@example.com"
    body = {"organization_name": "Acme Homes", "name": "Asha Rao", "email": email, "password": PASSWORD}
    async with open_client(app) as visitor:
        answer = await visitor.post("/api/v1/sign-up", json=body)
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    return Owner(
        client=open_client(app, data["access_token"]),
        org_id=UUID(data["organization"]["id"]),
        member_id=UUID(data["member"]["id"]),
        email=email,
        token=data["access_token"],
    )


@pytest.fixture
async def make_owner(app: Any) -> AsyncIterator[MakeOwner]:
    """Sign up further organizations."""
    made: list[Owner] = []

    async def make() -> Owner:
        made.append(await sign_up(app))
        return made[-1]

    yield make
    for one in made:
        await one.client.aclose()


@pytest.fixture
async def owner(make_owner: MakeOwner) -> Owner:
    """A new organization's owner, signed in."""
    return await make_owner()


@pytest.fixture(scope="module")
async def lasting_owner(app: Any) -> AsyncIterator[Owner]:
    """The owner of an organization in which the tests of one file change nothing."""
    owner = await sign_up(app)
    yield owner
    await owner.client.aclose()


RunJobs = Callable[[UUID], Awaitable[int]]


@pytest.fixture
def run_due_jobs(app: Any) -> RunJobs:
    """Run, in this process, what an organization owes now, until nothing is due; return how many jobs ran."""
    from metacortex.platform.database import transaction, utc_now
    from metacortex.platform.jobs.models import JobRow
    from metacortex.platform.jobs.runner import run_jobs

    async def run(org_id: UUID) -> int:
        done = 0
        while True:
            async with transaction(org_id) as session:
                due = await session.execute(
                    select(JobRow.name, JobRow.id)
                    .where(JobRow.org_id == org_id, JobRow.due_at <= utc_now())
                    .order_by(JobRow.priority, JobRow.id)
                )
                rows = due.all()
            if not rows:
                return done
            same = [row.id for row in rows if row.name == rows[0].name][:50]
            await run_jobs(org_id, rows[0].name, same)
            done += len(same)

    return run
