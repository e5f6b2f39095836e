"""Parts of a big answer: what a Range header asks for (RFC 9110 section 14), as a player does that seeks."""

import re
from dataclasses import dataclass

from metacortex.platform.errors import Problem

_ONE_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)


class RangeNotSatisfiable(Problem):
    status, code = 416, "range_not_satisfiable"
    title = "The part that was asked for lies beyond the end."


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of something: its first byte, and the one after its last."""

    start: int
    end: int


def read_range_header(header: str | None, size: int) -> ByteRange | None:
    """Return the part of `size` bytes that is asked for; None for all of it; raises RangeNotSatisfiable.

    A header that cannot be read, or asks for several parts, is ignored, as section 14.2 allows.
    """
    found = _ONE_RANGE.fullmatch(header or "")
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        wanted = ByteRange(max(0, size - int(found[2])), size)
    else:
        start = int(found[1])
        last = int(found[2]) if found[2] else size - 1
        if found[2] and last < start:
            return None
        wanted = ByteRange(start, min(size, last + 1))
    if wanted.start >= wanted.end:
        raise RangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    return wanted
