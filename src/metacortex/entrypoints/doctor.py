"""Is every part reachable and set up as it should be, and if not, what to do."""

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable

import redis.asyncio as redis
from sqlalchemy import text

from metacortex.contexts.calls.public import (
    AsteriskUnreachable,
    Connection,
    Fleet,
    RequestRefused,
    read_heard,
    read_override,
)
from metacortex.contexts.calls.settings import AloneSettings, CallsSettings
from metacortex.contexts.identity.settings import FederationSettings, SecondFactorSettings
from metacortex.contexts.intake.settings import IntakeSettings
from metacortex.contexts.qualification.settings import QualificationSettings
from metacortex.migrations import newest_revision
from metacortex.platform.database import close_engines, transaction
from metacortex.platform.embedded import use_running_servers
from metacortex.platform.events import NO_ORGANIZATION
from metacortex.platform.http.settings import HttpSettings
from metacortex.platform.jobs.dead_letters import count_dead_letters
from metacortex.platform.jobs.settings import JobSettings
from metacortex.platform.limits.settings import LimitSettings
from metacortex.platform.mail import MailSettings
from metacortex.platform.security.encryption.settings import EncryptionSettings
from metacortex.platform.security.settings import SecuritySettings
from metacortex.platform.settings import Settings, settings
from metacortex.platform.storage import read_object, store_object

OLDEST_POSTGRES = 16
Checks = list[tuple[str, Callable[[], Awaitable[str]]]]
_DATABASE = text(
    """
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
           rolname AS name, rolsuper OR rolbypassrls AS is_super
    FROM pg_roles WHERE rolname = session_user
    """
)
_SECRETS = (re.compile(r"(://[^:/@\s]*:)[^@\s]+(?=@)"), re.compile(r"(\$2[aby]\$)[^'\s]+"))


async def examine() -> bool:
    """Check every connection, print a line for each, and say whether all is well."""
    is_alone = settings().disable_db
    if not is_alone:
        use_running_servers()
    is_well = True
    for name, check in CHECKS_ALONE if is_alone else CHECKS:
        try:
            print(f"  ok    {name}: {await check()}")
        except Exception as error:
            is_well = False
            print(f"  FAIL  {name}: {error}")
    for warning in [] if is_alone else await find_warnings():
        print(f"  warn  {warning}")
    await close_engines()
    return is_well


async def find_warnings() -> list[str]:
    """Say what works but wants a person's eye; nothing while the database cannot be asked, which a check tells."""
    try:
        given_up = await count_dead_letters(NO_ORGANIZATION)
    except Exception:
        return []
    said = (
        f"Jobs: {given_up.total} were given up, {given_up.of_organization} of them belong to no organization. "
        f"See `metacortex dead-letters list`."
    )
    return [said] if given_up.total else []


async def check_database() -> str:
    """PostgreSQL answers, and its schema is this version's."""
    if settings().database_url is None:
        raise RuntimeError("none runs here. Start `metacortex up`, or set METACORTEX_DATABASE_URL.")
    try:
        async with transaction(None) as session:
            found = (await session.execute(_DATABASE)).one()
            revision = await session.scalar(text("SELECT version_num FROM alembic_version"))
    except Exception as error:
        message = f"{error.__cause__ or error}. Check METACORTEX_DATABASE_URL, then run `metacortex migrate`."
        raise RuntimeError(message) from error
    if revision != newest_revision():
        raise RuntimeError(
            f"the schema is at {revision}, this version needs {newest_revision()}: run `metacortex migrate`"
        )
    if found.number // 10_000 < OLDEST_POSTGRES:
        raise RuntimeError(f"version {found.version} is too old: move the data to {OLDEST_POSTGRES} or newer")
    if found.is_super:
        raise RuntimeError(
            f"its user {found.name} is a superuser, whom no rule of the database holds back. Make another: "
            f"CREATE ROLE metacortex LOGIN CREATEROLE PASSWORD '…'; give it the database, and name it in "
            f"METACORTEX_DATABASE_URL."
        )
    return f"version {found.version}, schema {revision}, user {found.name}"


async def check_redis() -> str:
    """Valkey answers, and throws no message away."""
    url = settings().redis_url
    if url is None:
        raise RuntimeError("none runs here. Start `metacortex up`, or set METACORTEX_REDIS_URL.")
    client = redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)
    try:
        policy = (await client.config_get("maxmemory-policy")).get("maxmemory-policy")
        appends = (await client.config_get("appendonly")).get("appendonly")
    finally:
        await client.aclose()
    if policy != "noeviction":
        raise RuntimeError(f"it may throw messages away: set maxmemory-policy to noeviction (it is {policy})")
    if appends != "yes":
        raise RuntimeError("it forgets its messages when it stops: set appendonly to yes in its configuration")
    return "noeviction, appendonly"


async def check_storage() -> str:
    """What is stored can be read again."""
    content = b"metacortex doctor"
    if await read_object(await store_object(uuid.UUID(int=0), content)) != content:
        raise RuntimeError("it returned something else than was stored; check METACORTEX_STORAGE_URL")
    return settings().storage_url or str(settings().data_dir / "objects")


async def check_port(host: str, port: int) -> str:
    """Something listens there."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), 3)
    except OSError as error:
        raise RuntimeError(f"nothing listens on {host}:{port}. Is `metacortex up` running?") from error
    writer.close()
    return f"{host}:{port}"


async def check_reader() -> str:
    """Which reader is chosen."""
    chosen = QualificationSettings()
    return chosen.model or "embedded, no key needed"


async def check_asterisk() -> str:
    """Every Asterisk of the settings answers, and lets our user in."""
    chosen = CallsSettings()
    if not chosen.servers:
        return "none is set, so nobody can be called; docs/guides/calls.md says how to connect yours"
    async with Fleet.open(chosen) as fleet:
        return ", ".join([await _read_version(server) for server in fleet.servers])


async def check_hearing() -> str:
    """The dialer hears every Asterisk, without which nobody is called through it."""
    heard, names = await read_heard(), {server.name for server in CallsSettings().servers}
    if deaf := sorted(names - heard):
        raise RuntimeError(f"does not hear {', '.join(deaf)}: nobody is called through it. Is `metacortex up` running?")
    return f"hears {', '.join(sorted(names))}" if names else "has nothing to hear"


async def _read_version(server: Connection) -> str:
    try:
        status = await server.read_status()
    except (AsteriskUnreachable, RequestRefused) as error:
        message = f"{server.name} at {server.server.url}: {error} Check its METACORTEX_CALLS_ASTERISK_… and ari.conf."
        raise RuntimeError(message) from error
    return f"{server.name}, version {status.version or 'unknown'}"


CHECKS_ALONE: Checks = [
    ("Asterisk", check_asterisk),
    ("Web server", lambda: check_port(settings().http_host, settings().http_port)),
]
CHECKS: Checks = [
    ("PostgreSQL", check_database),
    ("Valkey or Redis", check_redis),
    ("Object storage", check_storage),
    ("Mail receiver", lambda: check_port(settings().smtp_host, settings().smtp_port)),
    ("Web server", lambda: check_port(settings().http_host, settings().http_port)),
    ("Reader", check_reader),
    ("Asterisk", check_asterisk),
    ("Dialer", check_hearing),
]


def print_settings() -> None:
    """Print every variable with its value, secrets masked; a bad value raises by name."""
    read_override()
    for tree in (
        Settings(),
        HttpSettings(),
        LimitSettings(),
        MailSettings(),
        SecuritySettings(),
        EncryptionSettings(),
        FederationSettings(),
        SecondFactorSettings(),
        JobSettings(),
        IntakeSettings(),
        QualificationSettings(),
        CallsSettings(),
        *([AloneSettings()] if settings().disable_db else []),
    ):
        prefix = str(tree.model_config.get("env_prefix", ""))
        for name, field in type(tree).model_fields.items():
            variable = f"{prefix}{name}".upper()
            origin = "set" if name in tree.model_fields_set else "default"
            value = str(getattr(tree, name))
            for secret in _SECRETS:
                value = secret.sub(r"\1***", value)
            print(f"{variable}={value}  ({origin}) {field.description or ''}")
