"""the first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


TENANT_TABLES = [
    "contacts",
    "conversations",
    "dead_letters",
    "events",
    "ideal_customers",
    "idempotency_keys",
    "import_refusals",
    "imports",
    "inbound_messages",
    "invitations",
    "jobs",
    "labels",
    "leads",
    "login_links",
    "members",
    "messages",
    "qualifications",
    "refresh_tokens",
    "sessions",
    "sources",
    "stages",
    "tasks",
    "timeline_entries",
]
SEEN_BEFORE_THE_ORGANIZATION = {
    "members": "user_id",
    "invitations": "token_hash",
    "login_links": "token_hash",
    "refresh_tokens": "token_hash",
}
RELAY_TABLES = {
    "jobs": "SELECT, UPDATE",
    "dead_letters": "SELECT",
    "events": "SELECT, DELETE",
    "idempotency_keys": "SELECT, DELETE",
}
ROLES = ("metacortex_app", "metacortex_relay")
FIND_SOURCE = """
    CREATE FUNCTION find_source(wanted text) RETURNS TABLE (org_id uuid, id uuid, kind text, active bool, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT org_id, id, kind, active, name FROM sources WHERE key = wanted $$
"""


class Xid8(sa.types.UserDefinedType[int]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def secure_tables() -> None:
    """Give each role what it needs and each organization only its own rows."""
    for role in ROLES:
        op.execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
            f"THEN CREATE ROLE {role} NOLOGIN NOBYPASSRLS; END IF; END $$"
        )
        op.execute(
            f"DO $$ BEGIN IF NOT pg_has_role(current_user, '{role}', 'SET') "
            f"THEN EXECUTE format('GRANT {role} TO %I WITH INHERIT FALSE, SET TRUE', current_user); END IF; END $$"
        )
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO metacortex_app")
    op.execute("REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM metacortex_app")
    for table in TENANT_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_organization ON {table} TO metacortex_app "
            "USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)"
        )
    for table, column in SEEN_BEFORE_THE_ORGANIZATION.items():
        cast = "::uuid" if column == "user_id" else ""
        op.execute(
            f"CREATE POLICY seen_by_{column} ON {table} FOR SELECT TO metacortex_app "
            f"USING ({column} = nullif(current_setting('app.{column}', true), ''){cast})"
        )
    for table, rights in RELAY_TABLES.items():
        op.execute(f"GRANT {rights} ON {table} TO metacortex_relay")
        op.execute(f"CREATE POLICY every_organization ON {table} TO metacortex_relay USING (true)")
    op.execute(FIND_SOURCE)
    op.execute("REVOKE ALL ON FUNCTION find_source(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION find_source(text) TO metacortex_app")


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_contacts")),
    )
    op.create_index(
        "ix_contacts_phone",
        "contacts",
        ["org_id", "phone"],
        unique=False,
        postgresql_where=sa.text("phone IS NOT NULL"),
    )
    op.create_index(
        "uq_contacts_email", "contacts", ["org_id", "email"], unique=True, postgresql_where=sa.text("email IS NOT NULL")
    )
    op.create_index(
        "uq_contacts_phone_only",
        "contacts",
        ["org_id", "phone"],
        unique=True,
        postgresql_where=sa.text("email IS NULL AND phone IS NOT NULL"),
    )
    op.create_table(
        "dead_letters",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("args", postgresql.JSONB(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replayed_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_dead_letters")),
    )
    op.create_index("ix_dead_letters_failed_at", "dead_letters", ["org_id", "failed_at"], unique=False)
    op.create_table(
        "events",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_order", "events", ["org_id", "xid", "seq"], unique=False)
    op.create_table(
        "ideal_customers",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("weights", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_ideal_customers")),
    )
    op.create_index("uq_ideal_customers_org", "ideal_customers", ["org_id"], unique=True)
    op.create_table(
        "idempotency_keys",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False)
    op.create_index("uq_idempotency_keys_key", "idempotency_keys", ["org_id", "key"], unique=True)
    op.create_table(
        "imports",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("raw_key", sa.Text(), nullable=False),
        sa.Column("chunk_keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("created_count", sa.Integer(), nullable=False),
        sa.Column("joined_count", sa.Integer(), nullable=False),
        sa.Column("refused_count", sa.Integer(), nullable=False),
        sa.Column("next_chunk", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_created_at", "imports", ["org_id", "created_at", "id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("args", postgresql.JSONB(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_lane", "jobs", ["priority", "org_id", "due_at", "id"], unique=False)
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
    )
    op.create_table(
        "sources",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_sources")),
    )
    op.create_index("uq_sources_key", "sources", ["key"], unique=True)
    op.create_table(
        "stages",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_stages")),
    )
    op.create_index("uq_stages_position", "stages", ["org_id", "position"], unique=True)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "import_refusals",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "import_id"], ["imports.org_id", "imports.id"], name=op.f("fk_import_refusals_org_id_import_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_import_refusals")),
    )
    op.create_index(
        "uq_import_refusals_row_number", "import_refusals", ["org_id", "import_id", "row_number"], unique=True
    )
    op.create_table(
        "inbound_messages",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("raw_key", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("envelope_from", sa.Text(), nullable=False),
        sa.Column("envelope_to", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("from_email", sa.Text(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "source_id"], ["sources.org_id", "sources.id"], name=op.f("fk_inbound_messages_org_id_source_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_inbound_messages")),
    )
    op.create_index(
        "ix_inbound_messages_state", "inbound_messages", ["org_id", "state", "received_at", "id"], unique=False
    )
    op.create_index("uq_inbound_messages_dedupe_key", "inbound_messages", ["org_id", "dedupe_key"], unique=True)
    op.create_table(
        "members",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'admin', 'manager', 'agent', 'marketer', 'viewer')", name=op.f("ck_members_role")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], name="fk_members_organization"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_members_user_id")),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_members")),
        sa.UniqueConstraint("org_id", "user_id", name="uq_members_user"),
        info={"also_seen_by": "user_id"},
    )
    op.create_index("ix_members_user_id", "members", ["user_id"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'admin', 'manager', 'agent', 'marketer', 'viewer')", name=op.f("ck_invitations_role")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "invited_by"], ["members.org_id", "members.id"], name="fk_invitations_inviter"
        ),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], name="fk_invitations_organization"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        info={"also_seen_by": "token_hash"},
    )
    op.create_index("ix_invitations_email", "invitations", ["org_id", "email"], unique=False)
    op.create_table(
        "leads",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("message_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("intent", sa.Text(), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("priority", sa.SmallInteger(), server_default="-1", nullable=False),
        sa.Column("score_state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("reasons", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("next_step", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "contact_id"], ["contacts.org_id", "contacts.id"], name=op.f("fk_leads_org_id_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "owner_id"], ["members.org_id", "members.id"], name=op.f("fk_leads_org_id_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "stage_id"], ["stages.org_id", "stages.id"], name=op.f("fk_leads_org_id_stage_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_leads")),
    )
    op.create_index("ix_leads_contact", "leads", ["org_id", "contact_id"], unique=False)
    op.create_index(
        "ix_leads_newest",
        "leads",
        ["org_id", sa.literal_column("received_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_leads_owner",
        "leads",
        ["org_id", "owner_id"],
        unique=False,
        postgresql_where=sa.text("owner_id IS NOT NULL"),
    )
    op.create_index(
        "ix_leads_score",
        "leads",
        ["org_id", sa.literal_column("priority DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_leads_search", "leads", ["search"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_leads_stage_newest",
        "leads",
        ["org_id", "stage_id", sa.literal_column("received_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_leads_stage_score",
        "leads",
        ["org_id", "stage_id", sa.literal_column("priority DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "login_links",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "member_id"], ["members.org_id", "members.id"], name="fk_login_links_member"
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_login_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_links_token_hash")),
        info={"also_seen_by": "token_hash"},
    )
    op.create_index("ix_login_links_member_id", "login_links", ["org_id", "member_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org_id", "member_id"], ["members.org_id", "members.id"], name="fk_sessions_member"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_member_id", "sessions", ["org_id", "member_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "lead_id"], ["leads.org_id", "leads.id"], name=op.f("fk_conversations_org_id_lead_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_conversations")),
    )
    op.create_index("ix_conversations_lead", "conversations", ["org_id", "lead_id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "session_id"],
            ["sessions.org_id", "sessions.id"],
            name=op.f("fk_refresh_tokens_org_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_tokens_token_hash")),
        info={"also_seen_by": "token_hash"},
    )
    op.create_index("ix_refresh_tokens_session_id", "refresh_tokens", ["org_id", "session_id"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "assignee_id"], ["members.org_id", "members.id"], name=op.f("fk_tasks_org_id_assignee_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "lead_id"], ["leads.org_id", "leads.id"], name=op.f("fk_tasks_org_id_lead_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_lead", "tasks", ["org_id", "lead_id"], unique=False)
    op.create_table(
        "timeline_entries",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "lead_id"], ["leads.org_id", "leads.id"], name=op.f("fk_timeline_entries_org_id_lead_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_timeline_entries")),
    )
    op.create_index(
        "ix_timeline_entries_lead",
        "timeline_entries",
        ["org_id", "lead_id", sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "messages",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("rfc_message_id", sa.Text(), nullable=True),
        sa.Column("in_reply_to", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("from_email", sa.Text(), nullable=False),
        sa.Column("to_emails", postgresql.JSONB(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("attachments", postgresql.JSONB(), nullable=False),
        sa.Column("raw_key", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "conversation_id"],
            ["conversations.org_id", "conversations.id"],
            name=op.f("fk_messages_org_id_conversation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "lead_id"], ["leads.org_id", "leads.id"], name=op.f("fk_messages_org_id_lead_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_lead", "messages", ["org_id", "lead_id", "received_at", "id"], unique=False)
    op.create_index(
        "uq_messages_rfc_message_id",
        "messages",
        ["org_id", "rfc_message_id"],
        unique=True,
        postgresql_where=sa.text("rfc_message_id IS NOT NULL"),
    )
    op.create_table(
        "qualifications",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("reader_version", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("intent_probability", sa.Double(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("contributions", postgresql.JSONB(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("draft_reply", sa.Text(), nullable=True),
        sa.Column("flags", postgresql.JSONB(), nullable=False),
        sa.Column("ideal_customer_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "lead_id"], ["leads.org_id", "leads.id"], name=op.f("fk_qualifications_org_id_lead_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "message_id"],
            ["messages.org_id", "messages.id"],
            name=op.f("fk_qualifications_org_id_message_id"),
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_qualifications")),
    )
    op.create_index(
        "ix_qualifications_lead",
        "qualifications",
        ["org_id", "lead_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_index("uq_qualifications_message", "qualifications", ["org_id", "message_id"], unique=True)
    op.create_table(
        "labels",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("qualification_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "lead_id"], ["leads.org_id", "leads.id"], name=op.f("fk_labels_org_id_lead_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "member_id"], ["members.org_id", "members.id"], name=op.f("fk_labels_org_id_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "qualification_id"],
            ["qualifications.org_id", "qualifications.id"],
            name=op.f("fk_labels_org_id_qualification_id"),
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_labels")),
    )
    op.create_index("ix_labels_lead", "labels", ["org_id", "lead_id", "created_at"], unique=False)
    secure_tables()


def downgrade() -> None:
    op.execute("DROP FUNCTION find_source(text)")
    op.drop_index("ix_labels_lead", table_name="labels")
    op.drop_table("labels")
    op.drop_index("uq_qualifications_message", table_name="qualifications")
    op.drop_index("ix_qualifications_lead", table_name="qualifications")
    op.drop_table("qualifications")
    op.drop_index(
        "uq_messages_rfc_message_id", table_name="messages", postgresql_where=sa.text("rfc_message_id IS NOT NULL")
    )
    op.drop_index("ix_messages_lead", table_name="messages")
    op.drop_table("messages")
    op.drop_index("ix_timeline_entries_lead", table_name="timeline_entries")
    op.drop_table("timeline_entries")
    op.drop_index("ix_tasks_lead", table_name="tasks")
    op.drop_table("tasks")
    op.drop_index("ix_refresh_tokens_session_id", table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index("ix_conversations_lead", table_name="conversations")
    op.drop_table("conversations")
    op.drop_index("ix_sessions_member_id", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_login_links_member_id", table_name="login_links")
    op.drop_table("login_links")
    op.drop_index("ix_leads_stage_score", table_name="leads")
    op.drop_index("ix_leads_stage_newest", table_name="leads")
    op.drop_index("ix_leads_search", table_name="leads", postgresql_using="gin")
    op.drop_index("ix_leads_score", table_name="leads")
    op.drop_index("ix_leads_owner", table_name="leads", postgresql_where=sa.text("owner_id IS NOT NULL"))
    op.drop_index("ix_leads_newest", table_name="leads")
    op.drop_index("ix_leads_contact", table_name="leads")
    op.drop_table("leads")
    op.drop_index("ix_invitations_email", table_name="invitations")
    op.drop_table("invitations")
    op.drop_index("ix_members_user_id", table_name="members")
    op.drop_table("members")
    op.drop_index("uq_inbound_messages_dedupe_key", table_name="inbound_messages")
    op.drop_index("ix_inbound_messages_state", table_name="inbound_messages")
    op.drop_table("inbound_messages")
    op.drop_index("uq_import_refusals_row_number", table_name="import_refusals")
    op.drop_table("import_refusals")
    op.drop_table("users")
    op.drop_index("uq_stages_position", table_name="stages")
    op.drop_table("stages")
    op.drop_index("uq_sources_key", table_name="sources")
    op.drop_table("sources")
    op.drop_table("organizations")
    op.drop_index("ix_jobs_lane", table_name="jobs")
    op.drop_table("jobs")
    op.drop_index("ix_imports_created_at", table_name="imports")
    op.drop_table("imports")
    op.drop_index("uq_idempotency_keys_key", table_name="idempotency_keys")
    op.drop_index("ix_idempotency_keys_created_at", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index("uq_ideal_customers_org", table_name="ideal_customers")
    op.drop_table("ideal_customers")
    op.drop_index("ix_events_order", table_name="events")
    op.drop_table("events")
    op.drop_index("ix_dead_letters_failed_at", table_name="dead_letters")
    op.drop_table("dead_letters")
    op.drop_index(
        "uq_contacts_phone_only", table_name="contacts", postgresql_where=sa.text("email IS NULL AND phone IS NOT NULL")
    )
    op.drop_index("uq_contacts_email", table_name="contacts", postgresql_where=sa.text("email IS NOT NULL"))
    op.drop_index("ix_contacts_phone", table_name="contacts", postgresql_where=sa.text("phone IS NOT NULL"))
    op.drop_table("contacts")
