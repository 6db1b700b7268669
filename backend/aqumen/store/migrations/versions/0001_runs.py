"""Runs, their events, the prompt texts they used and the request ids that started them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("order", sa.JSON, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("models", sa.JSON, nullable=False),
        sa.Column("prompt_versions", sa.JSON, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("started_at", sa.Double),
        sa.Column("ended_at", sa.Double),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("worker", sa.String(64)),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.Double, nullable=False),
        sa.Column("needs_watcher", sa.Boolean, nullable=False),
        sa.Column("watched_at", sa.Double, nullable=False),
        sa.Column("cancel_requested", sa.Boolean, nullable=False),
        sa.Column("usage", sa.JSON, nullable=False),
        sa.Column("cost_usd", sa.Double, nullable=False),
        sa.Column("cost_estimated", sa.Boolean, nullable=False),
        sa.Column("model_calls", sa.Integer, nullable=False),
        sa.Column("total_attempts", sa.Integer, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("difficulty", sa.String(16)),
        sa.Column("subtopic", sa.Text),
        sa.Column("evidence", sa.String(16)),
        sa.Column("reason", sa.Text),
        sa.Column("error_code", sa.String(32)),
    )
    op.create_index("runs_by_topic", "runs", ["topic", "created_at"])
    op.create_index("runs_by_status", "runs", ["status", "id"])
    op.create_table(
        "events",
        sa.Column(
            "run_id", sa.String(26), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_table(
        "prompts",
        sa.Column("version", sa.String(12), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "request_ids",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column(
            "run_id", sa.String(26), sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("created_at", sa.Double, nullable=False),
    )
    op.create_index("request_ids_by_run", "request_ids", ["run_id"])


def downgrade() -> None:
    for table in ("request_ids", "prompts", "events", "runs"):
        op.drop_table(table)
