"""Whose runs are whose, what tickets were used for, and what was spent by day."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table, and dropping the old one takes every event along.
    op.add_column("runs", sa.Column("owner", sa.String(40)))
    op.create_index("runs_by_owner", "runs", ["owner", "created_at", "id"])
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )
    op.create_table(
        "ticket_uses",
        sa.Column("ticket", sa.String(22), primary_key=True),
        sa.Column("run_id", sa.String(26), nullable=False),
        sa.Column("used_at", sa.Double, nullable=False),
    )
    op.create_index("ticket_uses_by_age", "ticket_uses", ["used_at"])
    op.create_table(
        "spending",
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("owner", sa.String(40), primary_key=True),
        sa.Column("usd", sa.Double, nullable=False),
    )


def downgrade() -> None:
    for table in ("spending", "ticket_uses", "secrets"):
        op.drop_table(table)
    op.drop_index("runs_by_owner", "runs")
    op.drop_column("runs", "owner")
