"""The numbers an operator never wants called: a file, read again whenever it changes."""

import asyncio
import os
import re
from dataclasses import dataclass
from pathlib import Path

from metacortex.contexts.calls.rules.numbers import BadNumber, read_number
from metacortex.platform.settings import settings
from metacortex.platform.telemetry import log

_PREFIX_DIGITS = range(3, 15)
_PREFIX = re.compile(r"\+[1-9][0-9]{1,13}\*")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_BETWEEN = re.compile(r"[\s().-]")
_SHOWN_LINES = 20


class DoNotCallUnreadable(RuntimeError):
    """The file cannot be used; nobody is called before it can."""


@dataclass(frozen=True, slots=True)
class Entries:
    """What a file says: numbers (E.164) and beginnings of numbers with their star, and lines that say neither."""

    numbers: frozenset[str]
    bad_lines: tuple[int, ...]


class DoNotCallFile:
    """The list as of the file's last change; while the file cannot be read, the list as it was."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._entries = Entries(frozenset(), ())
        self._seen: tuple[int, int, int] | None = None
        self._reading = asyncio.Lock()
        if path is not None:
            self._seen, self._entries = _read_first(path)

    async def forbids(self, number: str) -> bool:
        """Tell whether a number (E.164), or a beginning of it, is on the list as the file is now."""
        if self._path is None:
            return False
        if _look(self._path) != self._seen:
            async with self._reading:
                await self._read_again(self._path)
        known = self._entries.numbers
        return number in known or any(f"{number[:digits]}*" in known for digits in _PREFIX_DIGITS)

    async def _read_again(self, path: Path) -> None:
        seen = _look(path)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._entries = await asyncio.to_thread(read_entries, path)
        except (OSError, UnicodeDecodeError) as error:
            log.error("do_not_call.unreadable", error=type(error).__name__, consequence="the list stays as it was")
            return
        log.info("do_not_call.read", numbers=len(self._entries.numbers))
        if self._entries.bad_lines:
            log.error("do_not_call.bad_lines", lines=self._entries.bad_lines[:_SHOWN_LINES])


def read_entries(path: Path) -> Entries:
    """Read a file: one number or beginning with a star a line; empty lines and those that begin with # say nothing."""
    numbers, bad_lines = set[str](), list[int]()
    with path.open(encoding="utf-8") as lines:
        for place, line in enumerate(lines, start=1):
            text = _BETWEEN.sub("", line.partition("#")[0])
            if not text:
                continue
            entry = _read_entry(text)
            if entry is None:
                bad_lines.append(place)
            else:
                numbers.add(entry)
    return Entries(frozenset(numbers), tuple(bad_lines))


def _read_entry(text: str) -> str | None:
    if _NUMBER.fullmatch(text) or _PREFIX.fullmatch(text):
        return text
    try:
        return read_number(text, settings().default_region).e164
    except BadNumber:
        return None


def _read_first(path: Path) -> tuple[tuple[int, int, int] | None, Entries]:
    """Read the file at the start, when a person is there to mend it."""
    try:
        seen, entries = _look(path), read_entries(path)
    except (OSError, UnicodeDecodeError) as error:
        message = f"METACORTEX_CALLS_DO_NOT_CALL_FILE: {path} cannot be read ({error}). Nobody is called before it can."
        raise DoNotCallUnreadable(message) from error
    if entries.bad_lines:
        lines = ", ".join(str(one) for one in entries.bad_lines[:_SHOWN_LINES])
        message = f"METACORTEX_CALLS_DO_NOT_CALL_FILE: {path} holds no number, nor a beginning as +4930*, on: {lines}."
        raise DoNotCallUnreadable(message)
    return seen, entries


def _look(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a file does; None while there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 (on the way of every call, and three times as fast)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
