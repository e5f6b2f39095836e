"""A long secret sealed segment by segment, so that it can be written as it comes and read from any place.

    version 1 byte | prefix 7 | segment | segment | …       a segment: at most 64 KiB, sealed, and its tag of 16 bytes

AES-256-GCM with the nonce prefix 7 | number 4 | last 1: STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, “Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance”, CRYPTO 2015 (eprint.iacr.org/2015/189), section 7, in
which no segment can be left out, moved or cut off unnoticed. The additional data names the place, so that nothing opens
anywhere else. A key may seal a few versions of the same thing: each has a random prefix.
"""

import os
from collections.abc import AsyncIterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from metacortex.platform.security.encryption.sealing import CannotOpen

SEGMENT_BYTES = 64 * 1024
HEAD_BYTES = 8
KEY_BYTES = 32
_VERSION = b"\x01"
_PREFIX_BYTES = 7
_TAG_BYTES = 16
_SEALED_BYTES = SEGMENT_BYTES + _TAG_BYTES


async def seal_segments(chunks: AsyncIterator[bytes], key: bytes, place: bytes) -> AsyncIterator[bytes]:
    """Yield the head, then each segment sealed, of what comes in chunks of any size."""
    cipher, head = AESGCM(key), _VERSION + os.urandom(_PREFIX_BYTES)
    number, waiting = 0, bytearray()
    yield head
    async for chunk in chunks:
        waiting += chunk
        # What may be the last segment waits until something follows it.
        while len(waiting) > SEGMENT_BYTES:
            yield cipher.encrypt(_nonce(head, number, is_last=False), bytes(waiting[:SEGMENT_BYTES]), place)
            del waiting[:SEGMENT_BYTES]
            number += 1
    yield cipher.encrypt(_nonce(head, number, is_last=True), bytes(waiting), place)


def open_segments(head: bytes, first: int, sealed: bytes, count: int, key: bytes, place: bytes) -> bytes:
    """Return what neighbouring segments hold, the first of them being number `first` of all `count`.

    Raises CannotOpen where anything was changed, moved or cut off.
    """
    if len(head) != HEAD_BYTES or head[:1] != _VERSION:
        raise CannotOpen("It does not begin as something that was sealed in segments.")
    cipher, opened = AESGCM(key), bytearray()
    for at in range(0, len(sealed), _SEALED_BYTES):
        number = first + at // _SEALED_BYTES
        nonce = _nonce(head, number, is_last=number == count - 1)
        try:
            opened += cipher.decrypt(nonce, sealed[at : at + _SEALED_BYTES], place)
        except InvalidTag as error:
            raise CannotOpen(f"Segment {number} was changed, moved or cut off after it was sealed.") from error
    return bytes(opened)


def count_segments(sealed_bytes: int) -> int:
    """Return of how many segments something of this length, head included, consists; raises CannotOpen if of none."""
    count = -(-(sealed_bytes - HEAD_BYTES) // _SEALED_BYTES)
    if count < 1 or clear_bytes(sealed_bytes, count) < 0:
        raise CannotOpen("It is cut short.")
    return count


def clear_bytes(sealed_bytes: int, count: int) -> int:
    """Return how long that was before it was sealed."""
    return sealed_bytes - HEAD_BYTES - count * _TAG_BYTES


def find_segment(number: int) -> int:
    """Return where a segment begins."""
    return HEAD_BYTES + number * _SEALED_BYTES


def _nonce(head: bytes, number: int, *, is_last: bool) -> bytes:
    return head[1:] + number.to_bytes(4, "big") + bytes([is_last])
