"""What is to be done about a call, besides storing how it goes."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Originate:
    """Ring a leg."""

    leg_id: UUID


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a leg's channel; the reason is one of ARI's words."""

    leg_id: UUID
    reason: str = "normal"


@dataclass(frozen=True, slots=True)
class Join:
    """Put a leg into the call's bridge, which is opened if need be; music that it may hear is to stop."""

    leg_id: UUID
    may_hear_music: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Leave:
    """Take a leg out of the call's bridge and let it hear music."""

    leg_id: UUID


@dataclass(frozen=True, slots=True)
class Wait:
    """Let a leg that is in no bridge hear music."""

    leg_id: UUID


@dataclass(frozen=True, slots=True)
class Monitor:
    """Let a supervisor's leg hear the agent's channel, and with `whispers` be heard there."""

    leg_id: UUID
    of_leg_id: UUID
    whispers: bool


@dataclass(frozen=True, slots=True)
class StopMonitoring:
    """Let a supervisor's leg hear nobody and be heard by nobody, in whichever way it took part."""

    leg_id: UUID


@dataclass(frozen=True, slots=True)
class DetectMachine:
    """Send an answered leg through answering-machine detection."""

    leg_id: UUID


@dataclass(frozen=True, slots=True)
class AwaitSilence:
    """Have Asterisk tell when a leg has said nothing for a while: an answering machine's greeting is over."""

    leg_id: UUID


@dataclass(frozen=True, slots=True)
class Mute:
    """Close or open a leg's microphone."""

    leg_id: UUID
    is_muted: bool


@dataclass(frozen=True, slots=True)
class Play:
    """Let a leg, or with None everybody in the bridge, hear a sound, named by its media URI."""

    media: str
    leg_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Record the call's bridge."""


@dataclass(frozen=True, slots=True)
class CloseBridge:
    """Stop the recording, if any, then take the bridge down: the other order loses the end of the file."""


Action = (
    Originate
    | HangUp
    | Join
    | Leave
    | Wait
    | Monitor
    | StopMonitoring
    | DetectMachine
    | AwaitSilence
    | Mute
    | Play
    | StartRecording
    | CloseBridge
)
