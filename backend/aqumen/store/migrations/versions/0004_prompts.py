"""Saved versions of the prompts, which of them are in force, and which a run used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prompt_versions",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("author", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("shipped", sa.String(12), nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
    )
    op.create_table(
        "prompts_in_force",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("previous", sa.Integer),
        sa.Column("author", sa.Text),
        sa.Column("since", sa.Double),
    )
    # Not in a batch: SQLite would copy the table, and dropping the old one takes every event along.
    op.add_column("runs", sa.Column("prompt_numbers", sa.JSON))


def downgrade() -> None:
    op.drop_column("runs", "prompt_numbers")
    op.drop_table("prompts_in_force")
    op.drop_table("prompt_versions")
