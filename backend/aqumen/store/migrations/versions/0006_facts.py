"""What each run that is over comes to, in short, for counting."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _run_id() -> sa.Column[str]:
    key = sa.ForeignKey("runs.id", ondelete="CASCADE")
    return sa.Column("run_id", sa.String(26), key, primary_key=True)


def upgrade() -> None:
    op.create_table(
        "run_facts",
        _run_id(),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("models", sa.String(12), nullable=False),
        sa.Column("prompts", sa.String(12), nullable=False),
        sa.Column("differentiated", sa.Boolean, nullable=False),
        sa.Column("cause", sa.String(32)),
        sa.Column("stopped_at", sa.Integer),
    )
    op.create_table(
        "step_facts",
        _run_id(),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("attempt", sa.Integer, primary_key=True),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("prompt", sa.String(12)),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.Column("first_right", sa.Boolean, nullable=False),
        sa.Column("accepted", sa.Boolean, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("cost_usd", sa.Double, nullable=False),
        sa.Column("retries", sa.Integer, nullable=False),
    )
    op.create_table(
        "step_faults",
        _run_id(),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("attempt", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
    )


def downgrade() -> None:
    for table in ("step_faults", "step_facts", "run_facts"):
        op.drop_table(table)
