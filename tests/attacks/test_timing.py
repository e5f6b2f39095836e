"""Whether an address has an account shows in no answer, nor in the work that an answer takes.

Work is counted, not timed: password hashes, and statements sent to the database before the answer.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import bcrypt
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, select

from metacortex.contexts.identity.models import User
from metacortex.platform.database import transaction
from metacortex.platform.events import NO_ORGANIZATION
from metacortex.platform.security import Role
from tests.attacks.people import join, set_up_totp
from tests.conftest import Owner, RunJobs

pytestmark = pytest.mark.slow

WRONG = "wrong password, this one"


@contextmanager
def count_work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Count hashes and statements while the block runs."""
    work: Counter[str] = Counter()

    def count_statement(_: Any, __: Any, statement: str, *___: Any) -> None:
        work[f"{statement.split(maxsplit=1)[0]} {' '.join(statement.split())[:60]}"] += 1

    with monkeypatch.context() as patch:
        for name in ("checkpw", "hashpw"):
            real: Callable[..., Any] = getattr(bcrypt, name)
            patch.setattr(bcrypt, name, lambda *given, name=name, real=real: (work.update([name]), real(*given))[1])
        event.listen(Engine, "before_cursor_execute", count_statement)
        try:
            yield work
        finally:
            event.remove(Engine, "before_cursor_execute", count_statement)


async def work_of(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Awaitable[httpx.Response]]) -> tuple[Any, Any]:
    """Return the work an act takes and what its answer shows."""
    with count_work(monkeypatch) as work:
        answer = await act()
    shown = {name: value for name, value in answer.json().items() if name != "request_id"}
    return dict(work), (answer.status_code, shown, sorted(answer.headers))


async def people(app: FastAPI, owner: Owner) -> dict[str, str]:
    """Return addresses: of nobody, and of every kind of account."""
    with_factor, without_password, removed = [await join(app, owner, Role.AGENT) for _ in range(3)]
    await set_up_totp(with_factor.client)
    assert (await owner.client.delete(f"/api/v1/members/{removed.member_id}")).status_code == 204
    async with transaction(None) as session:
        user = (await session.scalars(select(User).where(User.email == without_password.email))).one()
        user.password_hash = None
    return {
        "nobody": f"{uuid4().hex}@example.com",
        "owner": owner.email,
        "with a second factor": with_factor.email,
        "without a password": without_password.email,
        "a member nowhere": removed.email,
    }


async def test_a_failed_sign_in_takes_the_same_work_for_everybody(
    app: FastAPI, client: httpx.AsyncClient, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    for kind, email in (await people(app, owner)).items():
        body = {"email": email, "password": WRONG}
        found[kind] = await work_of(monkeypatch, lambda body=body: client.post("/api/v1/sign-in", json=body))
    work, shown = found["nobody"]
    assert work["checkpw"] == 1
    assert shown[0] == 401
    assert {kind: one for kind, one in found.items() if one != (work, shown)} == {}


async def test_asking_for_a_link_takes_the_same_work_for_everybody(
    app: FastAPI, client: httpx.AsyncClient, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    for kind, email in (await people(app, owner)).items():
        body = {"email": email}
        act = lambda body=body: client.post("/api/v1/password/reset-link", json=body)  # noqa: E731
        found[kind] = await work_of(monkeypatch, act)
    assert found["nobody"][1][0] == 202
    assert {kind: one for kind, one in found.items() if one != found["nobody"]} == {}


async def test_signing_up_hashes_once_whether_the_address_is_taken_or_not(
    client: httpx.AsyncClient, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = []
    for email in (owner.email, f"{uuid4().hex}@example.com"):
        body = {"organization_name": "A", "name": "A", "email": email, "password": WRONG}
        with count_work(monkeypatch) as work:
            await client.post("/api/v1/sign-up", json=body)
        hashes.append(work["checkpw"] + work["hashpw"])
    assert hashes == [1, 1]


async def test_a_failed_sign_in_is_told_to_those_it_concerns(
    client: httpx.AsyncClient, owner: Owner, run_due_jobs: RunJobs
) -> None:
    headers = {"User-Agent": "a burglar's browser"}
    for email in (owner.email, f"{uuid4().hex}@example.com"):
        answer = await client.post("/api/v1/sign-in", json={"email": email, "password": WRONG}, headers=headers)
        assert answer.status_code == 401
    await run_due_jobs(NO_ORGANIZATION)
    (entry,) = (await owner.client.get("/api/v1/audit?action=sign_in.failed")).json()["data"]
    assert (entry["user_agent"], entry["actor_kind"]) == ("a burglar's browser", "visitor")
    assert UUID(entry["subject"]) == owner.member_id
    assert entry["address"] == "127.0.0.1"
