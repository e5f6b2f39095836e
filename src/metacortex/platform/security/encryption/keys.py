"""The key pairs that wrap data keys, kept apart from the data: in a key service, the environment or a folder.

Each place that is configured can unwrap. The first of them in that order wraps, so that keys can move to another place.
"""

import base64
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from metacortex.platform.security.encryption.kms import KmsClient
from metacortex.platform.security.encryption.settings import encryption_settings
from metacortex.platform.security.keys import (
    PEM_BLOCK,
    UnusableSigningKey,
    list_keys,
    make_key,
    read_pem,
    thumbprint,
)
from metacortex.platform.settings import settings

KEY_ID_BYTES = 8
_FIRST_KEY = "0000-first.pem"
# NIST SP 800-57 part 1 gives 3072 bits a strength of 128, for secrets that are kept beyond 2030.
_NEW_KEY_BITS = 3072
_GUIDE = "See docs/guides/keys.md."


class UnusableDataKey(RuntimeError):
    """A key given for encrypted fields cannot be used."""


class UnknownDataKey(RuntimeError):
    """A value is sealed under a wrapping key that this process does not have."""


class WrappingKey(Protocol):
    """One key pair that encrypts data keys by RSA-OAEP with SHA-256 (RFC 8017, section 7.1)."""

    @property
    def key_id(self) -> bytes:
        """The first eight bytes of the public key's thumbprint (RFC 7638)."""

    def wrap(self, data_key: bytes) -> bytes:
        """Encrypt a data key; needs the public key only."""

    def unwrap(self, wrapped_key: bytes) -> bytes:
        """Decrypt a data key; raises ValueError where it was not made by `wrap` of the same pair."""


@dataclass(frozen=True, slots=True)
class LocalKey:
    """A key pair in this process's memory; without the private half it only wraps."""

    key_id: bytes
    public_key: RSAPublicKey = field(repr=False)
    private_key: RSAPrivateKey | None = field(repr=False, default=None)

    def wrap(self, data_key: bytes) -> bytes:
        """Encrypt a data key."""
        return self.public_key.encrypt(data_key, _oaep())

    def unwrap(self, wrapped_key: bytes) -> bytes:
        """Decrypt a data key."""
        if self.private_key is None:
            raise UnknownDataKey(f"Only the public half of data key {self.key_id.hex()} is here. {_GUIDE}")
        return self.private_key.decrypt(wrapped_key, _oaep())


@dataclass(frozen=True, slots=True)
class KmsKey:
    """A key pair in a key service, which never shows the private half."""

    key_id: bytes
    public_key: RSAPublicKey = field(repr=False)
    name: str
    client: KmsClient = field(repr=False)

    def wrap(self, data_key: bytes) -> bytes:
        """Encrypt a data key here, without asking the service."""
        return self.public_key.encrypt(data_key, _oaep())

    def unwrap(self, wrapped_key: bytes) -> bytes:
        """Have the service decrypt a data key."""
        return self.client.decrypt(self.name, wrapped_key)


def wrapping_key() -> WrappingKey:
    """Return the key that wraps new data keys; looks at the folder each time, as another process may have added one."""
    if names := encryption_settings().kms_key_ids:
        return _load_kms_key(names[0])
    if given := _given_keys():
        return given[0]
    if not _folder_keys():
        _add_key(_FIRST_KEY)
    return next(iter(_folder_keys().values()))


def find_key(key_id: bytes) -> WrappingKey:
    """Return the key pair of this id; raises UnknownDataKey where no place has it."""
    found = [key for key in (*_given_keys(), *_folder_keys().values()) if key.key_id == key_id]
    if found:
        return next((key for key in found if key.private_key is not None), found[0])
    for name in encryption_settings().kms_key_ids:
        if (kms_key := _load_kms_key(name)).key_id == key_id:
            return kms_key
    raise UnknownDataKey(
        f"A value is sealed under data key {key_id.hex()}, which is not in {_describe_places()}. "
        f"Put that key back from the back-up. {_GUIDE}"
    )


def data_key_folder() -> Path:
    """Return the folder of the local wrapping keys."""
    return settings().data_dir / "keys" / "data"


def folder_wraps() -> bool:
    """Tell whether new data keys are wrapped by a key of the folder."""
    return not encryption_settings().kms_key_ids and not _given_keys()


def add_data_key() -> bytes:
    """Add a key pair to the folder that wraps from now on, in every process that shares the folder; return its id."""
    wrapping_key()
    if not folder_wraps():
        message = f"The data keys come from {_describe_places()}: put a new one in front there. {_GUIDE}"
        raise UnusableDataKey(message)
    newest = next(iter(_folder_keys())).stem
    # A clock that was set back must not make the new key sort before the others.
    number = max(time.time_ns(), int(newest) + 1 if newest.isdigit() else 0)
    _add_key(f"{number:019d}.pem")
    return wrapping_key().key_id


def list_key_files() -> dict[Path, bytes]:
    """Return the id of each key file of the folder, the one that wraps first."""
    return {path: key.key_id for path, key in _folder_keys().items()}


def _add_key(name: str) -> None:
    folder = data_key_folder()
    for path in (folder.parent, folder):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_key(folder, name, _NEW_KEY_BITS)


def _folder_keys() -> dict[Path, LocalKey]:
    """Return the keys of the folder by file, the one that wraps first."""
    folder = data_key_folder()
    while True:
        names = list_keys(folder)
        try:
            return {folder / name: _read_file(folder / name) for name in names}
        except FileNotFoundError:  # removed since the folder was listed
            continue


def _given_keys() -> tuple[LocalKey, ...]:
    given = encryption_settings().data_keys
    text = given.get_secret_value() if given is not None else ""
    return _read_given(text) if text.strip() else ()


@lru_cache(maxsize=1)
def _read_given(pems: str) -> tuple[LocalKey, ...]:
    texts = PEM_BLOCK.findall(pems.replace("\\n", "\n"))
    if not texts:
        message = f"METACORTEX_DATA_KEYS holds no key. Give RSA private keys in PEM. {_GUIDE}"
        raise UnusableDataKey(message)
    return tuple(_read_key("METACORTEX_DATA_KEYS", text) for text in texts)


@lru_cache(maxsize=256)
def _read_file(path: Path) -> LocalKey:
    return _read_key(str(path), path.read_text())


def _read_key(source: str, text: str) -> LocalKey:
    try:
        private, public = read_pem(source, text)
    except UnusableSigningKey as error:
        raise UnusableDataKey(str(error)) from error
    return LocalKey(_identify(public), public, private)


@lru_cache(maxsize=16)
def _load_kms_key(name: str) -> KmsKey:
    given = encryption_settings()
    client = KmsClient(given)
    public = client.fetch_public_key(name)
    return KmsKey(_identify(public), public, name, client)


def _identify(public: RSAPublicKey) -> bytes:
    return base64.urlsafe_b64decode(thumbprint(public) + "=")[:KEY_ID_BYTES]


def _describe_places() -> str:
    folder = data_key_folder()
    places = [str(folder)] if folder_wraps() or folder.is_dir() else []
    if _given_keys():
        places.append("METACORTEX_DATA_KEYS")
    if (given := encryption_settings()).kms_key_ids:
        places.append(f"the key service at {given.kms_url}")
    return " or ".join(places)


def _oaep() -> OAEP:
    return OAEP(mgf=MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
