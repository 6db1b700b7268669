"""The settings that a run is held to, kept with it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table, and dropping the old one takes every event along.
    op.add_column("runs", sa.Column("terms", sa.JSON))


def downgrade() -> None:
    op.drop_column("runs", "terms")
