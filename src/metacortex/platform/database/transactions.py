"""Transactions bound to one organization, with work that must be written just before the commit."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.event import listens_for
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from metacortex.platform.database.engine import APP_ROLE, engine
from metacortex.platform.database.writing import Rows, write_rows

_LOCKS = {
    False: text("SELECT pg_advisory_xact_lock(hashtextextended(:text, :seed))"),
    True: text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:text, :seed))"),
}
_STEPS = "before_commit"
_NOTICES = "notices"
_OPENING = "opening"
_ROWS = "last_rows"


@dataclass(frozen=True, slots=True)
class Lock:
    """An advisory lock on a text of ours, until the transaction ends; of one `seed` only shared locks meet."""

    text: str
    seed: int
    is_shared: bool = False

    @property
    def statement(self) -> str:
        """The statement that takes it; the text goes as hexadecimal digits, so that nothing in it is read as SQL."""
        said = f"convert_from('\\x{self.text.encode().hex()}'::bytea, 'UTF8')"
        return f"SELECT pg_advisory_xact_lock{'_shared' * self.is_shared}(hashtextextended({said}, {self.seed:d}));"


class _Session(Session):
    """A session whose transaction opens as `session.info` says, with its first statement."""


@listens_for(_Session, "after_begin")
def _open(session: Session, opened: SessionTransaction, connection: Connection) -> None:
    if not opened.nested:
        driver: Any = connection.connection.driver_connection
        driver.opening = session.info[_OPENING]


@asynccontextmanager
async def transaction(
    org_id: UUID | None, *, role: str = APP_ROLE, locks: Sequence[Lock] = ()
) -> AsyncIterator[AsyncSession]:
    """Open a transaction that sees the rows of one organization (of none if `org_id` is None); commit on leaving.

    It begins, is bound to the organization and takes the locks, in their order, in the round trip before its first
    statement.
    """
    made = AsyncSession(engine(role), sync_session_class=_Session, expire_on_commit=False, autoflush=True)
    bind = f"SELECT set_config('app.org_id', '{UUID(int=org_id.int)}', true);" if org_id is not None else ""
    async with made as session, session.begin():
        session.info["org_id"] = org_id
        session.info[_OPENING] = bind + "".join(lock.statement for lock in locks)
        yield session
        for step in session.info.get(_STEPS, []):
            await step(session)
        await write_rows(session, last_rows(session), session.info.get(_NOTICES, ()))


async def take_lock(session: AsyncSession, lock: Lock) -> None:
    """Take a lock in a transaction that has begun."""
    await session.execute(_LOCKS[lock.is_shared], {"text": lock.text, "seed": lock.seed})


def before_commit(session: AsyncSession, step: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Run `step` once, when the transaction is about to write its last rows and commit."""
    steps = session.info.setdefault(_STEPS, [])
    if step not in steps:
        steps.append(step)


def last_rows(session: AsyncSession) -> Rows:
    """Return what is written by the transaction's last statement, all together; add to it what nobody reads before."""
    rows: Rows = session.info.setdefault(_ROWS, Rows())
    return rows


def notify(session: AsyncSession, channel: str, payload: str = "") -> None:
    """Wake those who listen on a channel, once, when this transaction has committed."""
    session.info.setdefault(_NOTICES, set()).add((channel, payload))
