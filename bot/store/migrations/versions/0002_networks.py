"""What more networks, Home and the doctor need."""

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
    op.add_column("conversation", sa.Column("unseen_since", UtcDateTime(), nullable=True))
    op.add_column("conversation", sa.Column("tried_at", UtcDateTime(), nullable=True))
    _spent()
    _greeting()
    _home()


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


def _greeting() -> None:
    op.create_table(
        "greeting",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_greeting_workspace_id")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_greeting")),
    )


def _home() -> None:
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
