"""JSON as bytes, with the types our rows hold."""

from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel


def _to_plain(value: Any) -> Any:
    if isinstance(value, UUID):  # the driver's own subclass, which orjson does not take for one
        return str(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    message = f"{type(value).__name__} has no JSON form."
    raise TypeError(message)


def dump_json(value: Any) -> bytes:
    """Encode a value: datetimes by RFC 3339, UUIDs as text."""
    return orjson.dumps(value, default=_to_plain)
