"""Passwords: bcrypt, off the event loop, with every byte of a long password counted."""

import asyncio
import base64
import hashlib
import hmac
import os
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import bcrypt

from metacortex.platform.security.settings import security_settings

# Keying the digest keeps SHA-256 hashes leaked elsewhere from being tried against these.
_DIGEST_KEY = b"metacortex/password/v1"
# Salt and hash of a password nobody has: verifying against them costs the same as against a real one's.
_NOBODY = "sj3HSefXa1DDcXOB/S58Yemo3usGsmjiLGPV5RZm79dvKuVmmWN.S"


async def hash_password(password: str) -> str:
    """Return the bcrypt hash to keep for a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), _hash, password)


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Tell whether the password fits the hash; without a hash the answer is no after the same amount of work."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), _verify, password, password_hash)


async def renew_hash(password: str, password_hash: str | None) -> str | None:
    """Return a new hash of a password that fits a hash of other rounds than the settings ask, else None."""
    if password_hash is None or password_hash.startswith(_prefix()):
        return None
    return await hash_password(password)


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    """A pool of its own, so that a wave of sign-ins never holds up file writes on the default one."""
    return ThreadPoolExecutor(max_workers=max(2, (os.cpu_count() or 2) // 2), thread_name_prefix="password")


def _digest(password: str) -> bytes:
    """Shorten to 44 bytes without NUL: bcrypt reads 72 bytes at most and stops at NUL."""
    # Keyboards differ in how they compose accents; NFKC makes them agree.
    text = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.new(_DIGEST_KEY, text, hashlib.sha256).digest())


def _hash(password: str) -> str:
    return bcrypt.hashpw(_digest(password), bcrypt.gensalt(rounds=security_settings().password_hash_rounds)).decode()


def _verify(password: str, password_hash: str | None) -> bool:
    fits = bcrypt.checkpw(_digest(password), (password_hash or _prefix() + _NOBODY).encode())
    return fits and password_hash is not None


def _prefix() -> str:
    return f"$2b${security_settings().password_hash_rounds}$"
