"""What is sealed in segments opens whole and in parts, and never after it was changed, cut, mixed or moved."""

import os
from collections.abc import AsyncIterator

import pytest

from metacortex.platform.security.encryption import CannotOpen
from metacortex.platform.security.encryption.segments import (
    HEAD_BYTES,
    SEGMENT_BYTES,
    clear_bytes,
    count_segments,
    find_segment,
    open_segments,
    seal_segments,
)

KEY, PLACE = bytes(range(32)), b"here"
SIZES = [0, 1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 3 * SEGMENT_BYTES, 3 * SEGMENT_BYTES + 77]


async def cut(content: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def seal(content: bytes, *, size: int = 10_000, key: bytes = KEY) -> bytes:
    return b"".join([part async for part in seal_segments(cut(content, size), key, PLACE)])


def open_whole(sealed: bytes, *, count: int | None = None, place: bytes = PLACE, key: bytes = KEY) -> bytes:
    known = count_segments(len(sealed)) if count is None else count
    return open_segments(sealed[:HEAD_BYTES], 0, sealed[HEAD_BYTES:], known, key, place)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("chunk", [999, SEGMENT_BYTES, 10 * SEGMENT_BYTES])
async def test_it_opens_whatever_its_length_and_however_it_came(size: int, chunk: int) -> None:
    content = os.urandom(size)
    sealed = await seal(content, size=chunk)
    assert open_whole(sealed) == content
    assert clear_bytes(len(sealed), count_segments(len(sealed))) == size
    assert content[:32] not in sealed or size < 32


async def test_one_segment_opens_alone() -> None:
    content = os.urandom(3 * SEGMENT_BYTES + 77)
    sealed = await seal(content)
    for number in range(4):
        part = sealed[find_segment(number) : find_segment(number + 1)]
        opened = open_segments(sealed[:HEAD_BYTES], number, part, 4, KEY, PLACE)
        assert opened == content[number * SEGMENT_BYTES : (number + 1) * SEGMENT_BYTES]


async def test_the_same_is_never_sealed_the_same() -> None:
    first, second = await seal(b"hello"), await seal(b"hello")
    assert first[:HEAD_BYTES] != second[:HEAD_BYTES]
    with pytest.raises(CannotOpen):
        open_whole(first[:HEAD_BYTES] + second[HEAD_BYTES:])


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_changed_or_cut_off_opens(size: int) -> None:
    sealed = await seal(os.urandom(size))
    for at in {0, 1, HEAD_BYTES, len(sealed) // 2, len(sealed) - 1}:
        with pytest.raises(CannotOpen):
            open_whole(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    ends = {len(sealed) - 1, len(sealed) - 16, *(find_segment(number) for number in range(count_segments(len(sealed))))}
    for end in ends:
        with pytest.raises(CannotOpen):
            open_whole(sealed[:end])
    with pytest.raises(CannotOpen):
        open_whole(sealed + sealed[-17:])


async def test_segments_keep_their_places() -> None:
    sealed = await seal(os.urandom(3 * SEGMENT_BYTES))
    head, parts = sealed[:HEAD_BYTES], [sealed[find_segment(at) : find_segment(at + 1)] for at in range(3)]
    for order in ((1, 0, 2), (0, 0, 2), (0, 2), (2, 1, 0)):
        with pytest.raises(CannotOpen):
            open_whole(head + b"".join(parts[at] for at in order))


async def test_it_opens_nowhere_else_and_with_no_other_key() -> None:
    sealed = await seal(b"hello")
    for wrong in ({"place": b"there"}, {"key": bytes(32)}, {"count": 2}):
        with pytest.raises(CannotOpen):
            open_whole(sealed, **wrong)


@pytest.mark.parametrize("length", [0, 1, HEAD_BYTES, HEAD_BYTES + 15])
def test_what_is_no_whole_segments_is_refused(length: int) -> None:
    with pytest.raises(CannotOpen):
        count_segments(length)
