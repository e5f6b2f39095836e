"""What can go wrong on purpose, by seeded chance or at once."""

import random
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Faults:
    """Rates between 0 and 1: of originates, of events, or of calls; those `_per_second` of emulated seconds.

    `originate_seconds`: how long the server is busy with each originate, one after the other.
    """

    seed: int = 1
    originate_seconds: float = 0.0
    allocation_failed: float = 0.0
    slow_response: float = 0.0
    slow_response_seconds: float = 2.0
    lost_response: float = 0.0
    duplicate_event: float = 0.0
    lost_event: float = 0.0
    early_hangup_request: float = 0.0
    close_sockets_per_second: float = 0.0
    lose_events_per_second: float = 0.0
    lose_events_seconds: float = 2.0
    restart_per_second: float = 0.0
    restart_seconds: float = 0.5
    old_timeout_cause: bool = False
    injected: Counter[str] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def strikes(self, name: str) -> bool:
        """Whether this fault happens now; it is counted if so."""
        rate: float = getattr(self, name)
        if rate <= 0 or self.chance.random() >= rate:
            return False
        self.injected[name] += 1
        return True

    def shown(self) -> dict[str, Any]:
        """The settings, and how often each fault was injected."""
        hidden = {"chance", "injected"}
        settings = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in hidden}
        return settings | {"injected": dict(self.injected)}


def read_faults(body: dict[str, Any]) -> Faults:
    """Faults from JSON; raises `ValueError` that names what it does not know."""
    faults = Faults()
    for name, value in body.items():
        known = getattr(faults, name, None) if name not in {"chance", "injected"} else None
        if not isinstance(known, int | float) or not isinstance(value, int | float) or value < 0:
            raise ValueError(name)
        setattr(faults, name, type(known)(value))
    faults.chance = random.Random(faults.seed)
    return faults
