"""Shapes of requests and answers about calls."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from metacortex.contexts.calls.settings import SoundName
from metacortex.contexts.calls.types import (
    CallState,
    LegState,
    Mode,
    Monitoring,
    Outcome,
    Party,
    RecordingNote,
    RecordingState,
    Ringing,
    Transfer,
    Verdict,
)

NO_NUL = r"^[^\x00]*$"
Number = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=NO_NUL),
    Field(examples=["+4930123456"]),
]
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,39}$")]
Text = Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]
Sound = Annotated[SoundName, Field(examples=["sound:hello-world"])]
Account = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}$")]
Place = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=NO_NUL)]
Minute = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$"), Field(examples=["09:30"])]


class Sent(BaseModel):
    """A request body; unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class NewCall(Sent):
    """A call to place. Without `to` the lead's own number is called; without agents, yours is the phone that rings."""

    to: Number | None = Field(None, description="Whom to call; a local number is read as the organization's country's.")
    lead_id: UUID | None = None
    mode: Literal[Mode.AGENT_FIRST, Mode.LEAD_FIRST, Mode.DIRECT] = Mode.AGENT_FIRST
    agent_ids: list[UUID] = Field([], max_length=20, description="Whose phones ring, in this order.")
    ringing: Ringing = Ringing.IN_TURN
    caller_id: Number | None = Field(None, alias="from", description="One of the organization's own numbers.")
    timeout_seconds: int = Field(
        30, ge=5, le=120, description="How long each phone rings; the callee's longer, where their law wants it."
    )
    record: bool | None = Field(None, description="Record the conversation; null as the organization's settings say.")
    detect_machine: bool = Field(False, description="Hang up on answering machines.", alias="amd")
    variables: dict[Word, Text] = Field({}, max_length=20, description="Kept with the call, and shown with it.")
    purpose: Literal["sales", "debt"] = Field(
        "sales", description="What it is about: laws differ on calls about debts."
    )


class LegOut(BaseModel):
    """One phone of a call."""

    id: UUID
    party: Party
    member_id: UUID | None
    number: str | None
    timeout_seconds: int = Field(description="How long it rings, at most.")
    state: LegState
    is_joined: bool = Field(description="Whether this phone is in the conversation.")
    is_muted: bool = Field(description="Whether its microphone is closed.")
    monitoring: Monitoring | None = Field(description="How a supervisor takes part.")
    outcome: Outcome | None
    cause: int | None = Field(description="Q.850 cause of the hang-up, as Asterisk gave it.")
    ringing_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None


class RecordingOut(BaseModel):
    """What was recorded of a call; it can be played once it is `stored`."""

    state: RecordingState
    seconds: int | None


class RecordingLinkOut(BaseModel):
    """An address that plays a recording without an access token; give it to nobody."""

    url: str
    expires_in_seconds: int


class CallOut(BaseModel):
    """A call as it is now."""

    id: UUID
    state: CallState
    outcome: Outcome | None
    mode: Mode
    to: str | None
    caller_id: str | None = Field(serialization_alias="from")
    lead_id: UUID | None
    campaign_id: UUID | None
    member_id: UUID | None = Field(description="The agent who got the call.")
    requested_by: UUID | None
    machine: Verdict | None
    is_recorded: bool
    recording: RecordingOut | None
    recording_note: RecordingNote | None = Field(description="Why it was not recorded, although that was wanted.")
    is_on_hold: bool
    is_muted: bool = Field(description="Whether the agent's microphone is closed.")
    disposition: str | None
    note: str | None
    transfer: Transfer | None = Field(description="How the lead is being handed on, while they are.")
    variables: dict[str, str]
    legs: list[LegOut]
    requested_at: datetime | None
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    talked_seconds: int
    cost_minor: int | None = Field(description="In hundredths, or whatever the currency's minor unit is.")
    currency: str | None


class CallEventOut(BaseModel):
    """One thing that happened to a call."""

    at: datetime
    kind: str
    leg_id: UUID | None
    detail: dict[str, object]


class SendDigits(Sent):
    """Keys to press towards the lead."""

    digits: Annotated[str, StringConstraints(pattern=r"^[0-9A-D*#]{1,32}$")]


class PlaySound(Sent):
    """A sound everybody in the call hears."""

    media: Sound


class TransferCall(Sent):
    """Whom to hand the lead to: a colleague, or a number."""

    member_id: UUID | None = None
    to: Number | None = None
    kind: Transfer = Transfer.BLIND


class MonitorCall(Sent):
    """How to take part in somebody else's call; your own phone rings."""

    monitoring: Monitoring = Monitoring.LISTEN


class PhoneOut(BaseModel):
    """Where a member's phone rings."""

    member_id: UUID
    account: str | None
    number: str | None


class ChangePhone(Sent):
    """The name of a SIP or WebRTC account at the organization's Asterisk, or a phone number; one of both."""

    account: Account | None = None
    number: Number | None = None


class CallingSettingsOut(BaseModel):
    """How the organization calls."""

    opens_at: str | None
    closes_at: str | None
    attempts_a_day: int | None
    calls_per_number_a_day: int | None
    calls_per_number_at_once: int | None
    is_recorded: bool
    announcement: str | None
    caller_ids: list[str]
    calls_hot_leads: bool
    ringing: Ringing
    ring_seconds: int
    minute_cost_minor: int | None
    currency: str | None


class ChangeCallingSettings(Sent):
    """What to change; what is left out stays."""

    opens_at: Minute | None = None
    closes_at: Minute | None = None
    attempts_a_day: int | None = Field(None, ge=1, le=50)
    calls_per_number_a_day: int | None = Field(
        None, ge=1, le=100_000, description="How often each of `caller_ids` is shown in 24 hours; null: no limit."
    )
    calls_per_number_at_once: int | None = Field(
        None, ge=1, le=5000, description="In how many calls each of `caller_ids` is at once; null: no limit."
    )
    is_recorded: bool | None = None
    announcement: Sound | None = None
    caller_ids: list[Number] | None = Field(None, max_length=200)
    calls_hot_leads: bool | None = None
    ringing: Ringing | None = None
    ring_seconds: int | None = Field(None, ge=5, le=120)
    minute_cost_minor: int | None = Field(None, ge=0, le=1_000_000)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None


class DoNotCallOut(BaseModel):
    """A number, or a beginning of numbers, that is not called."""

    id: UUID
    number: str
    reason: str
    added_by: UUID | None
    added_at: datetime


class NewDoNotCall(Sent):
    """Numbers not to be called any more; a star at the end stands for every number that begins so."""

    numbers: list[Number] = Field(min_length=1, max_length=5000)
    reason: Text = ""


class AddedOut(BaseModel):
    """How many numbers were new."""

    added: int


class NewAloneCall(Sent):
    """A call to place where there is no database: it names the number and, unless it is direct, the agent's phone."""

    to: Number = Field(description="Whom to call; a local number is read as one of METACORTEX_DEFAULT_REGION.")
    mode: Mode | None = Field(None, description="Who is rung first. Null: `agent-first` with an agent, else `direct`.")
    agent: Account | None = Field(None, description="SIP or WebRTC account whose phone rings.", examples=["asha"])
    caller_id: Number | None = Field(None, alias="from", description="One of METACORTEX_CALLS_CALLER_IDS.")
    timeout_seconds: int = Field(
        30, ge=5, le=120, description="How long each phone rings; the callee's longer, where their law wants it."
    )
    record: bool = Field(False, description="Record the conversation, at the phone server.")
    detect_machine: bool = Field(False, description="Hang up on answering machines.", alias="amd")
    variables: dict[Word, Text] = Field({}, max_length=20, description="Kept with the call, and shown with it.")
    purpose: Literal["sales", "debt"] = Field(
        "sales", description="What it is about: laws differ on calls about debts."
    )
    consent: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)] | None = Field(
        None,
        description="Where this person's consent is kept; needed unless METACORTEX_CALLS_CONSENT_KEPT_ELSEWHERE.",
        examples=["crm/4711, form of 2 November 2026"],
    )
    time_zone: Place | None = Field(
        None,
        description="Where they are, as an IANA zone; else the address decides, else the number.",
        examples=["Europe/Berlin"],
    )
    country: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")] | None = Field(
        None, description="Country of their address, ISO 3166-1 alpha-2."
    )
    region: Place | None = Field(None, description="State or province of their address: its code or name.")
    postal_code: Place | None = None


class TransferToNumber(Sent):
    """The number to hand the lead to."""

    to: Number
    kind: Transfer = Transfer.BLIND


class Credentials(BaseModel):
    """A user of the settings, in JSON or as a form of OAuth 2 (RFC 6749, section 4.3.2)."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class TokenOut(BaseModel):
    """An access token, in the shape that OAuth 2 clients read (RFC 6749, section 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
