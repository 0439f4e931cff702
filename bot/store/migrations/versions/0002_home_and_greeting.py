"""Who opened the app's Home, and what Slack's last hello said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.tables.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables more."""
    op.create_table(
        "greeting",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_greeting_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_greeting")),
    )
    op.create_table(
        "home",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("teammate_id", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "teammate_id"],
            ["teammate.workspace_id", "teammate.id"],
            name=op.f("fk_home_workspace_id_teammate_id"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_home_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "teammate_id", name=op.f("pk_home")),
    )
