"""Tables of the calls context."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.contexts.calls.models.campaigns import (
    AgentChange,
    AgentPresence,
    DialCampaign,
    DialDecision,
    DialFill,
    DialTarget,
    Disposition,
    PauseCode,
    Script,
)
from metacortex.platform.database import Base, BigInt, Moment, TenantTable, utc_now
from metacortex.platform.security.encryption import Encrypted

__all__ = [
    "AgentChange",
    "AgentPhone",
    "AgentPresence",
    "AsteriskServer",
    "CallEvent",
    "CallRow",
    "CallingSettings",
    "DialCampaign",
    "DialDecision",
    "DialFill",
    "DialTarget",
    "Disposition",
    "DoNotCall",
    "LegRow",
    "PauseCode",
    "Recording",
    "Script",
]
_OPEN = text("state <> 'ended'")


class CallRow(TenantTable, Base):
    """One attempt to speak with somebody, kept before any phone rings; `requested_by` is empty for automatic calls."""

    __tablename__ = "calls"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "lead_id"], ["leads.org_id", "leads.id"]),
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"]),
        ForeignKeyConstraint(["org_id", "requested_by"], ["members.org_id", "members.id"]),
        ForeignKeyConstraint(["org_id", "for_member_id"], ["members.org_id", "members.id"]),
        ForeignKeyConstraint(["org_id", "campaign_id"], ["dial_campaigns.org_id", "dial_campaigns.id"]),
        ForeignKeyConstraint(["org_id", "target_id"], ["dial_targets.org_id", "dial_targets.id"]),
        Index("ix_calls_open", "org_id", "id", postgresql_where=_OPEN),
        Index(
            "ix_calls_campaign",
            "org_id",
            "campaign_id",
            text("requested_at DESC"),
            postgresql_where=text("campaign_id IS NOT NULL"),
        ),
        Index("ix_calls_campaign_open", "org_id", "campaign_id", postgresql_where=_OPEN),
        Index("ix_calls_newest", "org_id", text("id DESC")),
        Index("ix_calls_lead", "org_id", "lead_id", text("id DESC"), postgresql_where=text("lead_id IS NOT NULL")),
        Index("ix_calls_number", "org_id", "to_number", text("requested_at DESC")),
        Index(
            "ix_calls_caller_id",
            "org_id",
            "caller_id",
            text("requested_at DESC"),
            postgresql_where=text("caller_id IS NOT NULL"),
        ),
        Index("uq_calls_key", "org_id", "idempotency_key", unique=True),
    )

    mode: Mapped[str]
    ringing: Mapped[str]
    purpose: Mapped[str]
    state: Mapped[str]
    outcome: Mapped[str | None]
    verdict: Mapped[str | None]
    transfer: Mapped[str | None]
    server: Mapped[str]
    lead_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None]
    requested_by: Mapped[UUID | None]
    to_number: Mapped[str | None]
    country: Mapped[str | None]
    caller_id: Mapped[str | None]
    is_recorded: Mapped[bool] = mapped_column(default=False)
    recording_note: Mapped[str | None]
    is_recording: Mapped[bool] = mapped_column(default=False)
    detects_machine: Mapped[bool] = mapped_column(default=False)
    announcement: Mapped[str | None]
    campaign_id: Mapped[UUID | None]
    target_id: Mapped[UUID | None]
    for_member_id: Mapped[UUID | None]
    hold_seconds: Mapped[float | None]
    abandonment_sound: Mapped[str | None]
    voicemail_sound: Mapped[str | None]
    disposition: Mapped[str | None]
    note: Mapped[str | None]
    callback_at: Mapped[Moment | None]
    callback_member_id: Mapped[UUID | None]
    variables: Mapped[dict[str, Any]]
    permission: Mapped[dict[str, Any]]
    idempotency_key: Mapped[str | None]
    fingerprint: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    requested_at: Mapped[Moment]
    answered_at: Mapped[Moment | None]
    connected_at: Mapped[Moment | None]
    waiting_at: Mapped[Moment | None]
    abandoned_at: Mapped[Moment | None]
    greeting_until_at: Mapped[Moment | None]
    message_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    cost_minor: Mapped[BigInt | None]
    currency: Mapped[str | None]


class LegRow(TenantTable, Base):
    """One channel of a call; its id names the channel in Asterisk, so that what is found there finds its row."""

    __tablename__ = "call_legs"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "call_id"], ["calls.org_id", "calls.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"]),
        Index("uq_call_legs_position", "org_id", "call_id", "position", unique=True),
        Index("ix_call_legs_line", "org_id", "line_leg_id", postgresql_where=text("line_leg_id IS NOT NULL")),
        Index("ix_call_legs_open", "org_id", "id", postgresql_where=text("state NOT IN ('planned', 'ended')")),
    )

    call_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(SmallInteger)
    party: Mapped[str]
    endpoint: Mapped[str]
    number: Mapped[str | None]
    member_id: Mapped[UUID | None]
    state: Mapped[str]
    dial_status: Mapped[str]
    cause: Mapped[int | None] = mapped_column(SmallInteger)
    is_hung_up_by_us: Mapped[bool]
    is_shut_down: Mapped[bool]
    is_joined: Mapped[bool]
    is_muted: Mapped[bool] = mapped_column(default=False)
    is_detecting: Mapped[bool]
    is_standing: Mapped[bool]
    line_leg_id: Mapped[UUID | None]
    monitoring: Mapped[str | None]
    timeout_seconds: Mapped[int] = mapped_column(SmallInteger)
    outcome: Mapped[str | None]
    requested_at: Mapped[Moment | None]
    ringing_at: Mapped[Moment | None]
    answered_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]


class CallEvent(TenantTable, Base):
    """Everything Asterisk said about a call, and what was asked of it, in the order it was heard."""

    __tablename__ = "call_events"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "call_id"], ["calls.org_id", "calls.id"], ondelete="CASCADE"),
        Index("ix_call_events_call", "org_id", "call_id", "id"),
    )

    call_id: Mapped[UUID]
    leg_id: Mapped[UUID | None]
    at: Mapped[Moment]
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]]


class Recording(TenantTable, Base):
    """What was recorded of a call: in Asterisk until it was fetched, then in object storage, sealed under its `key`."""

    __tablename__ = "recordings"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "call_id"], ["calls.org_id", "calls.id"], ondelete="CASCADE"),
        Index("uq_recordings_call", "org_id", "call_id", unique=True),
        Index("ix_recordings_started_at", "org_id", "started_at", postgresql_where=text("state <> 'deleted'")),
    )

    call_id: Mapped[UUID]
    server: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    storage_key: Mapped[str | None]
    key_sealed: Mapped[bytes | None]
    size_bytes: Mapped[BigInt | None]
    seconds: Mapped[int | None]
    started_at: Mapped[Moment]
    stored_at: Mapped[Moment | None]
    deleted_at: Mapped[Moment | None]

    key = Encrypted[str | None]("key_sealed")


class DoNotCall(TenantTable, Base):
    """A number, or with a star at its end every number that begins so, that is not to be called."""

    __tablename__ = "do_not_call"
    __table_args__ = (Index("uq_do_not_call_number", "org_id", "number", unique=True),)

    number: Mapped[str]
    reason: Mapped[str]
    added_by: Mapped[UUID | None]
    added_at: Mapped[Moment] = mapped_column(default=utc_now)


class AgentPhone(TenantTable, Base):
    """Where a member's phone rings: the name of a SIP or WebRTC account, or a phone number.

    Organizations share the phone server, and its accounts are named once: an account is one phone's, whoever's it is.
    """

    __tablename__ = "agent_phones"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"]),
        Index("uq_agent_phones_member", "org_id", "member_id", unique=True),
        Index("uq_agent_phones_account", text("lower(account)"), unique=True),
    )

    member_id: Mapped[UUID]
    account: Mapped[str | None]
    number: Mapped[str | None]
    updated_at: Mapped[Moment]


class CallingSettings(TenantTable, Base):
    """How an organization calls; one row, `id` is the organization's."""

    __tablename__ = "calling_settings"

    opens_at: Mapped[str | None]
    closes_at: Mapped[str | None]
    attempts_a_day: Mapped[int | None] = mapped_column(SmallInteger)
    calls_per_number_a_day: Mapped[int | None]
    calls_per_number_at_once: Mapped[int | None]
    is_recorded: Mapped[bool]
    announcement: Mapped[str | None]
    caller_ids: Mapped[list[Any]]
    calls_hot_leads: Mapped[bool]
    ringing: Mapped[str]
    ring_seconds: Mapped[int] = mapped_column(SmallInteger)
    minute_cost_minor: Mapped[int | None]
    currency: Mapped[str | None]
    updated_at: Mapped[Moment]


class AsteriskServer(Base):
    """An Asterisk of this installation, when its dialer last heard it, and when its trunk may ring next."""

    __tablename__ = "asterisk_servers"

    name: Mapped[str] = mapped_column(primary_key=True)
    heard_at: Mapped[Moment]
    next_call_at: Mapped[Moment | None]
