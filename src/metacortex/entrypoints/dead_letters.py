"""What an operator does about jobs that were given up, in every organization and in none."""

import sys
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from metacortex import flows
from metacortex.contexts.identity import public as identity
from metacortex.migrations import tables
from metacortex.platform.audit import record
from metacortex.platform.database import close_engines, transaction, utc_now
from metacortex.platform.embedded import use_running_servers
from metacortex.platform.events import NO_ORGANIZATION
from metacortex.platform.jobs.dead_letters import list_dead_letters, take_dead_letter
from metacortex.platform.jobs.models import DeadLetter
from metacortex.platform.jobs.outbox import replay_job
from metacortex.platform.telemetry import log, mask_text

# Replaying looks up which queue a job belongs to.
assert tables.metadata
assert flows.__doc__
LONGEST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Choice:
    """Which given-up jobs are meant; what is empty narrows nothing."""

    ids: Collection[UUID] = ()
    job: str | None = None
    org_id: UUID | None = None


def read_choice(ids: Collection[UUID], job: str | None, organization: str | None) -> Choice:
    """Read what was asked for at the terminal; raises RuntimeError for what is no organization's id."""
    try:
        org_id = NO_ORGANIZATION if organization == "none" else UUID(organization) if organization else None
    except ValueError as error:
        message = f"{organization} is not the id of an organization; write `none` for jobs that belong to none."
        raise RuntimeError(message) from error
    return Choice(ids, job, org_id)


async def print_dead_letters(choice: Choice, *, limit: int) -> None:
    """Print given-up jobs, the newest first; their arguments and whatever names a person or opens a door stay out."""
    use_running_servers()
    try:
        letters = await list_dead_letters(ids=choice.ids, job=choice.job, org_id=choice.org_id, limit=limit + 1)
        names = await _read_names()
    finally:
        await close_engines()
    for letter in letters[:limit]:
        print(_describe(letter, names))
    if not letters:
        print("No job was given up.")
    elif len(letters) > limit:
        print(f"There are more than these {limit}: use --limit, --job or --organization.")


async def replay_dead_letters(choice: Choice) -> bool:
    """Owe given-up jobs again, with all their attempts; tell whether every one asked for was found."""
    return await _decide(choice, "job.replayed", "run again")


async def drop_dead_letters(choice: Choice) -> bool:
    """Delete given-up jobs for good; tell whether every one asked for was found."""
    return await _decide(choice, "job.dropped", "dropped")


async def _decide(choice: Choice, action: str, said: str) -> bool:
    use_running_servers()
    try:
        letters = await list_dead_letters(ids=choice.ids, job=choice.job, org_id=choice.org_id)
        decided = [letter.id for letter in letters if await _decide_one(letter.org_id, letter.id, action)]
    finally:
        await close_engines()
    print(f"{len(decided)} of the jobs given up: {said}.")
    missing = set(choice.ids).difference(decided)
    for letter_id in sorted(missing):
        print(f"{letter_id} does not wait. `metacortex dead-letters list` shows those that do.", file=sys.stderr)
    return not missing


async def _decide_one(org_id: UUID, letter_id: UUID, action: str) -> bool:
    """Replay or drop one in a transaction of its own; tell whether it still waited."""
    async with transaction(org_id) as session:
        letter = await take_dead_letter(session, letter_id)
        if letter is None:
            return False
        # An organization's owners see in their audit log what the operator did.
        if org_id != NO_ORGANIZATION:
            record(session, action, subject=str(letter.id), after={"job": letter.name})
        if action == "job.replayed":
            letter.replayed_at = utc_now()
            replay_job(session, letter)
        else:
            await session.delete(letter)
    log.info("dead_letters.decided", action=action, job=letter.name, job_id=str(letter_id), org_id=str(org_id))
    return True


async def _read_names() -> dict[UUID, str]:
    async with transaction(None) as session:
        return {NO_ORGANIZATION: "no organization", **await identity.read_organization_names(session)}


def _describe(letter: DeadLetter, names: dict[UUID, str]) -> str:
    owner = _clean(names.get(letter.org_id, "an organization that is gone"))
    error = mask_text(_clean(letter.error))
    error = error if len(error) <= LONGEST_ERROR else f"{error[:LONGEST_ERROR]}…"
    return (
        f"{letter.id}  {letter.failed_at:%Y-%m-%d %H:%M} UTC  {_clean(letter.name)}  {letter.attempts} tries  "
        f"{owner} ({letter.org_id})\n    {error}"
    )


def _clean(text: str) -> str:
    """Leave out what would move a terminal's cursor or change its colours."""
    return "".join(one if one.isprintable() else " " for one in text)
