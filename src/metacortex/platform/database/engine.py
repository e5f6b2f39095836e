"""One connection pool per role and process; the role decides what row-level security lets it see."""

import asyncio
import os
import socket
from typing import Any

import asyncpg
import orjson
from sqlalchemy.event import listen
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from metacortex.platform.settings import settings

APP_ROLE = "metacortex_app"
RELAY_ROLE = "metacortex_relay"
# The role the database URL names, which owns the tables and sees every organization: for commands, never for requests.
OWNER_ROLE = "none"
_AWAY = (asyncpg.OperatorInterventionError, asyncpg.PostgresConnectionError, asyncpg.InsufficientResourcesError)
_pools: dict[str, AsyncEngine] = {}


def asyncpg_url(url: str) -> str:
    """Name the asyncpg driver in a PostgreSQL URL that names none."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def _to_json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def engine(role: str = APP_ROLE) -> AsyncEngine:
    """Return this process's pool of connections that act as `role`."""
    if role not in _pools:
        _pools[role] = _make_engine(role)
    return _pools[role]


def name_process() -> str:
    """Return by what name the database shows this process's connections."""
    return f"metacortex {socket.gethostname()[:40]} {os.getpid()}"


def _make_engine(role: str) -> AsyncEngine:
    url = settings().database_url
    if url is None:
        message = "METACORTEX_DATABASE_URL is not set. `metacortex up` starts a database and sets it for its processes."
        raise RuntimeError(message)
    made = create_async_engine(
        asyncpg_url(url),
        pool_size=settings().database_pool_size if role == APP_ROLE else 2,
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=10,
        json_serializer=_to_json,
        json_deserializer=orjson.loads,
        connect_args={
            "timeout": 5,
            "command_timeout": 60,
            "async_creator_fn": _connect,
            "server_settings": {"role": role, "application_name": name_process(), "jit": "off", "timezone": "UTC"},
        },
        # An error that quotes what was being written would carry people's data into logs and dead letters.
        hide_parameters=True,
        pool_pre_ping=False,
        pool_recycle=600,
    )
    listen(made.sync_engine, "checkout", _check_out)
    return made


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    """A connection whose next transaction begins with `opening`, in the round trip of its BEGIN.

    Should the driver begin otherwise one day, nothing is bound, and row-level security shows no rows.
    """

    __slots__ = ("opening",)
    opening: str

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        """Run a statement, or several without parameters."""
        if query == "BEGIN;" and self.opening:
            query, self.opening = query + self.opening, ""
        said: str = await super().execute(query, *args, **options)
        return said


async def _connect(*args: Any, **options: Any) -> asyncpg.Connection:
    """Connect; a server that is starting or stopping is one that cannot be reached, raised as ConnectionError."""
    try:
        made = await asyncpg.connect(*args, connection_class=_Connection, **options)
    except _AWAY as error:
        raise ConnectionError(str(error)) from error
    made.opening = ""
    return made


def _check_out(connection: Any, *_: object) -> None:
    """Let the pool connect anew where the server has gone; the driver knows without asking the server each time."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError
    connection.driver_connection.opening = ""


async def close_engines() -> None:
    """Close every pool of this process."""
    pools = list(_pools.values())
    _pools.clear()
    await asyncio.gather(*(pool.dispose() for pool in pools))


def asyncpg_dsn() -> str:
    """The database URL in the form asyncpg itself reads."""
    url = settings().database_url
    if url is None:
        message = "METACORTEX_DATABASE_URL is not set."
        raise RuntimeError(message)
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
