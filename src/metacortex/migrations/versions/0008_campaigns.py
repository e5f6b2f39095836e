"""agents on calls, dial campaigns with their lists and decisions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = (
    "pause_codes",
    "dispositions",
    "scripts",
    "dial_campaigns",
    "dial_targets",
    "dial_fills",
    "dial_decisions",
    "agent_presences",
    "agent_changes",
)
# The dialer looks through every organization's campaigns for those to dial for.
SEEN_BY_THE_DIALER = ("dial_campaigns", "dial_targets", "agent_presences")


def upgrade() -> None:
    op.create_table(
        "dispositions",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("again_after_seconds", sa.Integer(), nullable=True),
        sa.Column("stage_kind", sa.Text(), nullable=True),
        sa.Column("is_contact", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_dispositions")),
    )
    op.create_index("uq_dispositions_code", "dispositions", ["org_id", "code"], unique=True)
    op.create_table(
        "pause_codes",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_pause_codes")),
    )
    op.create_index("uq_pause_codes_code", "pause_codes", ["org_id", "code"], unique=True)
    op.create_table(
        "scripts",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_scripts")),
    )
    op.create_table(
        "dial_campaigns",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("script_id", sa.Uuid(), nullable=True),
        sa.Column("preflight", postgresql.JSONB(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "script_id"], ["scripts.org_id", "scripts.id"], name=op.f("fk_dial_campaigns_org_id_script_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_dial_campaigns")),
    )
    op.create_index(
        "ix_dial_campaigns_dialling",
        "dial_campaigns",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state IN ('running', 'draining')"),
    )
    op.create_table(
        "agent_changes",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pause_code", sa.Text(), nullable=True),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "member_id"], ["members.org_id", "members.id"], name=op.f("fk_agent_changes_org_id_member_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_agent_changes")),
    )
    op.create_index(
        "ix_agent_changes_member", "agent_changes", ["org_id", "member_id", sa.literal_column("id DESC")], unique=False
    )
    op.create_table(
        "dial_decisions",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("capped_by", sa.Text(), nullable=True),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "campaign_id"],
            ["dial_campaigns.org_id", "dial_campaigns.id"],
            name=op.f("fk_dial_decisions_org_id_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_dial_decisions")),
    )
    op.create_index(
        "ix_dial_decisions_campaign",
        "dial_decisions",
        ["org_id", "campaign_id", sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "dial_fills",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wanted", postgresql.JSONB(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("bad_numbers", postgresql.JSONB(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "campaign_id"],
            ["dial_campaigns.org_id", "dial_campaigns.id"],
            name=op.f("fk_dial_fills_org_id_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_dial_fills")),
    )
    op.create_index(
        "ix_dial_fills_campaign", "dial_fills", ["org_id", "campaign_id", sa.literal_column("id DESC")], unique=False
    )
    op.create_table(
        "dial_targets",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("other_numbers", postgresql.JSONB(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("outcome_attempts", postgresql.JSONB(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.Uuid(), nullable=True),
        sa.Column("last_outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("callback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("callback_member_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "callback_member_id"],
            ["members.org_id", "members.id"],
            name=op.f("fk_dial_targets_org_id_callback_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "campaign_id"],
            ["dial_campaigns.org_id", "dial_campaigns.id"],
            name=op.f("fk_dial_targets_org_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "lead_id"], ["leads.org_id", "leads.id"], name=op.f("fk_dial_targets_org_id_lead_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "leased_by"], ["members.org_id", "members.id"], name=op.f("fk_dial_targets_org_id_leased_by")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_dial_targets")),
    )
    op.create_index(
        "ix_dial_targets_callback",
        "dial_targets",
        ["org_id", "campaign_id", "callback_at"],
        unique=False,
        postgresql_where=sa.text("state = 'callback'"),
    )
    op.create_index(
        "ix_dial_targets_due",
        "dial_targets",
        ["org_id", "campaign_id", sa.literal_column("priority DESC"), "next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_dial_targets_lead",
        "dial_targets",
        ["org_id", "lead_id"],
        unique=False,
        postgresql_where=sa.text("lead_id IS NOT NULL"),
    )
    op.create_index("ix_dial_targets_state", "dial_targets", ["org_id", "campaign_id", "state"], unique=False)
    op.create_index("uq_dial_targets_number", "dial_targets", ["org_id", "campaign_id", "number"], unique=True)
    op.create_table(
        "agent_presences",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pause_code", sa.Text(), nullable=True),
        sa.Column("next_pause_code", sa.Text(), nullable=True),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("server", sa.Text(), nullable=True),
        sa.Column("line_call_id", sa.Uuid(), nullable=True),
        sa.Column("line_leg_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "call_id"], ["calls.org_id", "calls.id"], name=op.f("fk_agent_presences_org_id_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "campaign_id"],
            ["dial_campaigns.org_id", "dial_campaigns.id"],
            name=op.f("fk_agent_presences_org_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "member_id"], ["members.org_id", "members.id"], name=op.f("fk_agent_presences_org_id_member_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_agent_presences")),
    )
    op.create_index("ix_agent_presences_line", "agent_presences", ["org_id", "line_leg_id"], unique=False)
    op.create_index(
        "ix_agent_presences_ready", "agent_presences", ["org_id", "campaign_id", "state", "since_at"], unique=False
    )
    op.create_index("uq_agent_presences_member", "agent_presences", ["org_id", "member_id"], unique=True)
    op.add_column("call_legs", sa.Column("line_leg_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_call_legs_line",
        "call_legs",
        ["org_id", "line_leg_id"],
        unique=False,
        postgresql_where=sa.text("line_leg_id IS NOT NULL"),
    )
    op.add_column("calls", sa.Column("campaign_id", sa.Uuid(), nullable=True))
    op.add_column("calls", sa.Column("target_id", sa.Uuid(), nullable=True))
    op.add_column("calls", sa.Column("for_member_id", sa.Uuid(), nullable=True))
    op.add_column("calls", sa.Column("hold_seconds", sa.Double(), nullable=True))
    op.add_column("calls", sa.Column("abandonment_sound", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("voicemail_sound", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("disposition", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("note", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("callback_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("callback_member_id", sa.Uuid(), nullable=True))
    op.add_column("calls", sa.Column("waiting_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("abandoned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_calls_campaign",
        "calls",
        ["org_id", "campaign_id", sa.literal_column("requested_at DESC")],
        unique=False,
        postgresql_where=sa.text("campaign_id IS NOT NULL"),
    )
    op.create_index(
        "ix_calls_campaign_open",
        "calls",
        ["org_id", "campaign_id"],
        unique=False,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_foreign_key(
        op.f("fk_calls_org_id_campaign_id"), "calls", "dial_campaigns", ["org_id", "campaign_id"], ["org_id", "id"]
    )
    op.create_foreign_key(
        op.f("fk_calls_org_id_target_id"), "calls", "dial_targets", ["org_id", "target_id"], ["org_id", "id"]
    )
    op.create_foreign_key(
        op.f("fk_calls_org_id_for_member_id"), "calls", "members", ["org_id", "for_member_id"], ["org_id", "id"]
    )
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO metacortex_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_organization ON {table} TO metacortex_app "
            "USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)"
        )
    for table in SEEN_BY_THE_DIALER:
        op.execute(f"GRANT SELECT ON {table} TO metacortex_relay")
        op.execute(f"CREATE POLICY every_organization ON {table} FOR SELECT TO metacortex_relay USING (true)")


def downgrade() -> None:
    op.drop_constraint(op.f("fk_calls_org_id_for_member_id"), "calls", type_="foreignkey")
    op.drop_constraint(op.f("fk_calls_org_id_target_id"), "calls", type_="foreignkey")
    op.drop_constraint(op.f("fk_calls_org_id_campaign_id"), "calls", type_="foreignkey")
    op.drop_index("ix_calls_campaign_open", table_name="calls", postgresql_where=sa.text("state <> 'ended'"))
    op.drop_index("ix_calls_campaign", table_name="calls", postgresql_where=sa.text("campaign_id IS NOT NULL"))
    op.drop_column("calls", "abandoned_at")
    op.drop_column("calls", "waiting_at")
    op.drop_column("calls", "callback_member_id")
    op.drop_column("calls", "callback_at")
    op.drop_column("calls", "note")
    op.drop_column("calls", "disposition")
    op.drop_column("calls", "voicemail_sound")
    op.drop_column("calls", "abandonment_sound")
    op.drop_column("calls", "hold_seconds")
    op.drop_column("calls", "for_member_id")
    op.drop_column("calls", "target_id")
    op.drop_column("calls", "campaign_id")
    op.drop_index("ix_call_legs_line", table_name="call_legs", postgresql_where=sa.text("line_leg_id IS NOT NULL"))
    op.drop_column("call_legs", "line_leg_id")
    for table in reversed(TABLES):
        op.drop_table(table)
