"""The one shape of successful answers, and opaque cursors for paging through them."""

import base64
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

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
