"""where people on a campaign's list are, as its table said"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COLUMNS = ("time_zone", "country", "region", "postal_code")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("dial_targets", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column("dial_targets", name)
