"""closed microphones, and messages to machines whose greeting is over"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call_legs", sa.Column("is_muted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("call_legs", "is_muted", server_default=None)
    op.add_column("calls", sa.Column("greeting_until_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("message_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("calls", "message_at")
    op.drop_column("calls", "greeting_until_at")
    op.drop_column("call_legs", "is_muted")
