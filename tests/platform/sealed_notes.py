"""Two tables with encrypted fields in a schema of their own, and a writer that never stops, for tests of encryption."""

import asyncio
import random
import sys
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import MetaData, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from metacortex.platform.database import APP_ROLE, TenantTable, transaction
from metacortex.platform.database.engine import OWNER_ROLE
from metacortex.platform.security.encryption import Encrypted

SCHEMA = "sealed_notes_of_tests"


class NotesBase(DeclarativeBase):
    metadata = MetaData(schema=SCHEMA)


class Note(TenantTable, NotesBase):
    __tablename__ = "notes"
    secret_sealed: Mapped[bytes]
    hint_sealed: Mapped[bytes | None]
    count: Mapped[int] = mapped_column(default=0)
    secret = Encrypted("secret_sealed")
    hint = Encrypted[str | None]("hint_sealed")


class Copy(TenantTable, NotesBase):
    """The same columns in another table."""

    __tablename__ = "copies"
    secret_sealed: Mapped[bytes]
    secret = Encrypted("secret_sealed")


class Site(NotesBase):
    """A table of no organization."""

    __tablename__ = "sites"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_sealed: Mapped[bytes]
    secret = Encrypted("secret_sealed")


async def create_tables() -> None:
    async with transaction(None, role=OWNER_ROLE) as session:
        await session.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        await session.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        await (await session.connection()).run_sync(NotesBase.metadata.create_all)
        await session.execute(text(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {APP_ROLE}"))
        await session.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA {SCHEMA} TO {APP_ROLE}"))
        for table in ("notes", "copies"):
            await session.execute(text(f"ALTER TABLE {SCHEMA}.{table} ENABLE ROW LEVEL SECURITY"))
            await session.execute(
                text(
                    f"CREATE POLICY own_organization ON {SCHEMA}.{table} TO {APP_ROLE} "
                    "USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)"
                )
            )


async def drop_tables() -> None:
    async with transaction(None, role=OWNER_ROLE) as session:
        await session.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))


async def write_and_read(org_id: UUID, goes_on: Callable[[], bool]) -> dict[UUID, str]:
    """Change and read an organization's notes until told to stop; return what each must hold now.

    Nobody else may write these notes. What is read must be what was last committed.
    """
    async with transaction(org_id) as session:
        expected = {note.id: note.secret for note in await session.scalars(select(Note))}
    while goes_on():
        note_id = random.choice(list(expected))
        async with transaction(org_id) as session:
            note = await find_note(session, note_id)
            assert note.secret == expected[note_id]
            note.secret, note.count = f"{note_id} {note.count + 1}", note.count + 1
            if random.random() < 0.2:
                await session.flush()
                await asyncio.sleep(0.02)  # holds the row's lock, as a slow request would
        expected[note_id] = f"{note_id} {note.count}"
        async with transaction(org_id) as session:
            assert (await find_note(session, note_id)).secret == expected[note_id]
    return expected


async def find_note(session: AsyncSession, note_id: UUID) -> Note:
    return (await session.scalars(select(Note).where(Note.id == note_id))).one()


async def _write_until_told(org_id: UUID) -> None:
    """Run as a process of its own: write until standard input says so; print what each note must hold."""
    told = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    print("ready", flush=True)
    for note_id, secret in (await write_and_read(org_id, lambda: not told.done())).items():
        print(f"{note_id}={secret}", flush=True)


if __name__ == "__main__":
    asyncio.run(_write_until_told(UUID(sys.argv[1])))
