"""The operator's command in a process of its own, which begins where one that has loaded the product was forked."""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

LOADED = ("cli", "dead_letters", "doctor", "trust")
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([f"metacortex.entrypoints.{name}" for name in LOADED])


def run_command(*words: str, environment: Mapping[str, str] = os.environ) -> subprocess.CompletedProcess[str]:
    """Run `metacortex` with these words beside the servers of the tests, without the seconds that loading it takes."""
    with tempfile.TemporaryDirectory() as folder:
        said = [Path(folder) / name for name in ("stdout", "stderr")]
        running = _processes.Process(target=_run, args=(words, dict(environment), [str(path) for path in said]))
        running.start()
        running.join(60)
        if running.exitcode is None:
            running.kill()
            raise TimeoutError(f"metacortex {' '.join(words)} did not end within 60 s")
        return subprocess.CompletedProcess(words, running.exitcode, *(path.read_text() for path in said))


def run_afresh(*words: str) -> subprocess.CompletedProcess[str]:
    """Run `metacortex` with these words as operators do: it loads all it needs by itself."""
    command = [sys.executable, "-m", "metacortex.entrypoints.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def _run(words: tuple[str, ...], environment: dict[str, str], said: list[str]) -> None:
    from metacortex.entrypoints.cli import main

    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(said, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = ["metacortex", *words]
    main()
