"""In whose turn a run is that waits in the queue of all processes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table, and dropping the old one takes every event along.
    op.add_column("runs", sa.Column("turn", sa.Integer))


def downgrade() -> None:
    op.drop_column("runs", "turn")
