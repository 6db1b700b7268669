"""Links by which students reach an exercise."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("token", sa.String(43), primary_key=True),
        sa.Column(
            "run_id", sa.String(26), sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("created_at", sa.Double, nullable=False),
    )
    op.create_index("shares_by_run", "shares", ["run_id"], unique=True)


def downgrade() -> None:
    op.drop_table("shares")
