"""consents, suppressions, requests of people and retention rules"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("consent_texts", "consents", "suppressions", "privacy_requests", "retention_rules")
KEEP_TEXTS = """
    CREATE FUNCTION keep_consent_texts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a published consent text is never changed'; END $$
"""
# An erasure may blank who it was; what was decided, when and on which text stays as it was.
KEEP_CONSENTS = """
    CREATE FUNCTION keep_consents() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.address IS NOT NULL OR (NEW.org_id, NEW.id, NEW.address_kind, NEW.address_hash, NEW.purpose, NEW.channel,
            NEW.decision, NEW.text_id, NEW.at) IS DISTINCT FROM (OLD.org_id, OLD.id, OLD.address_kind, OLD.address_hash,
            OLD.purpose, OLD.channel, OLD.decision, OLD.text_id, OLD.at)
        THEN RAISE EXCEPTION 'a recorded consent is never changed'; END IF;
        RETURN NEW;
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "consent_texts",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "published_by"],
            ["members.org_id", "members.id"],
            name=op.f("fk_consent_texts_org_id_published_by"),
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_consent_texts")),
    )
    op.create_index(
        "uq_consent_texts_version",
        "consent_texts",
        ["org_id", "purpose", "channel", "language", "version"],
        unique=True,
    )
    op.create_table(
        "consents",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_kind", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("text_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("client_address", sa.Text(), nullable=True),
        sa.Column("proof", postgresql.JSONB(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "text_id"], ["consent_texts.org_id", "consent_texts.id"], name=op.f("fk_consents_org_id_text_id")
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_consents")),
    )
    op.create_index(
        "ix_consents_latest",
        "consents",
        ["org_id", "address_hash", "purpose", "channel", sa.literal_column("at DESC"), sa.literal_column("id DESC")],
    )
    op.create_index("ix_consents_newest", "consents", ["org_id", sa.literal_column("id DESC")])
    op.create_table(
        "suppressions",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_kind", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_suppressions")),
    )
    op.create_index("uq_suppressions_address", "suppressions", ["org_id", "address_hash", "reason"], unique=True)
    op.create_table(
        "privacy_requests",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("subject_hashes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("emails", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("phones", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("by_phone_only", sa.Boolean(), nullable=False),
        sa.Column("contact_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("lead_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("row_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pass_number", sa.Integer(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("certificate", postgresql.JSONB(), nullable=True),
        sa.Column("object_key", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "requested_by"],
            ["members.org_id", "members.id"],
            name=op.f("fk_privacy_requests_org_id_requested_by"),
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_privacy_requests")),
    )
    op.create_index("ix_privacy_requests_newest", "privacy_requests", ["org_id", sa.literal_column("id DESC")])
    op.create_table(
        "retention_rules",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_retention_rules")),
    )
    op.create_index("uq_retention_rules_kind", "retention_rules", ["org_id", "kind"], unique=True)
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO metacortex_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_organization ON {table} TO metacortex_app "
            "USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)"
        )
    op.execute(KEEP_TEXTS)
    op.execute(
        "CREATE TRIGGER keep_consent_texts BEFORE UPDATE OR DELETE ON consent_texts "
        "FOR EACH ROW EXECUTE FUNCTION keep_consent_texts()"
    )
    op.execute(KEEP_CONSENTS)
    op.execute("CREATE TRIGGER keep_consents BEFORE UPDATE ON consents FOR EACH ROW EXECUTE FUNCTION keep_consents()")


def downgrade() -> None:
    for table in ("retention_rules", "privacy_requests", "suppressions", "consents", "consent_texts"):
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_consents()")
    op.execute("DROP FUNCTION keep_consent_texts()")
