"""where contacts live, since the law of calling is that of the place they are in"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COLUMNS = ("time_zone", "country", "region", "postal_code")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("contacts", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column("contacts", name)
