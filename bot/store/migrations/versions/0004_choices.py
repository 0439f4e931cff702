"""What the team decided about itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.tables.columns import Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One row a decision."""
    op.create_table(
        "choice",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_choice_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", "about", "subject", name=op.f("pk_choice")),
    )
