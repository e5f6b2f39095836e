"""What a person may choose about the emulated Asterisk."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """How the emulator is started; every wait is divided by `speed`, and the same `seed` gives the same callees."""

    host: str = "127.0.0.1"
    port: int = 8088
    seed: int = 1
    speed: float = 1.0
    users: dict[str, str] = field(default_factory=lambda: {"metacortex": "metacortex"})
    readers: dict[str, str] = field(default_factory=lambda: {"reader": "reader"})
    ledger: Path | None = None
    recordings: Path | None = None
    answer_rate: float = 0.35
    machine_share: float = 0.25
    ring_seconds: float = 8.0
    talk_seconds: float = 45.0
    agent_answer_seconds: float = 1.0
    session_limit: int = 100
    idle_seconds: float = 15.0
    write_timeout_seconds: float = 0.1
    amd_args: str = "amd,${AMDSTATUS},${AMDCAUSE}"
    races: bool = True
