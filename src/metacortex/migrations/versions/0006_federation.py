"""signing in with others: outside identities, browsers on their way to an issuer, and what Clerk has told"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("external_identities", "federation_attempts", "pending_identities", "clerk_objects", "clerk_messages")


def upgrade() -> None:
    op.create_table(
        "external_identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_external_identities_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identities")),
        sa.UniqueConstraint("issuer", "subject", name="uq_external_identities_subject"),
    )
    op.create_index("ix_external_identities_user_id", "external_identities", ["user_id"])
    op.create_table(
        "federation_attempts",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("next_path", sa.Text(), nullable=False),
        sa.Column("invitation_hash", sa.Text(), nullable=True),
        sa.Column("linking_user_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["linking_user_id"], ["users.id"], name=op.f("fk_federation_attempts_linking_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_federation_attempts")),
    )
    op.create_index("ix_federation_attempts_expires_at", "federation_attempts", ["expires_at"])
    op.create_table(
        "pending_identities",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email_trusted", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_pending_identities")),
    )
    op.create_index("ix_pending_identities_expires_at", "pending_identities", ["expires_at"])
    _create_clerk_tables()
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO metacortex_app")


def _create_clerk_tables() -> None:
    op.create_table(
        "clerk_objects",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("clerk_user_id", sa.Text(), nullable=True),
        sa.Column("clerk_organization_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("made_user", sa.Boolean(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('user', 'organization', 'membership')", name=op.f("ck_clerk_objects_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_clerk_objects_user_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_clerk_objects_organization_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clerk_objects")),
    )
    op.create_index("ix_clerk_objects_clerk_user_id", "clerk_objects", ["clerk_user_id"])
    op.create_index("ix_clerk_objects_clerk_organization_id", "clerk_objects", ["clerk_organization_id"])
    op.create_table(
        "clerk_messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clerk_messages")),
    )
    op.create_index("ix_clerk_messages_received_at", "clerk_messages", ["received_at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
