"""Words of agents and dial campaigns."""

from dataclasses import dataclass
from enum import StrEnum


class AgentState(StrEnum):
    """What an agent is doing; `reserved` is kept for one call that is being placed."""

    OFFLINE = "offline"
    READY = "ready"
    RESERVED = "reserved"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


class Effect(StrEnum):
    """What a disposition means for the person who was called."""

    DONE = "done"
    AGAIN = "again"
    CALLBACK = "callback"
    DO_NOT_CALL = "do-not-call"


class CampaignMode(StrEnum):
    """How a dial campaign places calls for its agents."""

    PREVIEW = "preview"
    PROGRESSIVE = "progressive"
    POWER = "power"
    PREDICTIVE = "predictive"


class CampaignState(StrEnum):
    """How far a dial campaign is; a draining one places no new calls and is stopped when the last one ends."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    DRAINING = "draining"
    STOPPED = "stopped"
    DONE = "done"


class TargetState(StrEnum):
    """Where somebody on a campaign's list stands; `leased` is shown to an agent who decides."""

    WAITING = "waiting"
    LEASED = "leased"
    CALLING = "calling"
    CALLBACK = "callback"
    DONE = "done"


class FillState(StrEnum):
    """How far the filling of a list, or its preflight, is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class AbandonmentWindow(StrEnum):
    """The period whose live answers abandonment is counted against."""

    DAY = "day"
    THIRTY_DAYS = "thirty-days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recycling:
    """What happens to a target after an outcome: tried again after a while, so often, or not at all (no attempts).

    `other_number` tries the next number of the person if there is one; `other_time_of_day` waits until another part
    of the day.
    """

    again_after_seconds: int = 3600
    attempts: int = 3
    other_number: bool = False
    other_time_of_day: bool = False
