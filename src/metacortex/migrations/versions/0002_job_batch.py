"""a job says how many of its kind may run together, so that the relay needs to know no job"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("batch", sa.SmallInteger(), server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("jobs", "batch")
