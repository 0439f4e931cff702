"""What more networks need: a network's own mark on a post, sessions, and when a Source may be read next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.tables.columns import Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New columns come last, as the tables have them."""
    op.add_column("credential", sa.Column("session", sa.String(), nullable=True))
    op.add_column("credential", sa.Column("budget", sa.BigInteger(), nullable=True))
    op.add_column("credential", sa.Column("prices", Json, nullable=True))
    op.add_column("source", sa.Column("last_post", UtcDateTime(), nullable=True))
    op.add_column("source", sa.Column("blocked_until", UtcDateTime(), nullable=True))
    op.add_column("post", sa.Column("sign", sa.String(), nullable=True))
    _spent()


def _spent() -> None:
    whose = ["workspace_id", "credential_id"]
    op.create_table(
        "spent",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_spent_workspace_id")),
        sa.ForeignKeyConstraint(
            whose,
            ["credential.workspace_id", "credential.id"],
            name=op.f("fk_spent_workspace_id_credential_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "credential_id", "month", name=op.f("pk_spent")),
    )
