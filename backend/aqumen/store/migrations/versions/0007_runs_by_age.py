"""An index by which the newest runs are found without looking at all of them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("runs_by_age", "runs", ["created_at", "id"])


def downgrade() -> None:
    op.drop_index("runs_by_age", "runs")
