"""Object storage by URL: a local folder first, any S3-compatible service by settings; objects are named by content."""

import asyncio
import hashlib
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from obstore.store import ObjectStore, from_url

from metacortex.platform.errors import Unavailable
from metacortex.platform.settings import settings


class StorageUnavailable(Unavailable):
    """Objects cannot be kept or read now."""

    code = "storage_unavailable"
    title = "The object storage cannot be reached or is full. Nothing was taken; try again in a moment."


async def store_object(org_id: UUID, content: bytes) -> str:
    """Keep bytes durably and return their key, which is the same for the same content of one organization."""
    digest = hashlib.sha256(content).hexdigest()
    key = f"{org_id}/{digest[:2]}/{digest}"
    try:
        folder = local_folder()
        if folder is None:
            await _store().put_async(key, content)
        else:
            await asyncio.to_thread(_write_durably, folder / key, content)
    except Exception as error:
        raise StorageUnavailable(str(error)) from error
    return key


async def read_object(key: str) -> bytes:
    """Return the bytes kept under a key."""
    try:
        folder = local_folder()
        if folder is not None:
            return await asyncio.to_thread((folder / key).read_bytes)
        found = await _store().get_async(key)
        return bytes(await found.bytes_async())
    except Exception as error:
        raise StorageUnavailable(str(error)) from error


async def delete_object(key: str) -> None:
    """Forget the bytes kept under a key; it is well if there are none."""
    try:
        folder = local_folder()
        if folder is None:
            with suppress(FileNotFoundError):
                await _store().delete_async(key)
        else:
            await asyncio.to_thread(_delete_durably, folder / key)
    except Exception as error:
        raise StorageUnavailable(str(error)) from error


def local_folder() -> Path | None:
    """Return the folder objects lie in, or None where they lie in a service."""
    url = settings().storage_url
    if url is None:
        return settings().data_dir / "objects"
    return Path(url.removeprefix("file://")) if url.startswith("file://") else None


@lru_cache(maxsize=1)
def _store() -> ObjectStore:
    return from_url(str(settings().storage_url))


def _write_durably(path: Path, content: bytes) -> None:
    """Write beside the target, force to disk, rename: a reader sees the whole object or none."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
        _sync_folder(path.parent)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


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
