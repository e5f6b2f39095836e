"""Tables of agents and dial campaigns."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from metacortex.platform.database import Base, Moment, TenantTable, utc_now


class PauseCode(TenantTable, Base):
    """A reason to pause."""

    __tablename__ = "pause_codes"
    __table_args__ = (Index("uq_pause_codes_code", "org_id", "code", unique=True),)

    code: Mapped[str]
    label: Mapped[str]


class Disposition(TenantTable, Base):
    """A way a conversation can end, in the agent's words, and what follows from it."""

    __tablename__ = "dispositions"
    __table_args__ = (Index("uq_dispositions_code", "org_id", "code", unique=True),)

    code: Mapped[str]
    label: Mapped[str]
    effect: Mapped[str]
    again_after_seconds: Mapped[int | None]
    stage_kind: Mapped[str | None]
    is_contact: Mapped[bool]


class Script(TenantTable, Base):
    """What an agent says, with placeholders."""

    __tablename__ = "scripts"

    name: Mapped[str]
    text: Mapped[str]
    updated_at: Mapped[Moment] = mapped_column(default=utc_now)


class DialCampaign(TenantTable, Base):
    """A list of people who are called by a team; `settings` has the shape of `CampaignSettings`."""

    __tablename__ = "dial_campaigns"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "script_id"], ["scripts.org_id", "scripts.id"]),
        Index("ix_dial_campaigns_dialling", "state", postgresql_where=text("state IN ('running', 'draining')")),
    )

    name: Mapped[str]
    mode: Mapped[str]
    state: Mapped[str]
    settings: Mapped[dict[str, Any]]
    script_id: Mapped[UUID | None]
    preflight: Mapped[dict[str, Any] | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    started_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]


class DialTarget(TenantTable, Base):
    """Somebody on a campaign's list, once per number; `number` is the one that is tried next.

    Where they are is what the table said that put them there; what their contact says comes first.
    """

    __tablename__ = "dial_targets"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "campaign_id"], ["dial_campaigns.org_id", "dial_campaigns.id"]),
        ForeignKeyConstraint(["org_id", "lead_id"], ["leads.org_id", "leads.id"]),
        ForeignKeyConstraint(["org_id", "callback_member_id"], ["members.org_id", "members.id"]),
        ForeignKeyConstraint(["org_id", "leased_by"], ["members.org_id", "members.id"]),
        Index("uq_dial_targets_number", "org_id", "campaign_id", "number", unique=True),
        Index(
            "ix_dial_targets_due",
            "org_id",
            "campaign_id",
            text("priority DESC"),
            "next_at",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_dial_targets_callback",
            "org_id",
            "campaign_id",
            "callback_at",
            postgresql_where=text("state = 'callback'"),
        ),
        Index("ix_dial_targets_state", "org_id", "campaign_id", "state"),
        Index("ix_dial_targets_lead", "org_id", "lead_id", postgresql_where=text("lead_id IS NOT NULL")),
    )

    campaign_id: Mapped[UUID]
    lead_id: Mapped[UUID | None]
    number: Mapped[str]
    other_numbers: Mapped[list[Any]]
    name: Mapped[str | None]
    time_zone: Mapped[str | None]
    country: Mapped[str | None]
    region: Mapped[str | None]
    postal_code: Mapped[str | None]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(SmallInteger)
    outcome_attempts: Mapped[dict[str, Any]]
    next_at: Mapped[Moment]
    priority: Mapped[int]
    lease_until: Mapped[Moment | None]
    leased_by: Mapped[UUID | None]
    last_outcome: Mapped[str | None]
    reason: Mapped[str | None]
    callback_at: Mapped[Moment | None]
    callback_member_id: Mapped[UUID | None]
    updated_at: Mapped[Moment]


class DialFill(TenantTable, Base):
    """Putting people on a campaign's list from leads or from a table; `content` goes when it is done."""

    __tablename__ = "dial_fills"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "campaign_id"], ["dial_campaigns.org_id", "dial_campaigns.id"], ondelete="CASCADE"
        ),
        Index("ix_dial_fills_campaign", "org_id", "campaign_id", text("id DESC")),
    )

    campaign_id: Mapped[UUID]
    source: Mapped[str]
    state: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    content: Mapped[str | None]
    position: Mapped[str | None]
    read: Mapped[int]
    added: Mapped[int]
    duplicates: Mapped[int]
    bad_numbers: Mapped[dict[str, Any]]
    message: Mapped[str | None]
    created_at: Mapped[Moment] = mapped_column(default=utc_now)
    finished_at: Mapped[Moment | None]


class DialDecision(TenantTable, Base):
    """How many calls were placed at a moment, from what, and why; replayed by `rules.pacing.replay_decision`."""

    __tablename__ = "dial_decisions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "campaign_id"], ["dial_campaigns.org_id", "dial_campaigns.id"], ondelete="CASCADE"
        ),
        Index("ix_dial_decisions_campaign", "org_id", "campaign_id", text("id DESC")),
    )

    campaign_id: Mapped[UUID]
    at: Mapped[Moment]
    calls: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str]
    capped_by: Mapped[str | None]
    detail: Mapped[dict[str, Any]]


class AgentPresence(TenantTable, Base):
    """What an agent is doing now; `line_leg_id` is the leg of the phone that stays connected, once it is."""

    __tablename__ = "agent_presences"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"]),
        ForeignKeyConstraint(["org_id", "campaign_id"], ["dial_campaigns.org_id", "dial_campaigns.id"]),
        ForeignKeyConstraint(["org_id", "call_id"], ["calls.org_id", "calls.id"]),
        Index("uq_agent_presences_member", "org_id", "member_id", unique=True),
        Index("ix_agent_presences_ready", "org_id", "campaign_id", "state", "since_at"),
        Index("ix_agent_presences_line", "org_id", "line_leg_id"),
    )

    member_id: Mapped[UUID]
    state: Mapped[str]
    pause_code: Mapped[str | None]
    next_pause_code: Mapped[str | None]
    since_at: Mapped[Moment]
    until_at: Mapped[Moment | None]
    campaign_id: Mapped[UUID | None]
    server: Mapped[str | None]
    line_call_id: Mapped[UUID | None]
    line_leg_id: Mapped[UUID | None]
    call_id: Mapped[UUID | None]


class AgentChange(TenantTable, Base):
    """An agent's change of state: for talk time, and to account for pauses."""

    __tablename__ = "agent_changes"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"]),
        Index("ix_agent_changes_member", "org_id", "member_id", text("id DESC")),
    )

    member_id: Mapped[UUID]
    at: Mapped[Moment]
    state: Mapped[str]
    pause_code: Mapped[str | None]
    campaign_id: Mapped[UUID | None]
    call_id: Mapped[UUID | None]
