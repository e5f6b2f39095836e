"""Runs migrations as the database's owner, one process at a time, with limits on waiting for locks."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from metacortex.migrations import tables
from metacortex.platform.database.engine import asyncpg_url

LOCK = 7_203_144_519


def _migrate(connection: Connection) -> None:
    connection.execute(text("SET lock_timeout = '10s'"))
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        compare_type=True,
        include_object=_is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_ours(item: Any, _: str | None, kind: str, __: bool, ___: Any) -> bool:  # noqa: FBT001 (Alembic's signature)
    return not (kind == "table" and item.info.get("skip_autogenerate", False))


async def _connect() -> None:
    url = context.config.attributes["database_url"]
    engine = create_async_engine(asyncpg_url(url))
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


asyncio.run(_connect())
