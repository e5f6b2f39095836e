"""Run as a file, not imported: becomes the wanted program, which then dies with the process that asked for it.

It takes one JSON argument: {"argv", "parent", "signal", "uid", "gid", "pipe"}. `uid` is null when nothing has to change.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from typing import Any

PR_SET_PDEATHSIG = 1


def become(order: dict[str, Any]) -> None:
    """Change the user, tie the life of this process to its parent's, and run the program."""
    # Loaded first: below root's home the standard library is out of reach once the user has changed.
    libc = ctypes.CDLL(None, use_errno=True)
    if order["uid"] is not None:
        os.setgroups([])
        os.setgid(order["gid"])
        os.setuid(order["uid"])
    if order["pipe"] is not None:
        watch(order["argv"], order["pipe"], order["signal"])
        return
    # The kernel forgets the death signal when the user changes, so it is asked for afterwards.
    libc.prctl(PR_SET_PDEATHSIG, order["signal"], 0, 0, 0)
    if os.getppid() != order["parent"]:
        sys.exit("the parent ended before the program began")
    os.execv(order["argv"][0], order["argv"])


def watch(argv: list[str], pipe: int, death_signal: int) -> None:
    """Stay beside the program and pass signals on; the pipe closing means that the parent is gone (no prctl here)."""
    child = subprocess.Popen(argv, close_fds=False)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, lambda received, _frame: child.send_signal(received))

    def wait_for_parent() -> None:
        os.read(pipe, 1)
        child.send_signal(death_signal)

    threading.Thread(target=wait_for_parent, daemon=True).start()
    os._exit(child.wait() % 256)


if __name__ == "__main__":
    become(json.loads(sys.argv[1]))
