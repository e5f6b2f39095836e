"""Keys that sort by when they were made."""

import os
import time
from datetime import datetime
from uuid import UUID


def new_id() -> UUID:
    """Return a UUIDv7 whose order within one process is the order of the calls.

    48 bits of milliseconds since 1970, 12 of their fraction, 62 random ones (RFC 9562 sections 5.7 and 6.2, method 3).
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = nanoseconds * 4096 // 1_000_000
    chance = int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | chance)


def first_id_at(moment: datetime) -> UUID:
    """Return an id that sorts before all that are made from a moment on, and after those made before it."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
