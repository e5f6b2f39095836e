"""Object storage by URL: a local folder first, any S3-compatible service by settings.

Objects are named by their content; those too big to be held in memory, and so not known before, by whoever keeps them.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from obstore.store import ObjectStore, from_url

from metacortex.platform.errors import Unavailable
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import log


class StorageUnavailable(Unavailable):
    """Objects cannot be kept or read now."""

    code = "storage_unavailable"
    title = "The object storage cannot be reached or is full. Nothing was taken; try again in a moment."


async def store_object(org_id: UUID, content: bytes) -> str:
    """Keep bytes durably and return their key, which is the same for the same content of one organization."""
    digest = hashlib.sha256(content).hexdigest()
    key = f"{org_id}/{digest[:2]}/{digest}"
    with _tell_unavailable():
        folder = local_folder()
        if folder is None:
            await _store().put_async(key, content)
        else:
            await asyncio.to_thread(_write_durably, folder / key, content)
    return key


async def store_stream(key: str, chunks: AsyncIterator[bytes]) -> None:
    """Keep durably, under a key and in place of what was there, what comes in chunks: all of it, or nothing.

    What the chunks raise goes through.
    """
    source = _Source(chunks)
    try:
        folder = local_folder()
        if folder is None:
            await _store().put_async(key, source.read())
        else:
            await _stream_durably(folder / key, source.read())
    except Exception as error:
        if error is source.failure:
            raise
        raise _unavailable(error) from error


async def read_object(key: str) -> bytes:
    """Return the bytes kept under a key."""
    with _tell_unavailable():
        folder = local_folder()
        if folder is not None:
            return await asyncio.to_thread((folder / key).read_bytes)
        found = await _store().get_async(key)
        return bytes(await found.bytes_async())


async def read_size(key: str) -> int:
    """Return how many bytes are kept under a key."""
    with _tell_unavailable():
        folder = local_folder()
        if folder is not None:
            return (await asyncio.to_thread((folder / key).stat)).st_size
        return int((await _store().head_async(key))["size"])


async def read_range(key: str, start: int, end: int) -> bytes:
    """Return the bytes kept under a key from `start` to before `end`, as far as there are any."""
    with _tell_unavailable():
        folder = local_folder()
        if folder is not None:
            return await asyncio.to_thread(_read_part, folder / key, start, end)
        return bytes(await _store().get_range_async(key, start=start, end=end))


async def delete_object(key: str) -> None:
    """Forget the bytes kept under a key; it is well if there are none."""
    with _tell_unavailable():
        folder = local_folder()
        if folder is None:
            with suppress(FileNotFoundError):
                await _store().delete_async(key)
        else:
            await asyncio.to_thread(_delete_durably, folder / key)


def local_folder() -> Path | None:
    """Return the folder objects lie in, or None where they lie in a service."""
    url = settings().storage_url
    if url is None:
        return settings().data_dir / "objects"
    return Path(url.removeprefix("file://")) if url.startswith("file://") else None


@lru_cache(maxsize=1)
def _store() -> ObjectStore:
    return from_url(str(settings().storage_url))


@contextmanager
def _tell_unavailable() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> StorageUnavailable:
    """Return what people are told; what it was, with paths and addresses, is for whoever reads the logs."""
    log.warning("storage.unavailable", error=repr(error))
    return StorageUnavailable()


class _Source:
    """Chunks on their way to the storage, and what they raised, which is no fault of the storage."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self.failure: Exception | None = None
        self._chunks = chunks

    async def read(self) -> AsyncIterator[bytes]:
        """Yield the chunks."""
        try:
            async for chunk in self._chunks:
                yield chunk
        except Exception as error:
            self.failure = error
            raise


def _write_durably(path: Path, content: bytes) -> None:
    """Write beside the target, force to disk, rename: a reader sees the whole object or none."""
    if path.exists():
        return
    partial, file = _begin(path)
    try:
        with file:
            file.write(content)
            _force(file)
        _rename(partial, path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


async def _stream_durably(path: Path, chunks: AsyncIterator[bytes]) -> None:
    """Do the same with what comes in chunks."""
    partial, file = await asyncio.to_thread(_begin, path)
    try:
        with file:
            async for chunk in chunks:
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(_force, file)
        await asyncio.to_thread(_rename, partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _begin(path: Path) -> tuple[Path, BinaryIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    return partial, partial.open("wb")


def _force(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _rename(partial: Path, path: Path) -> None:
    partial.rename(path)
    _sync_folder(path.parent)


def _read_part(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(end - start)


def _delete_durably(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Force the new name to disk, so that it outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
