"""Every statement about trunks, which all organizations share, and about how much own numbers are used."""

from collections.abc import Collection

from sqlalchemy import Text, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from metacortex.contexts.calls.models import CallRow
from metacortex.contexts.calls.types import CallState

_NUMBERS_SEED = 7_203_144_523
_COUNT_LINES = text("SELECT count_trunk_lines(:trunk, :holds)")
_COUNT_CHANNELS = text("SELECT count_server_channels(:trunk, :holds)")
_HOLD_TRUNKS = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(trunk, 7203144522)) FROM unnest(:trunks) AS trunk"
).bindparams(bindparam("trunks", type_=ARRAY(Text)))
# The clock is the database's alone: those of the machines that ring may differ.
_TAKE_TURN = text(
    """
    UPDATE asterisk_servers
    SET next_call_at = greatest(next_call_at, clock_timestamp()) + make_interval(secs => :apart)
    WHERE name = :trunk
        AND coalesce(next_call_at, clock_timestamp()) <= clock_timestamp() + make_interval(secs => :within)
    RETURNING extract(epoch FROM next_call_at - clock_timestamp())::float8 - :apart
    """
)
_READ_QUEUE = text(
    "SELECT extract(epoch FROM next_call_at - clock_timestamp())::float8 FROM asterisk_servers WHERE name = :trunk"
)
# A turn that a crash of the database forgets is one call too early; to wait for its disk costs every ring.
_NEED_NOT_LAST = text("SET LOCAL synchronous_commit TO off")


async def count_trunk_lines(session: AsyncSession, trunk: str, *, holds: bool = False) -> int:
    """Return how many lines of a trunk every organization's calls have, or have yet to ring.

    With `holds` nobody else who asks so is told before this transaction has ended.
    """
    return int(await session.scalar(_COUNT_LINES, {"trunk": trunk, "holds": holds}) or 0)


async def count_server_channels(session: AsyncSession, server: str, *, holds: bool = False) -> int:
    """Return how many phones every organization's calls have on a server, or have yet to ring; holds what lines do."""
    return int(await session.scalar(_COUNT_CHANNELS, {"trunk": server, "holds": holds}) or 0)


async def hold_trunks(session: AsyncSession, trunks: Collection[str]) -> None:
    """Let nobody else count the lines and channels of these until the transaction ends, in the order of their names."""
    await session.execute(_HOLD_TRUNKS, {"trunks": sorted(trunks)})


async def take_turn(session: AsyncSession, trunk: str, *, apart_seconds: float, within_seconds: float) -> float | None:
    """Take a trunk's next moment to ring; return how many seconds off it is, or None if there is none within so many.

    Moments lie `apart_seconds` from each other.
    """
    await session.execute(_NEED_NOT_LAST)
    values = {"trunk": trunk, "apart": apart_seconds, "within": max(0.0, within_seconds)}
    seconds = await session.scalar(_TAKE_TURN, values)
    return None if seconds is None else max(0.0, float(seconds))


async def read_queue_seconds(session: AsyncSession, trunk: str) -> float:
    """Return how many seconds off a trunk's next moment to ring is; 0 if it is now."""
    return max(0.0, await session.scalar(_READ_QUEUE, {"trunk": trunk}) or 0.0)


async def hold_numbers(session: AsyncSession) -> None:
    """Let calls of the organization choose the number they show one after the other, until the transaction ends."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(str(session.info["org_id"]), _NUMBERS_SEED))
    await session.execute(select(lock))


async def count_live_by_caller_id(session: AsyncSession, caller_ids: Collection[str]) -> dict[str, int]:
    """Return in how many calls that are on each of our numbers is shown."""
    found = await session.execute(
        select(CallRow.caller_id, func.count())
        .where(
            CallRow.org_id == session.info["org_id"],
            CallRow.state != CallState.ENDED.value,
            CallRow.caller_id.in_(caller_ids),
        )
        .group_by(CallRow.caller_id)
    )
    return {str(row[0]): int(row[1]) for row in found}
