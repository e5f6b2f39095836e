"""an account of the phone server is one phone's, in all organizations"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Whoever had it first keeps it; the others' phones ring nowhere until they say where. Such a row has no number.
CLEAR_LATER_ONES = """
    DELETE FROM agent_phones AS later USING agent_phones AS first
    WHERE lower(later.account) = lower(first.account)
        AND (later.updated_at, later.org_id, later.id) > (first.updated_at, first.org_id, first.id)
"""


def upgrade() -> None:
    op.execute(CLEAR_LATER_ONES)
    op.execute("CREATE UNIQUE INDEX uq_agent_phones_account ON agent_phones (lower(account))")


def downgrade() -> None:
    op.drop_index("uq_agent_phones_account", "agent_phones")
