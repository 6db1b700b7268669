"""How often judges are right, by the labels of people."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calibrations",
        sa.Column("judge", sa.Text, primary_key=True),
        sa.Column("judge_2", sa.Text, primary_key=True),
        sa.Column("prompt", sa.String(12), primary_key=True),
        sa.Column("simulated", sa.Boolean, primary_key=True),
        sa.Column("made", sa.Integer, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("avoided", sa.Integer, nullable=False),
        sa.Column("cleared", sa.Integer, nullable=False),
        sa.Column("unclear", sa.Integer, nullable=False),
        sa.Column("measured_at", sa.Double, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("calibrations")
