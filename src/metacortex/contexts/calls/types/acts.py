"""What people do to a call that is on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class ActKind(StrEnum):
    """What somebody did; none of these words is a signal's."""

    HANG_UP = "hang-up"
    HOLD = "hold"
    RESUME = "resume"
    MUTE = "mute"
    UNMUTE = "unmute"
    DIGITS = "digits"
    PLAY = "play"
    TRANSFER = "transfer"
    TRANSFER_COMPLETED = "transfer-completed"
    TRANSFER_CANCELLED = "transfer-cancelled"
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    MONITORING_ENDED = "monitoring-ended"


MONITORED = frozenset({ActKind.LISTEN, ActKind.WHISPER, ActKind.BARGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that a member, or a user of the calls API alone, did; `leg_id` is whom they rang for it."""

    kind: ActKind
    at: datetime
    by: UUID | None
    leg_id: UUID | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """Return who did it, and what is known of it."""
        return {"member_id": str(self.by), **self.detail} if self.by else dict(self.detail)
