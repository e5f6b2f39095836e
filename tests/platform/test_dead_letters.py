"""Jobs given up in an organization and in none, as the operator of the installation sees and decides about them."""

import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import delete, select, text

from metacortex.contexts.identity.tasks import mail_password_reset
from metacortex.contexts.privacy.public import run_retention
from metacortex.entrypoints import doctor
from metacortex.platform.database import transaction, utc_now
from metacortex.platform.events import NO_ORGANIZATION
from metacortex.platform.jobs import PermanentFailure, Work, enqueue, job
from metacortex.platform.jobs.models import DeadLetter, JobRow
from metacortex.platform.jobs.runner import run_jobs
from metacortex.platform.mail import mail_settings
from tests.commands import run_afresh, run_command
from tests.conftest import Owner, Product, RunJobs

pytestmark = pytest.mark.slow

SECRET = "mc_0a1b2c3d_Canary-key-9f31-Canary-key-9f31-Canary-key"
ADDRESS = "asha.rao@secret.example"
PHONE = "+91 98200 12345"


@dataclass(frozen=True)
class Quote:
    words: str


@job(queue="urgent")
async def quote_and_fail(work: Work[Quote]) -> None:
    raise PermanentFailure(f"could not use {work.calls[0].words}")


@pytest.fixture(autouse=True)
async def _nothing_given_up(product: Product) -> AsyncIterator[None]:
    """Begin and end without given-up jobs of no organization: other tests count there."""
    yield
    async with transaction(NO_ORGANIZATION) as session:
        for table in (DeadLetter, JobRow):
            await session.execute(delete(table).where(table.org_id == NO_ORGANIZATION))


async def give_up(org_id: UUID, words: str = "this") -> UUID:
    """Let a job fail for good; return its id."""
    async with transaction(org_id) as session:
        enqueue(session, quote_and_fail, Quote(words))
    async with transaction(org_id) as session:
        owed = select(JobRow.id).where(JobRow.org_id == org_id, JobRow.name == "quote_and_fail")
        job_id = (await session.scalars(owed)).one()
    await run_jobs(org_id, "quote_and_fail", [job_id])
    return job_id


def run_dead_letters(*words: str) -> subprocess.CompletedProcess[str]:
    return run_command("dead-letters", *words)


async def read_waiting(org_id: UUID) -> set[UUID]:
    async with transaction(org_id) as session:
        waiting = select(DeadLetter.id).where(DeadLetter.org_id == org_id, DeadLetter.replayed_at.is_(None))
        return set(await session.scalars(waiting))


async def read_owed(org_id: UUID) -> list[str]:
    async with transaction(org_id) as session:
        return list(await session.scalars(select(JobRow.name).where(JobRow.org_id == org_id)))


async def test_a_mail_that_cannot_be_sent_for_an_account_is_shown_and_sent_once_the_server_is_back(
    client: httpx.AsyncClient, owner: Owner, run_due_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run_due_jobs(NO_ORGANIZATION)
    monkeypatch.setenv("METACORTEX_MAIL_SERVER_URL", "smtp://mailer:of-the-server@127.0.0.1:1")
    mail_settings.cache_clear()
    try:
        await client.post("/api/v1/password/reset-link", json={"email": owner.email})
        for _ in range(mail_password_reset.max_attempts):
            async with transaction(NO_ORGANIZATION) as session:
                await session.execute(
                    text("UPDATE jobs SET due_at = now() WHERE org_id = :none"), {"none": UUID(int=0)}
                )
            await run_due_jobs(NO_ORGANIZATION)
    finally:
        monkeypatch.delenv("METACORTEX_MAIL_SERVER_URL")
        mail_settings.cache_clear()
    [letter_id] = await read_waiting(NO_ORGANIZATION)

    shown = run_dead_letters("list", "--organization", "none")
    assert shown.returncode == 0, shown.stderr
    assert str(letter_id) in shown.stdout
    assert "mail_password_reset" in shown.stdout
    assert "6 tries" in shown.stdout
    assert "no organization" in shown.stdout
    assert owner.email not in shown.stdout
    assert "of-the-server" not in shown.stdout
    replayed = run_afresh("dead-letters", "replay", str(letter_id))
    assert replayed.returncode == 0, replayed.stderr
    assert await read_owed(NO_ORGANIZATION) == ["mail_password_reset"]
    assert await run_due_jobs(NO_ORGANIZATION) == 1
    assert await read_waiting(NO_ORGANIZATION) == set()


async def test_the_list_names_the_organization_and_quotes_nobody(owner: Owner) -> None:
    mine = await give_up(owner.org_id, f"{ADDRESS} or {PHONE} with {SECRET}\x1b[2J\r\nand more")
    unowned = await give_up(NO_ORGANIZATION)
    shown = run_dead_letters("list", "--limit", "10000")
    assert shown.returncode == 0, shown.stderr
    [line, error] = next(one for one in shown.stdout.split("\n0") if str(mine)[1:] in one).splitlines()
    assert f"Acme Homes ({owner.org_id})" in line
    assert "quote_and_fail" in line
    assert "could not use *** or *** with ***" in error
    assert "and more" in error, "an error is one line"
    assert str(unowned) in shown.stdout
    for hidden in (ADDRESS, PHONE, SECRET, "\x1b"):
        assert hidden not in shown.stdout + shown.stderr
    narrowed = run_dead_letters("list", "--organization", str(owner.org_id), "--job", "quote_and_fail").stdout
    assert str(mine) in narrowed
    assert str(unowned) not in narrowed
    assert "No job was given up" in run_dead_letters("list", "--organization", str(uuid4())).stdout
    await give_up(owner.org_id)
    assert "more than these 1" in run_dead_letters("list", "--limit", "1").stdout


async def test_what_is_dropped_is_gone_and_the_organization_can_read_who_did_it(owner: Owner) -> None:
    dropped, replayed = await give_up(owner.org_id), await give_up(owner.org_id)
    kept = await give_up(NO_ORGANIZATION)
    assert run_dead_letters("drop", str(dropped)).returncode == 0
    again = run_dead_letters("drop", str(dropped), str(replayed))
    assert again.returncode == 1
    assert f"{dropped} does not wait" in again.stderr
    assert await read_waiting(owner.org_id) == set()
    assert await read_waiting(NO_ORGANIZATION) == {kept}
    assert await read_owed(owner.org_id) == []
    entries = (await owner.client.get("/api/v1/audit", params={"action": "job.dropped"})).json()["data"]
    assert [(one["subject"], one["actor_kind"]) for one in entries] == [
        (str(replayed), "system"),
        (str(dropped), "system"),
    ]


async def test_all_of_one_kind_run_again_and_no_other(owner: Owner) -> None:
    ids = {await give_up(owner.org_id) for _ in range(3)}
    kept = await give_up(NO_ORGANIZATION)
    nothing = run_dead_letters("replay", "--all", "--job", "no_such_job")
    assert "0 of the jobs" in nothing.stdout
    assert await read_waiting(owner.org_id) == ids
    done = run_dead_letters("replay", "--all", "--job", "quote_and_fail", "--organization", str(owner.org_id))
    assert done.returncode == 0, done.stderr
    assert await read_waiting(owner.org_id) == set()
    assert await read_owed(owner.org_id) == ["quote_and_fail"] * 3
    assert await read_waiting(NO_ORGANIZATION) == {kept}


@pytest.mark.parametrize(
    "words",
    [
        ("replay",),
        ("drop",),
        ("drop", "--all", str(uuid4())),
        ("drop", str(uuid4()), "--job", "quote_and_fail"),
        ("replay", "not-an-id"),
        ("list", "--organization", "Acme Homes"),
        ("list", "--limit", "0"),
    ],
)
async def test_unclear_words_are_refused_and_change_nothing(owner: Owner, words: tuple[str, ...]) -> None:
    waiting = await give_up(owner.org_id)
    refused = run_dead_letters(*words)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert refused.stderr
    assert await read_waiting(owner.org_id) == {waiting}


async def test_figures_and_the_doctor_tell_of_them(client: httpx.AsyncClient) -> None:
    before = await read_figure(client)
    await give_up(NO_ORGANIZATION)
    assert await read_figure(client) == before + 1
    [said] = await doctor.find_warnings()
    assert f"{before + 1} of them belong to no organization" in said
    assert "metacortex dead-letters list" in said


async def read_figure(client: httpx.AsyncClient) -> int:
    lines = (await client.get("/metrics")).text.splitlines()
    return int(float(next(one for one in lines if one.startswith("metacortex_dead_letters_of_no_org")).split()[1]))


async def test_they_are_forgotten_after_their_time_like_those_of_organizations(run_due_jobs: RunJobs) -> None:
    old, young = await give_up(NO_ORGANIZATION), await give_up(NO_ORGANIZATION)
    async with transaction(NO_ORGANIZATION) as session:
        letter = await session.get_one(DeadLetter, (NO_ORGANIZATION, old))
        letter.failed_at = utc_now().replace(year=2001)
    await run_retention()
    await run_due_jobs(NO_ORGANIZATION)
    assert await read_waiting(NO_ORGANIZATION) == {young}
