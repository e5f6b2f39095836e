"""The one shape of successful answers, and opaque cursors for paging through them."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel

from metacortex.platform.errors import Invalid
from metacortex.platform.http.json import dump_json

T = TypeVar("T")


class BadCursor(Invalid):
    code = "bad_cursor"
    title = "This page marker is not one of ours. Start again from the first page."


class PageMeta(BaseModel):
    """How to get the next page; null on the last one."""

    next_cursor: str | None


class Envelope(BaseModel, Generic[T]):
    """One thing."""

    data: T
    meta: dict[str, Any] = {}
    errors: list[Any] = []


class Page(BaseModel, Generic[T]):
    """Some of many things, in a stable order."""

    data: list[T]
    meta: PageMeta
    errors: list[Any] = []


def envelope(data: Any, **meta: Any) -> Any:
    """Wrap one result."""
    return {"data": data, "meta": meta, "errors": []}


def page(items: Sequence[Any], *, next_cursor: str | None) -> Any:
    """Wrap one page of results."""
    return {"data": items, "meta": {"next_cursor": next_cursor}, "errors": []}


def write_cursor(values: Sequence[Any]) -> str:
    """Encode where a page ended (numbers, strings, None, datetimes, UUIDs)."""
    return base64.urlsafe_b64encode(dump_json(list(values))).rstrip(b"=").decode()


def read_cursor(cursor: str | None, *, size: int) -> list[Any] | None:
    """Decode a cursor of `size` values; None when there is none."""
    if not cursor:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise BadCursor from error
    if not isinstance(values, list) or len(values) != size:
        raise BadCursor
    return values


def write_moment_cursor(moment: datetime, row_id: UUID) -> str:
    """Encode where a page of things in time order ended."""
    return write_cursor([moment, row_id])


def read_moment_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Decode a cursor of time and id; None when there is none."""
    values = read_cursor(cursor, size=2)
    return None if values is None else read_moment(values)


def read_moment(values: Sequence[Any]) -> tuple[datetime, UUID]:
    """Read (time with zone, id) out of a cursor; raise BadCursor when it holds something else."""
    try:
        moment, row_id = datetime.fromisoformat(values[0]), UUID(values[1])
        if moment.tzinfo is None:
            raise BadCursor
        return moment.astimezone(UTC), row_id
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        raise BadCursor from error
