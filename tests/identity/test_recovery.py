"""Forgotten passwords, unproven addresses, and guessing: what mails do, and whom throttling hinders."""

import email
import email.policy
import re
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select, update

from metacortex.contexts.identity.models import MailedToken, User
from metacortex.contexts.identity.queries import see_as_user
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.events import NO_ORGANIZATION
from metacortex.platform.events.models import EventRow
from metacortex.platform.jobs.models import DeadLetter, JobRow
from tests.conftest import DATA_DIR, PASSWORD, Owner, RunJobs

pytestmark = pytest.mark.slow

NEW_PASSWORD = "eleven purple elephants"


def read_mails(to: str) -> list[str]:
    """Return the texts of the mails kept for an address, the oldest first."""
    texts = []
    for path in sorted((DATA_DIR / "mail").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert path.stat().st_mode & 0o077 == 0
        if mail["To"] == to:
            texts.append(mail.get_content())
    return texts


def read_token(text: str, page: str) -> str:
    found = re.search(rf"http://127.0.0.1:8000/{page}\?token=([\w-]+)", text)
    assert found, text
    return found.group(1)


async def ask_reset(client: httpx.AsyncClient, run_due_jobs: RunJobs, address: str) -> list[str]:
    """Ask for a reset link; return the reset mails of the address."""
    answer = await client.post("/api/v1/password/reset-link", json={"email": address})
    assert (answer.status_code, answer.json()["data"]) == (202, None)
    await run_due_jobs(NO_ORGANIZATION)
    return [text for text in read_mails(address) if "reset-password" in text]


async def reset(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/api/v1/password/reset", json={"token": token, "password": NEW_PASSWORD})


async def sign_in(client: httpx.AsyncClient, address: str, password: str) -> httpx.Response:
    return await client.post("/api/v1/sign-in", json={"email": address, "password": password})


async def test_a_mailed_link_sets_a_new_password_and_ends_every_session(
    client: httpx.AsyncClient, owner: Owner, run_due_jobs: RunJobs
) -> None:
    token = read_token((await ask_reset(client, run_due_jobs, owner.email))[-1], "reset-password")
    assert (await owner.client.get("/api/v1/me")).status_code == 200
    assert (await reset(client, token)).status_code == 204
    assert (await owner.client.get("/api/v1/me")).status_code == 401
    assert (await sign_in(client, owner.email, PASSWORD)).status_code == 401
    answer = await sign_in(client, owner.email, NEW_PASSWORD)
    assert answer.status_code == 200
    again = await reset(client, token)
    assert (again.status_code, again.json()["code"]) == (401, "mail_link_not_valid")
    headers = {"Authorization": f"Bearer {answer.json()['data']['access_token']}"}
    assert (await client.get("/api/v1/me/factors", headers=headers)).json()["data"]["email_verified"] is True


async def test_a_newer_link_and_time_end_a_link(client: httpx.AsyncClient, owner: Owner, run_due_jobs: RunJobs) -> None:
    first = read_token((await ask_reset(client, run_due_jobs, owner.email))[-1], "reset-password")
    second = read_token((await ask_reset(client, run_due_jobs, owner.email))[-1], "reset-password")
    assert (await reset(client, first)).json()["code"] == "mail_link_not_valid"
    async with transaction(None) as session:
        user_id = await session.scalar(select(User.id).where(User.email == owner.email))
        assert user_id
        await see_as_user(session, user_id)
        await session.execute(update(MailedToken).values(expires_at=utc_now()))
    assert (await reset(client, second)).json()["code"] == "mail_link_not_valid"
    assert (await sign_in(client, owner.email, PASSWORD)).status_code == 200


async def test_a_link_for_one_purpose_serves_no_other(
    client: httpx.AsyncClient, owner: Owner, run_due_jobs: RunJobs
) -> None:
    await run_due_jobs(NO_ORGANIZATION)
    verifying = read_token(next(text for text in read_mails(owner.email) if "verify-email" in text), "verify-email")
    assert (await reset(client, verifying)).json()["code"] == "mail_link_not_valid"
    for expected in (204, 401):
        assert (await client.post("/api/v1/email/verify", json={"token": verifying})).status_code == expected
    assert (await owner.client.get("/api/v1/me/factors")).json()["data"]["email_verified"] is True


async def test_asking_for_a_stranger_looks_the_same_and_sends_nothing(
    client: httpx.AsyncClient, run_due_jobs: RunJobs
) -> None:
    address = f"{uuid4().hex}@example.com"
    assert await ask_reset(client, run_due_jobs, address) == []
    assert read_mails(address) == []


async def test_nobodys_mailbox_is_flooded(client: httpx.AsyncClient, owner: Owner) -> None:
    answers = [await client.post("/api/v1/password/reset-link", json={"email": owner.email.upper()}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]


async def test_changing_the_password_keeps_this_session_and_ends_the_others(
    client: httpx.AsyncClient, owner: Owner
) -> None:
    elsewhere = (await sign_in(client, owner.email, PASSWORD)).json()["data"]["access_token"]
    wrong = await owner.client.put("/api/v1/me/password", json={"current": "wrong", "new": NEW_PASSWORD})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_password")
    right = await owner.client.put("/api/v1/me/password", json={"current": PASSWORD, "new": NEW_PASSWORD})
    assert right.status_code == 204
    assert (await owner.client.get("/api/v1/me")).status_code == 200
    assert (await client.get("/api/v1/me", headers={"Authorization": f"Bearer {elsewhere}"})).status_code == 401
    assert (await sign_in(client, owner.email, NEW_PASSWORD)).status_code == 200


async def test_guessing_hinders_strangers_but_not_a_browser_that_was_in_before(
    client: httpx.AsyncClient, owner: Owner, run_due_jobs: RunJobs, app: Any
) -> None:
    assert (await sign_in(client, owner.email, PASSWORD)).status_code == 200
    device = client.cookies["metacortex_device"]
    client.cookies.clear()
    codes = [(await sign_in(client, owner.email, "guess")).json()["code"] for _ in range(25)]
    assert codes.count("wrong_credentials") in range(10, 22)
    assert codes[-1] == "too_many_tries"
    refused = await sign_in(client, owner.email, PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_tries")
    assert int(refused.headers["retry-after"]) > 1
    client.cookies.set("metacortex_device", device, path="/")
    assert (await sign_in(client, owner.email, PASSWORD)).status_code == 200
    client.cookies.clear()
    client.cookies.set("metacortex_device", f"made-up.{'0' * 64}", path="/")
    assert (await sign_in(client, owner.email, PASSWORD)).status_code == 429
    unknown = f"{uuid4().hex}@example.com"
    strangers = [(await sign_in(client, unknown, "guess")).json()["code"] for _ in range(25)]
    assert strangers[-1] == "too_many_tries", "an address without account is treated alike"


@pytest.mark.parametrize("token", ["x", "A" * 43, "a-b_c"])
async def test_made_up_links_do_nothing(client: httpx.AsyncClient, token: str) -> None:
    assert (await reset(client, token)).json()["code"] == "mail_link_not_valid"
    assert (await client.post("/api/v1/email/verify", json={"token": token})).json()["code"] == "mail_link_not_valid"


async def test_what_is_asked_for_an_account_is_kept_nowhere(
    client: httpx.AsyncClient, owner: Owner, run_due_jobs: RunJobs
) -> None:
    await ask_reset(client, run_due_jobs, owner.email)
    await sign_in(client, owner.email, "a wrong password")
    await run_due_jobs(NO_ORGANIZATION)
    async with transaction(NO_ORGANIZATION) as session:
        for table in (EventRow, JobRow, DeadLetter):
            assert await session.scalar(select(func.count()).select_from(table)) == 0, table.__tablename__
