"""The installation's own secret, kept apart from the data, from which keys of every purpose are derived."""

import os
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from metacortex.platform.security.settings import security_settings
from metacortex.platform.settings import settings

_BYTES = 32


@lru_cache(maxsize=16)
def derive_key(purpose: str) -> bytes:
    """Return 256 bits for one purpose, the same in every process that shares the secret (HKDF, RFC 5869)."""
    return HKDF(hashes.SHA256(), _BYTES, salt=None, info=b"metacortex/" + purpose.encode()).derive(_secret())


@lru_cache(maxsize=1)
def _secret() -> bytes:
    given = security_settings().secret_key
    if given is not None:
        return given.get_secret_value().encode()
    path = settings().data_dir / "keys" / "secret.key"
    if not path.exists():
        write_once(path, os.urandom(_BYTES))
    return path.read_bytes()


def write_once(path: Path, content: bytes) -> None:
    """Write a file that only this account can read; of several processes at once the first one wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
