"""When the last days of a Source were last read again, and what that found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.tables.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New columns come last, as the tables have them."""
    op.add_column("source", sa.Column("swept_at", UtcDateTime(), nullable=True))
    op.add_column("source", sa.Column("missed_at", UtcDateTime(), nullable=True))
    op.add_column("source", sa.Column("missed", sa.Integer(), nullable=True))
