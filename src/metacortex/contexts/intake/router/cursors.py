"""Where a page of things in time order ended."""

from datetime import datetime
from uuid import UUID

from metacortex.platform.http import read_cursor, write_cursor
from metacortex.platform.http.envelope import BadCursor


def read_moment_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Decode (time, id); raise BadCursor when it holds something else."""
    values = read_cursor(cursor, size=2)
    if values is None:
        return None
    try:
        moment = datetime.fromisoformat(values[0])
        row_id = UUID(values[1])
    except (TypeError, ValueError, AttributeError) as error:
        raise BadCursor from error
    if moment.tzinfo is None:
        raise BadCursor
    return moment, row_id


def write_moment_cursor(moment: datetime, row_id: UUID) -> str:
    """Encode (time, id)."""
    return write_cursor([moment.isoformat(), str(row_id)])
