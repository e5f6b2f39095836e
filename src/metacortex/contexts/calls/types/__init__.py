"""Words of the calls context."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from metacortex.contexts.calls.types.actions import (
    Action,
    AwaitSilence,
    CloseBridge,
    DetectMachine,
    HangUp,
    Join,
    Leave,
    Monitor,
    Mute,
    Originate,
    Play,
    StartRecording,
    StopMonitoring,
    Wait,
)

__all__ = [
    "Action",
    "AwaitSilence",
    "CloseBridge",
    "DetectMachine",
    "HangUp",
    "Join",
    "Leave",
    "Monitor",
    "Mute",
    "Originate",
    "Play",
    "StartRecording",
    "StopMonitoring",
    "Wait",
]


class Mode(StrEnum):
    """Who is rung first; `direct` rings the lead alone, `line` an agent, who stays connected and waits for leads."""

    AGENT_FIRST = "agent-first"
    LEAD_FIRST = "lead-first"
    DIRECT = "direct"
    LINE = "line"


class Ringing(StrEnum):
    """How several agents are rung: in turn, or all until one answers."""

    IN_TURN = "in-turn"
    AT_ONCE = "at-once"


class Party(StrEnum):
    """Whom a leg reaches."""

    AGENT = "agent"
    LEAD = "lead"
    SUPERVISOR = "supervisor"
    THIRD = "third"


class Monitoring(StrEnum):
    """How a supervisor takes part: hears both, is heard by the agent alone, or by both."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class Transfer(StrEnum):
    """How a lead is handed on: the agent leaves when the other answers, or speaks with them first."""

    BLIND = "blind"
    ATTENDED = "attended"


class CallState(StrEnum):
    """How far a call is, in this order."""

    REQUESTED = "requested"
    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"
    CONNECTED = "connected"
    ENDED = "ended"


class LegState(StrEnum):
    """How far one leg is, in this order; `planned` has not been asked for yet."""

    PLANNED = "planned"
    REQUESTED = "requested"
    DIALLING = "dialling"
    RINGING = "ringing"
    UP = "up"
    ENDED = "ended"


class Outcome(StrEnum):
    """How an attempt ended; the last four are of whole calls only."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    INVALID_NUMBER = "invalid-number"
    REJECTED = "rejected"
    CONGESTION = "congestion"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    MACHINE = "machine"
    ABANDONED = "abandoned"
    AGENT_UNREACHED = "agent-unreached"
    AGENT_LEFT = "agent-left"


class Verdict(StrEnum):
    """What answering-machine detection heard; `notsure` counts as human."""

    HUMAN = "human"
    MACHINE = "machine"
    NOTSURE = "notsure"


class SignalKind(StrEnum):
    """What a signal says; the first group comes from Asterisk's events, the second from answers to our requests."""

    DIAL = "dial"
    RINGING = "ringing"
    UP = "up"
    ENTERED = "entered"
    LEFT = "left"
    HANGUP_REQUESTED = "hangup-requested"
    DESTROYED = "destroyed"
    DIGIT = "digit"
    HELD = "held"
    UNHELD = "unheld"
    RECORDING_STARTED = "recording-started"
    RECORDING_FINISHED = "recording-finished"
    RECORDING_FAILED = "recording-failed"
    PLAYBACK_FINISHED = "playback-finished"
    TALKING_FINISHED = "talking-finished"

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNSURE = "unsure"
    ABSENT = "absent"
    HANGUP_ASKED = "hangup-asked"
    ENGAGED = "engaged"


class RecordingState(StrEnum):
    """Where what was recorded is; `awaited`: the call is over and Asterisk does not have the file, or not yet."""

    RECORDING = "recording"
    AWAITED = "awaited"
    STORED = "stored"
    MISSING = "missing"
    FAILED = "failed"
    DELETED = "deleted"


class RecordingNote(StrEnum):
    """Why a call that was to be recorded is not: the law wants an announcement, and the organization has none."""

    ANNOUNCEMENT_MISSING = "announcement-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something said about one channel.

    `text` is the dial status of DIAL (empty: attempt sent), the digit of DIGIT, the recording's name, the state of
    PLAYBACK_FINISHED, the reason of REFUSED, `soft` of a HANGUP_REQUESTED whose cause is no Q.850 code (4: Asterisk
    stops). `channel_id` is the recording's name where one is spoken of. `args` are the arguments the channel entered
    the application with. `cause` is Q.850.
    """

    kind: SignalKind
    channel_id: str
    at: datetime
    text: str = ""
    cause: int | None = None
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One channel of a call; a standing leg lends the call the channel of an agent's line, and gives it back."""

    id: UUID
    party: Party
    endpoint: str
    number: str | None = None
    member_id: UUID | None = None
    state: LegState = LegState.PLANNED
    dial_status: str = ""
    cause: int | None = None
    is_hung_up_by_us: bool = False
    is_shut_down: bool = False
    is_joined: bool = False
    is_muted: bool = False
    is_detecting: bool = False
    is_standing: bool = False
    line_leg_id: UUID | None = None
    monitoring: Monitoring | None = None
    timeout_seconds: int = 30
    requested_at: datetime | None = None
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None

    @property
    def is_open(self) -> bool:
        """Whether Asterisk has, or may have, a channel for it."""
        return self.state not in {LegState.PLANNED, LegState.ENDED}

    @property
    def channel_leg_id(self) -> UUID:
        """The leg whose channel this is: its own, or that of the agent's line."""
        return self.line_leg_id or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One attempt to bring a lead and an agent together, with its legs in the order they are rung.

    A campaign's call finds its agent when the lead answers; one who is kept for it is `for_member_id`. A machine hears
    the voicemail sound from `message_at` on: when its greeting is over, at `greeting_until_at` at the latest.
    """

    org_id: UUID
    id: UUID
    mode: Mode
    legs: tuple[Leg, ...]
    server: str = ""
    ringing: Ringing = Ringing.IN_TURN
    is_recorded: bool = False
    detects_machine: bool = False
    announcement: str | None = None
    caller_id: str | None = None
    campaign_id: UUID | None = None
    for_member_id: UUID | None = None
    hold_seconds: float | None = None
    abandonment_sound: str | None = None
    voicemail_sound: str | None = None
    state: CallState = CallState.REQUESTED
    verdict: Verdict | None = None
    transfer: Transfer | None = None
    is_recording: bool = False
    requested_at: datetime | None = None
    answered_at: datetime | None = None
    connected_at: datetime | None = None
    waiting_at: datetime | None = None
    abandoned_at: datetime | None = None
    greeting_until_at: datetime | None = None
    message_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class OpenLeg:
    """A leg that Asterisk should have a channel for; one that was lent has that of the agent's line.

    `is_settled`: what follows from its being there was decided, so that to hear of that again is no news.
    """

    org_id: UUID
    id: UUID
    call_id: UUID
    server: str
    requested_at: datetime
    party: Party
    state: LegState
    is_hung_up_by_us: bool
    is_joined: bool
    is_detecting: bool
    line_leg_id: UUID | None = None
    is_settled: bool = False

    @property
    def channel_id(self) -> str:
        """The name of its channel."""
        return channel_id(self.org_id, self.line_leg_id or self.id)


class OriginateRefused(Exception):
    """Asterisk refused to ring; no phone rang. The text says why."""


class OriginateUnsure(Exception):
    """Whether Asterisk rings is not known: the connection broke, or timed out, before its answer was read."""


class PhoneEngaged(Exception):
    """The agent's phone rings, or is in use, for another call."""


class AsteriskUnreachable(Exception):
    """No Asterisk can be reached, or its circuit breaker is open; nothing was sent."""


class RequestRefused(Exception):
    """Asterisk would not do this to a call, bridge or recording that exists. The text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A call before and after something happened to it, and what happened; `before` is None for a new call."""

    before: Call | None
    after: Call
    leg_id: UUID | None = None
    signal: Signal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecords:
    """Which calls are exported: asked for from `since` to before `until`, and of what."""

    since: datetime | None = None
    until: datetime | None = None
    lead_id: UUID | None = None
    member_id: UUID | None = None
    outcome: Outcome | None = None

    def describe(self) -> dict[str, str]:
        """Return what was chosen."""
        return {name: str(value) for name in self.__slots__ if (value := getattr(self, name)) is not None}


def channel_id(org_id: UUID, leg_id: UUID) -> str:
    """Name a leg's channel: lower case, since Asterisk does not tell cases apart, and free of `;`."""
    return f"mc-{org_id.hex}-{leg_id.hex}"


_EARS = ("-ear", "-whisper")


def name_ear(supervisor: str, *, whispers: bool) -> str:
    """Name the channel by which a supervisor's channel hears an agent's, and with `whispers` is heard there.

    They differ, so that one may be opened while the other is not gone yet.
    """
    return f"{supervisor}{_EARS[whispers]}"


def read_ear(name: str) -> str:
    """Return the channel of the supervisor that a channel is an ear of; any other name as it is."""
    return name.removesuffix(_EARS[0]).removesuffix(_EARS[1])


def read_channel_id(text: str) -> tuple[UUID, UUID] | None:
    """Return organization and leg of a channel of ours; None for others, such as the second half of a Local pair."""
    prefix, _, rest = text.partition("-")
    org, _, leg = rest.partition("-")
    if prefix != "mc" or len(org) != 32 or len(leg) != 32:
        return None
    try:
        return UUID(hex=org), UUID(hex=leg)
    except ValueError:
        return None


def recording_name(org_id: UUID, call_id: UUID) -> str:
    """Name a call's recording; Asterisk keeps it in a folder of the organization."""
    return f"{org_id.hex}/{call_id.hex}"


def read_recording_name(text: str) -> tuple[UUID, UUID] | None:
    """Return organization and call of a recording of ours, or None."""
    org, _, call = text.partition("/")
    try:
        return UUID(hex=org), UUID(hex=call)
    except ValueError:
        return None


def locate(signal: Signal) -> tuple[UUID, UUID] | None:
    """Return organization and leg a signal is about; None for one about anything else, such as a recording."""
    return read_channel_id(signal.channel_id)
