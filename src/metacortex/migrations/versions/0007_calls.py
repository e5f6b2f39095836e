"""calls, their legs, events and recordings, phones, do-not-call numbers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("calling_settings", "do_not_call", "agent_phones", "calls", "call_events", "call_legs", "recordings")
# The dialer looks through every organization's open legs for what went unheard.
SEEN_BY_THE_DIALER = ("calls", "call_legs")


def upgrade() -> None:

    op.create_table(
        "asterisk_servers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_asterisk_servers")),
    )
    op.create_table(
        "calling_settings",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opens_at", sa.Text(), nullable=True),
        sa.Column("closes_at", sa.Text(), nullable=True),
        sa.Column("attempts_a_day", sa.SmallInteger(), nullable=True),
        sa.Column("is_recorded", sa.Boolean(), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=True),
        sa.Column("caller_ids", postgresql.JSONB(), nullable=False),
        sa.Column("calls_hot_leads", sa.Boolean(), nullable=False),
        sa.Column("ringing", sa.Text(), nullable=False),
        sa.Column("ring_seconds", sa.SmallInteger(), nullable=False),
        sa.Column("minute_cost_minor", sa.Integer(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_calling_settings")),
    )
    op.create_table(
        "do_not_call",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_do_not_call")),
    )
    op.create_index("uq_do_not_call_number", "do_not_call", ["org_id", "number"], unique=True)
    op.create_table(
        "agent_phones",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "member_id"], ["members.org_id", "members.id"], name=op.f("fk_agent_phones_org_id_member_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_agent_phones")),
    )
    op.create_index("uq_agent_phones_member", "agent_phones", ["org_id", "member_id"], unique=True)
    op.create_table(
        "calls",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("ringing", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("transfer", sa.Text(), nullable=True),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("to_number", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("caller_id", sa.Text(), nullable=True),
        sa.Column("is_recorded", sa.Boolean(), nullable=False),
        sa.Column("recording_note", sa.Text(), nullable=True),
        sa.Column("is_recording", sa.Boolean(), nullable=False),
        sa.Column("detects_machine", sa.Boolean(), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=True),
        sa.Column("variables", postgresql.JSONB(), nullable=False),
        sa.Column("permission", postgresql.JSONB(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "lead_id"], ["leads.org_id", "leads.id"], name=op.f("fk_calls_org_id_lead_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "member_id"], ["members.org_id", "members.id"], name=op.f("fk_calls_org_id_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "requested_by"], ["members.org_id", "members.id"], name=op.f("fk_calls_org_id_requested_by")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_calls")),
    )
    op.create_index(
        "ix_calls_lead",
        "calls",
        ["org_id", "lead_id", sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("lead_id IS NOT NULL"),
    )
    op.create_index("ix_calls_newest", "calls", ["org_id", sa.literal_column("id DESC")], unique=False)
    op.create_index(
        "ix_calls_number", "calls", ["org_id", "to_number", sa.literal_column("requested_at DESC")], unique=False
    )
    op.create_index(
        "ix_calls_open", "calls", ["org_id", "id"], unique=False, postgresql_where=sa.text("state <> 'ended'")
    )
    op.create_index("uq_calls_key", "calls", ["org_id", "idempotency_key"], unique=True)
    op.create_table(
        "call_events",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("leg_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "call_id"],
            ["calls.org_id", "calls.id"],
            name=op.f("fk_call_events_org_id_call_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_call_events")),
    )
    op.create_index("ix_call_events_call", "call_events", ["org_id", "call_id", "id"], unique=False)
    op.create_table(
        "call_legs",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dial_status", sa.Text(), nullable=False),
        sa.Column("cause", sa.SmallInteger(), nullable=True),
        sa.Column("is_hung_up_by_us", sa.Boolean(), nullable=False),
        sa.Column("is_shut_down", sa.Boolean(), nullable=False),
        sa.Column("is_joined", sa.Boolean(), nullable=False),
        sa.Column("is_detecting", sa.Boolean(), nullable=False),
        sa.Column("is_standing", sa.Boolean(), nullable=False),
        sa.Column("monitoring", sa.Text(), nullable=True),
        sa.Column("timeout_seconds", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ringing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "call_id"],
            ["calls.org_id", "calls.id"],
            name=op.f("fk_call_legs_org_id_call_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "member_id"], ["members.org_id", "members.id"], name=op.f("fk_call_legs_org_id_member_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_call_legs")),
    )
    op.create_index(
        "ix_call_legs_open",
        "call_legs",
        ["org_id", "id"],
        unique=False,
        postgresql_where=sa.text("state NOT IN ('planned', 'ended')"),
    )
    op.create_index("uq_call_legs_position", "call_legs", ["org_id", "call_id", "position"], unique=True)
    op.create_table(
        "recordings",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=True),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "call_id"],
            ["calls.org_id", "calls.id"],
            name=op.f("fk_recordings_org_id_call_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_recordings")),
    )
    op.create_index(
        "ix_recordings_started_at",
        "recordings",
        ["org_id", "started_at"],
        unique=False,
        postgresql_where=sa.text("state <> 'deleted'"),
    )
    op.create_index("uq_recordings_call", "recordings", ["org_id", "call_id"], unique=True)

    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON asterisk_servers TO metacortex_app")
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
    op.drop_table("asterisk_servers")
    for table in reversed(TABLES):
        op.drop_table(table)
