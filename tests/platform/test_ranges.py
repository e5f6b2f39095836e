"""What a Range header asks for."""

import pytest

from metacortex.platform.http.ranges import ByteRange, RangeNotSatisfiable, read_range_header


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-9", ByteRange(0, 10)),
        ("bytes=5-", ByteRange(5, 100)),
        ("bytes=99-99", ByteRange(99, 100)),
        ("bytes=90-1000", ByteRange(90, 100)),
        ("bytes=-10", ByteRange(90, 100)),
        ("bytes=-1000", ByteRange(0, 100)),
        ("BYTES= 0-0 ", ByteRange(0, 1)),
        (None, None),
        ("", None),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=1-2,4-5", None),
        ("items=0-9", None),
        ("bytes=0x1-0x2", None),
        ("bytes=" + "9" * 40 + "-", None),
        ("bytes=٣-٤", None),
    ],
)
def test_a_part_of_a_hundred_bytes(header: str | None, found: ByteRange | None) -> None:
    assert read_range_header(header, 100) == found


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=100-", 100), ("bytes=100-200", 100), ("bytes=-0", 100), ("bytes=0-", 0)]
)
def test_what_lies_beyond_the_end_is_refused_with_the_size(header: str, size: int) -> None:
    with pytest.raises(RangeNotSatisfiable) as refused:
        read_range_header(header, size)
    assert refused.value.headers["Content-Range"] == f"bytes */{size}"
