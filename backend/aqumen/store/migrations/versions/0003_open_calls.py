"""Model calls that are on their way, kept with the run that makes them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table, and dropping the old one takes every event along.
    op.add_column("runs", sa.Column("open_calls", sa.JSON))


def downgrade() -> None:
    op.drop_column("runs", "open_calls")
