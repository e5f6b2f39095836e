"""what an organization spends on language models a day, shared by all worker processes"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "llm_spending",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("micro_usd", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_llm_spending")),
    )
    op.create_index("uq_llm_spending_day", "llm_spending", ["org_id", "day"], unique=True)
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON llm_spending TO metacortex_app")
    op.execute("ALTER TABLE llm_spending ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_organization ON llm_spending TO metacortex_app "
        "USING (org_id = nullif(current_setting('app.org_id', true), '')::uuid)"
    )


def downgrade() -> None:
    op.drop_index("uq_llm_spending_day", table_name="llm_spending")
    op.drop_table("llm_spending")
