"""Passwords: what fits, what does not, and that nobody's password takes as long as somebody's."""

import asyncio
import time
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from metacortex.platform.security import hash_password, passwords, renew_hash, verify_password
from metacortex.platform.security.settings import SecuritySettings
from tests.conftest import real_passwords


@pytest.fixture(autouse=True)
def _all_the_work() -> Iterator[None]:
    with real_passwords():
        yield


def set_rounds(monkeypatch: pytest.MonkeyPatch, rounds: int) -> None:
    settings = SecuritySettings(password_hash_rounds=rounds)
    monkeypatch.setattr(passwords, "security_settings", lambda: settings)


async def test_only_the_password_fits_its_hash() -> None:
    password_hash = await hash_password("correct horse")
    assert password_hash.startswith("$2b$10$")
    assert await verify_password("correct horse", password_hash)
    assert not await verify_password("correct horse ", password_hash)
    assert await hash_password("correct horse") != password_hash


@pytest.mark.parametrize("rounds", ["9", "17", "-1", "many", ""])
def test_rounds_too_cheap_or_too_dear_are_refused(rounds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METACORTEX_PASSWORD_HASH_ROUNDS", rounds)
    with pytest.raises(ValidationError):
        SecuritySettings()


async def test_a_hash_of_other_rounds_goes_on_to_fit_and_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    old = await hash_password("correct horse")
    assert await renew_hash("correct horse", old) is None
    assert await renew_hash("correct horse", None) is None
    set_rounds(monkeypatch, 11)
    assert await verify_password("correct horse", old)
    fresh = await renew_hash("correct horse", old)
    assert fresh is not None
    assert fresh.startswith("$2b$11$")
    assert await verify_password("correct horse", fresh)
    assert not await verify_password("correct horse ", fresh)


async def test_every_byte_past_72_counts() -> None:
    start = "a" * 100
    password_hash = await hash_password(start + "b")
    assert await verify_password(start + "b", password_hash)
    assert not await verify_password(start + "c", password_hash)


async def test_nothing_after_a_nul_is_ignored() -> None:
    password_hash = await hash_password("before\x00after")
    assert not await verify_password("before\x00other", password_hash)


async def test_accents_fit_however_the_keyboard_composes_them() -> None:
    assert await verify_password("cafe\u0301 पासवर्ड", await hash_password("caf\u00e9 पासवर्ड"))


@pytest.mark.parametrize("password", ["", "x", "\ud800"])
async def test_nobody_has_no_password(password: str) -> None:
    assert not await verify_password(password, None)


async def test_hashing_leaves_the_event_loop_free() -> None:
    ticks = 0
    hashing = asyncio.ensure_future(hash_password("x"))
    while not hashing.done():
        await asyncio.sleep(0.005)
        ticks += 1
    assert ticks > 2


@pytest.mark.parametrize("rounds", [10, 12])
async def test_an_unknown_user_costs_as_much_as_a_known_one(rounds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    set_rounds(monkeypatch, rounds)
    password_hash = await hash_password("x")

    async def measure(known: str | None) -> float:
        started = time.process_time()
        await verify_password("y", known)
        return time.process_time() - started

    known = min([await measure(password_hash) for _ in range(3)])
    unknown = min([await measure(None) for _ in range(3)])
    assert 1 / 3 < unknown / known < 3, "without a hash to compare it would cost a thousandth"
