"""Objects that come in chunks are kept whole or not at all, and read in parts: in a folder, and in a store by URL."""

from collections.abc import AsyncIterator, Iterator

import pytest

from metacortex.platform import storage
from metacortex.platform.settings import settings
from metacortex.platform.storage import (
    StorageUnavailable,
    delete_object,
    local_folder,
    read_range,
    read_size,
    store_stream,
)

KEY = "5f0c0000-0000-0000-0000-000000000000/recordings/one"


@pytest.fixture(params=["folder", "memory"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Keep objects in a folder, or by the library that speaks S3."""
    if request.param == "memory":
        monkeypatch.setenv("METACORTEX_STORAGE_URL", "memory://")
        settings.cache_clear()
        storage._store.cache_clear()
        assert local_folder() is None
    yield request.param
    monkeypatch.undo()
    settings.cache_clear()
    storage._store.cache_clear()


class Spilt(Exception):
    """The source broke off."""


async def pour(*chunks: bytes, breaks: bool = False) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    if breaks:
        raise Spilt


async def test_what_was_poured_in_is_read_in_parts(place: str) -> None:
    await store_stream(KEY, pour(b"abc", b"", b"defgh" * 10))
    assert await read_size(KEY) == 53
    assert await read_range(KEY, 0, 5) == b"abcde"
    assert await read_range(KEY, 50, 99) == b"fgh"
    await store_stream(KEY, pour(b"anew"))
    assert await read_range(KEY, 0, 99) == b"anew"
    await delete_object(KEY)
    for ask in (read_size(KEY), read_range(KEY, 0, 1)):
        with pytest.raises(StorageUnavailable) as told:
            await ask
        assert (told.value.detail, str(told.value)) == ("", StorageUnavailable.title), "no path or address is told"


async def test_what_broke_off_leaves_what_was_there(place: str) -> None:
    await store_stream(KEY, pour(b"before"))
    with pytest.raises(Spilt):
        await store_stream(KEY, pour(b"half of it", breaks=True))
    assert await read_range(KEY, 0, 99) == b"before"
    folder = local_folder()
    if folder is not None:
        assert [path.name for path in (folder / KEY).parent.iterdir()] == ["one"]
    await delete_object(KEY)
