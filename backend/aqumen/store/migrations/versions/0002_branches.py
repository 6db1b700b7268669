"""Runs that branch off another one: forks and rejudgements."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None



def upgrade() -> None:
    # Not in a batch: SQLite would copy the table, and dropping the old one takes every event along.
    op.add_column("runs", sa.Column("parent", sa.String(26)))
    op.add_column("runs", sa.Column("from_step", sa.Integer))
    op.add_column("runs", sa.Column("from_attempt", sa.Integer))
    op.add_column("runs", sa.Column("rejudge_number", sa.Integer))
    op.create_index("runs_by_parent", "runs", ["parent", "id"])


def downgrade() -> None:
    op.drop_index("runs_by_parent", "runs")
    for column in ("rejudge_number", "from_attempt", "from_step", "parent"):
        op.drop_column("runs", column)
