"""The `metacortex` command. Each role is imported only when it is asked for, so that the command starts fast."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from pydantic import ValidationError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
audit = typer.Typer(no_args_is_help=True, help="Look after the audit log.")
keys = typer.Typer(no_args_is_help=True, help="Look after the keys.")
config = typer.Typer(no_args_is_help=True, help="Look at the settings.")
dead_letters = typer.Typer(no_args_is_help=True, help="Look after jobs that were given up, in every organization.")
app.add_typer(audit, name="audit")
app.add_typer(keys, name="keys")
app.add_typer(config, name="config")
emulate = typer.Typer(no_args_is_help=True, help="Run stand-ins for outside systems.")
app.add_typer(emulate, name="emulate")
app.add_typer(dead_letters, name="dead-letters")
JobName = Annotated[str | None, typer.Option("--job", help="Only those of this name.")]
OrganizationId = Annotated[
    str | None,
    typer.Option("--organization", help="Only those of this organization's id, or `none` for those of none."),
]
LetterIds = Annotated[list[UUID] | None, typer.Argument(help="Ids that `list` shows.", show_default=False)]
IsAll = Annotated[bool, typer.Option("--all", help="All that wait, narrowed by --job and --organization.")]
SHORTEST_PASSWORD = 12
PREFIXES = {
    "JobSettings": "METACORTEX_JOB_",
    "CallsSettings": "METACORTEX_CALLS_",
    "AloneSettings": "METACORTEX_CALLS_",
}
SECRET_WORDS = ("SECRET", "KEY", "PROVIDERS", "URL", "LOGIN", "PASSWORD", "USERS", "SERVERS")
NAME_THEM = "Name jobs by the ids that `metacortex dead-letters list` shows, or say --all, with or without --job."


@app.command()
def up() -> None:
    """Start everything on this machine and watch over it."""
    from metacortex.entrypoints import up as supervisor

    sys.exit(supervisor.main())


@app.command()
def api() -> None:
    """Serve the web app and the HTTP API; with DISABLE_DB, the calls API alone."""
    if _is_alone():
        from metacortex.entrypoints.calls_alone import main as serve_calls

        serve_calls()
        return
    from metacortex.entrypoints import api as role

    role.main()


@app.command()
def worker() -> None:
    """Run jobs."""
    from metacortex.entrypoints import worker as role

    role.main()


@app.command()
def relay() -> None:
    """Hand due jobs to the workers."""
    from metacortex.entrypoints import relay as role

    role.main()


@app.command()
def ingest() -> None:
    """Receive mail."""
    from metacortex.entrypoints import ingest as role

    role.main()


@app.command()
def dialer() -> None:
    """Follow Asterisk and let each call go on."""
    from metacortex.entrypoints.dialer import main as run

    run()


@app.command()
def beat() -> None:
    """Announce periodic work."""
    from metacortex.entrypoints import beat as role

    role.main()


@app.command()
def flower() -> None:
    """Show the Celery workers and what they run, on a page."""
    from metacortex.entrypoints import flower as role

    role.main()


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    from metacortex.migrations import newest_revision, upgrade
    from metacortex.platform.embedded import use_running_servers

    url = use_running_servers().database_url
    if url is None:
        stop("No database runs here. Start `metacortex up` (it migrates by itself), or set METACORTEX_DATABASE_URL.")
    upgrade(url)
    print(f"The database is at revision {newest_revision()}.")


@app.command()
def demo() -> None:
    """Fill an organization with members, leads and calls; with the emulated Asterisk, let a shift begin."""
    from metacortex.entrypoints import demo as filling

    asyncio.run(filling.main())


@app.command()
def doctor() -> None:
    """Check every connection and say what to do about those that fail."""
    from metacortex.entrypoints import doctor as examination

    sys.exit(0 if asyncio.run(examination.examine()) else 1)


@app.command("hash-password")
def hash_password() -> None:
    """Read a password from the terminal, or standard input, and print its hash for METACORTEX_CALLS_USERS."""
    import getpass

    from metacortex.platform.security.passwords import hash_password as make_hash

    given = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if len(given) < SHORTEST_PASSWORD:
        stop(f"A password has at least {SHORTEST_PASSWORD} characters.")
    print(asyncio.run(make_hash(given)))


@config.command("check")
def check_config() -> None:
    """Show every setting, and refuse bad ones by name."""
    from metacortex.entrypoints import doctor as examination

    examination.print_settings()


@audit.command("verify")
def verify_audit() -> None:
    """Check that no entry of any organization's audit log was changed, added or removed."""
    from metacortex.entrypoints import trust

    sys.exit(0 if asyncio.run(trust.verify_audit_logs()) else 1)


@keys.command("rotate")
def rotate_keys(
    signing: Annotated[bool, typer.Option("--signing", help="The key that signs access tokens.")] = False,
    data: Annotated[bool, typer.Option("--data", help="The key that encrypted fields are under.")] = False,
) -> None:
    """Replace keys while the product runs: nobody is signed out, no field is lost. Safe to stop and begin again."""
    from metacortex.entrypoints import trust

    if not (signing or data):
        stop("Say which keys: --signing, --data, or both.")
    if signing:
        trust.rotate_signing_key()
    if data and not asyncio.run(trust.rotate_data_keys()):
        sys.exit(1)


@keys.command("prune")
def prune_keys() -> None:
    """Remove data keys that no encrypted field is under any more."""
    from metacortex.entrypoints import trust

    asyncio.run(trust.prune_data_keys())


@emulate.command("asterisk")
def emulate_asterisk(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8088,
    seed: Annotated[int, typer.Option(help="The same seed gives the same callees.")] = 1,
    speed: Annotated[float, typer.Option(min=0.01, help="Every wait is so many times shorter.")] = 1.0,
    ledger: Annotated[Path | None, typer.Option(help="A file that keeps who was called, over a kill too.")] = None,
    recordings: Annotated[Path | None, typer.Option(help="A folder that keeps what was recorded.")] = None,
    user: Annotated[str, typer.Option(help="NAME:PASSWORD of the one who may call.")] = "metacortex:metacortex",
    answer_rate: Annotated[float, typer.Option(min=0, max=1, help="The share of other numbers that answer.")] = 0.35,
    machine_share: Annotated[float, typer.Option(min=0, max=1, help="The share of answers by a machine.")] = 0.25,
    ring_seconds: Annotated[float, typer.Option(min=0, help="How long other numbers ring, in the middle.")] = 8.0,
    talk_seconds: Annotated[float, typer.Option(min=0, help="How long they talk, in the middle.")] = 45.0,
    agent_answer_seconds: Annotated[float, typer.Option(min=0, help="How long an agent's telephone rings.")] = 1.0,
) -> None:
    """Be an Asterisk that calls nobody, for the demo and for tests."""
    from metacortex.platform.emulators.asterisk import server
    from metacortex.platform.emulators.asterisk.options import Options

    name, _, password = user.partition(":")
    server.main(
        Options(
            host,
            port,
            seed,
            speed,
            users={name: password},
            ledger=ledger,
            recordings=recordings,
            answer_rate=answer_rate,
            machine_share=machine_share,
            ring_seconds=ring_seconds,
            talk_seconds=talk_seconds,
            agent_answer_seconds=agent_answer_seconds,
        )
    )


@dead_letters.command("list")
def list_dead_letters(
    job: JobName = None,
    organization: OrganizationId = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many to show.")] = 100,
) -> None:
    """Show which jobs were given up and why, the newest first, without what they were about."""
    from metacortex.entrypoints import dead_letters as given_up

    asyncio.run(given_up.print_dead_letters(given_up.read_choice([], job, organization), limit=limit))


@dead_letters.command("replay")
def replay_dead_letters(
    ids: LetterIds = None, is_all: IsAll = False, job: JobName = None, organization: OrganizationId = None
) -> None:
    """Run given-up jobs again, with all their attempts."""
    from metacortex.entrypoints import dead_letters as given_up

    if bool(ids) == is_all or (ids and (job or organization)):
        stop(NAME_THEM)
    choice = given_up.read_choice(ids or [], job, organization)
    sys.exit(0 if asyncio.run(given_up.replay_dead_letters(choice)) else 1)


@dead_letters.command("drop")
def drop_dead_letters(
    ids: LetterIds = None, is_all: IsAll = False, job: JobName = None, organization: OrganizationId = None
) -> None:
    """Delete given-up jobs for good: what they owed is not done."""
    from metacortex.entrypoints import dead_letters as given_up

    if bool(ids) == is_all or (ids and (job or organization)):
        stop(NAME_THEM)
    choice = given_up.read_choice(ids or [], job, organization)
    sys.exit(0 if asyncio.run(given_up.drop_dead_letters(choice)) else 1)


def _is_alone() -> bool:
    from metacortex.platform.settings import settings

    return settings().disable_db


def stop(reason: str) -> NoReturn:
    """End with a reason for the person at the terminal."""
    print(reason, file=sys.stderr)
    sys.exit(2)


def main() -> None:
    """Run the command; a bad setting is named, not traced."""
    try:
        app()
    except ValidationError as error:
        for one in error.errors():
            prefix = PREFIXES.get(error.title, "METACORTEX_")
            name = prefix + "_".join(str(part) for part in one["loc"]).upper()
            # A rule about several settings has all of them as its input, passwords among them.
            is_secret = not one["loc"] or any(word in name for word in SECRET_WORDS)
            said = one["msg"] if one["loc"] else one["msg"].removeprefix("Value error, ")
            told = f"{name}: {said}" if one["loc"] else said
            print(told.rstrip(".") + "." if is_secret else f"{told} (it is {one['input']!r}).", file=sys.stderr)
        sys.exit(2)
    except RuntimeError as error:
        stop(str(error))


if __name__ == "__main__":
    main()
