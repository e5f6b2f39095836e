"""Who was really called: kept apart from what the interface says, so that a test can prove that nobody was twice."""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import orjson

from metacortex.platform.emulators.asterisk.clock import timestamp


@dataclass(slots=True)
class Entry:
    """One attempt that went out on a trunk or to an agent; times as Asterisk writes them."""

    call: int
    kind: str
    number: str
    endpoint: str
    channel_id: str
    dialled_at: str
    rang_at: str | None = None
    answered_at: str | None = None
    ended_at: str | None = None
    hangup_side: str | None = None
    cause: int | None = None
    transferred_to: str | None = None


FIRST_KNOWN: Final = ("call", "kind", "number", "endpoint", "channel_id", "dialled_at")


class Ledger:
    """Every attempt in order; with a file, each change is a line that outlives a kill of the process."""

    def __init__(self, path: Path | None) -> None:
        self.entries: list[Entry] = []
        self.by_number: dict[str, int] = {}
        self._descriptor: int | None = None
        if path is not None:
            self._read(path)
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
                os.write(self._descriptor, b"\n")

    def dial(self, kind: str, number: str, endpoint: str, channel_id: str) -> Entry:
        """Note that somebody is being called."""
        entry = Entry(len(self.entries), kind, number, endpoint, channel_id, timestamp())
        self._take(entry)
        self._write({name: getattr(entry, name) for name in FIRST_KNOWN})
        return entry

    def attempts(self, number: str) -> int:
        """How often this number was called so far."""
        return self.by_number.get(number, 0)

    def note(self, entry: Entry, **changes: Any) -> None:
        """Note what became of an attempt."""
        for name, value in changes.items():
            setattr(entry, name, value)
        self._write({"call": entry.call, **changes})

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _take(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.by_number[entry.number] = self.by_number.get(entry.number, 0) + 1

    def _write(self, line: dict[str, Any]) -> None:
        if self._descriptor is not None:
            os.write(self._descriptor, orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def _read(self, path: Path) -> None:
        known = {field.name for field in fields(Entry)}
        for line in path.read_bytes().splitlines() if path.exists() else ():
            try:
                change = orjson.loads(line)
            except ValueError:  # the process died while it wrote this line
                continue
            if "channel_id" in change:
                self._take(Entry(**{name: value for name, value in change.items() if name in known}))
            else:
                entry = self.entries[change.pop("call")]
                for name, value in change.items():
                    setattr(entry, name, value)
        for entry in self.entries:
            if entry.ended_at is None:
                entry.hangup_side = "killed"
