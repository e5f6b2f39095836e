"""A sealed value: AES-256-GCM under a data key, which travels beside it, wrapped.

    version 1 byte | wrapping key id 8 | length of the wrapped key 2 | wrapped key | nonce 12 | ciphertext and tag 16

The additional data names the place (table, column, key of the row), so that no value opens anywhere else. Rewrapping
replaces the first four fields and leaves the rest as it is. Sources: NIST SP 800-38D for GCM, section 8.3 for the limit
on random nonces, of which ours is a small part; RFC 8017 section 7.1 for RSA-OAEP.
"""

import os
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from metacortex.platform.security.encryption.keys import KEY_ID_BYTES, WrappingKey, find_key, wrapping_key

VERSION = 1
KEY_ID_AT = 2  # where the wrapping key's id begins, counted from 1 as in SQL
_HEAD_BYTES = 1 + KEY_ID_BYTES + 2
_NONCE_BYTES = 12
_TAG_BYTES = 16
_DATA_KEY_BITS = 256
_LONGEST_USE_SECONDS = 3600.0
_MOST_USES = 2**20
_DOMAIN = "metacortex/sealed/1"


class CannotOpen(Exception):
    """A sealed value was changed, or moved here from another place."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The parts of a sealed value; `box` is nonce, ciphertext and tag."""

    key_id: bytes
    wrapped_key: bytes
    box: bytes


@dataclass(slots=True)
class _DataKey:
    """A data key that this process seals with for a while."""

    key_id: bytes
    wrapped_key: bytes
    secret: bytes = field(repr=False)
    made_at: float
    uses: int = 0

    def fits(self, wrapping: WrappingKey) -> bool:
        young = time.monotonic() - self.made_at < _LONGEST_USE_SECONDS
        return self.key_id == wrapping.key_id and young and self.uses < _MOST_USES


_lock = threading.Lock()
_current: _DataKey | None = None


def seal(text: str, place: bytes) -> bytes:
    """Return the text sealed to its place; raises KeyServiceUnavailable where the key service has to be asked."""
    key, nonce = _take_data_key(), os.urandom(_NONCE_BYTES)
    box = nonce + AESGCM(key.secret).encrypt(nonce, text.encode("utf-8", "surrogatepass"), place)
    return pack(Sealed(key.key_id, key.wrapped_key, box))


def open_sealed(value: bytes, place: bytes) -> str:
    """Return the text sealed to this place.

    Raises CannotOpen if value or place differ, UnknownDataKey if its key is not here, and what the key service raises.
    """
    sealed = parse(value)
    nonce, ciphertext = sealed.box[:_NONCE_BYTES], sealed.box[_NONCE_BYTES:]
    try:
        clear = AESGCM(_data_key_of(sealed)).decrypt(nonce, ciphertext, place)
    except InvalidTag as error:
        raise CannotOpen("It was changed after it was sealed, or moved here from another row or column.") from error
    return clear.decode("utf-8", "surrogatepass")


def rewrap(value: bytes) -> bytes:
    """Return the same sealed text with its data key under the key that wraps now."""
    sealed, newest = parse(value), wrapping_key()
    if sealed.key_id == newest.key_id:
        return value
    return pack(Sealed(newest.key_id, _wrap_anew(newest.key_id, sealed.key_id, sealed.wrapped_key), sealed.box))


def fetch_data_key(value: bytes) -> None:
    """Unwrap the value's data key and remember it, so that opening it will ask nobody."""
    _data_key_of(parse(value))


def name_place(*parts: str) -> bytes:
    """Encode what a value is bound to, each part with its length, so that no two places read the same."""
    encoded = [part.encode() for part in (_DOMAIN, *parts)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def pack(sealed: Sealed) -> bytes:
    """Return the bytes to keep."""
    length = len(sealed.wrapped_key).to_bytes(2, "big")
    return bytes([VERSION]) + sealed.key_id + length + sealed.wrapped_key + sealed.box


def parse(value: bytes) -> Sealed:
    """Return the parts of what `pack` wrote; raises CannotOpen if it is something else."""
    if not value or value[0] != VERSION:
        raise CannotOpen("It is not a sealed value of a version this program knows.")
    box_at = _HEAD_BYTES + int.from_bytes(value[_HEAD_BYTES - 2 : _HEAD_BYTES], "big")
    if len(value) < max(box_at, _HEAD_BYTES) + _NONCE_BYTES + _TAG_BYTES:
        raise CannotOpen("It is cut short.")
    return Sealed(bytes(value[1 : 1 + KEY_ID_BYTES]), bytes(value[_HEAD_BYTES:box_at]), bytes(value[box_at:]))


def _take_data_key() -> _DataKey:
    global _current
    wrapping = wrapping_key()
    with _lock:
        if _current is None or not _current.fits(wrapping):
            secret = AESGCM.generate_key(_DATA_KEY_BITS)
            _current = _DataKey(wrapping.key_id, wrapping.wrap(secret), secret, time.monotonic())
        _current.uses += 1
        return _current


def _data_key_of(sealed: Sealed) -> bytes:
    own = _current
    if own is not None and (own.key_id, own.wrapped_key) == (sealed.key_id, sealed.wrapped_key):
        return own.secret
    return _unwrap(sealed.key_id, sealed.wrapped_key)


@lru_cache(maxsize=4096)
def _unwrap(key_id: bytes, wrapped_key: bytes) -> bytes:
    try:
        secret = find_key(key_id).unwrap(wrapped_key)
    except ValueError as error:
        raise CannotOpen("The data key beside it was changed.") from error
    if len(secret) * 8 != _DATA_KEY_BITS:
        raise CannotOpen("The data key beside it was changed.")
    return secret


@lru_cache(maxsize=4096)
def _wrap_anew(newest_id: bytes, key_id: bytes, wrapped_key: bytes) -> bytes:
    return find_key(newest_id).wrap(_unwrap(key_id, wrapped_key))
