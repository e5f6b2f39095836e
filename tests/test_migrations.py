"""The migrations build exactly the tables of the models, can be taken back, and leave no table open to everyone."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from metacortex.migrations import downgrade, tables, upgrade
from metacortex.platform.database import APP_ROLE, RELAY_ROLE
from metacortex.platform.embedded import PostgresServer

T = TypeVar("T")


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of its own."""
    folder: Path = tmp_path_factory.mktemp("migrations")
    server = PostgresServer(durable=False)
    try:
        yield server.start(folder)
    finally:
        server.stop()


def ask(url: str, question: Callable[[Connection], T]) -> T:
    """Answer a question on a connection as the database's owner."""

    async def connect() -> T:
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            answer = await connection.run_sync(question)
        await engine.dispose()
        return answer

    return asyncio.run(connect())


def find_drift(connection: Connection) -> list[Any]:
    """Return the differences between the database and the models."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, tables.metadata))


def read_names(connection: Connection) -> set[str]:
    """Return the names of our tables."""
    found = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    return set(found.scalars()) - {"alembic_version"}


def test_the_migrations_build_the_models_and_can_be_taken_back(database_url: str) -> None:
    upgrade(database_url)
    assert ask(database_url, read_names) == set(tables.metadata.tables)
    assert ask(database_url, find_drift) == []
    downgrade(database_url, "base")
    assert ask(database_url, read_names) == set()
    upgrade(database_url)
    assert ask(database_url, find_drift) == []


def test_every_table_of_an_organization_has_a_policy(database_url: str) -> None:
    upgrade(database_url)
    query = text(
        "SELECT c.relname, c.relrowsecurity, EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname "
        "AND p.policyname = 'own_organization' AND p.roles = ARRAY[CAST(:role AS name)]) FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' "
        "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    )
    rows = ask(database_url, lambda connection: connection.execute(query, {"role": APP_ROLE}).all())
    assert {row[0] for row in rows} == {t.name for t in tables.metadata.tables.values() if "org_id" in t.columns}
    assert [row[0] for row in rows if not (row[1] and row[2])] == []


def test_the_roles_cannot_pass_row_level_security(database_url: str) -> None:
    upgrade(database_url)
    query = text(
        "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, "
        "EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid), "
        "EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) "
        "FROM pg_roles r WHERE rolname IN (:app, :relay) ORDER BY rolname"
    )
    rows = ask(
        database_url,
        lambda connection: connection.execute(query, {"app": APP_ROLE, "relay": RELAY_ROLE}).all(),
    )
    assert [tuple(row) for row in rows] == [(name, *[False] * 5) for name in (APP_ROLE, RELAY_ROLE)]


PHONES = [("Asha", 3), ("asha", 1), ("asha", 2), ("meera", 4), (None, 5), (None, 6)]
WITHOUT_OWNERS = "ALTER TABLE agent_phones DROP CONSTRAINT fk_agent_phones_org_id_member_id"
ADD_PHONE = """
INSERT INTO agent_phones (org_id, id, member_id, account, number, updated_at)
SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), :account, :number,
    make_timestamptz(2026, 11, 1, 9, :minute, 0)
"""


def test_of_phones_with_one_account_the_oldest_keeps_it(tmp_path: Path) -> None:
    def add(connection: Connection) -> None:
        connection.execute(text(WITHOUT_OWNERS))
        for account, minute in PHONES:
            number = None if account else f"+9198200{minute}"
            connection.execute(text(ADD_PHONE), {"account": account, "number": number, "minute": minute})
        connection.commit()

    def read(connection: Connection) -> list[tuple[str | None, int]]:
        query = "SELECT account, extract(minute FROM updated_at)::int FROM agent_phones ORDER BY updated_at"
        return [(row[0], row[1]) for row in connection.execute(text(query))]

    server = PostgresServer(durable=False)
    try:
        url = server.start(tmp_path)
        upgrade(url, "0013")
        ask(url, add)
        upgrade(url)
        assert ask(url, read) == [("asha", 1), ("meera", 4), (None, 5), (None, 6)]
    finally:
        server.stop()
