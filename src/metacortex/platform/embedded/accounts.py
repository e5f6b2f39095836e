"""Which operating-system user an embedded server runs as: ourselves, or an unprivileged one when we are root."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from metacortex.platform.embedded.types import ServerCannotStart

SERVICE_USERS = ("metacortex", "nobody")
CHANGE_USER_AND_GROUP = 1 << 6 | 1 << 7  # CAP_SETGID and CAP_SETUID, linux/capability.h


@dataclass(frozen=True, slots=True)
class Account:
    """The user of a server's process and files."""

    uid: int
    gid: int
    changes_user: bool

    def owns(self, path: Path) -> None:
        """Give the path to this user, readable by nobody else."""
        path.chmod(0o700 if path.is_dir() else 0o600)
        if self.changes_user:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Whether this user may walk to the path and read there (directory bits only, as the kernel sees them)."""
        if not self.changes_user:
            return True
        return all(self._may_search(step) for step in _steps_to(path))

    def _may_search(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def _steps_to(path: Path) -> Iterator[Path]:
    resolved = path.resolve()
    yield from reversed(resolved.parents)
    if resolved.is_dir():
        yield resolved


def choose_account(existing_data: Path) -> Account:
    """The user for a server, the owner of its data if there is some; raises ServerCannotStart with what to do."""
    owner = existing_data.stat().st_uid if existing_data.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise ServerCannotStart(
                f"{existing_data} belongs to another user (id {owner}), probably because MetaCortex was once started as "
                f"root. Start it as root again, or give the folder to yourself: sudo chown -R {os.geteuid()} "
                f"{existing_data.parent}"
            )
        return Account(os.geteuid(), os.getegid(), changes_user=False)
    if not _may_change_user():
        raise ServerCannotStart(
            "PostgreSQL refuses to run as root, and root may not become another user here (CAP_SETUID or CAP_SETGID was "
            "taken away, as some containers do). Start MetaCortex as an ordinary user (docker run --user 1000:1000), "
            "allow the change (--cap-add SETUID --cap-add SETGID), or set METACORTEX_DATABASE_URL and "
            "METACORTEX_REDIS_URL to servers of your own."
        )
    if owner:
        return Account(owner, existing_data.stat().st_gid, changes_user=True)
    for name in SERVICE_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, changes_user=True)
    raise ServerCannotStart(
        "PostgreSQL refuses to run as root, and this machine has no user `metacortex` or `nobody` to run it as. "
        "Create one (useradd --system metacortex), or start MetaCortex as an ordinary user."
    )


def _may_change_user() -> bool:
    """Whether the kernel lets this process give itself another user and group (Linux says so; elsewhere root may)."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return True
    held = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), 16)
    return held & CHANGE_USER_AND_GROUP == CHANGE_USER_AND_GROUP


def require_known_user(account: Account) -> None:
    """initdb looks its own user up by name; say so in plain words where that must fail."""
    try:
        pwd.getpwuid(account.uid)
    except KeyError:
        raise ServerCannotStart(
            f"PostgreSQL cannot create its data as user id {account.uid}: this machine has no user of that id. "
            f"Add one to /etc/passwd, run the container as a named user, or set METACORTEX_DATABASE_URL."
        ) from None
