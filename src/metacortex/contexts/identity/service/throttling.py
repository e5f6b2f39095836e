"""Slowing down whoever guesses passwords, without letting them lock anybody out.

Tries are counted per account for strangers together, and apart for each browser that has signed in to the
account before: such a browser holds a device cookie (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
An attacker uses up the strangers' tries; the owner goes on from a known browser, or by a reset link from a new one.
"""

import hashlib
import hmac

from metacortex.platform.errors import TooMany
from metacortex.platform.limits import Limit, take
from metacortex.platform.security.secret_key import derive_key

_STRANGERS = Limit("account", "bucket", 20, 1800)
_KNOWN_DEVICE = Limit("device", "bucket", 20, 1800)
_CODES = Limit("codes", "bucket", 20, 3600)


class TooManyTries(TooMany):
    code = "too_many_tries"
    title = (
        "Somebody tried this too often. Wait a quarter of an hour, use a browser you signed in with before, "
        "or set a new password by mail."
    )


def make_device_cookie(email: str, device: str) -> str:
    """Return what a browser keeps to be known as one that has signed in to this account."""
    return f"{device}.{_sign(email, device)}"


def read_device(email: str, cookie: str | None) -> str | None:
    """Return which known browser a cookie speaks for, None if it is not for this account."""
    device, _, signature = (cookie or "").partition(".")
    if not device or not hmac.compare_digest(signature.encode(), _sign(email, device).encode()):
        return None
    return device


async def admit_try(email: str, device: str | None) -> None:
    """Count a try to sign in to an account, whether or not it exists; raises TooManyTries."""
    account = hashlib.sha256(email.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    check = (_STRANGERS, account) if device is None else (_KNOWN_DEVICE, f"{account}:{device}")
    await _take(check)


async def admit_code(user_id: str) -> None:
    """Count a try to give a second factor or a proof; raises TooManyTries."""
    await _take((_CODES, user_id))


async def _take(check: tuple[Limit, str]) -> None:
    verdict = await take([check])
    if not verdict.allowed:
        raise TooManyTries(headers={"Retry-After": str(max(1, verdict.retry_after_seconds))})


def _sign(email: str, device: str) -> str:
    message = f"{email}\n{device}".encode("utf-8", "surrogatepass")
    return hmac.new(derive_key("device"), message, hashlib.sha256).hexdigest()
